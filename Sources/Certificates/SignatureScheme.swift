import COpenSSL

/// How a card signs: key, padding and digest. A card of a later generation brings its own scheme.
public enum SignatureScheme: Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 clause 8.2), the scheme of today's My Number Card.
    case rsaPKCS1SHA256
    /// ECDSA with SHA-384 (FIPS 186-5 clause 6, signatures as in RFC 3279 clause 2.2.3): planned for the next card, so assumed.
    case ecdsaSHA384

    /// What the card is handed to sign: for RSA the DigestInfo of `message` (RFC 8017 clause 9.2, note 1), to which the card adds the
    /// padding; for ECDSA the digest alone.
    ///
    /// - Throws: `cryptography-failed`.
    public func digestInfo(of message: [UInt8]) throws(CertificateError) -> [UInt8] {
        digestInfoPrefix + (try digest(of: message))
    }

    /// Whether `signature` was made over `message` by the key of `certificate`. Any bytes may be given.
    public func verifies(_ signature: [UInt8], of message: [UInt8], by certificate: Certificate) -> Bool {
        defer { OpenSSLErrors.discard() }
        guard let key = certificate.handle.key, let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        guard EVP_PKEY_get_base_id(key) == keyType,
            EVP_DigestVerifyInit(context, &keyContext, digestAlgorithm, nil, key) == 1,
            keyType != EVP_PKEY_RSA || EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PADDING) == 1
        else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    private var digestAlgorithm: OpaquePointer? {
        switch self {
        case .rsaPKCS1SHA256: EVP_sha256()
        case .ecdsaSHA384: EVP_sha384()
        }
    }

    /// The kind of key, as OpenSSL numbers it.
    private var keyType: Int32 {
        switch self {
        case .rsaPKCS1SHA256: EVP_PKEY_RSA
        case .ecdsaSHA384: EVP_PKEY_EC
        }
    }

    private var digestInfoPrefix: [UInt8] {
        switch self {
        case .rsaPKCS1SHA256:
            [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20]
        case .ecdsaSHA384: []
        }
    }

    private func digest(of message: [UInt8]) throws(CertificateError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard EVP_Digest(message, message.count, &digest, &count, digestAlgorithm, nil) == 1 else {
            throw .cryptography(OpenSSLErrors.takeReason())
        }
        return Array(digest.prefix(Int(count)))
    }
}
