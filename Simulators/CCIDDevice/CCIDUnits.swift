import SimulationKit
import Station

// The level of TPDUs (CCID 1.1 clause 3.2.1): the reader carries blocks of T=1 and the five bytes and data of T=0, and keeps the time.

/// The card's end of the line.
enum CardLine {
    case blocks(BlockCard)
    case units(UnitCard)

    init(_ number: UInt8, _ card: any SimulatedCard, waiting: Duration) {
        self = number == 1 ? .blocks(BlockCard(card, waiting: waiting)) : .units(UnitCard(card))
    }

    var executed: Int {
        switch self {
        case .blocks(let card): card.executed
        case .units(let card): card.executed
        }
    }

    func takeComplaints() -> [String] {
        switch self {
        case .blocks(let card): card.takeComplaints()
        case .units: []
        }
    }

    func answer(_ bytes: [UInt8], at now: Instant) -> (bytes: [UInt8], after: Duration)? {
        switch self {
        case .blocks(let card): card.answer(bytes, at: now).map { ($0.block, $0.after) }
        case .units(let card): card.answer(bytes, at: now)
        }
    }
}

extension CCIDFunction {
    /// One TPDU. The card answers in its waiting time, or in as much of it as `bBWI` says (clause 6.1.4), or is taken for mute.
    func transferUnit(_ message: CCIDMessage, _ slot: CCIDSlot, at now: Instant) -> Outcome {
        guard message.levelParameter == 0 else { return (.failure(.wrong(at: 8)), now) }
        guard !message.data.isEmpty else { return (.failure(.badLength), now) }
        let arrival = now + lineTime(message.data.count)
        let patience = timing.blockWaiting * Int(max(1, message.parameters[0]))
        // A card that still computes what was aborted hears nothing.
        guard now >= slot.cardFreeAt, let line = slot.line else { return (.failure(.mute), arrival + patience) }
        if let answer = select(message.data, slot) {
            guard !answer.isEmpty else { return (.failure(.mute), arrival + patience) }
            return (.success(CCIDReply(data: answer, detail: 0)), arrival + lineTime(answer.count))
        }
        let before = line.executed
        let answer = line.answer(message.data, at: arrival)
        counts.commands += line.executed - before
        for reason in line.takeComplaints() { complain(reason) }
        guard let (bytes, after) = answer else { return (.failure(.mute), arrival + patience) }
        // The procedure byte NULL of T=0 is the reader's: the host is asked for time then.
        if case .blocks = line, after > patience {
            slot.cardFreeAt = arrival + after
            return (.failure(.mute), arrival + patience)
        }
        guard bytes.count <= mostData else { return (.failure(.overrun), arrival + after) }
        return (.success(CCIDReply(data: bytes, detail: 0)), arrival + after + lineTime(bytes.count))
    }

    /// Puts the card's end of the line as it is after a reset.
    func renewLine(_ slot: CCIDSlot) {
        slot.line = slot.card.map { CardLine(slot.parameters.number, $0, waiting: timing.blockWaiting) }
        slot.hasSpoken = false
    }

    /// Another protocol than the card speaks by itself is agreed by PPS before anything else; false where the card does not have it.
    func change(_ slot: CCIDSlot, to number: UInt8) -> Bool {
        guard let answer = slot.card?.answerToReset, CardParameters.offered(by: answer).contains(number) else { return false }
        guard number != slot.parameters.number, let card = slot.card else { return true }
        if slot.hasSpoken { complain("another protocol than the one that is spoken") }
        slot.line = CardLine(number, card, waiting: timing.blockWaiting)
        return true
    }

    /// PPS of the host (ISO/IEC 7816-3 clause 9), which can only be the first that a card hears: what it answers, nothing where the request
    /// is not well formed or asks for a protocol that it does not have; `nil` for what is no PPS.
    private func select(_ bytes: [UInt8], _ slot: CCIDSlot) -> [UInt8]? {
        defer { slot.hasSpoken = true }
        guard !slot.hasSpoken, bytes[0] == 0xFF else { return nil }
        guard let request = SelectionRequest(bytes), change(slot, to: request.number) else { return [] }
        slot.parameters.number = request.number
        return request.answer(offering: slot.card.flatMap { InterfaceBytes($0.answerToReset)?.ta1 } ?? 0x11)
    }

    /// How long characters take, and the other side until it answers.
    private func lineTime(_ count: Int) -> Duration {
        let link = timing.link
        return .nanoseconds(Int64(count) * link.bitsPerCharacter * 1_000_000_000 / max(1, link.bitsPerSecond)) + link.turnaround
    }
}
