import Glibc
import TestSupport
import Testing

/// A secret that stands nowhere by chance, new in every run, and the judge of where it stands.
struct Canary {
    let text: String

    /// `count` characters by chance; each of `needed` is among them.
    init(_ count: Int = 24, of alphabet: String = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", needed: String = "") {
        let letters = Array(alphabet)
        text = needed + String((0..<count - needed.count).compactMap { _ in letters.randomElement() })
    }

    /// As a card takes it: 16 capitals and digits, both of them.
    static func password() -> Canary { Canary(16, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", needed: "Q7") }
    /// As a card takes it: 14 digits.
    static func visualCode() -> Canary { Canary(14, of: "0123456789") }

    /// The forms in which `bytes` hold a part of it: as it is, in hexadecimal digits of either case, in Base64 at each of its three places.
    func forms(in bytes: [UInt8]) -> [String] {
        let secret = Array(text.utf8)
        var forms: [String] = []
        for start in 0...secret.count - 8 {
            let part = secret[start..<start + 8]
            let digits = hex(part)
            if bytes.contain(Array(part)) { forms.append("bytes from \(start)") }
            for written in [digits, digits.lowercased()] where bytes.contain(Array(written.utf8)) {
                forms.append("hexadecimal from \(start)")
            }
        }
        for start in 0...secret.count - 9 where bytes.contain(Self.base64(secret[start..<start + 9])) {
            forms.append("Base64 from \(start)")
        }
        return forms
    }

    /// Base64 (RFC 4648 clause 4) of a multiple of three bytes.
    private static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        return stride(from: 0, to: bits.count, by: 6).map { start in alphabet[Int(bits[start..<start + 6].reduce(0) { $0 << 1 | $1 })] }
    }

    /// Where it stands in what a run has left: its streams, and every file below its folder.
    func places(in result: ProgramResult, _ folder: TemporaryFolder) throws -> [String] {
        var places =
            forms(in: result.bytes).map { "standard output: \($0)" } + forms(in: Array(result.error.utf8)).map { "standard error: \($0)" }
        for path in folder.files() { places += try forms(in: folder.read(path)).map { "\(path): \($0)" } }
        return places
    }
}

extension [UInt8] {
    /// Whether the bytes of `part` stand in it one after another.
    fileprivate func contain(_ part: [UInt8]) -> Bool {
        withUnsafeBytes { whole in
            guard whole.count >= part.count, let start = whole.baseAddress else { return false }
            return (0...whole.count - part.count).contains { whole[$0] == part[0] && memcmp(start + $0, part, part.count) == 0 }
        }
    }
}

extension TemporaryFolder {
    /// The paths of all files in it and in its folders.
    func files(in folder: String = ".") -> [String] {
        names(in: folder).flatMap { name -> [String] in
            var status = stat()
            let path = "\(folder)/\(name)"
            guard lstat(self / path, &status) == 0 else { return [] }
            return status.st_mode & S_IFMT == S_IFDIR ? files(in: path) : [path]
        }
    }
}

/// What the kernel tells of a process to its owner: `cmdline` or `environ` of proc(5); `nil` where it tells nothing any more.
func told(_ name: String, of pid: pid_t) -> [UInt8]? { try? readFile("/proc/\(pid)/\(name)") }
