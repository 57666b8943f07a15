import Cards
import Certificates

/// Whom a counter believes at which synthetic cards are used: the synthetic authorities and root keys, and nobody else.
struct SyntheticTrust {
    let authentication: CertificateTrust
    let cards: CVChecker

    init() throws(CertificateError) {
        var anchors: [Certificate] = []
        for der in SyntheticPKI.authenticationAuthorities + [SyntheticPKI.nextGenerationAuthority.certificate] {
            anchors.append(try Certificate(der: der))
        }
        authentication = CertificateTrust(
            CertificateChecker(
                use: .authentication(policy: SyntheticPKI.authenticationPolicy),
                anchors: try TrustAnchors(anchors, domain: .synthetic), validity: .eligibilityByPlasticCard))
        var keys: [CVKeyID: RSAPublicKey] = [:]
        for root in SyntheticPKI.cardRoots {
            keys[try CVKeyID(root.keyIdentifier)] = try RSAPublicKey(modulus: root.modulus, exponent: root.exponent)
        }
        cards = CVChecker(anchors: try CVTrustAnchors(keys, domain: .synthetic))
    }
}
