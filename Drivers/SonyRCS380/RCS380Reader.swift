import Diagnosis
import ISODEP
import ReaderKit
import ReaderTransport
import Station

/// An RC-S380: looks for type B cards while somebody waits for one or uses one (PROTOCOL.md, "Cards").
final class RCS380Reader: Reader, EventReceiver {
    /// How long the field is off so that a card forgets everything.
    static let fieldOff = Duration.milliseconds(10)
    /// From field on to the first request.
    static let guardTime = Duration.milliseconds(5)
    /// How often the reader looks for a card.
    static let pollInterval = Duration.milliseconds(200)
    /// How often a card may not answer before it counts as gone.
    static let mostMisses = 2
    /// How long a card may take to answer a request, in units of 0.1 ms.
    static let requestTimeout: UInt16 = 50
    /// How long the card may take to lose power while everything else is being cancelled.
    static let powerOffPatience = Duration.seconds(2)

    let name: String
    let slotCount: UInt8 = 1
    let source: SourceID
    let link: Port100Link
    let station: Station
    /// The channel to the card that is connected; it ends with the next one, with itself and with the reader.
    var user: TypeBChannel?
    private(set) var presence = CardPresence(isPresent: false, changes: 0)

    private let attachment: any Attachment
    private var isKnown = false
    private var isFieldOn = false
    /// Whether somebody else switches the field now.
    var isConnecting = false
    private var misses = 0
    private var identifier: [UInt8] = []
    private var watches: [(id: TransferID, known: CardPresence)] = []
    private var due: [TransferID: Result<Void, ReaderError>] = [:]
    private var alarm: Alarm

    init(_ attachment: any Attachment, _ link: Port100Link, name: String, on station: Station) {
        self.attachment = attachment
        self.link = link
        self.name = name
        self.station = station
        source = station.makeSource()
        alarm = Alarm(source: source)
        station.attach(self, to: source)
        link.lose = { [weak self] error in self?.endAll(error) }
    }

    // MARK: Presence

    func watchPresence(slot: UInt8, known: CardPresence) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        if slot != 0 {
            ring(id, .failure(Self.noSlot(slot)))
        } else if let failure = link.failure {
            ring(id, .failure(failure))
        } else {
            watches.append((id, known))
            tell()
            if !watches.isEmpty, !alarm.isSet { look() }
        }
        return id
    }

    func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence {
        guard let end = due.removeValue(forKey: watch) else { throw ReaderError(.cancelled, cause: "the watch has not ended") }
        try end.get()
        return presence
    }

    func abandon(_ watch: TransferID) {
        watches.removeAll { $0.id == watch }
        due[watch] = nil
    }

    private func tell() {
        guard isKnown else { return }
        for watch in watches where watch.known != presence {
            watches.removeAll { $0.id == watch.id }
            ring(watch.id, .success(()))
        }
    }

    private func endAll(_ error: ReaderError) {
        alarm.clear(on: station)
        for watch in watches { ring(watch.id, .failure(error)) }
        watches = []
    }

    private func ring(_ watch: TransferID, _ end: Result<Void, ReaderError>) {
        due[watch] = end
        station.schedule(Event(source: source, token: watch.rawValue), at: station.now)
    }

    // MARK: Looking

    func receive(_ event: Event) -> Bool {
        guard alarm.rings(by: event) else { return false }
        if !watches.isEmpty { look() }
        return true
    }

    /// Asks whether a card is there, unless something else is under way, and again after a while.
    private func look() {
        alarm.set(for: station.now + Self.pollInterval, on: station)
        guard link.isIdle, !isConnecting else { return }
        if let question = user?.presenceQuestion {
            link.send(.communicate(Secret(question), timeout: Self.requestTimeout * 4)) { [weak self] in self?.answered($0) }
            return
        }
        if !isFieldOn { return switchField(on: true) }
        let request = Secret(TypeBRequestAnswer.request(wakes: true))
        link.send(.communicate(request, timeout: Self.requestTimeout)) { [weak self] in self?.requested($0) }
    }

    private func switchField(on: Bool) {
        link.send(.switchRF(on: on)) { [weak self] response in
            guard let self, case .success([0x00]) = response else { return }
            isFieldOn = on
            // The card gets its guard time before it is asked.
            alarm.set(for: station.now + Self.guardTime, on: station)
        }
    }

    /// What WUPB brought.
    private func requested(_ response: Port100Link.Response) {
        guard user?.presenceQuestion == nil else { return }
        switch response.map(CardAnswer.init) {
        case .success(.bytes(let bytes)):
            guard let answer = TypeBRequestAnswer(bytes) else { return found(nil) }
            found(answer.identifier)
        // Something is there that cannot be read.
        case .success(.unreadable): break
        case .success(.silence): found(nil)
        case .failure: break
        }
    }

    /// What the card in use said to R(NAK): anything that can be read shows that it is there.
    private func answered(_ response: Port100Link.Response) {
        guard user?.presenceQuestion != nil else { return }
        switch response.map(CardAnswer.init) {
        case .success(.silence): missed()
        case .success: misses = 0
        case .failure: break
        }
    }

    private func missed() {
        misses += 1
        guard misses >= Self.mostMisses else { return }
        leave()
        isGone()
    }

    /// Takes note of the card that is there, or of none.
    func found(_ identifier: [UInt8]?) {
        if let identifier {
            misses = 0
            if !presence.isPresent {
                presence = CardPresence(isPresent: true, changes: presence.changes &+ 1)
            } else if identifier != self.identifier, !self.identifier.isEmpty {
                presence = CardPresence(isPresent: true, changes: presence.changes &+ 2)
            }
            self.identifier = identifier
        } else if presence.isPresent {
            misses += 1
            guard misses >= Self.mostMisses else { return }
            return isGone()
        }
        isKnown = true
        tell()
    }

    /// Takes note that no card is there.
    func isGone() {
        if presence.isPresent { presence = CardPresence(isPresent: false, changes: presence.changes &+ 1) }
        (misses, identifier, isKnown) = (0, [], true)
        tell()
    }

    /// The card is not in use any more.
    func leave() {
        user?.lose()
        user = nil
    }

    /// The field was switched by a channel. A card may take another number with every field.
    func fieldIs(on: Bool) {
        isFieldOn = on
        if !on { identifier = [] }
    }

    // MARK: Cards

    func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        guard slot == 0 else { throw Self.noSlot(slot) }
        if let failure = link.failure { throw failure }
        leave()
        let channel = TypeBChannel(self)
        user = channel
        do { try channel.connect(until: deadline) } catch {
            channel.close()
            throw error
        }
        return channel
    }

    /// Ends the use of the reader; a card loses its power.
    func close() {
        leave()
        station.shielded { _ = try? link.perform(.switchRF(on: false), until: station.now + Self.powerOffPatience) }
        endAll(ReaderError(.cancelled, cause: "the reader was closed"))
        station.detach(self)
        link.stop()
        attachment.close()
    }

    private static func noSlot(_ slot: UInt8) -> ReaderError { ReaderError(.readerUnusable, cause: "there is no slot \(slot)") }
}

/// What InCommRF brought.
enum CardAnswer {
    case bytes([UInt8])
    /// The card said nothing in time.
    case silence
    /// It said something that cannot be read.
    case unreadable

    /// From the data of the answer: status (4), bits of the last byte (1), bytes.
    init(_ data: [UInt8]) {
        let status = data.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        switch status {
        case 0 where data.count >= 5: self = .bytes(Array(data[5...]))
        case Port100.noAnswer: self = .silence
        default: self = .unreadable
        }
    }
}
