/// What an authority says of one of its certificates, or why that is not known. Its description has no dates.
public enum RevocationStatus: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// It was not revoked at `thisUpdate`, in Unix time.
    case good(thisUpdate: Int64)
    /// It was revoked at `since`, in Unix time.
    case revoked(since: Int64, reason: RevocationReason?)
    /// The authority does not know the certificate (RFC 6960 clause 2.2).
    case unknown
    /// There is no answer that could be relied on.
    case undetermined(RevocationGap)
    /// Nobody was asked.
    case notAsked

    /// A stable name in lower case with hyphens.
    public var code: String {
        switch self {
        case .good: "good"
        case .revoked: "revoked"
        case .unknown: "unknown"
        case .undetermined(let gap): gap.rawValue
        case .notAsked: "not-asked"
        }
    }

    /// The code.
    public var description: String { code }
    /// Without the values.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a certificate was revoked (RFC 5280 clause 5.3.1).
public enum RevocationReason: Int, Sendable, Hashable, CaseIterable {
    /// Not said why.
    case unspecified = 0
    /// The holder's key is known or may be known to others.
    case keyCompromise = 1
    /// The same for the key of the authority.
    case authorityCompromise = 2
    /// The name or another part of it has changed.
    case affiliationChanged = 3
    /// There is a new one.
    case superseded = 4
    /// It is no longer needed.
    case cessationOfOperation = 5
    /// It may become good again.
    case certificateHold = 6
    /// A right was taken away.
    case privilegeWithdrawn = 9
    /// The key of the attribute authority is known to others.
    case attributeAuthorityCompromise = 10
}

/// Why an answer about revocation cannot be relied on; the raw value is a stable name.
public enum RevocationGap: String, Error, Sendable, Hashable, CaseIterable {
    /// No answer came.
    case unavailable = "revocation-unavailable"
    /// More bytes came than are looked at.
    case tooLong = "revocation-answer-too-long"
    /// What came is no answer, or has something behind it.
    case malformed = "revocation-answer-malformed"
    /// The responder took the request for malformed (RFC 6960 clause 2.3).
    case requestRefused = "ocsp-malformed-request"
    /// The responder has an internal fault.
    case responderFault = "ocsp-internal-error"
    /// The responder asks to be asked later.
    case tryLater = "ocsp-try-later"
    /// The responder wants the request to be signed.
    case signatureRequired = "ocsp-signature-required"
    /// The responder does not serve this asker.
    case unauthorized = "ocsp-unauthorized"
    /// It is not signed by the authority, nor by a responder that the authority has appointed.
    case wrongSigner = "revocation-wrong-signer"
    /// The signature is by a digest or a key that is too weak or of an unknown kind.
    case weakAlgorithm = "revocation-weak-algorithm"
    /// It says nothing about this certificate.
    case otherCertificate = "revocation-other-certificate"
    /// It says two things about this certificate.
    case contradictory = "revocation-contradictory"
    /// It answers another request, or an old one (RFC 8954).
    case wrongNonce = "ocsp-wrong-nonce"
    /// It is past its end, or too old where it names none.
    case outdated = "revocation-outdated"
    /// It is from the future.
    case notYetValid = "revocation-not-yet-valid"
    /// A list without an end, which RFC 5280 clause 5.1.2.5 demands.
    case withoutEnd = "crl-without-next-update"
    /// It has a critical extension that is not understood (RFC 5280 clause 5.2, RFC 6960 clause 4.4).
    case unknownExtension = "revocation-unknown-extension"
    /// It is only the difference from another list (RFC 5280 clause 5.2.4).
    case deltaList = "crl-delta"
    /// The list is about other certificates of the authority (RFC 5280 clause 5.2.5).
    case otherScope = "crl-other-scope"
    /// OpenSSL could not do what was asked: no memory, no entropy.
    case internalFault = "revocation-internal-fault"
}
