import COpenSSL

/// AES-128 in CBC mode, with zeros before the first block (the maker's reference manual, clause 5.3).
struct ReaderCipher {
    let key: [UInt8]

    func encrypt(_ blocks: [UInt8]) -> [UInt8] { cipher(blocks, encrypts: true) }
    func decrypt(_ blocks: [UInt8]) -> [UInt8] { cipher(blocks, encrypts: false) }

    /// Filled up to whole blocks with FF, then encrypted.
    func seal(_ bytes: [UInt8]) -> [UInt8] {
        var filled = bytes
        while filled.count % 16 != 0 { filled.append(0xFF) }
        return encrypt(filled)
    }

    /// Empty where `blocks` are no whole blocks.
    private func cipher(_ blocks: [UInt8], encrypts: Bool) -> [UInt8] {
        guard blocks.count % 16 == 0, key.count == 16, let context = EVP_CIPHER_CTX_new() else { return [] }
        defer { EVP_CIPHER_CTX_free(context) }
        let zeros = [UInt8](repeating: 0, count: 16)
        guard EVP_CipherInit_ex(context, EVP_aes_128_cbc(), nil, key, zeros, encrypts ? 1 : 0) == 1 else { return [] }
        EVP_CIPHER_CTX_set_padding(context, 0)
        var result = [UInt8](repeating: 0, count: blocks.count + 16)
        var count: Int32 = 0
        guard EVP_CipherUpdate(context, &result, &count, blocks, Int32(clamping: blocks.count)) == 1 else { return [] }
        return Array(result.prefix(Int(count)))
    }
}
