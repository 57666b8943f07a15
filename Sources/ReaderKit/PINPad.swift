import Diagnosis
import ISO7816

/// The keypad of a reader (PC/SC part 10): it asks for a PIN and has the card verify it, so that no PIN crosses the cable.
public protocol PINPad: AnyObject {
    /// Asks for a PIN of exactly `digits` digits and puts them, in ASCII, behind `header` as a VERIFY to the card in `slot`. Throws
    /// `.notSupported` for another instruction, and for a number of digits that the keypad does not ask for. The command goes
    /// out once, and not at all where the person gives up. The card has power already; the keypad is shown where it is not on the screen yet,
    /// and is off it once this has ended, also as a screen of its own (`Screen.enterPIN`), whose prompt then ends without a word.
    func verify(_ header: CommandHeader, digits: Int, slot: UInt8) throws(ReaderError) -> PromptID

    /// How it ended, once its event has come. Throws `.noCard` where there was none, `.cardRemoved` where it left meanwhile, `.cardMute` where
    /// it was asked and did not answer; what became of the try is unknown then.
    func result(_ prompt: PromptID) throws(ReaderError) -> PINPadResult

    /// Ends the question; a PIN that was typed already may have gone to the card.
    func cancel(_ prompt: PromptID)
}

extension CommandHeader {
    /// Whether it is that of VERIFY (ISO/IEC 7816-4 clause 11.5.6). A PIN in any other command could be written to a file and read back.
    public var isVerify: Bool { ins == 0x20 }
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
