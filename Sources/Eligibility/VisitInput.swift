import Centre
import Certificates
import Diagnosis
import MyNumberCard
import ReaderKit

/// What a visit is told.
public enum VisitInput: Sendable {
    /// Begin.
    case begin
    /// A card is on the reader.
    case cardPlaced
    /// A card is on the second reader, beside the certified one.
    case cardPlacedBeside
    /// The card was read: the state of its PIN, and what came of checking its certificate.
    case cardRead(PINState, CertificateVerdict)
    /// The card was read, but for its certificate, which a phone keeps closed until the PIN is verified.
    case certificateClosed(PINState)
    /// What came of checking a certificate that the PIN has opened.
    case certificateRead(CertificateVerdict)
    /// The person typed a PIN.
    case pinTyped(Secret)
    /// The person pressed cancel, or the program is ending.
    case cancelled
    /// What the card said to the PIN.
    case pinChecked(PINResult)
    /// The card's signature over a fresh challenge is by the key of its certificate.
    case proved
    /// The centre answered.
    case answered(EligibilityAnswer)
    /// What became of the registration as insurance card.
    case cardRegistered(RegistrationAnswer)
    /// The card on the reader is another card.
    case otherCard
    /// The card left.
    case cardRemoved
    /// The card left, and another one lies in its place.
    case cardSwapped
    /// The card was gone before it got power: it was only held to the reader, or its leaving was told late.
    case cardMissed
    /// The person did nothing for too long.
    case timedOut
    /// Something broke.
    case failed(any DiagnosedError)

    /// What the patient did at the screen, or that they left the keypad.
    case screen(ScreenAnswer)
    /// 照合番号B was read off the card's face, by the camera or by whoever typed it.
    case cardFaceRead(Secret)
    /// The camera could not read it.
    case cardFaceUnreadable
    /// The photograph was read.
    case photographRead
    /// 照合番号B opened nothing: it was read wrongly.
    case visualCodeRefused
    /// 照合番号B has no try left that may be used: after ten failures the card is locked to the face.
    case faceLocked
    /// What the camera found.
    case compared(FaceVerdict)
    /// Whether the card is genuine.
    case cardChecked(CardVerdict)

    /// The staff typed a passcode.
    case passcodeTyped(Secret)
    /// Whether the centre has issued it.
    case passcodeChecked(Bool)
    /// The terminal has switched the reader's mode.
    case modeSwitched(ReaderMode)
    /// The staff have ticked 目視で本人確認完了 at the terminal.
    case sightConfirmed(VisualCheckReason)
    /// The staff pressed 中止, or did nothing.
    case staffLeft
}

/// What a visit wants done.
public enum VisitEffect {
    /// Wait for a card.
    case waitForCard
    /// Select the application, ask for the counter, read the certificate and check it.
    case readCard
    /// Ask the person for the PIN, and say how many tries are left where that is known.
    case askPIN(triesLeft: Int?)
    /// Let the card verify a PIN.
    case verify(Secret)
    /// Read and check the certificate that the PIN has opened.
    case readCertificate
    /// Let the card sign a fresh challenge.
    case prove
    /// Power the card off and ask the centre: the card is not needed any more. `isAgain`: the same message once more, with the same key.
    case askCentre(isAgain: Bool)
    /// Ask the centre to make the card an insurance card.
    case registerCard(isAgain: Bool)
    /// Take every prompt back, power the card off and end.
    case finish(VisitOutcome)

    /// Power the card off and ask nothing any more: the visit has come to its end, and only the card is still to be taken.
    case release
    /// Show a screen in place of the one before.
    case show(Screen)
    /// Go on after a while, if nothing happens before.
    case pause(VisitPause)
    /// Let the keypad ask for the PIN and the card verify it.
    case askKeypad(triesLeft: Int?)
    /// Let the camera read 照合番号B off the card's face.
    case readCardFace
    /// Ask for 照合番号B where the program runs: the camera sees no card in a second reader.
    case askVisualCode
    /// Read the photograph that 照合番号B opens.
    case readPhotograph(Secret)
    /// Let the camera compare.
    case compare
    /// Let the card show that it is genuine.
    case checkCard

    /// Ask the staff for the passcode.
    case askPasscode
    /// Ask the centre whether it has issued a passcode.
    case checkPasscode(Secret)
    /// Ask the staff to look, and wait for the card.
    case waitForVisualCheck
}

/// What a visit pauses for.
public enum VisitPause: Sendable, Hashable {
    /// Until a message was read.
    case message
    /// Until the patient has seen that it is complete, with the card gone already.
    case complete
    /// Until the card has lain there too long.
    case card
}
