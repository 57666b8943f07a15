import ReaderKit
import ReaderTransport
import Station

/// The way to the card in the slot of a reader behind one line.
final class SlotChannel: CardChannel {
    /// The longest response APDU: 65,536 bytes of data and two of status (ISO/IEC 7816-3 clause 12.1).
    static let longestResponse = 65_538

    let readerName: String
    let slot: UInt8 = 0
    /// Assumed: APDUs go in parts, so their length is the card's affair.
    let carriesExtendedLength: Bool? = true
    private(set) var answerToReset: [UInt8] = []
    private let card: CardSlot
    private let line: any OrderLine
    private let station: Station
    // How often the card had changed when it got power: another count means another card.
    private var changes: UInt32 = 0

    init(_ card: CardSlot, _ line: any OrderLine, readerName: String, on station: Station) {
        self.card = card
        self.line = line
        self.readerName = readerName
        self.station = station
    }

    /// Takes the power and gives it again: all security status is gone.
    func connect(until deadline: Instant) throws(ReaderError) {
        _ = try power([.powerOff], until: deadline)
        try powerOn(.cold, until: deadline)
    }

    func warmReset(until deadline: Instant) throws(ReaderError) {
        try checkCard()
        let before = changes
        try powerOn(.warm, until: deadline)
        if changes != before { throw ReaderError(.cardRemoved, cause: "another card came during the reset") }
    }

    func transmit(_ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant) throws(ReaderError) {
        response.removeAll(keepingCapacity: true)
        try checkCard()
        var bytes = command.withUnsafeBufferPointer { Array($0) }
        defer { bytes.wipe() }
        let answer: [UInt8]
        do {
            answer = try card.perform(isPower: false, until: deadline) { line.send(.exchange(bytes)) }
        } catch {
            // A card that was there and is not any more has been removed; that there was none is another story.
            throw error.reason == .noCard ? ReaderError(.cardRemoved, cause: error.cause) : error
        }
        // An answer that may be another card's is none.
        try checkCard()
        guard answer.count >= 2 else {
            throw ReaderError(.answerMalformed, cause: "a response APDU of \(answer.count) bytes; two status bytes are the least")
        }
        response.append(contentsOf: answer)
    }

    /// Takes the power away; there is nobody left to tell when that fails.
    func close() {
        station.shielded { _ = try? power([.powerOff], until: station.now + LineReader.powerOffPatience) }
    }

    private func powerOn(_ reset: CardReset, until deadline: Instant) throws(ReaderError) {
        answerToReset = try power([.power(reset)], until: deadline)
        // ISO/IEC 7816-3 clause 8.2: TS and T0 at least, 33 bytes at most.
        guard (2...33).contains(answerToReset.count) else {
            throw ReaderError(.cardMute, cause: "an answer to reset of \(answerToReset.count) bytes")
        }
        guard card.presence.isPresent else { throw ReaderError(.noCard, cause: "it gives power to a card that it says is not there") }
        changes = card.presence.changes
    }

    private func power(_ orders: [LineOrder], until deadline: Instant) throws(ReaderError) -> [UInt8] {
        try card.perform(isPower: true, until: deadline) { orders.forEach(line.send) }
    }

    private func checkCard() throws(ReaderError) {
        guard card.presence.isPresent, card.presence.changes == changes else {
            throw ReaderError(.cardRemoved, cause: "the reader reports that the card was taken away")
        }
    }
}
