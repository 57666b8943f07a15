import Diagnosis
import Glibc
import ReaderKit
import Scenarios

/// The trace of a session: in a file that somebody asked for, or in one without a name where only its words matter.
final class WrittenTrace {
    let writer: TraceWriter?
    /// A file that nobody else can open.
    private let nameless: UnsafeMutablePointer<FILE>?
    private let keepsWords: Bool

    /// A trace at a path; in a file without a name where there is none and its words are to be kept, else none at all.
    init(at path: String?, keepsWords: Bool) throws(TraceError) {
        self.keepsWords = keepsWords
        nameless = keepsWords && path == nil ? tmpfile() : nil
        let place = path ?? nameless.map { "/proc/self/fd/\(fileno($0))" }
        writer = try place.map { place throws(TraceError) in try TraceWriter(path: place) }
        self.path = place
    }

    private let path: String?

    deinit { if let nameless { fclose(nameless) } }

    /// Everything is written; its words, where they are kept.
    func finish() throws -> String {
        try writer?.finish()
        guard keepsWords, let path else { return "" }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ScenarioBenchError.unexpected(cause: "the trace cannot be read again") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Scenario {
    /// Whether words are to stand nowhere.
    var expectsAbsence: Bool {
        expectations.contains { if case .absent = $0.kind { true } else { false } }
    }
}
