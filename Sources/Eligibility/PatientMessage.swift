import Diagnosis
import ReaderKit

/// What a patient is told on a screen of its own before a visit goes on or ends. All words are ours; the guidance has none for this.
public enum PatientMessage: Sendable, Hashable {
    /// The PIN was wrong; so many tries are left.
    case wrongPIN(triesLeft: Int)
    /// The PIN is blocked.
    case pinBlocked
    /// One try is left, and it is not used here.
    case lastTryKept
    /// The PIN is not among the ways to choose that come next: it is blocked, or has one try left. That this is told is assumed.
    case pinNotOffered(isBlocked: Bool)
    /// The camera did not find the person of the photograph.
    case faceRejected(FaceRejection)
    /// The card's face could not be read, or what was read opened nothing.
    case cardFaceUnreadable
    /// 照合番号B of the card is being typed where the program runs.
    case cardFaceTyped
    /// 照合番号B has no try left that may be used.
    case faceLocked
    /// The reader is in visual mode, and the staff have not said that they have looked.
    case sightNotConfirmed
    /// The passcode of the staff was wrong.
    case wrongPasscode
    /// The passcode was wrong too often; this visit takes none any more.
    case passcodeRefused
    /// The card cannot be used here.
    case cardRefused
    /// It is another card.
    case otherCard
    /// Something broke; these are the words for it.
    case failure(Sentence)

    /// The words.
    public var sentence: Sentence {
        switch self {
        case .wrongPIN(let tries):
            Sentence(ja: "暗証番号が違います。残り\(tries)回です。", en: "The PIN is wrong; \(tries) \(tries == 1 ? "try is" : "tries are") left.")
        case .pinBlocked:
            Sentence(ja: "暗証番号がロックされています。職員にお声がけください。", en: "The PIN is blocked; please ask the staff.")
        case .lastTryKept:
            Sentence(
                ja: "暗証番号の残り回数が1回のため、使えません。職員にお声がけください。",
                en: "The PIN has one try left and is not used; please ask the staff.")
        case .pinNotOffered(isBlocked: true):
            Sentence(
                ja: "暗証番号は使えません（ロックされています）。顔認証を選んでください。", en: "The PIN cannot be used; it is blocked. Choose the face.")
        case .pinNotOffered(isBlocked: false):
            Sentence(
                ja: "暗証番号は使えません（残り1回です）。顔認証を選んでください。",
                en: "The PIN cannot be used; it has one try left. Choose the face.")
        case .faceRejected(let reason): reason.sentence
        case .cardFaceUnreadable:
            Sentence(
                ja: "カードの券面を読み取れませんでした。もう一度選んでください。", en: "The face of the card could not be read; choose again.")
        case .cardFaceTyped:
            Sentence(
                ja: "職員がカードの券面を確認しています。お待ちください。", en: "The staff read the face of the card; wait, please.")
        case .faceLocked:
            Sentence(
                ja: "このカードでは顔認証を使えません（ロックされています）。", en: "The face cannot be used with this card; it is locked.")
        case .sightNotConfirmed:
            Sentence(ja: "職員が本人を確認してから、カードを置いてください。", en: "Place the card after the staff have looked at you.")
        case .wrongPasscode: Sentence(ja: "パスコードが違います。", en: "The passcode is wrong.")
        case .passcodeRefused:
            Sentence(
                ja: "パスコードを何度も間違えたため、この受付では目視確認を始められません。",
                en: "The passcode was wrong too often; no visual check can begin in this visit.")
        case .cardRefused:
            Sentence(ja: "このカードでは確認できません。職員にお声がけください。", en: "This card cannot be used here; please ask the staff.")
        case .otherCard:
            Sentence(ja: "マイナンバーカードではありません。", en: "This is not a My Number Card.")
        case .failure(let sentence): sentence
        }
    }
}

extension FaceRejection {
    /// What the person before the camera can do.
    fileprivate var sentence: Sentence {
        switch self {
        case .otherPerson:
            Sentence(ja: "本人と確認できませんでした。もう一度選んでください。", en: "You were not recognised; choose again.")
        case .covered:
            Sentence(ja: "マスクや帽子を外して、もう一度選んでください。", en: "Take off the mask or the hat and choose again.")
        case .notAlive:
            Sentence(ja: "顔を確認できませんでした。カメラの前に立ってください。", en: "No living face was seen; stand before the camera.")
        case .unclear:
            Sentence(ja: "顔がよく見えません。カメラに近づいてください。", en: "The face is not clear; come nearer to the camera.")
        case .badReference:
            Sentence(ja: "カードの写真を使えません。暗証番号を選んでください。", en: "The photograph of the card cannot be used; choose the PIN.")
        }
    }
}
