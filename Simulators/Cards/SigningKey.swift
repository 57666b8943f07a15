import COpenSSL

/// A private key on the card, held by OpenSSL; signing is the card's only heavy work.
final class SigningKey {
    private let loaded: LoadedKey
    var key: OpaquePointer { loaded.pointer }
    // One context for each way to sign, kept: OpenSSL sets a context up anew more slowly than it looks one up here.
    private var contexts: [SignatureOperation: OpaquePointer] = [:]
    /// The length of a signature at most; for RSA of every signature.
    let signatureLength: Int

    /// A key from PKCS #8 in DER; `nil` where OpenSSL does not read it.
    init?(pkcs8: [UInt8]) {
        guard let loaded = LoadedKey.of(pkcs8) else { return nil }
        self.loaded = loaded
        signatureLength = Int(EVP_PKEY_get_size(loaded.pointer))
    }

    deinit {
        for context in contexts.values { EVP_PKEY_CTX_free(context) }
    }

    /// Appends the signature over `input`, which is a message, a digest or prepared bytes as `operation` says; false where there is none.
    func sign(_ input: Span<UInt8>, by operation: SignatureOperation, into response: inout [UInt8]) -> Bool {
        guard operation.input == .message else { return signPrepared(input, by: operation, into: &response) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { digest in
            var length: UInt32 = 0
            let made = input.withUnsafeBufferPointer {
                EVP_Digest($0.baseAddress, $0.count, digest.baseAddress, &length, operation.digest.evp, nil)
            }
            guard made == 1, let start = digest.baseAddress else { return false }
            return signPrepared(Span(_unsafeStart: UnsafePointer(start), count: Int(length)), by: operation, into: &response)
        }
    }

    private func signPrepared(_ input: Span<UInt8>, by operation: SignatureOperation, into response: inout [UInt8]) -> Bool {
        guard let context = context(for: operation) else { return false }
        let start = response.count
        response.append(contentsOf: repeatElement(0, count: signatureLength))
        var length = signatureLength
        let made = response.withUnsafeMutableBufferPointer { room in
            input.withUnsafeBufferPointer { bytes in
                EVP_PKEY_sign(context, room.baseAddress.map { $0 + start }, &length, bytes.baseAddress, bytes.count)
            }
        }
        guard made == 1, length <= signatureLength else {
            ERR_clear_error()
            response.removeSubrange(start...)
            return false
        }
        response.removeLast(signatureLength - length)
        return true
    }

    private func context(for operation: SignatureOperation) -> OpaquePointer? {
        if let known = contexts[operation] { return known }
        guard let context = EVP_PKEY_CTX_new(key, nil) else { return nil }
        guard EVP_PKEY_sign_init(context) == 1, setUp(context, for: operation) else {
            EVP_PKEY_CTX_free(context)
            ERR_clear_error()
            return nil
        }
        contexts[operation] = context
        return context
    }

    /// Padding is a matter of RSA; an elliptic curve signs the digest as it is.
    private func setUp(_ context: OpaquePointer, for operation: SignatureOperation) -> Bool {
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else { return operation.encoding == .plain }
        switch operation.encoding {
        case .plain:
            return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        case .digestInfo:
            return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, operation.digest.evp) == 1
        case .pss:
            return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, operation.digest.evp) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
        }
    }
}

extension SignatureOperation.Digest {
    /// OpenSSL's name of it; a constant that nobody frees.
    var evp: OpaquePointer? {
        switch self {
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        }
    }

    /// Its length in bytes.
    var length: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        }
    }
}

extension SignatureOperation {
    /// Whether the card takes an input of this length.
    func takes(length: Int) -> Bool {
        switch input {
        case .prepared(let lengths): lengths.contains(length)
        case .digest: length == digest.length
        case .message: length > 0
        }
    }
}
