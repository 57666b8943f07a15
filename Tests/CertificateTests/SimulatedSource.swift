import AuthoritySimulator
import Cards
import Certificates

/// A simulated authority as a source of answers, at one moment.
struct SimulatedSource: RevocationSource {
    var authority = SimulatedAuthority(SyntheticPKI.authenticationAuthority(.of2023))
    var time = Moment.today

    func answer(toOCSP request: [UInt8]) throws(RevocationGap) -> [UInt8] {
        guard let answer = try? authority.answer(toOCSP: request, at: time) else { throw .unavailable }
        return answer
    }

    func revocationList(for certificate: Certificate, issuedBy issuer: Certificate) throws(RevocationGap) -> [UInt8] {
        guard let list = try? authority.revocationList(forPartOf: certificate.der, at: time) else { throw .unavailable }
        return list
    }
}
