import COpenSSL

/// What a certificate is to say, in the words of OpenSSL's configuration (x509v3_config(5)); the same as in `make-fixtures`.
struct CertificateRequest {
    /// When it is valid, `YYYYMMDDHHMMSSZ`.
    struct Validity {
        let from: String
        let to: String
    }

    let subject: [(String, String)]
    /// The first byte of the serial after `7E57`: `0A` for authentication, `0B` for signature.
    let series: UInt8
    let validity: Validity
    let extensions: String

    static func authentication(name: String, _ validity: Validity) -> CertificateRequest {
        CertificateRequest(
            subject: [("C", "JP"), ("CN", name)], series: 0x0A, validity: validity,
            extensions: """
                [extensions]
                keyUsage = critical, digitalSignature
                extendedKeyUsage = clientAuth
                certificatePolicies = critical, @policy
                \(common(policy: SyntheticPKI.authenticationPolicy, service: "user authentication", name: "利用者証明用"))
                """)
    }

    static func signature(name: String, of holder: CardHolder, _ validity: Validity) -> CertificateRequest {
        CertificateRequest(
            subject: [("C", "JP"), ("L", "Shiken-shi"), ("CN", name)], series: 0x0B, validity: validity,
            extensions: """
                [person]
                otherName.1 = \(SyntheticPKI.arc).5.1;FORMAT:UTF8,UTF8:\(holder.name)
                otherName.2 = \(SyntheticPKI.arc).5.2;UTF8:\(zeros(holder.name))
                otherName.3 = \(SyntheticPKI.arc).5.3;UTF8:\(holder.sex.rawValue)
                otherName.4 = \(SyntheticPKI.arc).5.4;UTF8:\(holder.birth.eraNumber)\(holder.birth.digits)
                otherName.5 = \(SyntheticPKI.arc).5.5;FORMAT:UTF8,UTF8:\(holder.address)
                otherName.6 = \(SyntheticPKI.arc).5.6;UTF8:\(zeros(holder.address))
                [extensions]
                keyUsage = critical, digitalSignature, nonRepudiation
                certificatePolicies = critical, @policy
                subjectAltName = @person
                \(common(policy: SyntheticPKI.signaturePolicy, service: "digital signature", name: "署名用"))
                """)
    }

    /// A zero for each character: none is a substitute (代替文字).
    private static func zeros(_ text: String) -> String { String(repeating: "0", count: text.count) }

    /// The rest of the extensions and the sections that all of them name.
    private static func common(policy: String, service: String, name: String) -> String {
        """
        issuerAltName = ASN1:SEQUENCE:japanese_service
        crlDistributionPoints = revocation_list
        authorityInfoAccess = OCSP;URI:http://ocsp.kazasu.invalid/
        authorityKeyIdentifier = keyid:always
        subjectKeyIdentifier = hash
        [policy]
        policyIdentifier = \(policy)
        CPS.1 = http://cps.kazasu.invalid/
        [japanese_service]
        name = EXPLICIT:4,SEQUENCE:japanese_name
        [japanese_name]
        country = SET:japanese_country
        organization = SET:japanese_organization
        unit = SET:japanese_unit
        [japanese_country]
        pair = SEQUENCE:japanese_country_pair
        [japanese_country_pair]
        type = OID:countryName
        value = PRINTABLESTRING:JP
        [japanese_organization]
        pair = SEQUENCE:japanese_organization_pair
        [japanese_organization_pair]
        type = OID:organizationName
        value = FORMAT:UTF8,UTF8String:試験用公的個人認証サービス\(name)
        [japanese_unit]
        pair = SEQUENCE:japanese_unit_pair
        [japanese_unit_pair]
        type = OID:organizationalUnitName
        value = FORMAT:UTF8,UTF8String:試験用
        [revocation_list]
        fullname = dirName:revocation_list_name
        [revocation_list_name]
        C = JP
        O = KAZASU SYNTHETIC JPKI
        1.OU = JPKI for \(service) (synthetic)
        2.OU = CRL Distribution Points
        3.OU = Shiken-ken
        CN = Shiken-shi CRLDP
        """
    }

    /// The certificate of a new key, signed by an authority.
    func issued(by authority: SyntheticIdentity, onCurve: Bool) throws(CardIssuer.Failure) -> CardContents.Identity {
        let key = try PrivateKey(onCurve: onCurve)
        let certificate = try signed(for: key, by: authority, digest: onCurve ? EVP_sha384() : EVP_sha256())
        return CardContents.Identity(certificate: certificate, authority: authority.certificate, key: try key.pkcs8)
    }

    private func signed(
        for key: PrivateKey, by authority: SyntheticIdentity, digest: OpaquePointer?
    ) throws(CardIssuer.Failure) -> [UInt8] {
        guard let issuer = authority.certificate.parsed(d2i_X509), let signer = SigningKey(pkcs8: authority.key),
            let certificate = X509_new()
        else { throw .cryptography }
        defer {
            X509_free(issuer)
            X509_free(certificate)
        }
        var serial = [0x7E, 0x57, series] + (0..<5).map { _ in UInt8.random(in: 0...255) }
        guard let number = BN_bin2bn(&serial, Int32(serial.count), nil) else { throw .cryptography }
        defer { BN_free(number) }
        let name = X509_get_subject_name(certificate)
        let named = subject.allSatisfy { field, text in
            X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, text, Int32(text.utf8.count), -1, 0) == 1
        }
        guard named, X509_set_version(certificate, 2) == 1,
            BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil,
            X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1, X509_set_pubkey(certificate, key.key) == 1,
            ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), validity.from) == 1,
            ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), validity.to) == 1, addExtensions(to: certificate, under: issuer),
            X509_sign(certificate, signer.key, digest) > 0
        else {
            ERR_clear_error()
            throw .cryptography
        }
        var bytes = [UInt8](repeating: 0, count: max(0, Int(i2d_X509(certificate, nil))))
        bytes.withUnsafeMutableBufferPointer { room in
            var next = room.baseAddress
            _ = i2d_X509(certificate, &next)
        }
        return bytes
    }

    private func addExtensions(to certificate: OpaquePointer, under issuer: OpaquePointer) -> Bool {
        guard let configuration = NCONF_new(nil) else { return false }
        defer { NCONF_free(configuration) }
        // A buffer that copies: one over memory of ours would outlive the pointer to it.
        let text = Array(extensions.utf8)
        guard let source = BIO_new(BIO_s_mem()) else { return false }
        defer { BIO_free(source) }
        guard BIO_write(source, text, Int32(text.count)) == text.count else { return false }
        var line = 0
        guard NCONF_load_bio(configuration, source, &line) == 1 else { return false }
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        X509V3_set_nconf(&context, configuration)
        return X509V3_EXT_add_nconf(configuration, &context, "extensions", certificate) == 1
    }
}

extension [UInt8] {
    /// What one of OpenSSL's readers of DER makes of the bytes.
    fileprivate func parsed(
        _ read: (UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, Int) -> OpaquePointer?
    ) -> OpaquePointer? {
        withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            return read(nil, &next, bytes.count)
        }
    }
}
