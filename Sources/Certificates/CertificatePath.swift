import COpenSSL

/// OpenSSL's path validation (RFC 5280 clause 6) from one anchor to the certificate that it signed.
///
/// What `CertificateChecker` looks at itself is switched off: the dates (OpenSSL takes the last second for expired, RFC 5280 clause
/// 4.1.2.5 does not) and critical extensions.
struct CertificatePath {
    let anchor: Certificate
    let certificate: Certificate

    /// What is wrong with the path; `nil` where nothing is.
    var flaw: CertificateFlaw? {
        switch validate(with: nil) {
        case X509_V_OK: nil
        case X509_V_ERR_CERT_SIGNATURE_FAILURE: .badSignature
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: .untrusted
        case let error: .refused(reason: String(cString: X509_verify_cert_error_string(Int(error))))
        }
    }

    /// OpenSSL's code for the outcome, `X509_V_OK` for a good one; with `list` revocation of the certificate is looked up there.
    func validate(with list: RevocationListHandle?) -> Int32 {
        defer { OpenSSLErrors.discard() }
        guard let store = X509_STORE_new() else { return X509_V_ERR_OUT_OF_MEM }
        defer { X509_STORE_free(store) }
        guard let context = X509_STORE_CTX_new() else { return X509_V_ERR_OUT_OF_MEM }
        defer { X509_STORE_CTX_free(context) }
        var flags = UInt(X509_V_FLAG_NO_CHECK_TIME)
        if let list {
            guard X509_STORE_add_crl(store, list.pointer) == 1 else { return X509_V_ERR_OUT_OF_MEM }
            // With unknown critical extensions noticed: in a list they change what its entries mean (RFC 5280 clause 5.2).
            flags |= UInt(X509_V_FLAG_CRL_CHECK)
        } else {
            flags |= UInt(X509_V_FLAG_IGNORE_CRITICAL)
        }
        guard X509_STORE_add_cert(store, anchor.handle.pointer) == 1,
            X509_STORE_CTX_init(context, store, certificate.handle.pointer, nil) == 1,
            let parameters = X509_STORE_CTX_get0_param(context),
            X509_VERIFY_PARAM_set_flags(parameters, flags) == 1
        else { return X509_V_ERR_OUT_OF_MEM }
        X509_VERIFY_PARAM_set_auth_level(parameters, 0)
        if X509_verify_cert(context) == 1 { return X509_V_OK }
        let error = X509_STORE_CTX_get_error(context)
        return error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error
    }
}
