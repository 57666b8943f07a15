/// What came of checking a card-verifiable certificate.
public enum CVVerdict: Sendable, Hashable {
    /// A root key stands behind it; `domain` says for which cards that counts.
    case valid(issuedBy: CVKeyID, domain: TrustDomain)
    /// It does not hold, for this reason.
    case invalid(CVFlaw)
    /// There is no root key to check it against.
    case notChecked
}

/// Why a card-verifiable certificate does not hold.
public enum CVFlaw: Sendable, Hashable, CaseIterable {
    /// No root key and no certificate that was given has the key identifier that it names as its issuer.
    case untrusted
    /// Its signature was not made by the key that it names.
    case badSignature
    /// A key of the test hierarchy under one that is not, or the other way round.
    case mixedHierarchies
    /// There are more certificates between it and a root key than a card has, or they go round in a circle.
    case tooLong
}

/// Follows card-verifiable certificates from a card up to a root key. They have no dates, so there is no moment to ask for.
public struct CVChecker: Sendable, Hashable {
    /// How many certificates may lie between one and the root key; a card has at most one there.
    public static let maximumIntermediates = 2

    /// Which root keys are trusted.
    public let anchors: CVTrustAnchors
    /// The root keys of simulated cards; only what they stand behind is judged by them.
    public let synthetic: CVTrustAnchors

    /// A checker for one set of root keys, and for simulated cards beside them where `synthetic` has keys.
    public init(anchors: CVTrustAnchors, synthetic: CVTrustAnchors = .none) {
        self.anchors = anchors
        self.synthetic = synthetic
    }

    /// The verdict on `certificate`; `intermediates` are certificates of keys between it and the root, in any order, and those that
    /// lead nowhere do no harm.
    public func check(_ certificate: CVCertificate, through intermediates: [CVCertificate] = []) -> CVVerdict {
        let verdict = follow(certificate, through: intermediates, to: synthetic)
        if case .valid = verdict { return verdict }
        return follow(certificate, through: intermediates, to: anchors)
    }

    private func follow(_ certificate: CVCertificate, through intermediates: [CVCertificate], to anchors: CVTrustAnchors) -> CVVerdict {
        if anchors.keys.isEmpty { return .notChecked }
        var lower = certificate
        for _ in 0...Self.maximumIntermediates {
            guard lower.issuer.isTest == lower.subject.isTest else { return .invalid(.mixedHierarchies) }
            if let root = anchors.keys[lower.issuer] {
                return lower.isSigned(by: root) ? .valid(issuedBy: lower.issuer, domain: anchors.domain) : .invalid(.badSignature)
            }
            let candidates = intermediates.filter { $0.subject == lower.issuer }
            guard !candidates.isEmpty else { return .invalid(.untrusted) }
            guard let upper = candidates.first(where: { lower.isSigned(by: $0.publicKey) }) else { return .invalid(.badSignature) }
            lower = upper
        }
        return .invalid(.tooLong)
    }
}
