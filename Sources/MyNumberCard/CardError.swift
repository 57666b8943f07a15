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
    /// The PIN does not have the digits that this card's PIN has; the card was not asked.
    case pinMalformed(digits: Int)
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
        case .pinMalformed: "pin-malformed"
        case .certificateMalformed: "certificate-malformed"
        case .signatureInvalid: "signature-invalid"
        case .refused: "card-refused"
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
        case .pinMalformed(let digits):
            Sentence(
                ja: "暗証番号は数字\(digits)桁です。カードには送っていないので、残り回数は減っていません。",
                en: "The PIN has \(digits) digits; nothing was sent to the card, so no try was used.")
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
        case .pinMalformed: nil
        case .certificateMalformed(let cause): cause
        case .signatureInvalid: nil
        case .refused(let status, let command): "\(command) answered \(status): \(status.meaning.english)"
        }
    }

    /// What kind of failure it is.
    public var category: FailureCategory {
        switch self {
        case .reader(let error): error.category
        case .notMyNumberCard, .pinMalformed, .certificateMalformed: .badData
        case .signatureInvalid: .notPermitted
        case .refused: .protocolViolation
        }
    }
}
