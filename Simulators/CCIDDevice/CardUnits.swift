import SimulationKit
import Station

/// The card's side of T=0 (ISO/IEC 7816-3 clauses 10 and 12.2), around a card that knows APDUs. The reader does the procedure bytes.
final class UnitCard {
    /// How many command APDUs it has carried out.
    private(set) var executed = 0

    private let card: any SimulatedCard
    private var response: [UInt8] = []
    private var status: [UInt8] = []
    private var enveloped: [UInt8] = []

    init(_ card: any SimulatedCard) { self.card = card }

    /// What it answers to five bytes and data that came at a moment, and after how long; `nil` where it is silent.
    func answer(_ unit: [UInt8], at now: Instant) -> (bytes: [UInt8], after: Duration)? {
        // A card waits for the data that P3 promises, and for five bytes at least.
        guard unit.count >= 5, unit.count == 5 || unit.count == 5 + Int(unit[4]) else { return nil }
        if unit[1] == 0xC0 { return (fetch(Int(unit[4])), .zero) }
        if unit[1] == 0xC2 { return envelope(unit, at: now) }
        return execute(unit.count == 5 ? withoutData(unit) : withData(unit), hasData: unit.count > 5, asked: unit[4], at: now)
    }

    private func execute(_ apdu: [UInt8], hasData: Bool, asked: UInt8, at now: Instant) -> (bytes: [UInt8], after: Duration)? {
        executed += 1
        var answer: [UInt8] = []
        guard let computing = card.process(apdu.span, into: &answer, at: now), answer.count >= 2 else { return nil }
        (response, status) = (Array(answer.dropLast(2)), Array(answer.suffix(2)))
        if response.isEmpty { return (status, computing) }
        if hasData { return (announcement, computing) }
        // What is not as long as P3 is asked for again.
        guard response.count >= 256 || response.count == (asked == 0 ? 256 : Int(asked)) else {
            defer { response = [] }
            return ([0x6C, UInt8(response.count)], computing)
        }
        return (fetch(Int(asked)), computing)
    }

    /// GET RESPONSE: as much as P3 says of what there is.
    private func fetch(_ asked: Int) -> [UInt8] {
        guard !response.isEmpty else { return [0x69, 0x85] }
        let count = asked == 0 ? 256 : asked
        if count > response.count { return [0x6C, UInt8(truncatingIfNeeded: response.count)] }
        let part = Array(response.prefix(count))
        response.removeFirst(count)
        return part + (response.isEmpty ? status : announcement)
    }

    private var announcement: [UInt8] { [0x61, response.count > 255 ? 0 : UInt8(response.count)] }

    /// A command of extended length in pieces (ISO/IEC 7816-4 clause 7.6.2); it is whole when its own Lc says so.
    private func envelope(_ unit: [UInt8], at now: Instant) -> (bytes: [UInt8], after: Duration)? {
        enveloped += unit[5...]
        guard enveloped.count >= 7, enveloped.count <= 4 + 3 + 65_535 + 2 else { return ([0x90, 0x00], .zero) }
        let data = 7 + (Int(enveloped[5]) << 8 | Int(enveloped[6]))
        // The last piece is shorter than the longest; with or without Le.
        guard enveloped.count >= data, unit.count < 260 || enveloped.count == data + 2 else { return ([0x90, 0x00], .zero) }
        let whole = enveloped
        enveloped = []
        return execute(whole, hasData: true, asked: 0, at: now)
    }

    /// P3 of 0 is a Le of 256 or none; a card knows its commands, and these bring data.
    private func withoutData(_ unit: [UInt8]) -> [UInt8] {
        let bringsData: Set<UInt8> = [0xB0, 0xB1, 0xB2, 0xB3, 0xCA, 0xCB, 0x84, 0xA4]
        return unit[4] == 0 && !bringsData.contains(unit[1]) ? Array(unit[..<4]) : unit
    }

    private func withData(_ unit: [UInt8]) -> [UInt8] {
        let bringsData: Set<UInt8> = [0x2A, 0x86, 0x87, 0x88, 0xCB]
        let selects = unit[1] == 0xA4 && unit[3] & 0x0C != 0x0C
        return bringsData.contains(unit[1]) || selects ? unit + [0] : unit
    }
}
