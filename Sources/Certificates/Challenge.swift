import COpenSSL

/// Fresh bytes for a card to sign, so that an old signature proves nothing.
public struct Challenge: Sendable, Hashable {
    /// How many bytes a challenge has.
    public static let count = 32

    /// The bytes; no secret.
    public let bytes: [UInt8]

    /// A challenge that nobody can foresee, from OpenSSL's random generator.
    ///
    /// - Throws: `cryptography-failed` when the generator has no entropy; there is never a weak challenge instead.
    public init() throws(CertificateError) {
        try self.init(generator: RAND_bytes)
    }

    /// A challenge that is given, for a run that is to repeat to the byte.
    ///
    /// - Throws: `challenge-length` unless there are `count` bytes.
    public init(bytes: [UInt8]) throws(CertificateError) {
        guard bytes.count == Self.count else { throw .challengeLength(bytes.count) }
        self.bytes = bytes
    }

    init(generator: (UnsafeMutablePointer<UInt8>?, Int32) -> Int32) throws(CertificateError) {
        var bytes = [UInt8](repeating: 0, count: Self.count)
        guard generator(&bytes, Int32(Self.count)) == 1 else { throw .cryptography(OpenSSLErrors.takeReason()) }
        self.bytes = bytes
    }
}
