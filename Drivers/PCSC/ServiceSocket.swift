import CPCSC
import Glibc

/// The sockets that connect this process with the PC/SC service: libpcsclite keeps their numbers for itself.
///
/// A number that was found may be closed and used again by another thread before anything is done with it. So each is duplicated first and
/// looked at afterwards: a duplicate keeps its socket, and shutdown(2) is for the socket, not for the number.
enum ServiceSocket {
    /// A socket that cannot become another one.
    struct Pinned {
        let descriptor: Int32
        let identity: ino_t
    }

    /// The numbers of the sockets that are there now, as the kernel counts sockets.
    static func identities() -> Set<ino_t> {
        let sockets = pin(except: [])
        for socket in sockets { close(socket.descriptor) }
        return Set(sockets.map(\.identity))
    }

    /// Duplicates of the sockets that are there now, but for the known ones. The caller closes them.
    static func pin(except known: Set<ino_t>) -> [Pinned] {
        // Every duplicate stays open until the end, so that one that is looked at twice is known.
        var found: [ino_t: Int32] = [:]
        for number in openDescriptors() {
            guard isSocket(number) else { continue }
            let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else { continue }
            if let identity = identity(of: copy), !known.contains(identity), found[identity] == nil, leadsToService(copy) {
                found[identity] = copy
            } else {
                close(copy)
            }
        }
        return found.map { Pinned(descriptor: $0.value, identity: $0.key) }
    }

    private static func openDescriptors() -> [Int32] {
        guard let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var numbers: [Int32] = []
        while let entry = readdir(folder) {
            // Of an entry only as much may be read as is there, which is less than its type says.
            let number = withUnsafePointer(to: &entry.pointee.d_name) { atoi(UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self)) }
            // "." and ".." are read as 0; nobody connects to a service by standard input.
            if number > 0 { numbers.append(number) }
        }
        return numbers
    }

    private static func isSocket(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    private static func identity(of descriptor: Int32) -> ino_t? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.st_ino : nil
    }

    /// Whether its other end is the service: a stream socket of the family AF_UNIX whose peer has the service's name.
    private static func leadsToService(_ descriptor: Int32) -> Bool {
        var kind: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0, kind == Int32(SOCK_STREAM.rawValue) else { return false }
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
        }
        guard result == 0, address.sun_family == sa_family_t(AF_UNIX), length > MemoryLayout<sa_family_t>.size else { return false }
        return withUnsafeBytes(of: &address.sun_path) { isService($0.prefix { $0 != 0 }) }
    }

    /// The folder differs between distributions, the name in it does not.
    private static let usualEnd = Array("/pcscd.comm".utf8)

    private static func isService(_ path: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let other = kazasu_pcsc_other_socket() else { return path.suffix(usualEnd.count).elementsEqual(usualEnd) }
        return UnsafeRawBufferPointer(start: other, count: strlen(other)).prefix(MemoryLayout.size(ofValue: sockaddr_un().sun_path))
            .elementsEqual(path)
    }
}
