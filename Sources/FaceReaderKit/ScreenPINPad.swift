import ISO7816
import ReaderKit

/// A keypad on the panel: a screen of the dialogue, and PC_to_RDR_Secure on the CCID interface (each PROTOCOL.md, "PIN", assumed).
final class ScreenPINPad: PINPad {
    private let cards: any PINPad
    private let reader: ControlledReader

    /// The keypad of `reader`, which verifies by that of its CCID interface.
    init(_ cards: any PINPad, of reader: ControlledReader) {
        self.cards = cards
        self.reader = reader
    }

    /// Shows the keypad where it is not shown yet, and asks. The device ends a question that comes before its screen, so this waits for it.
    func verify(_ header: CommandHeader, digits: Int, slot: UInt8) throws(ReaderError) -> PromptID {
        // The device verifies by nothing else and asks for no other number of digits.
        guard header.isVerify, digits == 4 else { throw ReaderError(.notSupported, cause: "INS \(header.ins) with \(digits) digits") }
        guard slot < reader.slotCount else { throw ReaderError(.readerUnusable, cause: "there is no slot \(slot)") }
        if reader.keypad != nil { throw ReaderError(.readerBusy, cause: "somebody is asked for a PIN") }
        let screen = try screen()
        do throws(ReaderError) {
            try reader.settle()
            // What the device refused to show is over already.
            if reader.keypadScreen != screen { _ = try reader.answer(to: screen) }
            let question = try cards.verify(header, digits: digits, slot: slot)
            reader.keypad = (question, screen)
            return question
        } catch {
            reader.withdraw(screen)
            throw error
        }
    }

    func result(_ prompt: PromptID) throws(ReaderError) -> PINPadResult {
        defer { endScreen(of: prompt) }
        return try cards.result(prompt)
    }

    func cancel(_ prompt: PromptID) {
        cards.cancel(prompt)
        endScreen(of: prompt)
    }

    private func screen() throws(ReaderError) -> PromptID {
        if let shown = reader.keypadScreen { return shown }
        return try reader.show(.enterPIN(triesLeft: nil))
    }

    /// The screen is over with its question, without an answer of its own.
    private func endScreen(of question: PromptID) {
        guard let keypad = reader.keypad, keypad.question == question else { return }
        reader.keypad = nil
        reader.withdraw(keypad.screen)
    }
}
