import CReaderPlugin
import Diagnosis
import ISO7816
import ReaderKit

extension PluginAnswer {
    /// What it means to who was asked `question`. Anything that was not asked is an error: least of all a consent that nobody was asked for.
    func meaning(for question: FacetQuestion) -> Result<FacetAnswer, ReaderError> {
        if let error = PluginStatus.error(status, nil) { return .failure(error) }
        switch question {
        case .cardFace: return cardFace
        case .match: return verdict
        case .pin: return result
        case .passcode where code == KAZASU_ANSWER_PASSCODE: return digits(4).map { .success(.passcode($0)) } ?? malformed
        case .screen, .passcode, .visualCheck: return done(question)
        }
    }

    private var code: Int32 { Int32(truncatingIfNeeded: answer) }

    private var malformed: Result<FacetAnswer, ReaderError> {
        .failure(ReaderError(.inputOutput, cause: "the plugin posts an answer \(answer) that is not whole"))
    }

    private var unasked: Result<FacetAnswer, ReaderError> {
        .failure(ReaderError(.inputOutput, cause: "the plugin posts an answer \(answer), which nobody asked for"))
    }

    private var cardFace: Result<FacetAnswer, ReaderError> {
        switch code {
        case KAZASU_ANSWER_CARD_FACE: digits(14).map { .success(.cardFace($0)) } ?? malformed
        // Nothing to read came before the camera.
        case KAZASU_ANSWER_CARD_FACE_UNREADABLE, KAZASU_ANSWER_TIMED_OUT: .success(.cardFace(nil))
        default: unasked
        }
    }

    private var verdict: Result<FacetAnswer, ReaderError> {
        switch code {
        case KAZASU_ANSWER_FACE_ACCEPTED: .success(.verdict(.accepted))
        case KAZASU_ANSWER_FACE_REJECTED: rejection.map { .success(.verdict(.rejected($0))) } ?? malformed
        case KAZASU_ANSWER_ENDED: .success(.verdict(.ended))
        case KAZASU_ANSWER_TIMED_OUT: .success(.verdict(.timedOut))
        default: unasked
        }
    }

    private var rejection: FaceRejection? {
        switch Int32(truncatingIfNeeded: detail) {
        case KAZASU_FACE_OTHER_PERSON: .otherPerson
        case KAZASU_FACE_COVERED: .covered
        case KAZASU_FACE_NOT_ALIVE: .notAlive
        case KAZASU_FACE_UNCLEAR: .unclear
        case KAZASU_FACE_BAD_REFERENCE: .badReference
        default: nil
        }
    }

    private var result: Result<FacetAnswer, ReaderError> {
        switch code {
        case KAZASU_ANSWER_PIN_VERIFIED: UInt16(exactly: detail).map { .success(.pin(.answered(StatusWord(rawValue: $0)))) } ?? malformed
        case KAZASU_ANSWER_ENDED: .success(.pin(.ended))
        case KAZASU_ANSWER_TIMED_OUT: .success(.pin(.timedOut))
        default: unasked
        }
    }

    private func done(_ question: FacetQuestion) -> Result<FacetAnswer, ReaderError> {
        guard let done = screenAnswer, question.allows(done) else { return unasked }
        return .success(.screen(done))
    }

    private var screenAnswer: ScreenAnswer? {
        switch code {
        case KAZASU_ANSWER_METHOD_FACE: .method(.face)
        case KAZASU_ANSWER_METHOD_PIN: .method(.pin)
        case KAZASU_ANSWER_CONSENT_ALL: .consentToAll
        case KAZASU_ANSWER_CONSENT_INDIVIDUALLY: .consentIndividually
        case KAZASU_ANSWER_CONSENT_YES: .consent(true)
        case KAZASU_ANSWER_CONSENT_NO: .consent(false)
        case KAZASU_ANSWER_ENDED: .ended
        case KAZASU_ANSWER_STAFF_BUTTON: .staffButton
        case KAZASU_ANSWER_TIMED_OUT: .timedOut
        default: nil
        }
    }

    /// The secret where it is exactly so many ASCII digits.
    private func digits(_ count: Int) -> Secret? {
        guard let secret, secret.count == count else { return nil }
        let isDigits = secret.withBytes { bytes in bytes.indices.allSatisfy { (0x30...0x39).contains(bytes[$0]) } }
        return isDigits ? secret : nil
    }
}
