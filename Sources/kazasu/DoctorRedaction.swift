import Commands
import Glibc

/// Takes out of a text what tells whose machine it is: home folder, user, host, configured paths, serial numbers of readers.
///
/// It works on bytes, so that no combining character hides a match, and the longest text is taken out first.
struct DoctorRedaction {
    private struct Rule {
        let text: [UInt8]
        let mark: [UInt8]
        /// Whether it counts only between characters that are no part of a word: a user may be called `pi`.
        let isWord: Bool
        /// Whether what follows it, up to a colon, goes with it: the names of the files in a folder.
        var takesRest = false
    }

    private var rules: [Rule] = []

    /// Nothing is taken out yet.
    init() {}

    /// What this machine and this process are known by.
    init(_ environment: Environment) {
        var home = [environment["HOME"]]
        var users = [environment["USER"], environment["LOGNAME"]]
        if let entry = getpwuid(getuid()) {
            home.append(String(cString: entry.pointee.pw_dir))
            users.append(String(cString: entry.pointee.pw_name))
        }
        for path in home.compactMap({ $0 }) { hidePath(path, as: "~") }
        for user in users.compactMap({ $0 }) { hideWord(user, as: "(user)") }
        var name = utsname()
        uname(&name)
        let host = withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        hideWord(host, as: "(host)")
        if let short = host.split(separator: ".").first { hideWord(String(short), as: "(host)") }
    }

    /// Takes a path out, with or without a slash at its end.
    mutating func hidePath(_ path: String, as mark: String) {
        var text = path
        while text.hasSuffix("/") { text.removeLast() }
        hide(text, as: mark)
    }

    /// Takes a folder out with the names of what is in it.
    mutating func hideFolder(_ path: String, as mark: String) {
        var text = path
        while text.hasSuffix("/") { text.removeLast() }
        add(text, mark, isWord: false, takesRest: true)
    }

    /// Takes a text out wherever it stands.
    mutating func hide(_ text: String, as mark: String) { add(text, mark, isWord: false) }

    /// Takes a text out where it is a word of its own.
    mutating func hideWord(_ text: String, as mark: String) { add(text, mark, isWord: true) }

    private mutating func add(_ text: String, _ mark: String, isWord: Bool, takesRest: Bool = false) {
        guard !text.isEmpty, text != "localhost" else { return }
        rules.append(Rule(text: Array(text.utf8), mark: Array(mark.utf8), isWord: isWord, takesRest: takesRest))
        rules.sort { $0.text.count > $1.text.count }
    }

    /// The text without all that.
    func apply(to text: String) -> String {
        var bytes = Array(text.utf8)
        for rule in rules { bytes = Self.apply(rule, to: bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func apply(_ rule: Rule, to bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let next = rest.first {
            let end = rest.startIndex + rule.text.count
            let isHere = rest.starts(with: rule.text)
            let isAllowed = !rule.isWord || !(result.last.map(isPartOfWord) ?? false) && !(end < bytes.count && isPartOfWord(bytes[end]))
            if isHere, isAllowed {
                result += rule.mark
                rest = rest[end...]
                if rule.takesRest { rest = rest.drop { $0 != UInt8(ascii: ":") } }
            } else {
                result.append(next)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// Letters, digits and what is not ASCII.
    private static func isPartOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
        default: false
        }
    }

    /// A reader's name without the serial number: pcscd writes it in parentheses before the numbers of device and slot.
    static func readerName(_ name: String) -> String {
        guard let opening = name.firstIndex(of: "(") else { return name }
        // Without an end, all that follows may belong to it.
        guard let closing = name.lastIndex(of: ")"), closing > opening else { return name[..<opening] + "(…)" }
        return name[..<opening] + "(…)" + name[name.index(after: closing)...]
    }
}

/// A text that has gone through a redaction: nothing else gets into a bundle.
struct RedactedText: Encodable {
    private let text: String

    init(_ text: String, _ redaction: DoctorRedaction) { self.text = redaction.apply(to: text) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
