import COpenSSL

/// A question to an authority whether it has revoked one certificate (OCSP, RFC 6960), and the judgement of its answer.
public struct OCSPRequest: Sendable, Hashable {
    /// The longest answer that is looked at, in bytes; one for a single certificate has about 500 to 3,000.
    public static let maximumAnswerCount = 65_536

    /// The request in DER, to be sent as `application/ocsp-request` (RFC 6960 Appendix A).
    public let der: [UInt8]
    private let certificate: Certificate
    private let issuer: Certificate

    /// A request about `certificate`, whose anchor is `issuer`, as `CertificateVerdict.valid(issuedBy:domain:)` names it.
    ///
    /// The certificate is named by SHA-1 digests, which every responder knows (RFC 5019 clause 2.1.1): they name it and protect nothing.
    /// - Throws: `cryptography-failed`.
    public init(for certificate: Certificate, issuedBy issuer: Certificate, nonce: Challenge) throws(CertificateError) {
        defer { OpenSSLErrors.discard() }
        guard let request = OCSP_REQUEST_new() else { throw .cryptography(OpenSSLErrors.takeReason()) }
        defer { OCSP_REQUEST_free(request) }
        guard let identifier = certificateID(of: certificate, issuedBy: issuer) else { throw .cryptography(OpenSSLErrors.takeReason()) }
        // From here on the request owns the identifier.
        guard OCSP_request_add0_id(request, identifier) != nil else {
            OCSP_CERTID_free(identifier)
            throw .cryptography(OpenSSLErrors.takeReason())
        }
        var bytes = nonce.bytes
        guard OCSP_request_add1_nonce(request, &bytes, Int32(bytes.count)) == 1 else { throw .cryptography(OpenSSLErrors.takeReason()) }
        der = copyEncoding { i2d_OCSP_REQUEST(request, $0) }
        guard !der.isEmpty else { throw .cryptography(OpenSSLErrors.takeReason()) }
        self.certificate = certificate
        self.issuer = issuer
    }

    /// What `answer` says about the certificate at `time`, in Unix time. Any bytes may be given.
    ///
    /// It counts only where the authority signed it, or a responder that it has appointed by a certificate with the purpose
    /// id-kp-OCSPSigning (RFC 6960 clause 4.2.2.2); where it names this certificate, once; where it is of this time and for this request.
    public func status(in answer: [UInt8], at time: Int64, rules: RevocationRules = RevocationRules()) -> RevocationStatus {
        OpenSSLErrors.discard()
        defer { OpenSSLErrors.discard() }
        do {
            return try judge(answer, at: time, rules: rules)
        } catch {
            return .undetermined(error)
        }
    }

    private func judge(_ answer: [UInt8], at time: Int64, rules: RevocationRules) throws(RevocationGap) -> RevocationStatus {
        guard answer.count <= Self.maximumAnswerCount else { throw .tooLong }
        let response = try OCSPResponseHandle(answer)
        try response.requireSignature(ofAuthority: issuer, at: time)
        try response.requireNonce(of: der, always: rules.requiresNonce)
        guard let identifier = certificateID(of: certificate, issuedBy: issuer) else { throw .internalFault }
        defer { OCSP_CERTID_free(identifier) }
        let single = try response.single(for: identifier)
        try rules.check(thisUpdate: single.thisUpdate, nextUpdate: single.nextUpdate, at: time)
        return single.status
    }
}

/// The name of a certificate in OCSP (RFC 6960 clause 4.1.1); the caller frees it. `nil` where OpenSSL fails.
private func certificateID(of certificate: Certificate, issuedBy issuer: Certificate) -> OpaquePointer? {
    OCSP_cert_to_id(EVP_sha1(), certificate.handle.pointer, issuer.handle.pointer)
}
