import COpenSSL
import Cards

/// A certificate and its private key as OpenSSL's objects, alive as long as this object.
final class Signer {
    let certificate: OpaquePointer
    let key: OpaquePointer

    /// The published key of a synthetic authority.
    init(_ identity: SyntheticIdentity) throws(AuthorityError) {
        let certificate = identity.certificate.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_X509(nil, &cursor, buffer.count)
        }
        guard let certificate else { throw AuthorityError("read the certificate") }
        let key = identity.key.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_AutoPrivateKey(nil, &cursor, buffer.count)
        }
        guard let key else {
            X509_free(certificate)
            throw AuthorityError("read the key")
        }
        self.certificate = certificate
        self.key = key
    }

    /// A new key with a certificate in which the issuer is named like `issuer`; `signer` signs it, or the new key itself.
    init(
        named subject: OpaquePointer?, issuedAs issuer: Signer, by signer: Signer?, from notBefore: Int64, to notAfter: Int64,
        extensions: [(Int32, String)]
    ) throws(AuthorityError) {
        let key = try newKey()
        guard let certificate = X509_new() else {
            EVP_PKEY_free(key)
            throw AuthorityError("make a certificate")
        }
        // From here on deinit frees both.
        self.certificate = certificate
        self.key = key
        guard X509_set_version(certificate, 2) == 1, ASN1_INTEGER_set(X509_get_serialNumber(certificate), 0x7E57) == 1,
            X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate)) == 1,
            X509_set_subject_name(certificate, subject) == 1, X509_set_pubkey(certificate, key) == 1,
            ASN1_TIME_set(X509_getm_notBefore(certificate), time_t(notBefore)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(certificate), time_t(notAfter)) != nil
        else { throw AuthorityError("fill a certificate") }
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, (signer ?? self).certificate, certificate, nil, nil, 0)
        for (name, value) in extensions {
            guard let item = X509V3_EXT_conf_nid(nil, &context, name, value) else { throw AuthorityError("make an extension") }
            defer { X509_EXTENSION_free(item) }
            guard X509_add_ext(certificate, item, -1) == 1 else { throw AuthorityError("add an extension") }
        }
        guard X509_sign(certificate, (signer ?? self).key, EVP_sha256()) > 0 else { throw AuthorityError("sign a certificate") }
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    /// Somebody who takes the name of this authority, with another key.
    func impostor(at time: Int64) throws(AuthorityError) -> Signer {
        try Signer(
            named: X509_get_subject_name(certificate), issuedAs: self, by: nil, from: time - 86_400, to: time + 86_400,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ])
    }
}

/// A new key on P-256, which the caller frees.
private func newKey() throws(AuthorityError) -> OpaquePointer {
    guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { throw AuthorityError("make a key") }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1,
        EVP_PKEY_keygen(context, &key) == 1, let key
    else { throw AuthorityError("make a key") }
    return key
}

/// What an `i2d_…` function writes into a buffer that it allocates.
func encoded(_ step: String, _ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32) throws(AuthorityError) -> [UInt8] {
    var buffer: UnsafeMutablePointer<UInt8>?
    let count = encode(&buffer)
    guard let buffer, count > 0 else { throw AuthorityError(step) }
    defer { kazasu_openssl_free(buffer) }
    return Array(UnsafeBufferPointer(start: buffer, count: Int(count)))
}

/// A critical extension that nobody knows.
func unknownExtension() throws(AuthorityError) -> OpaquePointer {
    guard let name = OBJ_txt2obj("2.25.1", 1), let value = ASN1_OCTET_STRING_new() else { throw AuthorityError("make an extension") }
    defer {
        ASN1_OBJECT_free(name)
        ASN1_OCTET_STRING_free(value)
    }
    guard ASN1_OCTET_STRING_set(value, [0x05, 0x00], 2) == 1, let item = X509_EXTENSION_create_by_OBJ(nil, name, 1, value) else {
        throw AuthorityError("make an extension")
    }
    return item
}
