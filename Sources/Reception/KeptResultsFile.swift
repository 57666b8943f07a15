import Diagnosis
import Glibc

/// The results of the limited type in a file of the device (R040), for its owner only.
///
/// It is replaced whole or not at all: written beside, brought to the disk, and renamed. One that cannot be read is left as it is, and nothing
/// is written over it.
public struct KeptResultsFile: Sendable {
    /// The file.
    public let path: String
    private let retention: KeptResults.Retention

    /// The file at `path`, which need not be there yet.
    public init(path: String, retention: KeptResults.Retention = .standard) {
        self.path = path
        self.retention = retention
    }

    /// What is kept; nothing where there is no file. Throws `KeptResultsError` for one that cannot be read or is damaged.
    public func read() throws(KeptResultsError) -> KeptResults {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw KeptResultsError(path: path, reason: .unreadable(errno)) }
            return KeptResults(retention: retention)
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw KeptResultsError(path: path, reason: .unreadable(errno)) }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= Self.longest else { throw KeptResultsError(path: path, reason: .damaged("it is too long")) }
        }
        return try parse(bytes)
    }

    /// Keeps a result that was obtained now, removes what is over, and returns the result's number. Throws `KeptResultsError`; the file is then
    /// what it was.
    @discardableResult
    public func keep(_ result: LimitedResult, at now: Int64) throws(KeptResultsError) -> Int {
        var kept = try read()
        let number = kept.keep(result, at: now)
        try write(kept)
        return number
    }

    /// What may be opened now, oldest first; what is over is removed from the file. Throws `KeptResultsError`.
    public func list(at now: Int64) throws(KeptResultsError) -> [KeptResults.Entry] {
        let before = try read()
        var kept = before
        let entries = kept.list(at: now)
        if kept != before { try write(kept) }
        return entries
    }

    private static let longest = 16 << 20

    private func parse(_ bytes: [UInt8]) throws(KeptResultsError) -> KeptResults {
        do throws(KeptResultsForm.Flaw) { return try KeptResultsForm.read(bytes, retention: retention) } catch {
            throw KeptResultsError(path: path, reason: .damaged(error.reason))
        }
    }

    private func write(_ kept: KeptResults) throws(KeptResultsError) {
        let bytes = Array(KeptResultsForm.text(kept).utf8)
        // What could not be read again is not written over what can.
        guard bytes.count <= Self.longest, try parse(bytes) == kept else {
            throw KeptResultsError(path: path, reason: .damaged("a text cannot be kept"))
        }
        let part = "\(path).\(getpid()).part"
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw KeptResultsError(path: path, reason: .notWritten(errno)) }
        let number = Self.number(of: bytes, into: file)
        close(file)
        guard number == 0, rename(part, path) == 0 else {
            let cause = number == 0 ? errno : number
            unlink(part)
            throw KeptResultsError(path: path, reason: .notWritten(cause))
        }
        syncFolder()
    }

    /// Writes all to the disk; the error number where that fails.
    private static func number(of bytes: [UInt8], into file: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? EIO : errno }
            rest = rest.dropFirst(count)
        }
        return fsync(file) == 0 ? 0 : errno
    }

    /// The new name is on the disk too. Some file systems have no such thing for folders.
    private func syncFolder() {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        fsync(file)
        close(file)
    }
}

/// The kept results cannot be read or written. Nothing of a person is in it.
public struct KeptResultsError: DiagnosedError, Equatable {
    /// Why.
    public enum Reason: Sendable, Equatable {
        /// An error number of the system.
        case unreadable(Int32)
        /// It is no such file, or not a whole one; where, in words for the engineer.
        case damaged(String)
        /// An error number of the system.
        case notWritten(Int32)
    }

    /// Which file.
    public let path: String
    /// Why.
    public let reason: Reason

    /// `kept-results-unreadable`, `kept-results-damaged` or `kept-results-not-written`.
    public var code: String {
        switch reason {
        case .unreadable: "kept-results-unreadable"
        case .damaged: "kept-results-damaged"
        case .notWritten: "kept-results-not-written"
        }
    }
    /// What can be done.
    public var sentence: Sentence {
        switch reason {
        case .unreadable:
            Sentence(ja: "保存した資格情報を読めません。ファイルの権限を確認してください。", en: "The kept results cannot be read; check the file's permissions.")
        case .damaged:
            Sentence(
                ja: "保存した資格情報のファイルが壊れています。控えから戻すか、別の場所に移してください。上書きはしません。",
                en: "The file of kept results is damaged; restore a copy or move it away. It is not written over.")
        case .notWritten:
            Sentence(
                ja: "資格情報を保存できません。フォルダの権限とディスクの空きを確認してください。",
                en: "The result cannot be kept; check the folder's permissions and the room on the disk.")
        }
    }
    /// The path, and what the system or the file says.
    public var cause: String? {
        switch reason {
        case .unreadable(let number), .notWritten(let number): "\(path): \(String(cString: strerror(number)))"
        case .damaged(let words): "\(path): \(words)"
        }
    }
    /// Bad data, or no input or output.
    public var category: FailureCategory {
        switch reason {
        case .unreadable: .noInput
        case .damaged: .badData
        case .notWritten: .inputOutput
        }
    }
}
