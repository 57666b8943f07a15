import COpenSSL
import Cards

/// Issues one revocation list for a simulated authority.
struct ListIssuer {
    let authority: SimulatedAuthority
    let time: Int64

    func list(forPartOf certificate: [UInt8]?) throws(AuthorityError) -> [UInt8] {
        let issuer = try Signer(authority.identity)
        guard let list = X509_CRL_new() else { throw AuthorityError("make a list") }
        defer { X509_CRL_free(list) }
        guard X509_CRL_set_version(list, 1) == 1, X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer.certificate)) == 1 else {
            throw AuthorityError("fill a list")
        }
        try setTimes(of: list)
        for (serial, state) in authority.states.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            if case .revoked(let since, let reason) = state { try add(serial, since, reason, to: list) }
        }
        try addExtensions(to: list, of: issuer, forPartOf: certificate)
        let signer = authority.fault == .wrongSigner ? try issuer.impostor(at: time) : issuer
        guard X509_CRL_sort(list) == 1, X509_CRL_sign(list, signer.key, authority.fault == .weakDigest ? EVP_sha1() : EVP_sha256()) > 0
        else { throw AuthorityError("sign a list") }
        return try encoded("write a list") { i2d_X509_CRL(list, $0) }
    }

    private func setTimes(of list: OpaquePointer) throws(AuthorityError) {
        let window = AuthorityFault.window(of: authority.fault, at: time, lifetime: authority.lifetime)
        let thisUpdate = ASN1_TIME_set(nil, time_t(window.thisUpdate))
        let nextUpdate = window.nextUpdate.flatMap { ASN1_TIME_set(nil, time_t($0)) }
        defer { for moment in [thisUpdate, nextUpdate] { ASN1_TIME_free(moment) } }
        guard X509_CRL_set1_lastUpdate(list, thisUpdate) == 1 else { throw AuthorityError("fill a list") }
        if nextUpdate != nil, X509_CRL_set1_nextUpdate(list, nextUpdate) != 1 { throw AuthorityError("fill a list") }
    }

    private func add(_ serial: [UInt8], _ since: Int64, _ reason: Int32?, to list: OpaquePointer) throws(AuthorityError) {
        guard let entry = X509_REVOKED_new() else { throw AuthorityError("make an entry") }
        let number = ASN1_INTEGER_new()
        let date = ASN1_TIME_set(nil, time_t(since))
        let why = ASN1_ENUMERATED_new()
        defer {
            ASN1_INTEGER_free(number)
            ASN1_TIME_free(date)
            ASN1_ENUMERATED_free(why)
        }
        var isFilled = ASN1_STRING_set(number, serial, Int32(clamping: serial.count)) == 1
        isFilled = isFilled && X509_REVOKED_set_serialNumber(entry, number) == 1 && X509_REVOKED_set_revocationDate(entry, date) == 1
        if let reason {
            isFilled = isFilled && ASN1_ENUMERATED_set(why, Int(reason)) == 1
            isFilled = isFilled && X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, why, 0, 0) == 1
        }
        // From here on the list owns the entry.
        guard isFilled, X509_CRL_add0_revoked(list, entry) == 1 else {
            X509_REVOKED_free(entry)
            throw AuthorityError("add an entry")
        }
    }

    private func addExtensions(to list: OpaquePointer, of issuer: Signer, forPartOf certificate: [UInt8]?) throws(AuthorityError) {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer.certificate, nil, nil, list, 0)
        guard let key = X509V3_EXT_conf_nid(nil, &context, NID_authority_key_identifier, "keyid:always") else {
            throw AuthorityError("make an extension")
        }
        defer { X509_EXTENSION_free(key) }
        let number = ASN1_INTEGER_new()
        defer { ASN1_INTEGER_free(number) }
        guard X509_CRL_add_ext(list, key, -1) == 1, ASN1_INTEGER_set(number, 1) == 1,
            X509_CRL_add1_ext_i2d(list, NID_crl_number, number, 0, 0) == 1
        else { throw AuthorityError("add an extension") }
        if authority.fault == .deltaList, X509_CRL_add1_ext_i2d(list, NID_delta_crl, number, 1, 0) != 1 {
            throw AuthorityError("add an extension")
        }
        if authority.fault == .unknownExtension {
            let item = try unknownExtension()
            defer { X509_EXTENSION_free(item) }
            guard X509_CRL_add_ext(list, item, -1) == 1 else { throw AuthorityError("add an extension") }
        }
        if let certificate = authority.fault == .otherPart ? authority.identity.certificate : certificate {
            try addPart(of: certificate, to: list)
        }
    }

    /// Says that the list is about one part of the certificates only: that which `certificate` names (RFC 5280 clause 5.2.5).
    private func addPart(of certificate: [UInt8], to list: OpaquePointer) throws(AuthorityError) {
        let parsed = certificate.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_X509(nil, &cursor, buffer.count)
        }
        guard let parsed else { throw AuthorityError("read a certificate") }
        defer { X509_free(parsed) }
        guard let points = X509_get_ext_d2i(parsed, NID_crl_distribution_points, nil, nil).map(OpaquePointer.init) else { return }
        defer { CRL_DIST_POINTS_free(points) }
        guard let first = OPENSSL_sk_value(points, 0)?.assumingMemoryBound(to: DIST_POINT.self), let part = ISSUING_DIST_POINT_new() else {
            throw AuthorityError("read the distribution point")
        }
        defer { ISSUING_DIST_POINT_free(part) }
        // The name moves from one to the other, which frees it.
        part.pointee.distpoint = first.pointee.distpoint
        first.pointee.distpoint = nil
        guard X509_CRL_add1_ext_i2d(list, NID_issuing_distribution_point, part, 1, 0) == 1 else { throw AuthorityError("add an extension") }
    }
}
