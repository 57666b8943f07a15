import Glibc
import SimulationKit

/// A TCP connection to vpcd that never blocks; closed with the last reference.
final class VPCDSocket {
    let descriptor: Int32

    /// What a read has brought.
    enum Reception: Equatable {
        case bytes(Int)
        case nothing
        case end
    }

    /// A socket that is already connected.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Starts to connect; `nil` and the error number in `errno` where that fails at once. `finishConnecting` tells the outcome, once the
    /// socket is writable.
    init?(connectingTo endpoint: NetworkEndpoint) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(endpoint.family, kind, 0)
        guard descriptor >= 0 else { return nil }
        let status = endpoint.address.withUnsafeBytes { bytes in
            connect(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard status == 0 || errno == EINPROGRESS else { return nil }
    }

    deinit {
        let number = errno
        if descriptor >= 0 { close(descriptor) }
        errno = number
    }

    /// Zero once connected, else the error number.
    func finishConnecting() -> Int32 {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else { return errno }
        if number != 0 { return number }
        // While nobody listens on a port of the range for outgoing connections, as vpcd's usual one is, a connection may get that very
        // port for its own end and reach itself (simultaneous open, RFC 9293 clause 3.5). It would keep pcscd from listening there.
        if isConnectedToItself { return ECONNREFUSED }
        // One small message a time, each waited for: nothing to gain by collecting them.
        set(TCP_NODELAY)
        return 0
    }

    private var isConnectedToItself: Bool {
        var own = sockaddr_storage()
        var peer = sockaddr_storage()
        var ownSize = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var peerSize = ownSize
        let found = withUnsafeMutableBytes(of: &own) { bytes in
            getsockname(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &ownSize)
        }
        let foundPeer = withUnsafeMutableBytes(of: &peer) { bytes in
            getpeername(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &peerSize)
        }
        guard found == 0, foundPeer == 0, ownSize == peerSize else { return false }
        return withUnsafeBytes(of: &own) { own in
            withUnsafeBytes(of: &peer) { peer in own.prefix(Int(ownSize)).elementsEqual(peer.prefix(Int(ownSize))) }
        }
    }

    /// Reads what is there.
    ///
    /// vpcd 3.3 sends length and body in two pieces, and its kernel holds the second back until the first is acknowledged. Linux delays
    /// that by 40 ms unless asked not to, and forgets the request after a while (tcp(7), TCP_QUICKACK): so it is made before each read.
    func receive(into buffer: inout [UInt8]) -> Reception {
        set(TCP_QUICKACK)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { return .bytes(count) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        return .end
    }

    /// Sends as much as the connection takes now and returns how much; `nil` where the connection is gone.
    func send(_ bytes: [UInt8]) -> Int? {
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    // A socket of another family has no such option; then there is nothing to speed up.
    private func set(_ option: Int32) {
        var yes: Int32 = 1
        _ = setsockopt(descriptor, Int32(IPPROTO_TCP), option, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
}
