import AuthoritySimulator
import Cards
import Certificates
import Glibc

/// What comes back about revocation: as an OCSP answer and as a list it says nothing, unless the authority has signed it.
///
/// What the authority has really said is in the corpus, for a moment and a nonce that never change: that the certificate is revoked, so
/// nothing may make it good. What the responder is asked is read by our authority too, which must answer anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRevocation(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let world else { abort() }
    switch world.request.status(in: bytes, at: world.time) {
    case .good, .unknown, .notAsked: abort()
    case .revoked(let since, let reason): if since != world.time || reason != .keyCompromise { abort() }
    case .undetermined: break
    }
    switch RevocationList(der: bytes).status(of: world.certificate, issuedBy: world.issuer, at: world.time) {
    case .good, .unknown, .notAsked: abort()
    case .revoked(let since, let reason): if since != world.time || reason != .keyCompromise { abort() }
    case .undetermined: break
    }
    guard (try? world.authority.answer(toOCSP: bytes, at: world.time)) ?? nil != nil else { abort() }
    return 0
}

private struct World: Sendable {
    let time: Int64 = 1_795_219_200
    let certificate: Certificate
    let issuer: Certificate
    let authority: SimulatedAuthority
    let request: OCSPRequest

    init?() {
        guard let certificate = try? Certificate(der: SyntheticHolder.hanako.authenticationCertificate),
            let issuer = try? Certificate(der: SyntheticHolder.hanako.authenticationAuthority),
            let nonce = try? Challenge(bytes: [UInt8](repeating: 0x11, count: Challenge.count)),
            let request = try? OCSPRequest(for: certificate, issuedBy: issuer, nonce: nonce)
        else { return nil }
        var authority = SimulatedAuthority(SyntheticPKI.authenticationAuthority(.of2023))
        authority.states[certificate.serial.bytes] = .revoked(since: time, reason: 1)
        (self.certificate, self.issuer, self.authority, self.request) = (certificate, issuer, authority, request)
    }
}

private let world = World()
