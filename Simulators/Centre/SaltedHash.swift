import COpenSSL
import Centre
import Diagnosis

/// What is kept of a password or passcode: PBKDF2 with HMAC-SHA-256 (RFC 8018 clause 5.2), from which it cannot be read back.
struct SaltedHash {
    let salt: [UInt8]
    /// How often the hash is repeated.
    let rounds: Int
    let bytes: [UInt8]

    /// What was kept.
    init(salt: [UInt8], rounds: Int, bytes: [UInt8]) {
        self.salt = salt
        self.rounds = rounds
        self.bytes = bytes
    }

    /// The hash of a secret.
    init(of secret: Secret, salt: [UInt8], rounds: Int) throws(CentreError) {
        self.init(salt: salt, rounds: rounds, bytes: try Self.derive(secret, salt, rounds))
    }

    /// Whether it is that of a secret; the comparison takes the same time wherever they differ.
    func matches(_ secret: Secret) throws(CentreError) -> Bool {
        let other = try Self.derive(secret, salt, rounds)
        return other.count == bytes.count && CRYPTO_memcmp(other, bytes, bytes.count) == 0
    }

    private static func derive(_ secret: Secret, _ salt: [UInt8], _ rounds: Int) throws(CentreError) -> [UInt8] {
        var derived = [UInt8](repeating: 0, count: 32)
        let count = Int32(derived.count)
        let status = secret.withBytes { bytes in
            bytes.withUnsafeBytes { typed in
                PKCS5_PBKDF2_HMAC(
                    typed.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: typed.count), salt, Int32(clamping: salt.count),
                    Int32(clamping: rounds), EVP_sha256(), count, &derived)
            }
        }
        guard status == 1 else { throw .fault("PBKDF2 failed") }
        return derived
    }
}

/// SHA-256 of a text.
func digest(of text: String) throws(CentreError) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    let bytes = Array(text.utf8)
    guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil) == 1 else { throw .fault("SHA-256 failed") }
    return digest
}
