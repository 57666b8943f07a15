import COpenSSL

/// An RSA public key as plain numbers, as a card holds it in its files and a certificate in its SubjectPublicKeyInfo.
public struct RSAPublicKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The lengths of a modulus that are accepted, in bits.
    public static let modulusBits = 2048...4096

    /// The modulus, big-endian, without leading zeros.
    public let modulus: [UInt8]
    /// The public exponent, big-endian, without leading zeros.
    public let exponent: [UInt8]

    /// A key by its numbers, big-endian; leading zeros are dropped.
    ///
    /// - Throws: `public-key-unfit` unless the modulus is odd and of `modulusBits`, and the exponent odd, at least 3 and of at most
    ///   64 bits (RFC 8017 clause 3.1; a longer exponent would only cost time).
    public init(modulus: [UInt8], exponent: [UInt8]) throws(CertificateError) {
        self.modulus = Array(modulus.drop { $0 == 0 })
        self.exponent = Array(exponent.drop { $0 == 0 })
        guard let first = self.modulus.first, let last = self.modulus.last else { throw .unfitPublicKey("no modulus") }
        // Counted in bytes first, so that no length can overflow.
        guard self.modulus.count <= Self.modulusBits.upperBound / 8 else { throw .unfitPublicKey("the modulus is too long") }
        let bits = self.modulus.count * 8 - first.leadingZeroBitCount
        guard Self.modulusBits.contains(bits) else { throw .unfitPublicKey("a modulus of \(bits) bits") }
        guard last & 1 == 1 else { throw .unfitPublicKey("an even modulus") }
        guard (1...8).contains(self.exponent.count), self.exponent != [1], let end = self.exponent.last, end & 1 == 1 else {
            throw .unfitPublicKey("the exponent is even, 1 or too long")
        }
    }

    /// The key that `certificate` certifies.
    ///
    /// - Throws: `public-key-unfit` for a key that is no plain RSA key or not of the accepted sizes.
    public init(of certificate: Certificate) throws(CertificateError) {
        try self.init(subjectPublicKeyInfo: certificate.publicKey)
    }

    /// The key in a SubjectPublicKeyInfo in DER (RFC 5280 clause 4.1.2.7, RFC 3279 clause 2.3.1).
    ///
    /// - Throws: `public-key-unfit` for anything that is no plain RSA key or not of the accepted sizes.
    public init(subjectPublicKeyInfo: [UInt8]) throws(CertificateError) {
        defer { OpenSSLErrors.discard() }
        guard let key = PublicKeyHandle(subjectPublicKeyInfo), EVP_PKEY_get_base_id(key.pointer) == EVP_PKEY_RSA,
            let modulus = key.number(OSSL_PKEY_PARAM_RSA_N), let exponent = key.number(OSSL_PKEY_PARAM_RSA_E)
        else { throw .unfitPublicKey("not an RSA key") }
        try self.init(modulus: modulus, exponent: exponent)
    }

    /// Whether `signature` is an RSASSA-PKCS1-v1_5 signature over `digestInfo` (RFC 8017 clause 8.2.2). Any bytes may be given.
    ///
    /// The message that the signature holds is compared as a whole with the one expected (EMSA-PKCS1-v1_5, clause 9.2); it is never
    /// taken apart, so there is no room for a forged one. `digestInfo` may be any bytes: a card face signs three digests in one.
    public func verifies(signature: [UInt8], digestInfo: [UInt8]) -> Bool {
        guard signature.count == modulus.count, let expected = encodedMessage(digestInfo) else { return false }
        defer { OpenSSLErrors.discard() }
        guard let key = PublicKeyHandle(modulus: modulus, exponent: exponent) else { return false }
        return key.rawRSA(signature) == expected
    }

    /// Whether `signature` is an RSASSA-PKCS1-v1_5 signature with SHA-256 over `message`. Any bytes may be given.
    public func verifies(signature: [UInt8], sha256Of message: [UInt8]) -> Bool {
        guard let digestInfo = try? SignatureScheme.rsaPKCS1SHA256.digestInfo(of: message) else { return false }
        return verifies(signature: signature, digestInfo: digestInfo)
    }

    /// Its kind; a card's own key identifies the card.
    public var description: String { "RSA public key" }
    /// Without the numbers.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// `00 01 FF … FF 00` and the data, as long as the modulus, with at least eight `FF`; nil where there is no room or no data.
    private func encodedMessage(_ data: [UInt8]) -> [UInt8]? {
        guard !data.isEmpty, data.count <= modulus.count - 11 else { return nil }
        return [0x00, 0x01] + [UInt8](repeating: 0xFF, count: modulus.count - data.count - 3) + [0x00] + data
    }
}
