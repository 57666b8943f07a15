import Certificates
import Glibc

/// A file or an answer with a card-verifiable certificate: it is one of the only form there is, or an error, and never one that we trust.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCVCertificate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    for certificate in [try? CVCertificate(fileContents: bytes), try? CVCertificate(templateContents: bytes)] {
        guard let certificate else { continue }
        guard RSAPublicKey.modulusBits.contains(certificate.publicKey.modulus.count * 8 - leadingZeros(certificate)) else { abort() }
        // What was read is in the file as it stands, the two key identifiers first.
        guard bytes.firstRange(of: certificate.body) != nil, bytes.firstRange(of: certificate.signature) != nil else { abort() }
        guard certificate.body.starts(with: certificate.issuer.bytes + certificate.subject.bytes) else { abort() }
        guard "\(certificate)\(certificate.subject)".utf8.allSatisfy({ !(0x30...0x39).contains($0) }) else { abort() }
        let key = certificate.publicKey
        guard let anchors = try? CVTrustAnchors([certificate.subject: key], domain: .configured) else { abort() }
        switch CVChecker(anchors: anchors).check(certificate, through: [certificate]) {
        case .valid(let issuer, _): if issuer != certificate.issuer || !certificate.isSigned(by: key) { abort() }
        case .invalid: break
        case .notChecked: abort()
        }
    }
    return 0
}

private func leadingZeros(_ certificate: CVCertificate) -> Int { certificate.publicKey.modulus.first?.leadingZeroBitCount ?? 0 }
