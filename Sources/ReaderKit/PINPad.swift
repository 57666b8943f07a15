import Diagnosis
import ISO7816

/// The keypad of a reader (PC/SC part 10): it asks for a PIN and has the card verify it, so that no PIN crosses the cable.
public protocol PINPad: AnyObject {
    /// Asks for a PIN of exactly `digits` digits and puts them, in ASCII, behind `header` as a VERIFY to the card in `slot`. The command goes
    /// out once, and not at all where the person gives up. The card has power already; the keypad is shown where it is not on the screen yet,
    /// and is off it once this has ended, also as a screen of its own (`Screen.enterPIN`), whose prompt then ends without a word.
    func verify(_ header: CommandHeader, digits: Int, slot: UInt8) throws(ReaderError) -> PromptID

    /// How it ended, once its event has come. Throws `.noCard` where there was none, `.cardRemoved` where it left meanwhile, `.cardMute` where
    /// it was asked and did not answer; what became of the try is unknown then.
    func result(_ prompt: PromptID) throws(ReaderError) -> PINPadResult

    /// Ends the question; a PIN that was typed already may have gone to the card.
    func cancel(_ prompt: PromptID)
}

/// What came of a PIN at the keypad.
public enum PINPadResult: Sendable, Hashable {
    /// The card was asked and answered this.
    case answered(StatusWord)
    /// The person pressed 終了する or 中止; the card was not asked.
    case ended
    /// Nobody typed for as long as the reader waits; the card was not asked.
    case timedOut
}
