import Diagnosis
import Glibc
import ISO7816
import Station

/// Writes what happens on a station as JSON Lines: one object a line, `event` first, moments in nanoseconds of the station's clock.
///
/// A trace never holds a secret. By structure, and failing closed, it shows of a command what `ShownCommand` lists and of an answer only
/// the status word. The lengths of what is hidden are kept.
public final class TraceWriter: ExchangeObserver {
    private static let capacity = 32_768

    private let descriptor: Int32
    private let path: String
    private var line: [UInt8] = []
    private var failure: Int32?
    private var records = 0

    /// How every line of a trace begins.
    private static let beginning = Array("{\"event\": \"".utf8)

    /// Creates the file at `path`, or empties the trace that is there. Throws where that is not possible, and for a file that is no trace:
    /// nobody loses a file by a slip of the finger.
    public init(path: String) throws(TraceError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TraceError(path: path, errorNumber: errno, isCreation: true) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: Self.beginning.count)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count == bytes.count, bytes == Self.beginning else {
            close(descriptor)
            throw TraceError(path: path, errorNumber: EEXIST, isCreation: true)
        }
        ftruncate(descriptor, 0)
    }

    deinit { close(descriptor) }

    /// Writes the first line.
    public func begin(program: String, reader: String, station: Station) {
        write("start", at: station.now) {
            put(", \"trace\": 1, \"program\": \(JSONText.quoted(program)), \"reader\": \(JSONText.quoted(reader))")
            put(", \"clock\": \"\(station.time)\", \"unixTime\": ")
            put(Int(station.startUnixTime))
        }
    }

    /// Writes that a stage of a visit begins.
    public func stage(_ name: String, at moment: Instant) {
        write("stage", at: moment) { put(", \"name\": \(JSONText.quoted(name))") }
    }

    /// Writes how it ended, and how many records there are, so that a lost one is missed.
    public func end(outcome: String, at moment: Instant) {
        write("end", at: moment) { put(", \"outcome\": \(JSONText.quoted(outcome)), \"records\": \(records)") }
    }

    /// Writes which card has power, by its answer to reset.
    public func connected(_ channel: any CardChannel, at moment: Instant) {
        write("card", at: moment) {
            putPlace(channel)
            put(", \"answerToReset\": \"")
            put(hexadecimal: channel.answerToReset.span)
            put("\"")
        }
    }

    /// Writes an exchange without what is secret in it.
    public func exchanged(
        _ command: Span<UInt8>, _ response: Span<UInt8>, error: ReaderError?, on channel: any CardChannel, from began: Instant,
        to ended: Instant
    ) {
        write("exchange", at: began) {
            put(", \"took\": ")
            put(Int((ended - began).wholeNanoseconds))
            putPlace(channel)
            let shown = ShownCommand.count(of: command)
            put(", \"command\": \"")
            put(hexadecimal: command.extracting(0..<shown))
            put("\", \"commandHidden\": ")
            put(command.count - shown)
            if let error {
                put(", \"error\": \"\(error.code)\"")
            } else {
                put(", \"answerHidden\": ")
                let data = max(0, response.count - 2)
                put(data)
                put(", \"status\": \"")
                put(hexadecimal: response.extracting(data..<response.count))
                put("\"")
            }
        }
    }

    /// Writes what is still buffered. Throws the first failure since the beginning, a full disk above all.
    public func finish() throws(TraceError) {
        flush()
        if let failure { throw TraceError(path: path, errorNumber: failure, isCreation: false) }
    }

    // MARK: Writing

    private func write(_ event: StaticString, at moment: Instant, _ fields: () -> Void) {
        records += 1
        put("{\"event\": \"\(event)\", \"at\": ")
        put(Int(moment.nanoseconds))
        fields()
        put("}\n")
        if line.count >= Self.capacity { flush() }
    }

    private func putPlace(_ channel: any CardChannel) {
        put(", \"reader\": \(JSONText.quoted(channel.readerName)), \"slot\": ")
        put(Int(channel.slot))
    }

    private func put(_ text: String) { line.append(contentsOf: text.utf8) }

    private func put(_ number: Int) { put(String(number)) }

    private func put(hexadecimal bytes: Span<UInt8>) {
        for index in bytes.indices {
            for digit in [bytes[index] >> 4, bytes[index] & 0x0F] { line.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
        }
    }

    private func flush() {
        var written = 0
        while written < line.count && failure == nil {
            let count = line[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { written += count } else if errno != EINTR { failure = errno }
        }
        line.removeAll(keepingCapacity: true)
    }
}

/// A trace could not be written.
public struct TraceError: DiagnosedError, Equatable {
    /// The file.
    public let path: String
    /// The error number (errno).
    public let errorNumber: Int32
    /// Whether it failed before anything was written.
    public let isCreation: Bool

    /// Always the same.
    public var code: String { "trace-not-written" }

    /// What to do.
    public var sentence: Sentence {
        if errorNumber == EEXIST {
            return Sentence(
                ja: "同じ名前のトレースではないファイルがあります。別の名前を指定してください。",
                en: "There is a file of that name that is no trace; name another one.")
        }
        return isCreation
            ? Sentence(
                ja: "トレースファイルを作れません。場所と権限を確認してください。",
                en: "The trace file cannot be created; check the folder and its permissions.")
            : Sentence(
                ja: "トレースファイルに書き込めません。ディスクの空きを確認してください。",
                en: "The trace file cannot be written; check that the disk has room.")
    }

    /// The file and the words of the C library.
    public var cause: String? { "\(path): \(String(cString: strerror(errorNumber)))" }

    /// Whether it could not be created or not be written.
    public var category: FailureCategory { isCreation ? .cannotCreate : .inputOutput }
}
