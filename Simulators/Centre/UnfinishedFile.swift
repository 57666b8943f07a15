import Glibc

/// A file that has no name, or a hidden one, until it is complete.
///
/// On Linux it is an `O_TMPFILE`: it has no name at all, so that the kernel removes it however this process ends. Where the file
/// system has no such thing (NFS) it has a hidden name in the same folder, removed by `deinit`, which a kill leaves behind. A file
/// system without hard links (FAT) cannot name it in one step and is refused.
struct UnfinishedFile: ~Copyable {
    private let descriptor: Int32
    private let name: String?

    /// An empty file that may become `path`, readable by its owner only.
    init(for path: String, named: Bool = false) throws(SystemFailure) {
        let folder = parentFolder(of: path)
        let unnamed = named ? nil : try Self.openUnnamed(in: folder)
        if let unnamed {
            (descriptor, name) = (unnamed, nil)
        } else {
            (descriptor, name) = try Self.openHidden(in: folder)
        }
    }

    deinit {
        close(descriptor)
        if let name { unlink(name) }
    }

    /// Writes `bytes` and waits until the disk has them.
    borrowing func write(_ bytes: [UInt8]) throws(SystemFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw SystemFailure("write")
            }
            rest = rest.dropFirst(written)
        }
        if fsync(descriptor) != 0 { throw SystemFailure("fsync") }
    }

    /// Gives the file its name, in one step and never over another file; `false` where there is one already.
    borrowing func publish(as path: String) throws(SystemFailure) -> Bool {
        let linked =
            if let name {
                link(name, path)
            } else {
                linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW)
            }
        if linked == 0 { return true }
        if errno == EEXIST { return false }
        throw SystemFailure("link")
    }

    /// `nil` where the file system, the kernel or the absence of /proc forbids it.
    private static func openUnnamed(in folder: String) throws(SystemFailure) -> Int32? {
        // O_TMPFILE of fcntl.h, a macro that Swift does not import; the same on x86-64 and arm64.
        let descriptor = open(folder, O_WRONLY | O_CLOEXEC | O_DIRECTORY | 0o20_000_000, 0o600)
        guard descriptor >= 0 else {
            if [EOPNOTSUPP, EINVAL, EISDIR].contains(errno) { return nil }
            throw SystemFailure("open")
        }
        if access("/proc/self/fd/\(descriptor)", F_OK) == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    private static func openHidden(in folder: String) throws(SystemFailure) -> (Int32, String?) {
        let name = "\(folder)/.kazasu-\(String(UInt64.random(in: .min ... .max), radix: 36)).unfinished"
        let descriptor = open(name, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, 0o600)
        if descriptor < 0 { throw SystemFailure("open") }
        return (descriptor, name)
    }
}

/// The folder that a path names its file in.
func parentFolder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Makes a folder and those above it, each for its owner only (mode 0700, as the XDG Base Directory Specification wants).
func makeFolders(_ path: String) throws(SystemFailure) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, path != "/", path != "." else { throw SystemFailure("mkdir") }
    try makeFolders(parentFolder(of: path))
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemFailure("mkdir") }
}
