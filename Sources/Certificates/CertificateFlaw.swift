import Diagnosis

/// A reason why a certificate does not serve its use. Its description is its code: the dates may tell a birthday.
public enum CertificateFlaw: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Its validity ended; `since` is the last valid second in Unix time.
    case expired(since: Int64)
    /// Its validity has not begun; `until` is the first valid second in Unix time.
    case notYetValid(until: Int64)
    /// No anchor has the key identifier and the name that it says its issuer has.
    case untrusted
    /// The signature on it was not made by the key of the anchor.
    case badSignature
    /// OpenSSL's path validation (RFC 5280 clause 6) refuses it for another reason, given in OpenSSL's words.
    case refused(reason: String)
    /// The validity of the anchor ended; `since` is its last valid second in Unix time.
    case anchorExpired(since: Int64)
    /// The validity of the anchor has not begun; `until` is its first valid second in Unix time.
    case anchorNotYetValid(until: Int64)
    /// It is the certificate of an authority and not of a holder.
    case authority
    /// Its key may do less or more than the use asks for.
    case wrongKeyUsage
    /// Its key is not for this purpose.
    case wrongExtendedKeyUsage
    /// It was issued under another policy.
    case wrongPolicy
    /// It has a critical extension that Kazasu does not know (RFC 5280 clause 4.2), by object identifier.
    case unknownCriticalExtension(String)
    /// Its key or the signature on it is too weak or of an unknown kind.
    case weakAlgorithm
    /// It comes from an authority of simulated cards, and only real cards count here.
    case synthetic
    /// Its authority has revoked it; `since` is when, in Unix time.
    case revoked(since: Int64)
    /// Its authority does not know it.
    case unknownToAuthority
    /// Whether it is revoked could not be found out, and the policy asks for that.
    case revocationUndetermined(RevocationGap)

    /// A stable name in lower case with hyphens.
    public var code: String {
        switch self {
        case .expired: "certificate-expired"
        case .notYetValid: "certificate-not-yet-valid"
        case .untrusted: "certificate-untrusted"
        case .badSignature: "certificate-bad-signature"
        case .refused: "certificate-refused"
        case .anchorExpired: "authority-expired"
        case .anchorNotYetValid: "authority-not-yet-valid"
        case .authority: "certificate-of-authority"
        case .wrongKeyUsage: "certificate-wrong-key-usage"
        case .wrongExtendedKeyUsage: "certificate-wrong-purpose"
        case .wrongPolicy: "certificate-wrong-policy"
        case .unknownCriticalExtension: "certificate-unknown-extension"
        case .weakAlgorithm: "certificate-weak-algorithm"
        case .synthetic: "certificate-synthetic"
        case .revoked: "certificate-revoked"
        case .unknownToAuthority: "certificate-unknown-to-authority"
        case .revocationUndetermined: "certificate-revocation-undetermined"
        }
    }

    /// What the person at the counter can act on.
    public var sentence: Sentence {
        switch self {
        case .expired:
            Sentence(
                ja: "電子証明書の有効期限が切れています。市区町村の窓口で更新できます。",
                en: "The certificate has expired. A municipal office can renew it.")
        case .notYetValid, .anchorNotYetValid:
            Sentence(
                ja: "電子証明書の有効期間がまだ始まっていません。端末の日時を確認してください。",
                en: "The certificate is not valid yet. Check the date and time of this terminal.")
        case .anchorExpired:
            Sentence(
                ja: "電子証明書を発行した認証局の証明書の有効期限が切れています。市区町村の窓口で更新できます。",
                en: "The certificate of the issuing authority has expired. A municipal office can renew the card's certificate.")
        case .untrusted, .badSignature, .refused, .unknownToAuthority:
            Sentence(
                ja: "電子証明書が正しい認証局のものと確認できません。ほかの方法で確認してください。",
                en: "The certificate is not from a known authority. Use another way to confirm.")
        case .authority, .wrongKeyUsage, .wrongExtendedKeyUsage, .wrongPolicy:
            Sentence(
                ja: "この用途に使える電子証明書ではありません。ほかの方法で確認してください。",
                en: "The certificate is not meant for this use. Use another way to confirm.")
        case .synthetic:
            Sentence(
                ja: "試験用(模擬)のカードです。本物のマイナンバーカードをかざしてください。",
                en: "This is a simulated card for tests. Present a real My Number Card.")
        case .revoked:
            Sentence(
                ja: "電子証明書が失効しています。市区町村の窓口で新しく発行できます。",
                en: "The certificate has been revoked. A municipal office can issue a new one.")
        case .revocationUndetermined:
            Sentence(
                ja: "電子証明書が失効していないか確認できません。回線を確認し、しばらくしてからやり直してください。",
                en: "Whether the certificate is revoked cannot be found out. Check the line and try again later.")
        case .unknownCriticalExtension, .weakAlgorithm:
            Sentence(
                ja: "この端末で扱えない電子証明書です。ソフトウェアの更新を確認してください。",
                en: "This terminal cannot handle the certificate. Check for a software update.")
        }
    }

    /// The code, without the value.
    public var description: String { code }
    /// Without the value.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
