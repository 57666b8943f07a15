import Glibc

/// Versions of what the readers depend on, as Debian's package manager notes them (deb-control(5)).
struct DoctorPackages {
    private static let wanted: Set<String> = ["pcscd", "libpcsclite1", "libccid"]

    /// By package; empty where there is no such note.
    private(set) var versions: [String: String] = [:]

    init(_ path: String) {
        guard let bytes = try? readFile(path) else { return }
        var package = ""
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            if let name = Self.value(of: "Package", line) { package = name }
            if Self.wanted.contains(package), let version = Self.value(of: "Version", line) { versions[package] = version }
        }
    }

    private static func value(of field: String, _ line: ArraySlice<UInt8>) -> String? {
        let beginning = Array("\(field): ".utf8)
        guard line.starts(with: beginning) else { return nil }
        return String(decoding: line.dropFirst(beginning.count), as: UTF8.self)
    }

    var description: String {
        versions.isEmpty ? "versions unknown" : versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}

/// Which system this is; neither its name nor its user's.
struct DoctorSystem: Encodable {
    let distribution: String?
    let kernel: String
    let machine: String

    init(_ places: DoctorPlaces) {
        let lines = (try? readFile(places.release, limit: 65_536)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let key = "PRETTY_NAME="
        distribution = lines.split(separator: "\n").first { $0.hasPrefix(key) }.map { $0.dropFirst(key.count).filter { $0 != "\"" } }
        var name = utsname()
        uname(&name)
        kernel = Self.text(&name.release)
        machine = Self.text(&name.machine)
    }

    private static func text(_ field: inout some Any) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
