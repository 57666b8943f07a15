import Glibc
import Station

/// A socket that never blocks with the session on it; closed with the last reference.
final class Connection {
    let descriptor: Int32
    let session: USBIPSession
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(_ descriptor: Int32, _ session: USBIPSession) {
        self.descriptor = descriptor
        self.session = session
    }

    deinit { close(descriptor) }

    /// What poll(2) is to wait for.
    var interest: Int16 {
        (session.wantsInput ? Int16(POLLIN) : 0) | (session.output.isEmpty ? 0 : Int16(POLLOUT))
    }

    /// Reads what is there; `false` where the other end is gone.
    func receive(at now: Instant) -> Bool {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        guard count > 0 else { return false }
        session.receive(buffer[..<count], at: now)
        return true
    }

    /// Sends what the other end takes now; `false` where it is gone.
    func flush() -> Bool {
        while !session.output.isEmpty {
            let count = send(descriptor, session.output, session.output.count, Int32(MSG_NOSIGNAL))
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            session.didSend(count)
        }
        return true
    }
}
