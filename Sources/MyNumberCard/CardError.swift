import Certificates
import Diagnosis
import ISO7816
import ReaderKit

/// Why an operation on a My Number Card could not be done. A wrong PIN is no error but a result.
public enum CardError: DiagnosedError, Equatable {
    /// The reader failed, or the card left.
    case reader(ReaderError)
    /// The card has no JPKI application: another card, or a broken one.
    case notMyNumberCard(StatusWord)
    /// The card lacks the application of this operation.
    case applicationMissing(StatusWord)
    /// This kind of card has no such file, key or PIN, or none that can be changed.
    case notOnThisCard(String)
    /// A PIN, a password or a 照合番号 does not have the form that this card's has; the card was not asked.
    case secretMalformed(SecretForm)
    /// The birth is none that a 照合番号 can be made of.
    case birthUnusable
    /// The reader failed while the card changed a PIN: it may have the old or the new one.
    case changeUncertain(ReaderError)
    /// A file of the card does not hold what it must.
    case dataMalformed(CardDataError)
    /// OpenSSL failed.
    case cryptography(CertificateError)
    /// What the card calls its certificate is none.
    case certificateMalformed(cause: String)
    /// The card's signature is not by the key of its certificate: a copy, or a broken card.
    case signatureInvalid
    /// The card refused a command of the plan.
    case refused(StatusWord, command: String)

    /// A stable name.
    public var code: String {
        switch self {
        case .reader(let error): error.code
        case .notMyNumberCard: "not-my-number-card"
        case .applicationMissing: "application-missing"
        case .notOnThisCard: "not-on-this-card"
        case .secretMalformed(.digits(4)): "pin-malformed"
        case .secretMalformed(.digits): "number-malformed"
        case .secretMalformed(.signaturePassword): "password-malformed"
        case .birthUnusable: "card-birth-unusable"
        case .changeUncertain: "pin-change-uncertain"
        case .dataMalformed(let error): error.code
        case .cryptography(let error): error.code
        case .certificateMalformed: "certificate-malformed"
        case .signatureInvalid: "signature-invalid"
        case .refused(let status, _): status.isAbsence ? "not-on-this-card" : "card-refused"
        }
    }

    /// What the person at the counter can act on.
    public var sentence: Sentence {
        switch self {
        case .reader(let error): error.sentence
        case .notMyNumberCard:
            Sentence(
                ja: "マイナンバーカードではありません。マイナンバーカードを置いてください。",
                en: "This is not a My Number Card; place a My Number Card.")
        case .refused(let status, _) where status.isAbsence:
            Sentence(
                ja: "このカードには、その電子証明書、鍵、暗証番号などが入っていません。",
                en: "This card does not have that certificate, key or PIN.")
        case .applicationMissing, .notOnThisCard:
            Sentence(
                ja: "このカードでは、この操作はできません。",
                en: "This card cannot do that.")
        case .secretMalformed(.digits(4)):
            Sentence(
                ja: "暗証番号は数字4桁です。カードには送っていないので、残り回数は減っていません。",
                en: "The PIN has 4 digits; nothing was sent to the card, so no try was used.")
        case .secretMalformed(.digits(let digits)):
            Sentence(
                ja: "入力は数字\(digits)桁です。カードには送っていないので、残り回数は減っていません。",
                en: "The number has \(digits) digits; nothing was sent to the card, so no try was used.")
        case .secretMalformed(.signaturePassword):
            Sentence(
                ja: "署名用パスワードは英大文字と数字の両方を使った6～16文字です。カードには送っていないので、残り回数は減っていません。",
                en: "The password has 6 to 16 capitals and digits, both of them; nothing was sent to the card, so no try was used.")
        case .birthUnusable:
            Sentence(
                ja: "生年月日が正しくありません。",
                en: "That day of birth cannot be; check it.")
        case .changeUncertain:
            Sentence(
                ja: "途中で切れたため、暗証番号が変わったか分かりません。カードを置き直し、新しい暗証番号から試してください。",
                en:
                    "The card was lost while it changed the PIN, which may be the old or the new one; place it again and try the new one first."
            )
        case .dataMalformed(let error): error.sentence
        case .cryptography(let error): error.sentence
        case .certificateMalformed:
            Sentence(
                ja: "カードの電子証明書を読み取れません。カードを置き直し、だめなら市区町村の窓口に相談してください。",
                en: "The card's certificate cannot be read; place the card again, else ask the municipal office.")
        case .signatureInvalid:
            Sentence(
                ja: "カードの署名が電子証明書と一致しません。このカードでは本人確認できません。",
                en: "The card's signature does not belong to its certificate; this card proves nothing.")
        case .refused:
            Sentence(
                ja: "カードが処理を拒否しました。カードを置き直してください。",
                en: "The card refused a command; place it again.")
        }
    }

    /// What the engineer wants to know.
    public var cause: String? {
        switch self {
        case .reader(let error): error.cause
        case .notMyNumberCard(let status): "SELECT answered \(status)"
        case .applicationMissing(let status): "SELECT answered \(status)"
        case .notOnThisCard(let what): what
        case .secretMalformed, .birthUnusable: nil
        case .changeUncertain(let error): error.description
        case .dataMalformed(let error): error.cause
        case .cryptography(let error): error.cause
        case .certificateMalformed(let cause): cause
        case .signatureInvalid: nil
        case .refused(let status, let command): "\(command) answered \(status): \(status.meaning.english)"
        }
    }

    /// What kind of failure it is.
    public var category: FailureCategory {
        switch self {
        case .reader(let error): error.category
        case .notMyNumberCard, .applicationMissing, .notOnThisCard, .secretMalformed, .birthUnusable, .certificateMalformed: .badData
        case .changeUncertain: .inputOutput
        case .dataMalformed(let error): error.category
        case .cryptography(let error): error.category
        case .signatureInvalid: .notPermitted
        case .refused(let status, _): status.isAbsence ? .badData : .protocolViolation
        }
    }
}

extension StatusWord {
    /// Whether it says that a file, a key or a reference is not there.
    fileprivate var isAbsence: Bool { self == .fileNotFound || self == .referenceNotFound }
}
