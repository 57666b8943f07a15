import ISO7816
import ReaderKit
import ReaderTransport
import Station
import TransmissionProtocols

/// The way to a card in a CCID reader: APDUs as they are, or by the protocol of the card where the reader takes TPDUs.
final class CCIDChannel: CardChannel {
    let slot: UInt8
    private(set) var answerToReset: [UInt8] = []
    let reader: CCIDReader
    let lane: CCIDLane
    let index: Int
    /// The protocol of the card at the TPDU level, T=1 or T=0; neither at the APDU levels.
    var blocks: BlockProtocol?
    var units: CommandTPDUs?
    // How often the card had changed when it got power: another count means another card, or the same without what was verified.
    private var changes: UInt32 = 0

    init(_ reader: CCIDReader, _ lane: CCIDLane, index: Int, slot: UInt8) {
        self.reader = reader
        self.lane = lane
        self.index = index
        self.slot = slot
    }

    var readerName: String { reader.name }
    var carriesExtendedLength: Bool? { lane.descriptor.level == .tpdu ? carriesChains : lane.descriptor.level == .extendedAPDU }

    // MARK: Power

    /// Takes the power from a card that has it, then gives it: all security status is gone.
    func connect(until deadline: Instant) throws(ReaderError) {
        let status = try firstStatus(until: deadline)
        if status.card == .absent { throw ReaderError(.noCard) }
        if status.card == .active { _ = try ask(.iccPowerOff, until: deadline) }
        try powerOn(until: deadline)
    }

    /// What the slot says first. Where an abort of an earlier program has to be ended before, it is asked again; should the bSeq of that one be
    /// the same as ours by chance, ending it takes two.
    private func firstStatus(until deadline: Instant) throws(ReaderError) -> ResponseMessage {
        var triesLeft = 2
        while true {
            do throws(ReaderError) { return try ask(.getSlotStatus, until: deadline) } catch {
                guard lane.slots[index].owed != nil, error.reason == .inputOutput, triesLeft > 0 else { throw error }
                triesLeft -= 1
            }
        }
    }

    /// PC_to_RDR_IccPowerOn on a card that has power is a warm reset (USB CCID 1.1 clause 6.1.1).
    func warmReset(until deadline: Instant) throws(ReaderError) {
        try checkCard()
        let before = changes
        try powerOn(until: deadline)
        if changes != before { throw ReaderError(.cardRemoved, cause: "another card came during the reset") }
    }

    func close() {
        (blocks, units) = (nil, nil)
        reader.powerOff(lane, index)
    }

    private func powerOn(until deadline: Instant) throws(ReaderError) {
        let selections = lane.descriptor.powerSelections
        for (number, power) in selections.enumerated() {
            do throws(ReaderError) {
                _ = try ask(.iccPowerOn(power), until: deadline)
                break
            } catch {
                guard error.reason == .cardMute, number + 1 < selections.count else { throw error }
                _ = try ask(.iccPowerOff, until: deadline)
            }
        }
        answerToReset.removeAll(keepingCapacity: true)
        answerToReset.append(contentsOf: lane.message.dropFirst(ClassDescriptor.headerCount))
        // ISO/IEC 7816-3 clause 8.2: TS and T0 at least, 33 bytes at most.
        guard (2...33).contains(answerToReset.count) else {
            throw ReaderError(.cardMute, cause: "an answer to reset of \(answerToReset.count) bytes")
        }
        changes = lane.slots[index].presence.changes
        if lane.descriptor.level == .tpdu { return try beginProtocol(until: deadline) }
        try setParameters(until: deadline)
    }

    /// Tells a reader the parameters that does not read them from the answer to reset itself.
    private func setParameters(until deadline: Instant) throws(ReaderError) {
        guard !lane.descriptor.features.managesParameters else { return }
        _ = try chooseProtocol(parsedAnswerToReset(), until: deadline)
    }

    func parsedAnswerToReset() throws(ReaderError) -> AnswerToReset {
        guard let answer = try? AnswerToReset(bytes: answerToReset) else {
            throw ReaderError(.cardMute, cause: "an answer to reset that does not follow ISO/IEC 7816-3 clause 8.2")
        }
        return answer
    }

    // MARK: APDUs

    func transmit(_ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant) throws(ReaderError) {
        response.removeAll(keepingCapacity: true)
        lane.lookAround()
        try checkCard()
        do throws(ReaderError) {
            switch lane.descriptor.level {
            case .extendedAPDU: try receive(send(command, until: deadline), into: &response, until: deadline)
            case .shortAPDU, .character:
                try checkLength(command)
                append(try send(command, until: deadline), to: &response)
            case .tpdu: try transmitByProtocol(command, into: &response, until: deadline)
            }
        } catch {
            // A card that was there and is not any more has been removed; that there was none is another story.
            response.removeAll(keepingCapacity: true)
            throw error.reason == .noCard ? ReaderError(.cardRemoved, cause: error.cause) : error
        }
        // An answer that may be another card's is none.
        do throws(ReaderError) { try checkCard() } catch {
            response.removeAll(keepingCapacity: true)
            throw error
        }
        guard (2...APDULimits.response).contains(response.count) else {
            throw ReaderError(.answerMalformed, cause: "a response APDU of \(response.count) bytes")
        }
    }

    func checkCard() throws(ReaderError) {
        let presence = lane.slots[index].presence
        guard presence.isPresent, presence.changes == changes else {
            throw ReaderError(.cardRemoved, cause: "the reader reports that the card was taken away")
        }
    }

    /// At the short APDU level an APDU is a short one and fits one message (clause 3.2.2.1).
    private func checkLength(_ command: Span<UInt8>) throws(ReaderError) {
        do throws(APDUError) {
            guard try CommandLayout(command).isExtended || command.count > lane.mostData else { return }
        } catch { throw ReaderError(.commandTooLong, cause: "\(error)") }
        throw ReaderError(.commandTooLong, cause: "the reader takes short APDUs only")
    }

    /// Sends a command APDU, in several blocks where it is longer than a message (clause 6.1.4); the answer to the last one.
    private func send(_ command: Span<UInt8>, until deadline: Instant) throws(ReaderError) -> ResponseMessage {
        var sent = 0
        while command.count - sent > lane.mostData {
            let level: ChainParameter = sent == 0 ? .begins : .continues
            let answer = try exchange(level, command.extracting(sent..<sent + lane.mostData), until: deadline)
            guard answer.parameter == ChainParameter.awaits.rawValue, answer.data.isEmpty else {
                throw unexpected(answer, "in a chained command")
            }
            sent += lane.mostData
        }
        return try exchange(sent == 0 ? .whole : .ends, command.extracting(sent..<command.count), until: deadline)
    }

    /// Takes a response APDU, in several blocks where the reader says so (clause 6.2.1).
    private func receive(
        _ first: ResponseMessage, into response: inout [UInt8], until deadline: Instant
    ) throws(ReaderError) {
        var answer = first
        var goesOn = try begins(answer)
        append(answer, to: &response)
        while goesOn {
            answer = try exchange(.awaits, [UInt8]().span, until: deadline)
            switch ChainParameter(rawValue: answer.parameter) {
            case .ends: goesOn = false
            // A block of nothing would let an answer never end.
            case .continues where !answer.data.isEmpty: goesOn = true
            default: throw unexpected(answer, "in a chained answer")
            }
            append(answer, to: &response)
            guard response.count <= APDULimits.response else {
                throw ReaderError(.answerMalformed, cause: "a response APDU of more than \(APDULimits.response) bytes")
            }
        }
    }

    private func begins(_ answer: ResponseMessage) throws(ReaderError) -> Bool {
        switch ChainParameter(rawValue: answer.parameter) {
        case .whole: return false
        case .begins where !answer.data.isEmpty: return true
        default: throw unexpected(answer, "at the beginning of an answer")
        }
    }

    private func unexpected(_ answer: ResponseMessage, _ place: String) -> ReaderError {
        ReaderError(.inputOutput, cause: "bChainParameter \(answer.parameter) with \(answer.data.count) bytes \(place)")
    }

    private func append(_ answer: ResponseMessage, to response: inout [UInt8]) {
        response.append(contentsOf: lane.message[answer.data])
    }

    private func exchange(_ level: ChainParameter, _ block: Span<UInt8>, until deadline: Instant) throws(ReaderError) -> ResponseMessage {
        try ask(.xfrBlock(waiting: 0, level: UInt16(level.rawValue)), data: block, until: deadline)
    }

    private func ask(_ command: CommandMessage, until deadline: Instant) throws(ReaderError) -> ResponseMessage {
        try ask(command, data: [UInt8]().span, until: deadline)
    }

    func ask(_ command: CommandMessage, data: Span<UInt8>, until deadline: Instant) throws(ReaderError) -> ResponseMessage {
        try reader.perform(command, on: lane, index, data: data, until: deadline)
    }
}
