import Glibc

/// Where somebody listens or is to listen.
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or a numeric address, without brackets.
    public let host: String
    /// 1 to 65535.
    public let port: UInt16

    /// The address of a host that is spelt right.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// The address written `HOST:PORT` or `[HOST]:PORT`, the latter for IPv6 (RFC 3986 clause 3.2.2); `nil` for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits), port > 0 else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        let isName = host.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
        guard !host.isEmpty, isName else { return nil }
        self.init(host: String(host), port: port)
    }

    /// As it is written.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// What connect(2) and bind(2) take, in the order in which to try; throws where the host is not known.
    public func endpoints() throws(UnknownHost) -> [NetworkEndpoint] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        var endpoints: [NetworkEndpoint] = []
        var next = list
        while status == 0, let entry = next {
            if let address = entry.pointee.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
                endpoints.append(NetworkEndpoint(family: entry.pointee.ai_family, address: Array(bytes)))
            }
            next = entry.pointee.ai_next
        }
        guard !endpoints.isEmpty else {
            throw UnknownHost(cause: gai_strerror(status).map { String(cString: $0) } ?? "getaddrinfo \(status)")
        }
        return endpoints
    }
}

/// A socket address as the C library has found it.
public struct NetworkEndpoint: Sendable, Hashable {
    /// The address family.
    public let family: Int32
    /// The bytes of the `sockaddr`.
    public let address: [UInt8]
}

/// A host that the resolver does not know.
public struct UnknownHost: Error, Hashable {
    /// The words of the resolver.
    public let cause: String
}
