import Glibc

/// A file without a name, which a program writes to; unlike a pipe it takes any amount.
public final class MemoryFile {
    /// What it is written to; each piece goes to the end.
    public let descriptor: Int32

    /// An empty one.
    public init() throws {
        var template = Array("\(TemporaryFolder.parent)/kazasu-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0, unlink(template) == 0, fcntl(descriptor, F_SETFL, O_APPEND) == 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else { throw BenchError("no temporary file: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// What has been written so far.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        // pread(2): the place at which a child writes is ours too.
        while case let count = pread(descriptor, &part, part.count, bytes.count), count > 0 { bytes += part[..<count] }
        return bytes
    }

    /// The same as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
