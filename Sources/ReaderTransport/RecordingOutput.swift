import Diagnosis
import Glibc

/// The file of a recording. Each line is written at once and whole, so that what a killed program leaves can be read.
final class RecordingOutput {
    /// Why nothing is written any more.
    private(set) var failure: RecordingError?
    /// How many lines have been written.
    private(set) var lines = 0

    private let path: String
    private let descriptor: Int32
    private var length: off_t = 0

    /// How every recording begins.
    private static let beginning = RecordingLine("recording").bytes

    /// Creates the file at `path`, or empties the recording that is there. Throws where that is not possible, and for a file that is no
    /// recording: nobody loses a file by a slip of the finger.
    init(path: String) throws(RecordingError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw RecordingError(path: path, errorNumber: errno, isCreation: true) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: Self.beginning.count)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count == bytes.count, bytes == Self.beginning, ftruncate(descriptor, 0) == 0 else {
            close(descriptor)
            throw RecordingError(path: path, errorNumber: EEXIST, isCreation: true)
        }
    }

    deinit { close(descriptor) }

    /// Writes a line. After a failure nothing more is written, and the part of the line that was is taken back.
    func write(_ line: RecordingLine) {
        guard failure == nil else { return }
        lines += 1
        let bytes = line.ended
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                failure = RecordingError(path: path, errorNumber: errno, isCreation: false)
                ftruncate(descriptor, length)
                return
            }
        }
        length += off_t(written)
    }

    /// Has the system put everything on the disk. Throws the first failure.
    func finish() throws(RecordingError) {
        // What cannot be synchronised, such as a pipe, has nothing to lose.
        if failure == nil, fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
            failure = RecordingError(path: path, errorNumber: errno, isCreation: false)
        }
        if let failure { throw failure }
    }
}

/// A recording could not be written.
public struct RecordingError: DiagnosedError, Equatable {
    /// The file.
    public let path: String
    /// The error number (errno).
    public let errorNumber: Int32
    /// Whether it failed before anything was written.
    public let isCreation: Bool

    /// Always the same.
    public var code: String { "recording-not-written" }

    /// What to do.
    public var sentence: Sentence {
        if errorNumber == EEXIST {
            return Sentence(
                ja: "同じ名前の、通信記録ではないファイルがあります。別の名前を指定してください。",
                en: "There is a file of that name that is no recording; name another one.")
        }
        return isCreation
            ? Sentence(
                ja: "通信記録のファイルを作れません。場所と権限を確認してください。",
                en: "The recording cannot be created; check the folder and its permissions.")
            : Sentence(
                ja: "通信記録を書き込めません。ディスクの空きを確認してください。",
                en: "The recording cannot be written; check that the disk has room.")
    }

    /// The file and the words of the C library.
    public var cause: String? { "\(path): \(String(cString: strerror(errorNumber)))" }

    /// Whether it could not be created or not be written.
    public var category: FailureCategory { isCreation ? .cannotCreate : .inputOutput }
}
