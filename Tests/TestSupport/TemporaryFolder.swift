import Glibc

/// A folder of its own for the files of one test, removed with everything in it.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    static let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"

    /// Makes an empty one below `TMPDIR`, for its owner only.
    public init() {
        var template = Array("\(Self.parent)/kazasu-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder in \(Self.parent)")
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { remove(path) }

    private func remove(_ path: String) {
        for name in entries(of: path) where unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// The path of what `name` calls in the folder.
    public static func / (folder: TemporaryFolder, name: String) -> String { "\(folder.path)/\(name)" }

    /// Writes a file anew and returns its path.
    @discardableResult
    public func write(_ name: String, _ bytes: some Collection<UInt8>, mode: mode_t = 0o600) throws -> String {
        let descriptor = open(self / name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw BenchError("\(self / name): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let contents = Array(bytes)
        guard Glibc.write(descriptor, contents, contents.count) == contents.count else { throw BenchError("\(self / name): not written") }
        return self / name
    }

    /// Writes a file of text anew and returns its path.
    @discardableResult
    public func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }

    /// All bytes of a file.
    public func read(_ name: String) throws -> [UInt8] { try readFile(self / name) }

    /// Whether there is something of this name.
    public func has(_ name: String) -> Bool { access(self / name, F_OK) == 0 }

    /// What is in it, or in a folder of it, in order.
    public func names(in folder: String = ".") -> [String] { entries(of: self / folder).sorted() }

    private func entries(of path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// All bytes of a file.
public func readFile(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    return try readAll(descriptor)
}

/// Everything up to the end of `descriptor`; a terminal ends by `EIO` (pty(7)).
public func readAll(_ descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &part, part.count)
        if count == 0 || (count < 0 && errno == EIO) { return bytes }
        guard count > 0 else { throw BenchError("read: \(String(cString: strerror(errno)))") }
        bytes += part[..<count]
    }
}
