import COpenSSL
import TestSupport

/// The public half, read from a certificate in DER: OpenSSL's opinion of a signature, apart from the card's code.
final class PublicKey {
    private let key: OpaquePointer

    init?(certificate: [UInt8]) {
        let loaded = certificate.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var next = bytes.baseAddress
            guard let certificate = d2i_X509(nil, &next, bytes.count) else { return nil }
            defer { X509_free(certificate) }
            return X509_get_pubkey(certificate)
        }
        guard let loaded else { return nil }
        key = loaded
    }

    deinit { EVP_PKEY_free(key) }

    /// What is under the type 1 padding of a signature; `nil` where the padding is wrong.
    func recover(_ signature: [UInt8]) -> [UInt8]? {
        guard let context = EVP_PKEY_CTX_new(key, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var length = 512
        var room = [UInt8](repeating: 0, count: length)
        guard EVP_PKEY_verify_recover_init(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
            EVP_PKEY_verify_recover(context, &room, &length, signature, signature.count) == 1
        else { return nil }
        return Array(room.prefix(length))
    }

    /// Whether this is a signature over a message with SHA-256 and RSASSA-PKCS1-v1_5, or RSASSA-PSS with a salt of 32 bytes.
    func verifies(_ signature: [UInt8], over message: [UInt8], pss: Bool = false) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        var details: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &details, EVP_sha256(), nil, key) == 1 else { return false }
        if pss {
            guard EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) == 1, EVP_PKEY_CTX_set_rsa_pss_saltlen(details, 32) == 1
            else { return false }
        }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

func sha256(_ message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    EVP_Digest(message, message.count, &digest, &length, EVP_sha256(), nil)
    return digest
}

/// The DigestInfo of SHA-256 up to the digest (RFC 8017 clause 9.2, note 1).
let digestInfoPrefix = hex("3031300D060960864801650304020105000420")
