import COpenSSL

/// OpenSSL's object for one public key, alive as long as this handle.
final class PublicKeyHandle {
    let pointer: OpaquePointer

    /// Reads a SubjectPublicKeyInfo in DER (RFC 5280 clause 4.1.2.7); `nil` when OpenSSL knows no such key.
    init?(_ subjectPublicKeyInfo: [UInt8]) {
        let key = subjectPublicKeyInfo.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_PUBKEY(nil, &cursor, buffer.count)
        }
        guard let key else { return nil }
        pointer = key
    }

    /// An RSA key by its numbers, big-endian; `nil` when OpenSSL refuses them.
    init?(modulus: [UInt8], exponent: [UInt8]) {
        guard let parameters = parameters(modulus: modulus, exponent: exponent) else { return nil }
        defer { OSSL_PARAM_free(parameters) }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_fromdata_init(context) == 1, EVP_PKEY_fromdata(context, &key, kazasu_evp_pkey_public_key, parameters) == 1, let key
        else { return nil }
        pointer = key
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// A number of the key by OpenSSL's name for it, big-endian without leading zeros; `nil` where the key has none.
    func number(_ name: String) -> [UInt8]? {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(pointer, name, &number) == 1, let number else { return nil }
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: max(0, Int(BN_num_bits(number)) + 7) / 8)
        guard BN_bn2bin(number, &bytes) == bytes.count else { return nil }
        return bytes
    }

    /// The RSA function on `input` without any padding (RSAVP1, RFC 8017 clause 5.2.2), as many bytes as the modulus has;
    /// `nil` where the input is not a number below the modulus.
    func rawRSA(_ input: [UInt8]) -> [UInt8]? {
        guard let context = EVP_PKEY_CTX_new(pointer, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: input.count)
        var count = output.count
        guard EVP_PKEY_encrypt_init(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1,
            EVP_PKEY_encrypt(context, &output, &count, input, input.count) == 1, count == output.count
        else { return nil }
        return output
    }
}

/// The numbers of an RSA key for EVP_PKEY_fromdata; the caller frees them.
private func parameters(modulus: [UInt8], exponent: [UInt8]) -> UnsafeMutablePointer<OSSL_PARAM>? {
    guard let builder = OSSL_PARAM_BLD_new() else { return nil }
    defer { OSSL_PARAM_BLD_free(builder) }
    // The builder points to the numbers until it has copied them, so they are freed after it is done.
    let modulusNumber = BN_bin2bn(modulus, Int32(clamping: modulus.count), nil)
    let exponentNumber = BN_bin2bn(exponent, Int32(clamping: exponent.count), nil)
    defer {
        BN_free(modulusNumber)
        BN_free(exponentNumber)
    }
    guard modulusNumber != nil, exponentNumber != nil, kazasu_push_rsa_numbers(builder, modulusNumber, exponentNumber) == 1 else {
        return nil
    }
    return OSSL_PARAM_BLD_to_param(builder)
}
