import Glibc
import Testing

@testable import CentreSimulator

/// A folder of one test, removed with everything in it.
final class Scratch: Sendable {
    let path: String

    init() {
        var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/kazasu-centre-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder")
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { remove(path) }

    static func / (folder: Scratch, name: String) -> String { "\(folder.path)/\(name)" }

    private func remove(_ path: String) {
        for name in names(in: path) where unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
        rmdir(path)
    }
}

func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

func readFile(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &part, part.count)
        if count <= 0 { return bytes }
        bytes += part[..<count]
    }
}

func writeFile(_ path: String, _ bytes: some Collection<UInt8>) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let array = Array(bytes)
    let written = array.isEmpty ? 0 : write(descriptor, array, array.count)
    precondition(written == array.count, "\(path) not written")
}

func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

/// A connection that may do everything, for what other programs do to a file.
func otherProgram(_ path: String, _ sql: String = "") throws -> SQLiteConnection {
    let connection = try SQLiteConnection(path: path, flags: 0x6)  // SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    try connection.run(sql)
    return connection
}
