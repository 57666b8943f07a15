/// What a simulated authority does wrong on command; each is something that a verifier must not believe.
public enum AuthorityFault: Sendable, Hashable, CaseIterable {
    /// No answer at all.
    case silent
    /// More bytes than anybody needs.
    case huge
    /// An answer that breaks off.
    case truncated
    /// A byte behind the answer.
    case trailingByte
    /// One bit of the signature, which is at the end of what is signed by the authority itself, is turned.
    case spoiltSignature
    /// Signed by somebody else under the name of the authority.
    case wrongSigner
    /// Signed with SHA-1.
    case weakDigest
    /// From a week ago, and long past its end.
    case stale
    /// From next week.
    case future
    /// Without the time of the next answer or list.
    case withoutNextUpdate
    /// From a week ago, without the time of the next.
    case staleWithoutNextUpdate
    /// With a critical extension that nobody knows.
    case unknownExtension
    /// OCSP: about another certificate.
    case otherCertificate
    /// OCSP: both good and revoked.
    case contradictory
    /// OCSP: with the nonce of somebody else.
    case wrongNonce
    /// OCSP: without a nonce.
    case withoutNonce
    /// OCSP: the error malformedRequest (RFC 6960 clause 2.3).
    case malformedRequest
    /// OCSP: the error internalError.
    case internalError
    /// OCSP: the error tryLater.
    case tryLater
    /// OCSP: the error sigRequired.
    case signatureRequired
    /// OCSP: the error unauthorized.
    case unauthorized
    /// OCSP: signed by an appointed responder whose certificate lacks the purpose id-kp-OCSPSigning.
    case responderWithoutPurpose
    /// OCSP: signed by an appointed responder whose key may not sign answers (RFC 5280 clause 4.2.1.3).
    case responderWithoutUsage
    /// OCSP: signed by a responder that is an authority itself.
    case responderIsAuthority
    /// OCSP: signed by a responder whose certificate has ended.
    case expiredResponder
    /// OCSP: signed by a responder that somebody else has appointed under the name of the authority.
    case responderOfAnother
    /// List: only the difference from another (RFC 5280 clause 5.2.4).
    case deltaList
    /// List: about another part of the certificates (RFC 5280 clause 5.2.5).
    case otherPart

    /// The faults that an OCSP answer can have.
    public static let ofOCSP = allCases.filter { ![.deltaList, .otherPart].contains($0) }
    /// The faults that a list can have.
    public static let ofLists: [AuthorityFault] = [
        .silent, .huge, .truncated, .trailingByte, .spoiltSignature, .wrongSigner, .weakDigest, .stale, .future, .withoutNextUpdate,
        .unknownExtension, .deltaList, .otherPart,
    ]

    /// What is done to the finished bytes.
    func spoil(_ bytes: inout [UInt8]) {
        switch self {
        case .truncated: bytes.removeLast(min(20, bytes.count))
        case .trailingByte: bytes.append(0)
        case .spoiltSignature: if let last = bytes.indices.last { bytes[last] ^= 1 }
        default: break
        }
    }

    /// From when and until when an answer counts that is given at `time`.
    static func window(of fault: AuthorityFault?, at time: Int64, lifetime: Int64) -> (thisUpdate: Int64, nextUpdate: Int64?) {
        let week: Int64 = 7 * 86_400
        return switch fault {
        case .stale: (time - week, time - week + lifetime)
        case .future: (time + week, time + week + lifetime)
        case .withoutNextUpdate: (time, nil)
        case .staleWithoutNextUpdate: (time - week, nil)
        default: (time, time + lifetime)
        }
    }
}
