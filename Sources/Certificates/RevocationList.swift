import COpenSSL

/// A list of the certificates that an authority has revoked (CRL, RFC 5280 clause 5).
public struct RevocationList: Sendable, Hashable {
    /// The longest list that is looked at, in bytes.
    public static let maximumCount = 16 << 20

    /// The list in DER, as it came.
    public let der: [UInt8]

    /// A list; whether the bytes are one shows when it is asked.
    public init(der: [UInt8]) {
        self.der = der
    }

    /// The list of a file: DER, or one block of PEM (`X509 CRL`, RFC 7468 clause 6).
    ///
    /// - Throws: `revocation-list-malformed` for anything else.
    public init(fileContents: [UInt8]) throws(CertificateError) {
        defer { OpenSSLErrors.discard() }
        let blocks: [[UInt8]]
        do { blocks = try PEMBlocks.contents(of: fileContents, label: "X509 CRL", file: "list") } catch {
            throw .malformedList(error.cause)
        }
        guard blocks.count == 1, RevocationListHandle(blocks[0])?.encodedCount == blocks[0].count else {
            throw .malformedList("not one list")
        }
        der = blocks[0]
    }

    /// What the list says about `certificate`, whose anchor is `issuer`, at `time` in Unix time.
    ///
    /// The list counts only where the authority's key signed it and may do so, where it is of this time, about all certificates or about
    /// the part that this one names as its own (clause 5.2.5), and without critical extensions that are not understood. A delta list is
    /// never enough.
    public func status(
        of certificate: Certificate, issuedBy issuer: Certificate, at time: Int64, rules: RevocationRules = RevocationRules()
    ) -> RevocationStatus {
        OpenSSLErrors.discard()
        defer { OpenSSLErrors.discard() }
        do {
            return try judge(certificate, issuer, at: time, rules)
        } catch {
            return .undetermined(error)
        }
    }

    private func judge(
        _ certificate: Certificate, _ issuer: Certificate, at time: Int64, _ rules: RevocationRules
    ) throws(RevocationGap) -> RevocationStatus {
        guard der.count <= Self.maximumCount else { throw .tooLong }
        guard let list = RevocationListHandle(der), list.encodedCount == der.count else { throw .malformed }
        guard list.isSigned(byKeyOf: issuer), issuer.keyUsage?.contains(.cRLSign) == true else { throw .wrongSigner }
        guard list.signatureDigest != nil else { throw .weakAlgorithm }
        if list.isDelta { throw .deltaList }
        guard let thisUpdate = list.thisUpdate else { throw .malformed }
        guard let nextUpdate = list.nextUpdate else { throw .withoutEnd }
        try rules.check(thisUpdate: thisUpdate, nextUpdate: nextUpdate, at: time)
        switch CertificatePath(anchor: issuer, certificate: certificate).validate(with: list) {
        case X509_V_OK: return .good(thisUpdate: thisUpdate)
        case X509_V_ERR_CERT_REVOKED: return try list.entry(of: certificate)
        case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_DIFFERENT_CRL_SCOPE: throw .otherScope
        case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION: throw .unknownExtension
        case X509_V_ERR_OUT_OF_MEM: throw .internalFault
        default: throw .otherCertificate
        }
    }
}

/// OpenSSL's object for one list, alive as long as this handle.
final class RevocationListHandle {
    let pointer: OpaquePointer
    /// How many of the bytes the list took.
    let encodedCount: Int

    init?(_ bytes: [UInt8]) {
        let parsed = bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer, Int)? in
            var cursor = buffer.baseAddress
            guard let start = buffer.baseAddress, let pointer = d2i_X509_CRL(nil, &cursor, buffer.count), let cursor else { return nil }
            return (pointer, cursor - start)
        }
        guard let parsed else { return nil }
        (pointer, encodedCount) = parsed
    }

    deinit {
        X509_CRL_free(pointer)
    }

    var thisUpdate: Int64? { unixTime(X509_CRL_get0_lastUpdate(pointer)) }
    var nextUpdate: Int64? { unixTime(X509_CRL_get0_nextUpdate(pointer)) }
    var signatureDigest: SignatureDigest? { SignatureDigest(signatureNID: X509_CRL_get_signature_nid(pointer)) }
    var isDelta: Bool { X509_CRL_get_ext_by_NID(pointer, NID_delta_crl, -1) >= 0 }

    func isSigned(byKeyOf issuer: Certificate) -> Bool {
        guard let key = issuer.handle.key else { return false }
        return X509_CRL_verify(pointer, key) == 1
    }

    /// The entry of a certificate that the list holds.
    func entry(of certificate: Certificate) throws(RevocationGap) -> RevocationStatus {
        var entry: OpaquePointer?
        guard X509_CRL_get0_by_cert(pointer, &entry, certificate.handle.pointer) == 1, let entry,
            let since = unixTime(X509_REVOKED_get0_revocationDate(entry))
        else { throw .malformed }
        return .revoked(since: since, reason: reason(of: entry))
    }

    private func reason(of entry: OpaquePointer) -> RevocationReason? {
        guard let value = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nil, nil) else { return nil }
        let number = value.assumingMemoryBound(to: ASN1_ENUMERATED.self)
        defer { ASN1_ENUMERATED_free(number) }
        return RevocationReason(rawValue: Int(ASN1_ENUMERATED_get(number)))
    }
}
