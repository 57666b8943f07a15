import COpenSSL
import ReaderTransport

/// AES-128 in CBC mode with an initial vector of zeros, over whole blocks (H: the maker's reference manual, clauses 5.3 and 5.7; FIPS 197,
/// NIST SP 800-38A). Every message begins anew with the vector.
final class SessionCipher {
    static let blockSize = 16
    private var key: [UInt8]

    /// With a key of 16 bytes.
    init(key: [UInt8]) { self.key = key }

    deinit { key.wipe() }

    /// The encrypted blocks; `nil` where `data` is not in whole blocks.
    func encrypt(_ data: [UInt8]) -> [UInt8]? { run(1, data) }

    /// The decrypted blocks; `nil` where `data` is not in whole blocks.
    func decrypt(_ data: [UInt8]) -> [UInt8]? { run(0, data) }

    /// `message` with FF up to the end of a block, encrypted (H).
    func seal(_ message: [UInt8]) -> [UInt8]? {
        let missing = (Self.blockSize - message.count % Self.blockSize) % Self.blockSize
        var padded = message + [UInt8](repeating: 0xFF, count: missing)
        defer { padded.wipe() }
        return encrypt(padded)
    }

    private func run(_ direction: Int32, _ data: [UInt8]) -> [UInt8]? {
        let vector = [UInt8](repeating: 0, count: Self.blockSize)
        guard key.count == Self.blockSize, data.count % Self.blockSize == 0, let count = Int32(exactly: data.count),
            let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        var made = [UInt8](repeating: 0, count: data.count + Self.blockSize)
        defer { made.wipe() }
        var length: Int32 = 0
        guard EVP_CipherInit_ex(context, EVP_aes_128_cbc(), nil, key, vector, direction) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1, EVP_CipherUpdate(context, &made, &length, data, count) == 1, length == count
        else { return nil }
        return Array(made.prefix(data.count))
    }
}

/// Bytes that nobody can foretell (RAND_bytes).
public enum UnforetellableBytes {
    /// So many of them; `nil` where the system has none.
    public static func make(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return RAND_bytes(&bytes, Int32(clamping: count)) == 1 ? bytes : nil
    }
}
