import Station

/// The keypad of a reader (PC/SC part 10): it asks a person for a PIN, so that none crosses the cable.
public protocol CCIDKeypad: AnyObject {
    /// How many digits it can ask for.
    var digits: ClosedRange<Int> { get }
    /// Begins to ask for a PIN; `patience` is `nil` where the host leaves it to the reader. False where it cannot now.
    ///
    /// It ends by `endPINEntry` of the function, later.
    func ask(digits: Int, patience: Duration?, slot: Int, at now: Instant) -> Bool
    /// Stops asking, without an end.
    func stopAsking(slot: Int, at now: Instant)
}

/// How the question for a PIN ended at the keypad.
public enum PINEntryEnding: Sendable {
    /// So many digits as were asked for, in ASCII.
    case typed([UInt8])
    /// The person gave up (`bError` EF).
    case cancelled
    /// Nobody typed (`bError` F0).
    case timedOut
}

/// The question for a PIN that is under way: what goes before the digits, and how many there must be.
struct PINEntry {
    let header: [UInt8]
    let digits: Int
}

// PC_to_RDR_Secure (CCID 1.1 clause 6.1.11): verification at the keypad. Of what the standard allows this reader does one thing, which is
// what a My Number Card needs: ASCII digits of a fixed number right behind Lc, ended by the last of them. All else is refused with the place
// of the byte.

extension CCIDFunction {
    /// Whether the reader has a keypad and says so.
    var offersPIN: Bool { descriptor.pinSupport & 1 != 0 && keypad != nil }

    func beginEntry(_ message: CCIDMessage, _ slot: CCIDSlot, at now: Instant) {
        do throws(CCIDError) {
            guard slot.card != nil, slot.isPowered else { throw .mute }
            let (entry, patience) = try entry(message)
            slot.forgetChains()
            // Nobody knows when a person has typed.
            slot.underWay = CCIDSlot.UnderWay(
                command: .secure, sequence: message.sequence, result: .failure(.cancelled), due: .distantFuture,
                nextExtension: now + timing.typing)
            slot.entry = entry
            if keypad?.ask(digits: entry.digits, patience: patience, slot: Int(slot.number), at: now) != true {
                complain("a PIN is asked for while the keypad is not shown")
                endPINEntry(.cancelled, slot: Int(slot.number), at: now)
            }
        } catch {
            complain("PC_to_RDR_Secure is refused (bError \(error.code))")
            answer(.secure, slot, message.sequence, .failure(error), at: now)
        }
    }

    /// The question in `abData`: the operation, fourteen bytes about the PIN (CCID 1.1 table 6.1-11), the APDU.
    private func entry(_ message: CCIDMessage) throws(CCIDError) -> (PINEntry, Duration?) {
        let data = message.data
        guard message.levelParameter == 0 else { throw .wrong(at: 8) }
        guard data.count >= 15 + 4 else { throw .badLength }
        guard data[0] == 0 else { throw .wrong(at: 10) }  // bPINOperation: verification
        // bmFormatString: ASCII, justified left, at the beginning of the data; in bits or in bytes is the same then.
        guard data[2] & 0x7F == 0x02 else { throw .wrong(at: 12) }
        let digits = Int(data[5])  // wPINMaxExtraDigit, least significant byte first: the most digits, then the fewest
        // bmPINBlockString: no length is put in, the block has the size of the PIN or that of what is typed.
        guard data[3] == 0 || Int(data[3]) == digits else { throw .wrong(at: 13) }
        guard let range = keypad?.digits, range.contains(digits) else { throw .wrong(at: 15) }
        guard data[6] == data[5] else { throw .wrong(at: 16) }
        guard data[7] & 0x01 != 0 else { throw .wrong(at: 17) }  // bEntryValidationCondition: the most digits are reached
        let apdu = Array(data[15...])
        // A PIN in any other command could be written to a file and read back.
        guard apdu[1] == 0x20 else { throw .wrong(at: 26) }
        // Behind the header Lc may stand, as 0 or as it will be, and the place of the digits.
        let rest = apdu.count - 4
        guard rest <= 1 || rest == 1 + digits else { throw .badLength }
        guard rest == 0 || apdu[4] == UInt8(digits) || (rest == 1 && apdu[4] == 0) else { throw .wrong(at: 29) }
        return (PINEntry(header: Array(apdu[..<4]), digits: digits), data[1] == 0 ? nil : .seconds(Int64(data[1])))
    }

    /// Ends the question for a PIN that the keypad was asked to put; nothing where there is none.
    public func endPINEntry(_ ending: PINEntryEnding, slot number: Int, at now: Instant) {
        guard bays.indices.contains(number), let entry = bays[number].entry, let waiting = bays[number].underWay else { return }
        let slot = bays[number]
        slot.entry = nil
        switch ending {
        case .cancelled: fail(waiting, slot, .cancelled, at: now)
        case .timedOut: fail(waiting, slot, .entryTimeout, at: now)
        case .typed(let digits):
            guard digits.count == entry.digits else { return fail(waiting, slot, .cancelled, at: now) }
            let (result, due) = execute(entry.header + [UInt8(entry.digits)] + digits, slot, at: now)
            // A card that will not answer does not ask for time either.
            let nextExtension: Instant = if case .success = result { waiting.nextExtension } else { .distantFuture }
            slot.underWay = CCIDSlot.UnderWay(
                command: .secure, sequence: waiting.sequence, result: result, due: due, nextExtension: nextExtension)
        }
    }

    /// Ends the question for a PIN because what asked for it is over.
    func forgetEntry(_ slot: CCIDSlot, at now: Instant) {
        guard slot.entry != nil else { return }
        slot.entry = nil
        keypad?.stopAsking(slot: Int(slot.number), at: now)
    }
}
