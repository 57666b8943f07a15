import COpenSSL
import Cards

/// Answers one OCSP request for a simulated authority.
struct OCSPResponder {
    let authority: SimulatedAuthority
    let time: Int64

    func answer(to bytes: [UInt8]) throws(AuthorityError) -> [UInt8] {
        switch authority.fault {
        case .malformedRequest: return try error(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST)
        case .internalError: return try error(OCSP_RESPONSE_STATUS_INTERNALERROR)
        case .tryLater: return try error(OCSP_RESPONSE_STATUS_TRYLATER)
        case .signatureRequired: return try error(OCSP_RESPONSE_STATUS_SIGREQUIRED)
        case .unauthorized: return try error(OCSP_RESPONSE_STATUS_UNAUTHORIZED)
        default: break
        }
        guard let request = parse(bytes) else { return try error(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST) }
        defer { OCSP_REQUEST_free(request) }
        guard let basic = OCSP_BASICRESP_new() else { throw AuthorityError("make an answer") }
        defer { OCSP_BASICRESP_free(basic) }
        let issuer = try Signer(authority.identity)
        for index in 0..<OCSP_request_onereq_count(request) {
            guard let identifier = OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, index)) else { continue }
            // About the certificates of another authority it says nothing (RFC 6960 clause 2.3).
            guard isOurs(identifier, issuer) else { return try error(OCSP_RESPONSE_STATUS_UNAUTHORIZED) }
            try add(identifier, to: basic)
        }
        try addNonce(of: request, to: basic)
        try sign(basic, for: issuer)
        return try response(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic)
    }

    private func parse(_ bytes: [UInt8]) -> OpaquePointer? {
        let parsed = bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer, Int)? in
            var cursor = buffer.baseAddress
            guard let start = buffer.baseAddress, let pointer = d2i_OCSP_REQUEST(nil, &cursor, buffer.count), let cursor else { return nil }
            return (pointer, cursor - start)
        }
        ERR_clear_error()
        guard let (request, count) = parsed else { return nil }
        guard count == bytes.count, OCSP_request_onereq_count(request) > 0 else {
            OCSP_REQUEST_free(request)
            return nil
        }
        return request
    }

    /// Whether a name of a certificate begins with the name and the key of our authority.
    private func isOurs(_ identifier: OpaquePointer, _ issuer: Signer) -> Bool {
        var digest: OpaquePointer?
        guard OCSP_id_get0_info(nil, &digest, nil, nil, identifier) == 1,
            let method = EVP_get_digestbyname(OBJ_nid2sn(OBJ_obj2nid(digest))),
            let own = OCSP_cert_id_new(
                method, X509_get_subject_name(issuer.certificate), X509_get0_pubkey_bitstr(issuer.certificate), nil)
        else { return false }
        defer { OCSP_CERTID_free(own) }
        return OCSP_id_issuer_cmp(own, identifier) == 0
    }

    // MARK: what it says

    private func add(_ identifier: OpaquePointer, to basic: OpaquePointer) throws(AuthorityError) {
        switch authority.fault {
        case .otherCertificate:
            guard let other = OCSP_CERTID_dup(identifier) else { throw AuthorityError("name another certificate") }
            defer { OCSP_CERTID_free(other) }
            var serial: UnsafeMutablePointer<ASN1_INTEGER>?
            guard OCSP_id_get0_info(nil, nil, nil, &serial, other) == 1, ASN1_INTEGER_set(serial, 0x7E57) == 1 else {
                throw AuthorityError("name another certificate")
            }
            try add(.good, of: other, to: basic)
        case .contradictory:
            try add(.good, of: identifier, to: basic)
            try add(.revoked(since: time, reason: nil), of: identifier, to: basic)
        default:
            try add(authority.states[serial(of: identifier)] ?? .good, of: identifier, to: basic)
        }
    }

    private func serial(of identifier: OpaquePointer) -> [UInt8] {
        var serial: UnsafeMutablePointer<ASN1_INTEGER>?
        guard OCSP_id_get0_info(nil, nil, nil, &serial, identifier) == 1, let serial else { return [] }
        let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(serial), count: max(0, Int(ASN1_STRING_length(serial))))
        return Array(bytes.drop { $0 == 0 })
    }

    private func add(_ state: SimulatedAuthority.State, of identifier: OpaquePointer, to basic: OpaquePointer) throws(AuthorityError) {
        let window = AuthorityFault.window(of: authority.fault, at: time, lifetime: authority.lifetime)
        var revokedAt: UnsafeMutablePointer<ASN1_TIME>?
        var (status, reason): (Int32, Int32) = (V_OCSP_CERTSTATUS_GOOD, -1)
        switch state {
        case .good: break
        case .unknown: status = V_OCSP_CERTSTATUS_UNKNOWN
        case .revoked(let since, let number):
            (status, reason) = (V_OCSP_CERTSTATUS_REVOKED, number ?? -1)
            revokedAt = ASN1_GENERALIZEDTIME_set(nil, time_t(since))
        }
        let thisUpdate = ASN1_GENERALIZEDTIME_set(nil, time_t(window.thisUpdate))
        let nextUpdate = window.nextUpdate.flatMap { ASN1_GENERALIZEDTIME_set(nil, time_t($0)) }
        defer { for moment in [revokedAt, thisUpdate, nextUpdate] { ASN1_GENERALIZEDTIME_free(moment) } }
        guard OCSP_basic_add1_status(basic, identifier, status, reason, revokedAt, thisUpdate, nextUpdate) != nil else {
            throw AuthorityError("add a status")
        }
    }

    private func addNonce(of request: OpaquePointer, to basic: OpaquePointer) throws(AuthorityError) {
        switch authority.fault {
        case .withoutNonce: break
        case .wrongNonce:
            var nonce = [UInt8](repeating: 0x5A, count: 32)
            guard OCSP_basic_add1_nonce(basic, &nonce, 32) == 1 else { throw AuthorityError("add a nonce") }
        default:
            // 2 where the request has none.
            guard OCSP_copy_nonce(basic, request) > 0 else { throw AuthorityError("copy the nonce") }
        }
        if authority.fault == .unknownExtension {
            let item = try unknownExtension()
            defer { X509_EXTENSION_free(item) }
            guard OCSP_BASICRESP_add_ext(basic, item, -1) == 1 else { throw AuthorityError("add an extension") }
        }
    }

    // MARK: who signs

    private func sign(_ basic: OpaquePointer, for issuer: Signer) throws(AuthorityError) {
        let signer = try signer(for: issuer)
        // OpenSSL would write the time of the machine: ours is written instead, into the field that it only shows.
        guard let producedAt = OCSP_resp_get0_produced_at(basic),
            ASN1_GENERALIZEDTIME_set(UnsafeMutablePointer(mutating: producedAt), time_t(time)) != nil
        else { throw AuthorityError("set the time") }
        // Its own certificate everybody has who asks.
        let flags = UInt(OCSP_NOTIME) | (signer === issuer ? UInt(OCSP_NOCERTS) : 0)
        let digest = authority.fault == .weakDigest ? EVP_sha1() : EVP_sha256()
        guard OCSP_basic_sign(basic, signer.certificate, signer.key, digest, nil, flags) == 1 else {
            throw AuthorityError("sign an answer")
        }
    }

    private func signer(for issuer: Signer) throws(AuthorityError) -> Signer {
        let purpose = (NID_ext_key_usage, "OCSPSigning")
        let usage = (NID_key_usage, "critical,digitalSignature")
        let leaf = (NID_basic_constraints, "critical,CA:FALSE")
        return switch authority.fault {
        case .wrongSigner: try issuer.impostor(at: time)
        case .responderWithoutPurpose: try responder(issuer, by: issuer, [usage, leaf])
        case .responderWithoutUsage: try responder(issuer, by: issuer, [purpose, leaf, (NID_key_usage, "critical,keyAgreement")])
        case .responderIsAuthority:
            try responder(
                issuer, by: issuer,
                [purpose, (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,digitalSignature")])
        case .expiredResponder: try responder(issuer, by: issuer, [purpose, usage, leaf], to: time - 3600)
        case .responderOfAnother: try responder(issuer, by: try issuer.impostor(at: time), [purpose, usage, leaf])
        case _ where authority.appointsResponder: try responder(issuer, by: issuer, [purpose, usage, leaf])
        default: issuer
        }
    }

    private func responder(
        _ issuer: Signer, by signer: Signer, _ extensions: [(Int32, String)], to end: Int64? = nil
    ) throws(AuthorityError) -> Signer {
        guard let name = X509_NAME_new() else { throw AuthorityError("make a name") }
        defer { X509_NAME_free(name) }
        guard X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, "KAZASU SYNTHETIC OCSP", -1, -1, 0) == 1 else {
            throw AuthorityError("make a name")
        }
        let all = extensions + [(NID_authority_key_identifier, "keyid:always"), (NID_id_pkix_OCSP_noCheck, "ignored")]
        return try Signer(
            named: name, issuedAs: issuer, by: signer, from: time - 86_400, to: end ?? time + 86_400, extensions: all)
    }

    // MARK: bytes

    private func error(_ status: Int32) throws(AuthorityError) -> [UInt8] { try response(status, nil) }

    private func response(_ status: Int32, _ basic: OpaquePointer?) throws(AuthorityError) -> [UInt8] {
        guard let response = OCSP_response_create(status, basic) else { throw AuthorityError("make an answer") }
        defer { OCSP_RESPONSE_free(response) }
        return try encoded("write an answer") { i2d_OCSP_RESPONSE(response, $0) }
    }
}
