import Glibc

/// Folders and files of trust anchors, as bytes. Whatever lies there, nothing waits and nothing large is read.
enum AnchorFiles {
    /// The largest file that is read, in bytes.
    static let maximumCount = 1 << 20

    /// The names in a folder in order, without those that begin with a dot.
    static func names(in path: String) throws(CertificateError) -> [String] {
        guard let stream = opendir(path) else { throw .trustFolder("\(path): \(String(cString: strerror(errno)))") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The same, where there must be something.
    static func entries(of path: String) throws(CertificateError) -> [String] {
        let names = try names(in: path)
        guard !names.isEmpty else { throw .trustFolder("\(path): empty") }
        return names
    }

    /// All bytes of a regular file.
    static func read(_ path: String) throws(CertificateError) -> [UInt8] {
        // Not waiting, because a pipe in the folder would.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .trustFolder("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .trustFolder("\(path): not a file") }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= maximumCount {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .trustFolder("\(path): \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += part[..<count]
        }
        throw .trustFolder("\(path): larger than \(maximumCount) bytes")
    }
}
