import Diagnosis
import Glibc

/// Where a vpcd listens.
public struct VPCDAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or a numeric address, without brackets.
    public let host: String
    /// 1 to 65535.
    public let port: UInt16

    /// Where vpcd listens on this machine unless it is configured otherwise.
    public static let standard = VPCDAddress(host: "127.0.0.1", port: 35_963)

    private init(host: String, port: UInt16) {
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

    /// What connect(2) takes, in the order in which to try.
    func endpoints() throws(VPCDError) -> [Endpoint] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        var endpoints: [Endpoint] = []
        var next = list
        while status == 0, let entry = next {
            if let address = entry.pointee.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
                endpoints.append(Endpoint(family: entry.pointee.ai_family, address: Array(bytes)))
            }
            next = entry.pointee.ai_next
        }
        guard !endpoints.isEmpty else {
            throw VPCDError(host: host, cause: gai_strerror(status).map { String(cString: $0) } ?? "getaddrinfo \(status)")
        }
        return endpoints
    }
}

/// A socket address as the C library has found it.
struct Endpoint: Equatable {
    let family: Int32
    let address: [UInt8]
}

/// The host of a vpcd is not known.
public struct VPCDError: DiagnosedError, Equatable {
    /// The host as given.
    public let host: String
    /// The words of the resolver.
    public let cause: String?

    /// Always the same.
    public var code: String { "vpcd-host-unknown" }
    /// What to do.
    public var sentence: Sentence {
        Sentence(ja: "vpcdのホスト '\(host)' が見つかりません", en: "the host '\(host)' of vpcd is not known")
    }
    /// The host is not there.
    public var category: FailureCategory { .unavailable }
}
