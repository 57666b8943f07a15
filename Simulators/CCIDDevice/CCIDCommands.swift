import SimulationKit
import Station

// What the reader does on each message (CCID 1.1 clause 6.1): the result, and when it is there.

extension CCIDFunction {
    typealias Outcome = (result: Result<CCIDReply, CCIDError>, due: Instant)

    func carryOut(_ command: CCIDCommand, _ message: CCIDMessage, _ slot: CCIDSlot, at now: Instant) -> Outcome {
        switch command {
        case .powerOn: powerOn(message, slot, at: now)
        case .transferBlock: transfer(message, slot, at: now)
        case .escape: escape(message, at: now)
        case .powerOff: (powerOff(message, slot), now)
        case .getSlotStatus: (message.data.isEmpty ? .success(CCIDReply()) : .failure(.badLength), now)
        case .getParameters: (parameters(message, slot), now)
        case .resetParameters: (resetParameters(message, slot), now)
        case .setParameters: (setParameters(message, slot), now)
        case .t0APDU: (changeT0(message), now)
        // No clock that stops, no mechanics, no choice of clock and bit rate: as the descriptor says. What waits for a person and an abort
        // come elsewhere.
        case .secure, .clock, .mechanical, .setDataRate, .abort: (.failure(.notSupported), now)
        }
    }

    // MARK: Power

    /// Clause 6.1.1. That a card with power gets a warm reset is assumed: the standard leaves it open, and common readers do so.
    private func powerOn(_ message: CCIDMessage, _ slot: CCIDSlot, at now: Instant) -> Outcome {
        guard message.data.isEmpty else { return (.failure(.badLength), now) }
        // 0 automatic, 1 for 5.0 V, 2 for 3.0 V, 3 for 1.8 V.
        let power = message.parameters[0]
        guard power <= 3, power == 0 || descriptor.voltageSupport & (1 << (power - 1)) != 0 else { return (.failure(.wrong(at: 7)), now) }
        guard let card = slot.card else { return (.failure(.mute), now) }
        slot.forgetChains()
        slot.cardFreeAt = now
        if slot.isPowered {
            counts.warmResets += 1
            card.warmReset(at: now)
        } else {
            counts.powerUps += 1
            card.powerOn(at: now)
        }
        let answer = card.answerToReset
        let due = now + timing.link.activation
        let parameters = answer.isEmpty ? .failure(.mute) : chosen(of: answer)
        switch parameters {
        case .success(let parameters):
            slot.isPowered = true
            slot.parameters = parameters
            if descriptor.level == .tpdu { renewLine(slot) }
            return (.success(CCIDReply(data: answer, detail: 0)), due)
        case .failure(let error):
            slot.powerOff()
            return (.failure(error), due)
        }
    }

    /// Clause 6.1.2.
    private func powerOff(_ message: CCIDMessage, _ slot: CCIDSlot) -> Result<CCIDReply, CCIDError> {
        guard message.data.isEmpty else { return .failure(.badLength) }
        if slot.isPowered { counts.powerDowns += 1 }
        slot.powerOff()
        return .success(CCIDReply())
    }

    // MARK: Parameters

    /// Where there is a choice a reader that takes APDUs negotiates T=1; one that takes TPDUs begins with what the card offers first.
    private func chosen(of answer: [UInt8]) -> Result<CardParameters, CCIDError> {
        CardParameters.chosen(of: answer, protocols: descriptor.protocols, prefersBlocks: descriptor.level != .tpdu)
    }

    /// Clause 6.1.5.
    private func parameters(_ message: CCIDMessage, _ slot: CCIDSlot) -> Result<CCIDReply, CCIDError> {
        guard message.data.isEmpty else { return .failure(.badLength) }
        guard slot.card != nil else { return .failure(.mute) }
        return .success(CCIDReply(data: slot.parameters.data, detail: slot.parameters.number))
    }

    /// Clause 6.1.6: as they were after power on, which the reader has set by the ATR.
    private func resetParameters(_ message: CCIDMessage, _ slot: CCIDSlot) -> Result<CCIDReply, CCIDError> {
        if message.data.isEmpty, slot.isPowered, let answer = slot.card?.answerToReset,
            case .success(let parameters) = chosen(of: answer)
        {
            slot.parameters = parameters
        }
        return parameters(message, slot)
    }

    /// Clause 6.1.7.
    private func setParameters(_ message: CCIDMessage, _ slot: CCIDSlot) -> Result<CCIDReply, CCIDError> {
        guard slot.card != nil else { return .failure(.mute) }
        let number = message.parameters[0]
        guard number <= 1, descriptor.protocols & (1 << UInt32(number)) != 0 else { return .failure(.wrong(at: 7)) }
        guard message.data.count == (number == 0 ? 5 : 7) else { return .failure(.badLength) }
        if descriptor.level == .tpdu, slot.isPowered, !change(slot, to: number) { return .failure(.wrong(at: 7)) }
        slot.parameters = CardParameters(number: number, data: message.data)
        return .success(CCIDReply(data: message.data, detail: number))
    }

    /// Clause 6.1.10: how the reader makes T=0 of APDUs, for one that has T=0. Our cards speak APDUs, so it changes nothing.
    private func changeT0(_ message: CCIDMessage) -> Result<CCIDReply, CCIDError> {
        guard descriptor.protocols & 1 != 0 else { return .failure(.notSupported) }
        return message.data.isEmpty ? .success(CCIDReply()) : .failure(.badLength)
    }

    // MARK: The vendor's own

    /// Clause 6.1.8.
    private func escape(_ message: CCIDMessage, at now: Instant) -> Outcome {
        guard let (answer, after) = self.escape?(message.slot, message.data, now) else { return (.failure(.notSupported), now) }
        guard answer.count <= mostData else { return (.failure(.overrun), now + after) }
        return (.success(CCIDReply(data: answer, detail: 0)), now + after)
    }

    // MARK: APDUs

    /// `abData` of the longest answer.
    var mostData: Int { max(1, Int(descriptor.maxMessageLength) - CCIDMessage.headerLength) }

    /// The longest command APDU: header, three bytes Lc, data, two bytes Le (ISO/IEC 7816-4 clause 5.2).
    private static let longestCommand = 4 + 3 + 65_535 + 2

    /// Clause 6.1.4.
    private func transfer(_ message: CCIDMessage, _ slot: CCIDSlot, at now: Instant) -> Outcome {
        guard slot.card != nil, slot.isPowered else { return (.failure(.mute), now) }
        if descriptor.level == .tpdu { return transferUnit(message, slot, at: now) }
        guard descriptor.level == .extendedAPDU else {
            guard message.levelParameter == 0 else { return (.failure(.wrong(at: 8)), now) }
            guard !isExtended(message.data) else {
                complain("an APDU with extended length at the level of short APDUs")
                return (.failure(.wrong(at: 10)), now)
            }
            return execute(message.data, slot, at: now)
        }
        if message.levelParameter == 0x10 { return (continueResponse(message, slot), now) }
        if !slot.rest.isEmpty {
            complain("a command while a response is not all read")
            slot.rest = []
        }
        return collect(message, slot, at: now)
    }

    /// A command APDU in one block (0) or several (1 begins, 3 goes on, 2 ends).
    private func collect(_ message: CCIDMessage, _ slot: CCIDSlot, at now: Instant) -> Outcome {
        let parameter = message.levelParameter
        guard parameter <= 3 else { return (.failure(.wrong(at: 8)), now) }
        let begins = parameter == 0 || parameter == 1
        let ends = parameter == 0 || parameter == 2
        if begins, slot.command != nil { complain("a command begins before the last has ended") }
        guard begins || slot.command != nil else {
            complain("a command goes on that has not begun")
            return (.failure(.wrong(at: 8)), now)
        }
        let command = (begins ? [] : slot.command ?? []) + message.data
        slot.command = nil
        guard command.count <= Self.longestCommand else { return (.failure(.badLength), now) }
        if ends { return execute(command, slot, at: now) }
        slot.command = command
        return (.success(CCIDReply(detail: 0x10)), now)
    }

    /// The next part of a response APDU (`bChainParameter` 3, and 2 for the last).
    private func continueResponse(_ message: CCIDMessage, _ slot: CCIDSlot) -> Result<CCIDReply, CCIDError> {
        guard message.data.isEmpty else { return .failure(.badLength) }
        guard !slot.rest.isEmpty else {
            complain("a response is asked for that has ended")
            return .failure(.wrong(at: 8))
        }
        let part = Array(slot.rest.prefix(mostData))
        slot.rest.removeFirst(part.count)
        return .success(CCIDReply(data: part, detail: slot.rest.isEmpty ? 2 : 3))
    }

    func execute(_ command: [UInt8], _ slot: CCIDSlot, at now: Instant) -> Outcome {
        guard command.count >= 4 else {
            complain("an APDU of \(command.count) bytes")
            return (.failure(.badLength), now)
        }
        let arrival = max(now, slot.cardFreeAt) + timing.link.duration(ofBytes: command.count)
        guard slot.cardFreeAt < .distantFuture, let card = slot.card else { return (.failure(.mute), now + timing.blockWaiting) }
        counts.commands += 1
        var response: [UInt8] = []
        guard let computing = card.process(command.span, into: &response, at: arrival), !response.isEmpty else {
            slot.cardFreeAt = .distantFuture
            return (.failure(.mute), arrival + timing.blockWaiting)
        }
        let due = arrival + computing + timing.link.duration(ofBytes: response.count)
        if descriptor.level == .shortAPDU {
            // 256 bytes and the status word are the most that a short APDU brings (ISO/IEC 7816-4 clause 5.2).
            guard response.count <= min(258, mostData) else { return (.failure(.overrun), due) }
            return (.success(CCIDReply(data: response, detail: 0)), due)
        }
        guard response.count > mostData else { return (.success(CCIDReply(data: response, detail: 0)), due) }
        slot.rest = Array(response[mostData...])
        return (.success(CCIDReply(data: Array(response[..<mostData]), detail: 1)), due)
    }

    /// Whether the length fields are extended (ISO/IEC 7816-4 clause 5.2): a first one of 0 with more after it.
    private func isExtended(_ command: [UInt8]) -> Bool { command.count > 5 && command[4] == 0 }
}
