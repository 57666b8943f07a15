import ISO7816
import ReaderKit
import ReaderTransport
import Station

/// A PIN that a person is asked for: where, and which card it is for.
struct PINQuestion {
    let place: CCIDReader.Place
    let presence: CardPresence
}

extension CCIDReader {
    /// The keypad; `nil` where no interface verifies PINs (`bPINSupport`, USB CCID 1.1 clause 5.1). Its events are of the reader's source.
    public var pinPad: (any PINPad)? { lanes.contains { $0.descriptor.pinSupport & 1 != 0 } ? CCIDPINPad(self) : nil }

    /// Ends a question for a PIN as `PINPadResult.ended`: what it was asked on is taken away.
    public func leaveQuestion(_ prompt: PromptID) { CCIDPINPad(self).leave(prompt) }
}

/// The keypad of a CCID reader: PC_to_RDR_Secure (USB CCID 1.1 clause 6.1.11). Until the question has ended, its interface takes no other
/// command than power-off, which ends it.
final class CCIDPINPad: PINPad {
    /// How long each digit is awaited, in seconds.
    private static let seconds: UInt8 = 60
    private let reader: CCIDReader

    init(_ reader: CCIDReader) { self.reader = reader }

    /// Asks for the PIN. Throws `.notSupported` where the slot's interface cannot, `.readerBusy` while somebody is asked already.
    func verify(_ header: CommandHeader, digits: Int, slot: UInt8) throws(ReaderError) -> PromptID {
        guard let place = reader.place(of: slot) else { throw CCIDReader.noSlot(slot) }
        let lane = reader.lanes[place.lane]
        // At the TPDU level the PIN would have to go into a block whose number and code the reader is told: no reader with a keypad has that.
        guard lane.descriptor.pinSupport & 1 != 0, lane.descriptor.level.takesAPDUs, PINVerification.digits.contains(digits),
            header.isVerify
        else {
            throw ReaderError(.notSupported, cause: "slot \(slot) does not verify a PIN of \(digits) digits by INS \(header.ins)")
        }
        let question = PINQuestion(place: place, presence: reader.state(of: place).presence)
        // Every digit has its time, and the card has some too.
        let prompt = reader.questions.begin(question, patience: .seconds(Int(Self.seconds) * (digits + 1)))
        let structure = PINVerification(header, digits: digits, seconds: Self.seconds)
        do {
            try lane.ask(
                .secure(waiting: 0, level: 0), for: prompt, slot: place.slot, data: structure.bytes.span,
                until: reader.station.now + CCIDReader.pollPatience)
        } catch {
            reader.questions.forget(prompt)
            throw error
        }
        return prompt
    }

    /// What came of it. Throws `.cardRemoved` where the card is not, or may not be, the one that was there when it began, `.noCard` where there
    /// was none.
    func result(_ prompt: PromptID) throws(ReaderError) -> PINPadResult {
        let question = reader.questions.question(of: prompt)
        let answer: SecureAnswer
        do { answer = try reader.questions.take(prompt) } catch {
            // The reader may go on asking.
            if let question, error.reason == .timedOut { stop(prompt, question.place) }
            throw error
        }
        if let question, reader.state(of: question.place).presence != question.presence {
            throw ReaderError(.cardRemoved)
        }
        switch answer {
        case .response(let bytes):
            guard bytes.count == 2 else { throw ReaderError(.answerMalformed, cause: "an answer to VERIFY of \(bytes.count) bytes") }
            return .answered(StatusWord(sw1: bytes[0], sw2: bytes[1]))
        case .failed(_, .absent): throw ReaderError(question?.presence.isPresent == false ? .noCard : .cardRemoved)
        case .failed(.pinCancelled, _): return .ended
        case .failed(.pinTimeout, _): return .timedOut
        case .failed(let error, let card): throw error.readerError(card: card)
        }
    }

    func cancel(_ prompt: PromptID) {
        guard let question = reader.questions.question(of: prompt) else { return }
        if reader.questions.forget(prompt) { stop(prompt, question.place) }
    }

    /// Ends the question as the person's own leaving does.
    func leave(_ prompt: PromptID) {
        guard let question = reader.questions.question(of: prompt) else { return }
        reader.questions.end(prompt, .success(.failed(.pinCancelled, .inactive)))
        stop(prompt, question.place)
    }

    /// Tells the reader that nobody waits for the PIN any more.
    private func stop(_ prompt: PromptID, _ place: CCIDReader.Place) {
        let lane = reader.lanes[place.lane]
        lane.dropQuestion(prompt)
        reader.station.shielded { try? lane.settle(place.slot, until: reader.station.now + CCIDReader.powerOffPatience) }
    }
}
