/// What an answer about revocation must fulfil to be relied on.
public struct RevocationRules: Sendable, Hashable {
    /// How far the clocks of terminal and authority may differ, in seconds.
    public var skew: Int64
    /// How old an OCSP answer may be that does not say when the next one comes, in seconds.
    public var maximumAge: Int64
    /// Whether an OCSP answer must repeat the request's nonce. A responder may leave it out (RFC 8954 clause 2.1); one that sends
    /// another nonce is never relied on.
    public var requiresNonce: Bool

    /// Rules by their parts.
    public init(skew: Int64 = 300, maximumAge: Int64 = 86_400, requiresNonce: Bool = true) {
        self.skew = skew
        self.maximumAge = maximumAge
        self.requiresNonce = requiresNonce
    }

    /// Nothing unless the answer counts at `time`; all in Unix time.
    func check(thisUpdate: Int64, nextUpdate: Int64?, at time: Int64) throws(RevocationGap) {
        if sum(time, skew) < thisUpdate { throw .notYetValid }
        let end = nextUpdate ?? sum(thisUpdate, maximumAge)
        if end < thisUpdate { throw .malformed }
        if time > sum(end, skew) { throw .outdated }
    }

    private func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? .min : .max) : sum
    }
}
