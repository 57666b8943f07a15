import Cards
import Certificates
import Glibc

/// A certificate file of a card: it is a certificate or an error, and none but the fixture itself is valid.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCertificate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let certificate = try? Certificate(fileContents: bytes) else { return 0 }
    guard certificate.der.count <= count, (try? Certificate(der: certificate.der)) == certificate else { abort() }
    guard let checker else { abort() }
    if case .valid = checker.check(certificate, at: 1_775_001_600), !known.contains(certificate.der) { abort() }
    return 0
}

private let known = Set(SyntheticHolder.all.map(\.authenticationCertificate))
private let checker: CertificateChecker? = {
    let authorities = SyntheticPKI.authenticationAuthorities.compactMap { try? Certificate(der: $0) }
    guard let anchors = try? TrustAnchors(authorities, domain: .synthetic) else { return nil }
    return CertificateChecker(use: .authentication(policy: SyntheticPKI.authenticationPolicy), anchors: anchors)
}()
