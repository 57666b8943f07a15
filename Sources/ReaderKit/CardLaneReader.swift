import ReaderTransport
import Station

/// The driver of every attachment whose card lane takes APDUs: a PC/SC service, or a reader that speaks the card's protocol itself.
public struct CardLaneDriver: ReaderDriver {
    /// The driver.
    public init() {}

    /// A reader over the first card lane.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        guard let lane = attachment.lanes.first(where: { $0.kind == .card }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no lane that takes APDUs")
        }
        return CardLaneReader(attachment, lane: lane, name: name, station: station)
    }
}

/// A reader over a card lane.
final class CardLaneReader: Reader {
    /// How long the card may take to lose power while everything else is being cancelled.
    static let powerOffPatience = Duration.seconds(2)

    let name: String
    let slotCount: UInt8
    let source: SourceID
    private let attachment: any Attachment
    private let lane: Lane
    private let station: Station
    private var isClosed = false
    // Watches that could not even begin.
    private var refused: [TransferID: ReaderError] = [:]

    init(_ attachment: any Attachment, lane: Lane, name: String, station: Station) {
        self.attachment = attachment
        self.lane = lane
        self.name = name
        self.station = station
        slotCount = lane.slots
        source = attachment.source
    }

    func watchPresence(slot: UInt8, known: CardPresence) -> TransferID {
        guard let refusal = refusal(slot) else {
            return submit(.watchPresence(known: known), slot: slot, sending: [UInt8]().span, until: .distantFuture)
        }
        let watch = TransferID(rawValue: station.makeToken())
        refused[watch] = refusal
        station.schedule(Event(source: source, token: watch.rawValue), at: station.now)
        return watch
    }

    func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence {
        if let refusal = refused.removeValue(forKey: watch) { throw refusal }
        var bytes: [UInt8] = []
        try Self.check(attachment.collect(watch, into: &bytes))
        guard let presence = CardPresence(bytes: bytes.span) else {
            throw ReaderError(.inputOutput, cause: "a presence of \(bytes.count) bytes")
        }
        return presence
    }

    func abandon(_ watch: TransferID) { if refused.removeValue(forKey: watch) == nil { attachment.abort(watch) } }

    func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        if let refusal = refusal(slot) { throw refusal }
        let channel = CardLaneChannel(self, slot: slot)
        do { try channel.power(.cold, until: deadline) } catch {
            // The card may have got its power all the same.
            powerOff(slot: slot)
            throw error
        }
        return channel
    }

    func close() {
        isClosed = true
        attachment.close()
    }

    /// Why nothing can be done in `slot`; `nil` where it can.
    private func refusal(_ slot: UInt8) -> ReaderError? {
        if isClosed { return ReaderError(.cancelled, cause: "the reader was closed") }
        return slot < slotCount ? nil : ReaderError(.readerUnusable, cause: "there is no slot \(slot)")
    }

    /// Submits one transfer and waits for its completion. Nothing is submitted any more once the station is cancelled.
    func perform(
        _ operation: Transfer.Operation, slot: UInt8, sending bytes: Span<UInt8>, into buffer: inout [UInt8], until deadline: Instant
    ) throws(ReaderError) {
        if station.isCancelled { throw ReaderError(.cancelled) }
        if isClosed { throw ReaderError(.cancelled, cause: "the reader was closed") }
        let id = submit(operation, slot: slot, sending: bytes, until: deadline)
        switch station.next(from: source, token: id.rawValue, until: deadline) {
        case .event: try Self.check(attachment.collect(id, into: &buffer))
        case .deadline:
            attachment.abort(id)
            throw ReaderError(.timedOut)
        case .cancelled:
            attachment.abort(id)
            throw ReaderError(.cancelled)
        }
    }

    /// Takes the power away; there is nobody left to tell when that fails.
    func powerOff(slot: UInt8) {
        var nothing: [UInt8] = []
        station.shielded {
            try? perform(
                .powerOffCard, slot: slot, sending: [UInt8]().span, into: &nothing, until: station.now + Self.powerOffPatience)
        }
    }

    private func submit(
        _ operation: Transfer.Operation, slot: UInt8, sending bytes: Span<UInt8>, until deadline: Instant
    ) -> TransferID {
        attachment.submit(Transfer(lane: lane.id, slot: slot, operation: operation, deadline: deadline), sending: bytes)
    }

    private static func check(_ status: TransferStatus) throws(ReaderError) {
        switch status {
        case .completed: return
        case .aborted: throw ReaderError(.cancelled, cause: "the transfer was aborted")
        case .noCard: throw ReaderError(.noCard)
        case .cardReset: throw ReaderError(.cardReset)
        case .mute(let code): throw ReaderError(.cardMute, cause: describe(code))
        case .heldByAnother: throw ReaderError(.readerHeld)
        case .abandoned: throw ReaderError(.readerBusy, cause: "given up at the deadline; what is below still waits")
        case .unplugged: throw ReaderError(.readerGone)
        case .silent: throw ReaderError(.serviceSilent)
        case .stalled: throw ReaderError(.inputOutput, cause: "stalled")
        case .overflow: throw ReaderError(.answerMalformed, cause: "more than was asked for")
        case .failed(let code): throw ReaderError(.inputOutput, cause: describe(code))
        }
    }

    private static func describe(_ code: Int64) -> String? {
        code == 0 ? nil : "system code 0x" + String(UInt32(truncatingIfNeeded: code), radix: 16, uppercase: true)
    }
}

/// The way to a card over a card lane.
final class CardLaneChannel: CardChannel {
    /// The longest response APDU: 65,536 bytes of data and two of status (ISO/IEC 7816-3 clause 12.1).
    static let longestResponse = 65_538

    let slot: UInt8
    private let reader: CardLaneReader
    private(set) var answerToReset: [UInt8] = []

    init(_ reader: CardLaneReader, slot: UInt8) {
        self.reader = reader
        self.slot = slot
    }

    var readerName: String { reader.name }
    var carriesExtendedLength: Bool? { nil }

    func transmit(_ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant) throws(ReaderError) {
        do {
            try reader.perform(.exchange, slot: slot, sending: command, into: &response, until: deadline)
        } catch {
            // A card that was there and is not any more has been removed; that there was none is another story.
            throw error.reason == .noCard ? ReaderError(.cardRemoved, cause: error.cause) : error
        }
        guard response.count >= 2 else {
            throw ReaderError(.answerMalformed, cause: "a response APDU of \(response.count) bytes; two status bytes are the least")
        }
        guard response.count <= Self.longestResponse else {
            throw ReaderError(.answerMalformed, cause: "a response APDU of \(response.count) bytes; \(Self.longestResponse) are the most")
        }
    }

    func warmReset(until deadline: Instant) throws(ReaderError) { try power(.warm, until: deadline) }

    func close() { reader.powerOff(slot: slot) }

    func power(_ reset: CardReset, until deadline: Instant) throws(ReaderError) {
        try reader.perform(.powerCard(reset), slot: slot, sending: [UInt8]().span, into: &answerToReset, until: deadline)
        // ISO/IEC 7816-3 clause 8.2: TS and T0 at least, 33 bytes at most.
        guard (2...33).contains(answerToReset.count) else {
            throw ReaderError(.cardMute, cause: "an answer to reset of \(answerToReset.count) bytes")
        }
    }
}
