import SimulationKit
import Station

// What the reader does on each message (the maker's reference manual, clauses 5.6, 5.7 and 6.7).

extension ACR1255USimulator {
    /// How much of an APDU goes into one message.
    private static let part = 256
    /// The longest command APDU: header, three bytes Lc, data, two bytes Le (ISO/IEC 7816-4 clause 5.2).
    private static let longestCommand = 4 + 3 + 65_535 + 2

    // MARK: Authentication

    /// Whether a message is one of the authentication, which it answers. It may begin anew at any time (assumed).
    func authenticate(_ message: DataBlock, at now: Instant) -> Bool {
        guard message.type == 0x6B, message.data.starts(with: [0xE0, 0x00, 0x00]), message.data.count >= 5 else { return false }
        switch (message.data[3], message.data.count) {
        case (0x45, 5):
            let number = challenges.isEmpty ? random.bytes(16) : challenges.removeFirst()
            challenge = number
            answer(message, [0xE1, 0x00, 0x00, 0x45, 0x00] + master.encrypt(number), at: now)
        case (0x46, 37): judge(message, at: now)
        default: return false
        }
        return true
    }

    private func judge(_ message: DataBlock, at now: Instant) {
        guard let expected = challenge else { return fail(.command, sequence: message.sequence, at: now) }
        challenge = nil
        guard counts.wrongKeys < Self.mostWrongKeys else { return fail(.tooManyTries, sequence: message.sequence, at: now) }
        let numbers = master.encrypt(Array(message.data[5...]))
        guard Array(numbers[16...]) == expected else {
            counts.wrongKeys += 1
            complain("a wrong key")
            // With 01 for a wrong key, and some bytes (M).
            return answer(message, [0xE1, 0x00, 0x00, 0x46, 0x01] + [UInt8](repeating: 0, count: 16), at: now)
        }
        let theirs = Array(numbers[..<16])
        counts.sessions += 1
        counts.wrongKeys = 0
        answer(message, [0xE1, 0x00, 0x00, 0x46, 0x00] + master.encrypt(theirs), at: now)
        session = ReaderCipher(key: Array(expected[0..<8]) + Array(theirs[0..<8]))
        // Nothing of an earlier session goes on (assumed).
        (isPolling, field.work) = (false, nil)
        field.powerOff()
    }

    /// Answers a message of the authentication; the parameter is the slot's status.
    private func answer(_ message: DataBlock, _ data: [UInt8], at now: Instant) {
        send(
            DataBlock(0x83, sequence: message.sequence, parameter: field.status(isPolling: isPolling), data: data), isClear: true, at: now)
    }

    // MARK: Commands

    func carryOut(_ message: DataBlock, at now: Instant) {
        // One at a time; what comes meanwhile is refused (assumed).
        if field.work != nil { return fail(.command, sequence: message.sequence, at: now) }
        if message.type != 0x6F, field.command != nil {
            complain("a command in parts does not go on")
            field.command = nil
        }
        switch message.type {
        case 0x62: powerOn(message, at: now)
        case 0x63:
            field.powerOff()
            send(status(0x81, message), at: now)
        case 0x65: send(status(0x81, message), at: now)
        case 0x6F: exchange(message, at: now)
        case 0x6B: escape(message, at: now)
        default:
            complain("an unknown message type \(message.type)")
            fail(.command, sequence: message.sequence, at: now)
        }
    }

    /// An answer that carries nothing but the status of the slot.
    private func status(_ type: UInt8, _ message: DataBlock) -> DataBlock {
        DataBlock(type, sequence: message.sequence, parameter: field.status(isPolling: isPolling))
    }

    private func fault(_ fault: Fault, _ message: DataBlock) -> DataBlock {
        DataBlock(0x51, sequence: message.sequence, parameter: fault.rawValue)
    }

    /// That a card with power is reset without loss of it is assumed, and so is the answer without a card: a block without data.
    private func powerOn(_ message: DataBlock, at now: Instant) {
        guard let card = field.card, isPolling else { return send(status(0x80, message), at: now) }
        field.command = nil
        if field.isPowered { card.warmReset(at: now) } else { card.powerOn(at: now) }
        let answer = card.answerToReset
        field.isPowered = !answer.isEmpty
        let reply = answer.isEmpty ? fault(.timeout, message) : DataBlock(0x80, sequence: message.sequence, parameter: 0, data: answer)
        field.work = CardField.Work(command: message, due: now + cardLink.activation, answers: [reply])
    }

    // MARK: APDUs

    /// An APDU, or a part of it: bit 0 of the parameter says that more follow, bit 1 that it goes on.
    private func exchange(_ message: DataBlock, at now: Instant) {
        guard message.parameter <= 3, (message.parameter & 2 != 0) == (field.command != nil) else {
            complain("parameter \(message.parameter) of an APDU is out of order")
            field.command = nil
            return fail(.command, sequence: message.sequence, at: now)
        }
        let command = (field.command ?? []) + message.data
        field.command = nil
        guard command.count <= Self.longestCommand else { return fail(.receivedData, sequence: message.sequence, at: now) }
        // Parts before the last are not answered (M).
        if message.parameter & 1 != 0 { return field.command = command }
        guard let card = field.card, field.isPowered else { return send(status(0x80, message), at: now) }
        guard command.count >= 4 else {
            complain("an APDU of \(command.count) bytes")
            return fail(.receivedData, sequence: message.sequence, at: now)
        }
        counts.commands += 1
        let arrival = now + cardLink.duration(ofBytes: command.count)
        var response: [UInt8] = []
        guard let computing = card.process(command.span, into: &response, at: arrival), !response.isEmpty else {
            field.work = CardField.Work(command: message, due: arrival + cardLink.waiting, answers: [fault(.timeout, message)])
            return
        }
        let due = arrival + computing + cardLink.duration(ofBytes: response.count)
        field.work = CardField.Work(command: message, due: due, answers: parts(of: response, message))
    }

    /// A response in parts has the bits of a command in parts, and is not asked for (assumed).
    private func parts(of response: [UInt8], _ message: DataBlock) -> [DataBlock] {
        stride(from: 0, to: response.count, by: Self.part).map { start in
            let end = min(start + Self.part, response.count)
            let parameter: UInt8 = (start > 0 ? 2 : 0) + (end < response.count ? 1 : 0)
            return DataBlock(0x80, sequence: message.sequence, parameter: parameter, data: Array(response[start..<end]))
        }
    }

    // MARK: The maker's own

    private func escape(_ message: DataBlock, at now: Instant) {
        switch message.data {
        case [0xE0, 0x00, 0x00, 0x40, 0x01], [0xE0, 0x00, 0x00, 0x40, 0x00]:
            let wasPolling = isPolling
            isPolling = message.data[4] == 1
            if !isPolling { field.powerOff() }
            say(message, [0xE1, 0x00, 0x00, 0x00, message.data[4]], at: now)
            if isPolling, !wasPolling, field.card != nil { tell(at: now) }
        case [0xE0, 0x00, 0x00, 0x18, 0x00]:
            let version = Array("ACR1255U-J1 SIM 1.00".utf8)
            say(message, [0xE1, 0x00, 0x00, 0x00, UInt8(version.count)] + version, at: now)
        case [0xE0, 0x00, 0x00, 0x48, 0x04]: say(message, [0xE1, 0x00, 0x00, 0x00, 0x04], at: now)
        case let data where data.count == 6 && data.starts(with: [0xE0, 0x00, 0x00, 0x21, 0x01]):
            indicators = data[5]
            say(message, [0xE1, 0x00, 0x00, 0x00, 0x01, indicators], at: now)
        default: fail(.command, sequence: message.sequence, at: now)
        }
    }

    private func say(_ message: DataBlock, _ data: [UInt8], at now: Instant) {
        send(DataBlock(0x83, sequence: message.sequence, parameter: field.status(isPolling: isPolling), data: data), at: now)
    }

    // MARK: Cards

    /// Tells of the card: parameter 3 where one is there, 2 where none is.
    private func tell(at now: Instant) {
        send(DataBlock(0x50, sequence: 0, parameter: field.card == nil ? 2 : 3), at: now)
    }

    /// Somebody has placed a card or taken it away; the command to it is lost.
    func change(to card: (any SimulatedCard)?, at now: Instant) {
        field.powerOff()
        let lost = field.work.flatMap { [0x62, 0x6F].contains($0.command.type) ? $0.command : nil }
        if lost != nil { field.work = nil }
        field.card = card
        if let lost { send(status(0x80, lost), at: now) }
        if isPolling { tell(at: now) }
    }
}
