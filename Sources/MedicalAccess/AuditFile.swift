import Diagnosis
import Glibc

/// The facility's own audit trail in a file: one JSON object a line, which is on the disk before anything is shown.
///
/// Whoever can read it learns who looked at which patient's information and when; only its owner may. Programs may share it.
public final class AuditFile: AuditTrail {
    private let descriptor: Int32
    private let path: String

    /// Opens the file, or creates it for its owner alone. Throws `AuditError` where that is not possible.
    public init(path: String) throws(AuditError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.error(path) }
    }

    deinit { close(descriptor) }

    /// Writes the entry and waits until it is on the disk. Throws where it is not: then nothing may be shown.
    public func append(_ entry: AuditEntry) throws(AuditError) {
        // A line that a power failure has cut off stays as it is, and nothing is written into it.
        let line = Array(((try endsInsideLine()) ? "\n" : "").utf8) + Array((entry.line + "\n").utf8)
        // One write with O_APPEND: lines of several programs do not mix.
        guard write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else { throw Self.error(path) }
    }

    private func endsInsideLine() throws(AuditError) -> Bool {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size > 0 else { return false }
        var last: UInt8 = 0
        guard pread(descriptor, &last, 1, size - 1) == 1 else { throw Self.error(path) }
        return last != UInt8(ascii: "\n")
    }

    private static func error(_ path: String) -> AuditError { AuditError(cause: "\(path): \(String(cString: strerror(errno)))") }
}

extension AuditEntry {
    /// The entry as JSON: names of accounts and keys of patients, nothing of a person.
    var line: String {
        let (outcome, reason) =
            switch outcome {
            case .shown(.consent(let setting, let time)): ("shown", "consent \(setting.rawValue) \(time)")
            case .shown(.emergency(let name)): ("shown", "emergency \(name)")
            case .refused(let refusal): ("refused", refusal.code)
            }
        let members = [
            ("account", viewer.account), ("right", viewer.right.rawValue), ("profession", viewer.profession.rawValue),
            ("patient", patient.value), ("category", category.rawValue), ("outcome", outcome), ("by", reason),
        ]
        return "{\"time\":\(time)," + members.map { "\"\($0)\":\(JSONText.quoted($1))" }.joined(separator: ",") + "}"
    }
}
