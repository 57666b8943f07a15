import Cards
import Certificates

/// The moments at which the tests look, in Unix time; the comments are what `date -u -d @…` prints.
enum Moment {
    /// 2026-11-21 00:00:00: hanako and taro are valid, the generation of 2015 has run out.
    static let today: Int64 = 1_795_219_200
    /// 2024-01-01 00:00:00: expired was not yet.
    static let early2024: Int64 = 1_704_067_200
    /// 2025-06-01 00:00:00, the first second of hanako.
    static let hanakoBegins: Int64 = 1_748_736_000
    /// 2030-05-05 14:59:59, the last second of hanako.
    static let hanakoEnds: Int64 = 1_904_223_599
    /// 2024-03-15 14:59:59, the last second of expired.
    static let expiredEnded: Int64 = 1_710_514_799
    /// 2025-10-19 14:59:59, the last second of the generation of 2015.
    static let generation2015Ended: Int64 = 1_760_885_999
}

enum Synthetic {
    static func authenticationChecker(_ authorities: [[UInt8]] = SyntheticPKI.authenticationAuthorities) throws -> CertificateChecker {
        CertificateChecker(use: .authentication(policy: SyntheticPKI.authenticationPolicy), anchors: try anchors(authorities))
    }

    static func signatureChecker(_ authorities: [[UInt8]] = SyntheticPKI.signatureAuthorities) throws -> CertificateChecker {
        CertificateChecker(use: .signature(policy: SyntheticPKI.signaturePolicy), anchors: try anchors(authorities))
    }

    static func anchors(_ authorities: [[UInt8]]) throws -> TrustAnchors {
        var certificates: [Certificate] = []
        for authority in authorities { certificates.append(try Certificate(der: authority)) }
        return try TrustAnchors(certificates, domain: .synthetic)
    }

    /// Every certificate of the fixtures with its name.
    static let certificates: [(name: String, der: [UInt8])] =
        SyntheticHolder.all.flatMap {
            [("\($0.name)-authentication", $0.authenticationCertificate), ("\($0.name)-signature", $0.signatureCertificate)]
        }
        + SyntheticPKI.authenticationAuthorities.enumerated().map { ("authentication-ca-\($0.offset)", $0.element) }
        + SyntheticPKI.signatureAuthorities.enumerated().map { ("signature-ca-\($0.offset)", $0.element) }
}

extension CertificateVerdict {
    var isValid: Bool {
        if case .valid = self { true } else { false }
    }

    var flaws: [CertificateFlaw] {
        if case .invalid(let flaws) = self { flaws } else { [] }
    }
}
