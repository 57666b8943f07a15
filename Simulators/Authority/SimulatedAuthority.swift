import COpenSSL
import Cards

/// An authority of simulated cards that says which of its certificates are revoked: by OCSP (RFC 6960) and by lists (RFC 5280 clause 5).
///
/// It is bytes in, bytes out, for a moment that is given; it has no network and no clock. It tells the truth or, on command, one of the
/// things that a verifier must not believe (`fault`). Without a fault and without an appointed responder, answers repeat to the byte.
public struct SimulatedAuthority: Sendable {
    /// What it knows about a certificate.
    public enum State: Sendable, Hashable {
        /// Not revoked; the state of every certificate about which nothing was said.
        case good
        /// Revoked at `since` (Unix time), with the number of a reason (RFC 5280 clause 5.3.1).
        case revoked(since: Int64, reason: Int32?)
        /// Never issued.
        case unknown
    }

    /// Whose certificates it speaks about.
    public let identity: SyntheticIdentity
    /// What it knows, by serial number (big-endian, without leading zeros).
    public var states: [[UInt8]: State] = [:]
    /// What it does wrong.
    public var fault: AuthorityFault?
    /// Whether OCSP answers are signed by a responder that it appoints, and not by itself.
    public var appointsResponder = false
    /// How long an answer or a list counts, in seconds.
    public var lifetime: Int64 = 86_400

    /// The authority with this certificate and key.
    public init(_ identity: SyntheticIdentity) {
        self.identity = identity
    }

    /// The answer to an OCSP request in DER at `time` in Unix time; `nil` where it stays silent.
    ///
    /// - Throws: `AuthorityError` where OpenSSL fails; a request that is malformed is answered so.
    public func answer(toOCSP request: [UInt8], at time: Int64) throws(AuthorityError) -> [UInt8]? {
        switch fault {
        case .silent: return nil
        case .huge: return [UInt8](repeating: 0x30, count: 100_000)
        default: break
        }
        var answer = try OCSPResponder(authority: self, time: time).answer(to: request)
        fault?.spoil(&answer)
        return answer
    }

    /// The list of revoked certificates in DER at `time` in Unix time; `nil` where it stays silent.
    ///
    /// - Throws: `AuthorityError` where OpenSSL fails. A list is about the part of the certificates to which `certificate` (DER) belongs
    ///   by its cRLDistributionPoints, as the real lists are, or about all where that is `nil`.
    public func revocationList(forPartOf certificate: [UInt8]?, at time: Int64) throws(AuthorityError) -> [UInt8]? {
        switch fault {
        case .silent: return nil
        case .huge: return [UInt8](repeating: 0x30, count: 17 << 20)
        default: break
        }
        var list = try ListIssuer(authority: self, time: time).list(forPartOf: certificate)
        fault?.spoil(&list)
        return list
    }
}

/// OpenSSL could not do what a simulated authority asked for.
public struct AuthorityError: Error, Sendable, Hashable {
    /// What was asked for.
    public let step: String

    init(_ step: String) {
        ERR_clear_error()
        self.step = step
    }
}
