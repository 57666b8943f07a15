import Glibc
import Testing

/// A file of the repository as the rules see it.
struct SourceFile {
    /// Its place below the root, such as `Sources/ISO7816/StatusWord.swift`.
    let path: String
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The folder of its target, such as `Sources/ISO7816`.
    var folder: String { path.split(separator: "/").prefix(2).joined(separator: "/") }

    /// Where a rule is broken: file, line and what is wrong, as a compiler would say it.
    func violation(line: Int, _ text: String) -> String { "\(path):\(line + 1): \(text)" }

    /// The module that a line imports, whatever stands before and behind: `@testable import struct Station.Event`.
    static func importedModule(_ line: String) -> String? {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let levels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
        let words = line.split { $0 == " " || $0 == "\t" || $0 == ";" }.drop { $0.hasPrefix("@") || levels.contains($0) }
        guard words.first == "import" else { return nil }
        return words.dropFirst().drop { kinds.contains($0) }.first.map { String($0.prefix { $0 != "." }) }
    }
}

/// The repository in which these tests stand.
enum Repository {
    /// The Swift files below the folders, found on disk.
    static func swiftFiles(below folders: [String], from file: String = #filePath) throws -> [SourceFile] {
        let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
        return try folders.flatMap { try swiftFiles(root: "/" + root, path: $0) }
    }

    /// The names in a folder of the repository; none where it cannot be read.
    static func names(in folder: String, from file: String = #filePath) -> [String] {
        (try? entries(of: "/" + file.split(separator: "/").dropLast(3).joined(separator: "/") + "/" + folder)) ?? []
    }

    private static func swiftFiles(root: String, path: String) throws -> [SourceFile] {
        if path.hasSuffix(".swift") { return [SourceFile(path: path, text: try text(of: "\(root)/\(path)"))] }
        return try entries(of: "\(root)/\(path)").flatMap { try swiftFiles(root: root, path: "\(path)/\($0)") }
    }

    /// The names in a folder, sorted; none where it is a file.
    private static func entries(of path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            try #require(errno == ENOTDIR, "\(path) cannot be read")
            return []
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func text(of path: String) throws -> String {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0, "\(path) cannot be read")
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
