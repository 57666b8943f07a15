import CCIDOverGATT
import ReaderTransport

/// The reader's messages after authentication, in the words of CCID: inside of a frame, encrypted with the session key.
///
/// The maker says that the protocol is similar to that of CCID, and the types are the same (H). What is not said: that a response in parts
/// has the bits of a command in parts, and comes unasked (assumed; a response of any length in one message is taken as well).
final class SealedMessages: CCIDTranslation {
    /// How much of an APDU goes into one message (M: two implementations cut so).
    static let mostData = 256
    /// The longest data of an escape, which goes in one message: with header and padding it still fits a frame's length, 65,520 bytes.
    static let longestEscape = 0xFFFF / SessionCipher.blockSize * SessionCipher.blockSize - InnerMessage.headerCount
    /// Bits of the parameter of an APDU in parts (M): more follow, and something came before.
    static let follows: UInt8 = 0x01
    static let continues: UInt8 = 0x02
    /// More than any response APDU has.
    static let mostAnswer = 65_544

    let tellsAnswersApart: Bool
    private let cipher: SessionCipher
    private var receiver = FrameReceiver()
    private var answer: [UInt8]?
    private var last = InnerMessage(type: 0, sequence: 0)
    // The command under way, and one before it that was given up and may go on.
    private var isAwaited = false
    private var owed: UInt8?
    // bmICCStatus as the reader last told.
    private var card: UInt8 = 2

    init(_ session: Authentication.Session) {
        cipher = session.cipher
        tellsAnswersApart = session.echoesSequence
    }

    var isInside: Bool { receiver.isInside || answer != nil }

    func reset() {
        receiver.reset()
        answer = nil
    }

    // MARK: Commands

    func encode(_ command: Span<UInt8>) -> [[UInt8]]? {
        if isAwaited { owed = last.sequence }
        let data = command.extracting(CCIDWords.headerCount..<command.count)
        let type = command[0]
        last = InnerMessage(type: type, slot: command[5], sequence: command[6])
        isAwaited = true
        switch type {
        case InnerMessage.powerOn, InnerMessage.powerOff, InnerMessage.getCardStatus: return frames([UInt8]().span, most: 1)
        case InnerMessage.escape: return data.count <= Self.longestEscape ? frames(data, most: Self.longestEscape) : refused()
        case InnerMessage.exchange: return frames(data, most: Self.mostData)
        default: return refused()
        }
    }

    private func refused() -> [[UInt8]]? {
        isAwaited = false
        return nil
    }

    /// The frames of a message, or of several with at most so many bytes of `data` each. They may hold a PIN until they are encrypted.
    private func frames(_ data: Span<UInt8>, most: Int) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        for start in stride(from: 0, to: max(1, data.count), by: most) {
            let end = min(start + most, data.count)
            var message = last
            message.parameter = (start > 0 ? Self.continues : 0) | (end < data.count ? Self.follows : 0)
            message.data = data.extracting(start..<end).withUnsafeBufferPointer { Array($0) }
            var bytes = message.bytes
            defer {
                bytes.wipe()
                message.data.wipe()
            }
            guard let sealed = cipher.seal(bytes) else { return refused() }
            frames.append(OuterFrame.encode(sealed))
        }
        return frames
    }

    // MARK: Answers

    func take(_ value: [UInt8]) -> [CCIDReport] {
        var reports: [CCIDReport] = []
        for item in receiver.take(value) {
            guard case .payload(let payload) = item, let message = open(payload) else { return reports + [.broken] }
            reports += report(message)
        }
        return reports
    }

    /// Hardware errors come in the clear (H: the maker's reference manual, clause 5.7.6), everything else encrypted. A notice in the clear is
    /// taken too, because it is answered by a question only.
    private func open(_ payload: [UInt8]) -> InnerMessage? {
        if !payload.isEmpty, payload.count % SessionCipher.blockSize == 0 { return cipher.decrypt(payload).flatMap { InnerMessage($0) } }
        guard let message = InnerMessage(payload), [InnerMessage.hardwareError, InnerMessage.cardNotice].contains(message.type) else {
            return nil
        }
        return message
    }

    private func report(_ message: InnerMessage) -> [CCIDReport] {
        switch message.type {
        // 3 for a card that has come, 2 for one that has left (H: two implementations; the first edition of the manual has it the other way,
        // so that the reader is asked).
        case InnerMessage.cardNotice: message.parameter == 2 || message.parameter == 3 ? [.notification([0x50, message.parameter])] : []
        case InnerMessage.hardwareError: failed(message)
        case InnerMessage.dataBlock: block(message)
        case InnerMessage.slotStatus where message.parameter <= 2: [.response(ccid(message, status: message.parameter))]
        // What its parameter says is not said; in the manual's examples it may be the slot's status.
        case InnerMessage.escapeAnswer: [.response(ccid(message, status: card, message.data))]
        default: [.broken]
        }
    }

    private func failed(_ message: InnerMessage) -> [CCIDReport] {
        let error = HardwareError(rawValue: message.parameter)
        if error == .unauthorised { return [.forgotten] }
        // One that cannot read what it got cannot know its number (assumed).
        guard message.sequence == last.sequence || message.sequence == 0 || !tellsAnswersApart else {
            if message.sequence == owed { owed = nil }
            return []
        }
        isAwaited = false
        // While it is still at a command that was given up, it takes no other (assumed): CMD_SLOT_BUSY.
        let code = error == .command && owed != nil ? 0xE0 : error?.slotError ?? 0x80 | message.parameter
        return [.response(CCIDWords.slotStatus(slot: last.slot, sequence: last.sequence, card: card, error: code))]
    }

    private func block(_ message: InnerMessage) -> [CCIDReport] {
        // Nothing but a status: there is no card, or it has no power (assumed).
        if message.data.isEmpty, message.parameter == 1 || message.parameter == 2 {
            answer = nil
            card = message.parameter
            var words = CCIDWords.slotStatus(slot: message.slot, sequence: number(message), card: message.parameter, error: 0xFE)
            words[0] = InnerMessage.dataBlock
            return [.response(words)]
        }
        guard message.parameter <= Self.follows | Self.continues, (message.parameter & Self.continues != 0) == (answer != nil) else {
            return [.broken]
        }
        let data = (answer ?? []) + message.data
        guard data.count <= Self.mostAnswer else { return [.broken] }
        guard message.parameter & Self.follows != 0 else {
            answer = nil
            return [.response(ccid(message, status: 0, data))]
        }
        // A part of nothing would let an answer never end.
        guard !message.data.isEmpty else { return [.broken] }
        answer = data
        return []
    }

    /// The message as CCID has it (USB CCID 1.1 clause 6.2), without an error.
    private func ccid(_ message: InnerMessage, status: UInt8, _ data: [UInt8] = []) -> [UInt8] {
        card = status
        let length = (0..<4).map { UInt8(truncatingIfNeeded: data.count >> (8 * $0)) }
        return [message.type] + length + [message.slot, number(message), status, 0, 0] + data
    }

    /// `bSeq` of what the message answers.
    private func number(_ message: InnerMessage) -> UInt8 {
        let number = tellsAnswersApart ? message.sequence : last.sequence
        if number == last.sequence { isAwaited = false }
        if number == owed { owed = nil }
        return number
    }
}
