import COpenSSL

extension VirtualCard {
    /// SET SESSION KEY `80 AE 00 00`: 256 bytes, RSA-OAEP with SHA-256 of `A0 { 80 seed }` to the key of EF 0006; the first 16 of the 32 bytes
    /// of the seed become the key.
    ///
    /// `66F1` and `6982` in applications without it; `6982` before the PIN, whatever else was verified; `6F00` for a number that is not below
    /// the modulus, `6A80` for anything wrong inside (measured by a public open-source project). The mask generation uses SHA-256 too, and
    /// other lengths are `6700` (assumed).
    func setSessionKey(_ command: CommandMessage, _ cryptogram: Span<UInt8>) throws(Refusal) -> Answer {
        guard command.p1 == 0x00, command.p2 == 0x00 else { throw Refusal(.wrongParameters, "P1-P2 of SET SESSION KEY are not 0000") }
        let application = try currentApplication(or: Refusal(.noKeyDelivery))
        switch application.messaging {
        case .notConfigured: throw Refusal(.noKeyDelivery)
        case .neverAllowed: throw Refusal(.securityStatusNotSatisfied)
        case .offered(let access):
            guard application.satisfies(access) else { throw Refusal(.securityStatusNotSatisfied) }
        }
        guard let key = fileSystem.messagingKey else { throw Refusal(.conditionsNotSatisfied) }
        guard cryptogram.count == key.signatureLength else { throw Refusal(.wrongLength, "the cryptogram is not as long as the key") }
        guard key.isBelowModulus(cryptogram) else { throw Refusal(.noDiagnosis) }
        guard let message = key.decryptOAEP(cryptogram), message.count == 36, message.starts(with: [0xA0, 0x22, 0x80, 0x20]) else {
            throw Refusal(.wrongData)
        }
        session?.messaging = MessagingSession(key: Array(message[4..<20]))
        return Answer(status: .success, computing: profile.computingTimes.sign)
    }
}

extension SigningKey {
    /// Whether a number is one that the key can have encrypted.
    func isBelowModulus(_ number: Span<UInt8>) -> Bool {
        guard let modulus = rsaPublicKey?.modulus, number.count == modulus.count else { return false }
        for index in number.indices where number[index] != modulus[index] { return number[index] < modulus[index] }
        return false
    }

    /// What was encrypted by RSAES-OAEP with SHA-256 (RFC 8017 clause 7.1); `nil` where the padding is wrong.
    func decryptOAEP(_ cryptogram: Span<UInt8>) -> [UInt8]? {
        guard let context = EVP_PKEY_CTX_new(key, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var message = [UInt8](repeating: 0, count: signatureLength)
        var length = message.count
        let opened = cryptogram.withUnsafeBufferPointer { bytes in
            EVP_PKEY_decrypt_init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1
                && EVP_PKEY_decrypt(context, &message, &length, bytes.baseAddress, bytes.count) == 1
        }
        guard opened, length <= message.count else {
            ERR_clear_error()
            return nil
        }
        return Array(message.prefix(length))
    }
}

/// AES-128 in CBC mode over whole blocks, without padding (FIPS 197, NIST SP 800-38A).
enum AES128 {
    static func encrypt(_ data: [UInt8], key: [UInt8], initialVector: [UInt8]) -> [UInt8]? { run(1, data, key, initialVector) }
    static func decrypt(_ data: [UInt8], key: [UInt8], initialVector: [UInt8]) -> [UInt8]? { run(0, data, key, initialVector) }

    private static func run(_ direction: Int32, _ data: [UInt8], _ key: [UInt8], _ initialVector: [UInt8]) -> [UInt8]? {
        guard key.count == 16, initialVector.count == 16, data.count % 16 == 0, let count = Int32(exactly: data.count) else { return nil }
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        var made = [UInt8](repeating: 0, count: data.count + 16)
        var length: Int32 = 0
        guard EVP_CipherInit_ex(context, EVP_aes_128_cbc(), nil, key, initialVector, direction) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1, EVP_CipherUpdate(context, &made, &length, data, count) == 1, length == count
        else { return nil }
        return Array(made.prefix(data.count))
    }
}
