import Glibc

/// A connection to vpcd: messages of two bytes of length and a body.
enum VPCDConnection {
    /// Connects to vpcd's usual port, waiting until somebody listens there.
    static func open() -> Int32? {
        for _ in 0..<10_000 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(35_963).bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 {
                var one: Int32 = 1
                setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
                return descriptor
            }
            close(descriptor)
            _ = poll(nil, 0, 5)
        }
        return nil
    }

    /// The length of the next message; `nil` where the connection has ended.
    static func receive(_ descriptor: Int32, into buffer: inout [UInt8]) -> Int? {
        var received = 0
        while true {
            // vpcd sends length and body apart: without this each body waits for a delayed acknowledgement.
            var one: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_QUICKACK, &one, 4)
            let wanted = received < 2 ? 2 : 2 + Int(buffer[0]) << 8 + Int(buffer[1])
            if received >= 2, received == wanted { break }
            let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress.map { $0 + received }, wanted - received, 0) }
            guard count > 0 else { return nil }
            received += count
        }
        let count = received - 2
        for index in 0..<count { buffer[index] = buffer[index + 2] }
        return count
    }

    static func send(_ descriptor: Int32, _ body: [UInt8]) {
        let message = [UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
        sendWhole(descriptor, message, message.count)
    }

    static func sendWhole(_ descriptor: Int32, _ message: [UInt8], _ count: Int) {
        _ = Glibc.send(descriptor, message, count, Int32(MSG_NOSIGNAL))
    }
}
