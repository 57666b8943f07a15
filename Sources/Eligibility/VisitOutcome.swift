import Centre
import Certificates
import Diagnosis
import MyNumberCard
import ReaderKit

/// How a visit ended. What a person must do again is an outcome; what broke is `.failed`.
public enum VisitOutcome: Sendable {
    /// The bearer is proved and the centre has answered; whether the person is insured is in the answer.
    case confirmed(EligibilityAnswer)
    /// The PIN was wrong; so many tries are left.
    case pinRejected(triesLeft: Int)
    /// The PIN is blocked; face or the staff's eye can still prove the bearer.
    case pinBlocked
    /// One try is left and nobody asked to use it.
    case lastTryKept
    /// The certificate does not serve; there is at least one flaw.
    case certificateRefused([CertificateFlaw])
    /// There are no anchors to check the certificate against.
    case certificateNotChecked
    /// The camera did not find the person of the photograph, the last time for this reason.
    case faceRejected(FaceRejection)
    /// The card is not the one that its issuer made.
    case cardNotGenuine(CardFlaw)
    /// There is no root key to check the card by.
    case cardNotChecked
    /// The reader is in visual mode, and nobody has ticked 目視で本人確認完了 (R155).
    case sightNotConfirmed
    /// The reader, or the kind of card, has no such way to prove its bearer.
    case methodNotOffered(IdentityMethod)
    /// The card on the reader is another card.
    case notMyNumberCard
    /// The card left before the end.
    case cardRemoved
    /// Nobody placed a card, typed the PIN or touched the screen in time.
    case timedOut
    /// The person or the program cancelled.
    case cancelled
    /// Something broke.
    case failed(any DiagnosedError)

    /// A stable name.
    public var code: String {
        switch self {
        case .confirmed: "confirmed"
        case .pinRejected: "pin-rejected"
        case .pinBlocked: "pin-blocked"
        case .lastTryKept: "last-try-kept"
        case .certificateRefused(let flaws): flaws.first?.code ?? "certificate-refused"
        case .certificateNotChecked: "certificate-not-checked"
        case .faceRejected: "face-rejected"
        case .cardNotGenuine: "card-not-genuine"
        case .cardNotChecked: "chain-not-checked"
        case .sightNotConfirmed: "sight-not-confirmed"
        case .methodNotOffered: "identity-not-offered"
        case .notMyNumberCard: "not-my-number-card"
        case .cardRemoved: "card-removed"
        case .timedOut: "timed-out"
        case .cancelled: "cancelled"
        case .failed(let error): error.code
        }
    }

    /// The eligibility, where there is one.
    public var eligibility: EligibilityAnswer? {
        if case .confirmed(let answer) = self { answer } else { nil }
    }

    /// What to do, where the visit must be done again or cannot be done; `nil` when it is done.
    public var sentence: Sentence? {
        switch self {
        case .confirmed: nil
        case .pinRejected(let tries):
            Sentence(
                ja: "暗証番号が違います。あと\(tries)回間違えるとロックされます。",
                en: "The PIN is wrong; \(tries) more wrong \(tries == 1 ? "try blocks" : "tries block") it.")
        case .pinBlocked:
            Sentence(
                ja: "暗証番号がロックされています。顔認証か目視で確認してください。市区町村の窓口で再設定できます。",
                en: "The PIN is blocked; use the face or visual check. A municipal office can set a new PIN.")
        case .lastTryKept:
            Sentence(
                ja: "暗証番号の残り回数が1回のため、確認しませんでした。使う場合は --last-try を指定してください。",
                en: "The PIN has one try left, which was not used; give --last-try to use it.")
        case .certificateRefused(let flaws): flaws.first?.sentence
        case .certificateNotChecked:
            Sentence(
                ja: "電子証明書を検証していません。認証局の証明書がありません。",
                en: "The certificate was not checked; there is no authority's certificate to check it against.")
        case .faceRejected:
            Sentence(
                ja: "顔認証で本人と確認できませんでした。暗証番号か目視で確認してください。",
                en: "The face was not recognised; use the PIN or the visual check.")
        case .cardNotGenuine:
            Sentence(ja: "このカードは本物と確認できません。使わないでください。", en: "This card is not what its issuer made; do not accept it.")
        case .cardNotChecked:
            Sentence(
                ja: "カードのルート鍵が設定されていないため、カードが本物か確認していません。",
                en: "The card was not checked; there is no root key to check it by.")
        case .sightNotConfirmed:
            Sentence(
                ja: "目視確認モードです。本人を確認し、資格確認端末で「目視で本人確認完了」にチェックを入れてから、カードを置いてください。",
                en: "The reader is in visual mode: compare the patient, tick it at the terminal, then have the card placed.")
        case .methodNotOffered(let method):
            Sentence(
                ja: "このカードリーダーやカードでは「\(method.name.japanese)」で本人確認できません。ほかの方法を選んでください。",
                en: "This reader or card does not offer: \(method.name.english); prove the bearer another way.")
        case .notMyNumberCard: CardError.notMyNumberCard(.fileNotFound).sentence
        case .cardRemoved:
            Sentence(
                ja: "途中でカードが外れました。カードを置き直して、最初からやり直してください。",
                en: "The card was removed too early; place it again and start over.")
        case .timedOut:
            Sentence(
                ja: "時間内に操作がありませんでした。最初からやり直してください。",
                en: "Nothing was done in time; start over.")
        case .cancelled: Sentence(ja: "取り消しました。", en: "Cancelled.")
        case .failed(let error): error.sentence
        }
    }

    /// What the engineer wants to know.
    public var cause: String? {
        switch self {
        case .failed(let error): error.cause
        case .faceRejected(let reason): reason.rawValue
        default: nil
        }
    }

    /// What kind of failure it is for the caller of a program; `nil` when the visit is done.
    public var category: FailureCategory? {
        switch self {
        case .confirmed: nil
        case .pinRejected, .pinBlocked, .lastTryKept, .certificateRefused, .certificateNotChecked, .faceRejected, .cardNotGenuine,
            .cardNotChecked, .sightNotConfirmed:
            .notPermitted
        case .notMyNumberCard: .badData
        case .methodNotOffered: .unavailable
        case .cardRemoved: .unavailable
        case .timedOut: .temporary
        case .cancelled: .cancelled
        case .failed(let error): error.category
        }
    }
}
