import Certificates
import ISO7816
import Station

/// Whether card and data are what the issuer made.
extension MyNumberCard {
    /// Has the card sign a challenge with its own key, which asks for no PIN, and follows that key up to a root key (真正性の確認).
    ///
    /// Two APDUs where extended length works, in the application that the evidence came from: the certificate of the issuer's key, and the
    /// signature. The 共通カードAP has such a key too, but no public half of it is on the card.
    ///
    /// - Parameters:
    ///   - evidence: What was read from this very card before.
    ///   - challenge: Fresh bytes; they are signed with SHA-256.
    ///   - checker: Knows the root keys.
    /// - Returns: `.valid` only where the card signed the challenge, the issuer's key signed the card's, and a root key stands behind it.
    /// - Throws: `CardError` where card or reader did not do their part.
    public func checkGenuineness<Evidence: SignedCardKey>(
        by evidence: Evidence, challenge: Challenge, checker: CVChecker
    ) throws(CardError) -> CardVerdict {
        let deadline = deadline
        let key = try entry(of: Evidence.cardKey)
        let certificate = try readKeyCertificate(Evidence.keyCertificate, until: deadline)
        let digestInfo = try cryptographic { () throws(CertificateError) in try key.scheme.digestInfo(of: challenge.bytes) }
        let signature = try sign(digestInfo, key, until: deadline)
        guard evidence.publicKey.verifies(signature: signature, digestInfo: digestInfo) else { return .invalid(.challenge) }
        guard try cryptographic({ () throws(CertificateError) in try evidence.isSigned(by: certificate.publicKey) }) else {
            return .invalid(.signature)
        }
        return Self.verdict(checker.check(certificate))
    }

    /// Whether face, age record or key are what the issuer signed, whatever card they came from. One APDU where extended length works.
    public func checkSignature<Data: SignedCardKey>(of data: Data, checker: CVChecker) throws(CardError) -> CardVerdict {
        let certificate = try readKeyCertificate(Data.keyCertificate, until: deadline)
        guard try cryptographic({ () throws(CertificateError) in try data.isSigned(by: certificate.publicKey) }) else {
            return .invalid(.signature)
        }
        return Self.verdict(checker.check(certificate))
    }

    /// Whether the four items are what the issuer signed. Two APDUs where extended length works; what opened the items was verified before.
    public func checkSignature(of items: FourItems, checker: CVChecker) throws(CardError) -> CardVerdict {
        let deadline = deadline
        let bytes = try readObject(.fourItemsIntegrity, until: deadline)
        let record = try parsed { () throws(CardDataError) in try FourItemsIntegrity(fileContents: bytes) }
        let certificate = try readKeyCertificate(.textKeyCertificate, until: deadline)
        if let flaw = try cryptographic({ () throws(CertificateError) in try record.flaw(of: items, key: certificate.publicKey) }) {
            return .invalid(flaw)
        }
        return Self.verdict(checker.check(certificate))
    }

    private func readKeyCertificate(_ file: CardFile, until deadline: Instant) throws(CardError) -> CVCertificate {
        let bytes = try readObject(file, until: deadline)
        do { return try CVCertificate(fileContents: bytes) } catch {
            throw .dataMalformed(CardDataError(file, .certificate(error.cause ?? error.code)))
        }
    }

    private static func verdict(_ chain: CVVerdict) -> CardVerdict {
        switch chain {
        case .valid(_, let domain): .valid(domain)
        case .notChecked: .chainNotChecked
        case .invalid(let flaw): .invalid(.chain(flaw))
        }
    }

    private func cryptographic<Result>(_ body: () throws(CertificateError) -> Result) throws(CardError) -> Result {
        do { return try body() } catch { throw .cryptography(error) }
    }
}
