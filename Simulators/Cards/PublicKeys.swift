import COpenSSL

extension SigningKey {
    /// Modulus and exponent, big endian without leading zeros; `nil` for a key that is not RSA.
    var rsaPublicKey: (modulus: [UInt8], exponent: [UInt8])? {
        guard let modulus = number("n"), let exponent = number("e") else { return nil }
        return (modulus, exponent)
    }

    /// The public half as cards write it: `90` exponent, `91` modulus.
    var cardVerifiablePublicKey: [UInt8]? {
        rsaPublicKey.map { tlv(0x90, $0.exponent) + tlv(0x91, $0.modulus) }
    }

    /// A number of the key by OpenSSL's name of it.
    private func number(_ name: String) -> [UInt8]? {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key, name, &number) == 1, let number else {
            ERR_clear_error()
            return nil
        }
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
        _ = BN_bn2bin(number, &bytes)
        return bytes
    }
}

/// SHA-256 (FIPS 180-4).
func digest(_ message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    _ = EVP_Digest(message, message.count, &digest, nil, EVP_sha256(), nil)
    return digest
}
