import Certificates

/// What came of checking what a card holds, or the card itself.
public enum CardVerdict: Sendable, Hashable {
    /// It is what its issuer signed. `domain` says for which cards the root key counts.
    case valid(TrustDomain)
    /// All that could be checked holds, but there is no root key to check the issuer's by: never to be taken for valid.
    case chainNotChecked
    /// It does not hold, for this reason.
    case invalid(CardFlaw)
}

/// Why what a card holds, or the card itself, does not hold.
public enum CardFlaw: Sendable, Hashable {
    /// The key that signed is not certified.
    case chain(CVFlaw)
    /// The signature is not by the key that the card names.
    case signature
    /// The data is not what was signed.
    case digest
    /// The card did not sign the challenge with the key that it holds up: a copy.
    case challenge
}

/// Data of a card with the public half of the card's own key, signed by the issuer's key.
public protocol SignedCardKey: Sendable {
    /// The public half of the card's own key.
    var publicKey: RSAPublicKey { get }
    /// Whether `key` signed it. Throws `cryptography-failed` only.
    func isSigned(by key: RSAPublicKey) throws(CertificateError) -> Bool
    /// Where the issuer's key is certified.
    static var keyCertificate: CardFile { get }
    /// The card's own key.
    static var cardKey: CardSigningKey { get }
}

/// SHA-256 (FIPS 180-4): the end of its DigestInfo.
func sha256(_ bytes: [UInt8]) throws(CertificateError) -> [UInt8] {
    try SignatureScheme.rsaPKCS1SHA256.digestInfo(of: bytes).suffix(32)
}
