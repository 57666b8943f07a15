import Glibc
import SimulationKit

/// A TCP socket that clients come to; closed with the last reference.
final class Listener {
    let descriptor: Int32

    init(_ address: NetworkAddress) throws(USBIPHostError) {
        let endpoints: [NetworkEndpoint]
        do throws(UnknownHost) { endpoints = try address.endpoints() } catch {
            throw USBIPHostError(code: .cannotListen, cause: "\(address): \(error.cause)")
        }
        var number: Int32 = 0
        for endpoint in endpoints {
            let descriptor = socket(endpoint.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            let status = endpoint.address.withUnsafeBytes { bytes in
                bind(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
            if status == 0, listen(descriptor, 8) == 0 {
                self.descriptor = descriptor
                return
            }
            number = errno
            if descriptor >= 0 { close(descriptor) }
        }
        throw USBIPHostError(code: .cannotListen, cause: "\(address)", number)
    }

    deinit { close(descriptor) }

    /// The next client, if one has come.
    func accept() -> Int32? {
        let descriptor = Glibc.accept(self.descriptor, nil, nil)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        // Small messages, each waited for.
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }
}
