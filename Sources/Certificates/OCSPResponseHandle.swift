import COpenSSL

/// OpenSSL's object for one OCSP answer that was successful, alive as long as this handle.
final class OCSPResponseHandle {
    private let basic: OpaquePointer

    /// Reads exactly one answer; one that says why there is none is thrown as that reason (RFC 6960 clause 4.2.1).
    init(_ bytes: [UInt8]) throws(RevocationGap) {
        let parsed = bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer, Int)? in
            var cursor = buffer.baseAddress
            guard let start = buffer.baseAddress, let pointer = d2i_OCSP_RESPONSE(nil, &cursor, buffer.count), let cursor else {
                return nil
            }
            return (pointer, cursor - start)
        }
        guard let (response, count) = parsed else { throw .malformed }
        defer { OCSP_RESPONSE_free(response) }
        guard count == bytes.count else { throw .malformed }
        switch OCSP_response_status(response) {
        case OCSP_RESPONSE_STATUS_SUCCESSFUL: break
        case OCSP_RESPONSE_STATUS_MALFORMEDREQUEST: throw .requestRefused
        case OCSP_RESPONSE_STATUS_INTERNALERROR: throw .responderFault
        case OCSP_RESPONSE_STATUS_TRYLATER: throw .tryLater
        case OCSP_RESPONSE_STATUS_SIGREQUIRED: throw .signatureRequired
        case OCSP_RESPONSE_STATUS_UNAUTHORIZED: throw .unauthorized
        default: throw .malformed
        }
        guard let basic = OCSP_response_get1_basic(response) else { throw .malformed }
        self.basic = basic
    }

    deinit {
        OCSP_BASICRESP_free(basic)
    }

    // MARK: who signed it

    /// Nothing unless `authority` signed it at `time`, itself or through a responder that it has appointed.
    func requireSignature(ofAuthority authority: Certificate, at time: Int64) throws(RevocationGap) {
        if OCSP_BASICRESP_get_ext_by_critical(basic, 1, -1) >= 0 { throw .unknownExtension }
        guard let store = X509_STORE_new() else { throw .internalFault }
        defer { X509_STORE_free(store) }
        guard let parameters = X509_STORE_get0_param(store), X509_STORE_add_cert(store, authority.handle.pointer) == 1,
            let known = kazasu_stack_of_x509_new()
        else { throw .internalFault }
        defer { kazasu_stack_of_x509_free(known) }
        guard kazasu_stack_of_x509_push(known, authority.handle.pointer) > 0 else { throw .internalFault }
        X509_VERIFY_PARAM_set_time(parameters, time_t(time))
        // Level 2: no SHA-1, no RSA below 2048 bits in the certificate of an appointed responder.
        X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        // OpenSSL compares the names in the answer with those of the authority, and asks a responder for its purpose; a root that is
        // trusted for OCSP in general is none of ours.
        guard OCSP_basic_verify(basic, known, store, UInt(OCSP_NOEXPLICIT)) == 1 else { throw .wrongSigner }
        guard isStronglySigned else { throw .weakAlgorithm }
        try requireFitSigner(known, authority)
    }

    private var isStronglySigned: Bool {
        var algorithm: OpaquePointer?
        var parameters = V_ASN1_UNDEF
        X509_ALGOR_get0(&algorithm, &parameters, nil, OCSP_resp_get0_tbs_sigalg(basic))
        // The algorithm is not under the signature, so nothing else than what belongs there is taken (RFC 5754 clause 3).
        guard parameters == V_ASN1_NULL || parameters == V_ASN1_UNDEF else { return false }
        return SignatureDigest(signatureNID: OBJ_obj2nid(algorithm)) != nil
    }

    /// What OpenSSL does not ask of an appointed responder: that it is no authority and that its key may sign. Whether its certificate
    /// is revoked is not asked (RFC 6960 clause 4.2.2.2.1 leaves that to the asker).
    private func requireFitSigner(_ known: OpaquePointer, _ authority: Certificate) throws(RevocationGap) {
        var signer: OpaquePointer?
        guard OCSP_resp_get0_signer(basic, &signer, known) == 1, let signer,
            let certificate = try? Certificate(der: copyEncoding { i2d_X509(signer, $0) })
        else { throw .wrongSigner }
        if certificate.publicKey == authority.publicKey { return }
        guard certificate.extendedKeyUsages.contains("1.3.6.1.5.5.7.3.9"), !certificate.isAuthority,
            certificate.keyUsage?.contains(.digitalSignature) ?? true
        else { throw .wrongSigner }
    }

    // MARK: for which request

    /// Nothing unless the nonce is that of `request`; where there is none in the answer, `always` decides.
    func requireNonce(of request: [UInt8], always: Bool) throws(RevocationGap) {
        let parsed = request.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_OCSP_REQUEST(nil, &cursor, buffer.count)
        }
        guard let parsed else { throw .internalFault }
        defer { OCSP_REQUEST_free(parsed) }
        switch OCSP_check_nonce(parsed, basic) {
        case 1: return
        case -1 where !always: return
        default: throw .wrongNonce
        }
    }

    // MARK: what it says

    /// The part about one certificate, with its times in Unix time.
    struct Single {
        let status: RevocationStatus
        let thisUpdate: Int64
        let nextUpdate: Int64?
    }

    /// The only part about the certificate with this name.
    func single(for identifier: OpaquePointer) throws(RevocationGap) -> Single {
        let index = OCSP_resp_find(basic, identifier, -1)
        guard index >= 0, let single = OCSP_resp_get0(basic, index) else { throw .otherCertificate }
        guard OCSP_resp_find(basic, identifier, index) < 0 else { throw .contradictory }
        if OCSP_SINGLERESP_get_ext_by_critical(single, 1, -1) >= 0 { throw .unknownExtension }
        var reason: Int32 = -1
        var revokedAt, thisUpdate, nextUpdate: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        let status = OCSP_single_get0_status(single, &reason, &revokedAt, &thisUpdate, &nextUpdate)
        guard let first = unixTime(thisUpdate) else { throw .malformed }
        let last = unixTime(nextUpdate)
        guard (last == nil) == (nextUpdate == nil) else { throw .malformed }
        return Single(status: try self.status(status, since: revokedAt, reason, thisUpdate: first), thisUpdate: first, nextUpdate: last)
    }

    private func status(
        _ status: Int32, since: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?, _ reason: Int32, thisUpdate: Int64
    ) throws(RevocationGap) -> RevocationStatus {
        switch status {
        case V_OCSP_CERTSTATUS_GOOD: return .good(thisUpdate: thisUpdate)
        case V_OCSP_CERTSTATUS_REVOKED:
            guard let since = unixTime(since) else { throw .malformed }
            return .revoked(since: since, reason: RevocationReason(rawValue: Int(reason)))
        case V_OCSP_CERTSTATUS_UNKNOWN: return .unknown
        default: throw .malformed
        }
    }
}
