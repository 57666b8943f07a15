import ISO7816

/// The structure that follows PC_to_RDR_Secure when a PIN is verified (USB CCID 1.1 clause 6.1.11): of exactly so many digits, in ASCII, at
/// the beginning of the data, complete with the last digit.
struct PINVerification {
    /// How many digits a PIN block can have: its size has four bits.
    static let digits = 1...15

    /// `abPINDataStructure` with its first byte, `bPINOperation`.
    let bytes: [UInt8]

    /// VERIFY by `header` with a PIN of `digits` digits (of `PINVerification.digits`), each awaited for `seconds`.
    init(_ header: CommandHeader, digits: Int, seconds: UInt8) {
        let count = UInt8(truncatingIfNeeded: digits)
        let format: [UInt8] = [
            0x00,  // bPINOperation: verification
            seconds,  // bTimeOut
            0x82,  // bmFormatString: units of bytes, the PIN at offset 0, left justified, ASCII
            count,  // bmPINBlockString: no length field, a block of so many bytes
            0x00,  // bmPINLengthFormat: no length
            count, count,  // wPINMaxExtraDigit: most in the lower byte, least in the upper
            0x01,  // bEntryValidationCondition: the last digit completes it
            0xFF,  // bNumberMessage: the reader's own
            0x11, 0x04,  // wLangId: Japanese
            0x00,  // bMsgIndex
            0x00, 0x00, 0x00,  // bTeoPrologue: for the TPDU level only
        ]
        // The reader puts the digits in the place of the block.
        bytes = format + [header.cla, header.ins, header.p1, header.p2, count] + [UInt8](repeating: 0xFF, count: digits)
    }
}

/// What came of PC_to_RDR_Secure.
enum SecureAnswer {
    /// What the card answered.
    case response([UInt8])
    /// Why there is no answer, and whether a card is in the slot.
    case failed(SlotError, ResponseMessage.CardStatus)

    /// The answer in a message with its data.
    init(_ message: ResponseMessage, data: [UInt8]) {
        if case .failed(let error) = message.outcome { self = .failed(error, message.card) } else { self = .response(data) }
    }
}
