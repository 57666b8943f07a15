import ReaderKit
import ReaderTransport
import Station

/// A reader over the CCID interfaces of an attachment; their slots are numbered one interface after the other.
public final class CCIDReader: Reader, EventReceiver {
    /// How long the card may take to lose power while everything else is being cancelled.
    static let powerOffPatience = Duration.seconds(2)
    /// How long a reader that did not take the power away is left alone before it is told again.
    static let powerOffPause = Duration.milliseconds(100)
    /// How often a reader without an interrupt endpoint is asked whether a card is there.
    static let pollInterval = Duration.milliseconds(200)
    /// How often a reader that tells of cards by itself is asked all the same while one is waited for: a notification may be lost on its
    /// way, and the next comes only with the next card.
    static let lookInterval = Duration.seconds(5)
    /// How long such a question may stay without an answer.
    static let pollPatience = Duration.seconds(3)

    /// The name that selectors are matched against.
    public let name: String
    /// How many slots all interfaces have, at most 255.
    public let slotCount: UInt8
    /// What the slots are for, in their order; empty where nobody has said so, or where there are more or fewer.
    public let slotNames: [String]
    /// The source of its presence events.
    public let source: SourceID

    let station: Station
    let lanes: [CCIDLane]
    let questions: PromptBook<PINQuestion, SecureAnswer>
    private let attachment: any Attachment
    private let interrupts: [InterruptLane]
    private let interval: Duration
    private var watches: [Watch] = []
    private var due: [TransferID: End] = [:]
    /// How escapes have ended that nobody waited for.
    var escapes: [TransferID: Result<[UInt8], ReaderError>] = [:]
    private var tick: Tick?
    private var ticks = 0

    private struct Watch {
        let id: TransferID
        let place: Place
        let known: CardPresence
    }

    struct Place {
        let lane: Int
        let slot: Int
    }

    private struct Tick {
        let token: UInt64
        let number: UInt64
        /// Whether it comes after `lookInterval`, for readers that tell by themselves.
        let isLook: Bool
    }

    private enum End {
        case presence(Place)
        case failure(ReaderError)
    }

    /// A reader over the CCID lanes of `attachment`, of which each may have quirks, in their order. With `asksEvery` its notifications only
    /// say that it is to be asked whether a card is there, and it is asked as often without them. Throws `.readerUnusable` where none of its
    /// lanes takes APDUs or TPDUs.
    public init(
        _ attachment: any Attachment, name: String, slotNames: [String] = [], quirks: [Set<Quirk>] = [],
        asksEvery interval: Duration? = nil, on station: Station
    ) throws(ReaderError) {
        let found = LanesFound(attachment, quirks, on: station)
        guard found.lanes.contains(where: { $0.descriptor.level.isUsable }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no CCID interface that takes APDUs or TPDUs\(found.faults)")
        }
        self.attachment = attachment
        self.name = name
        self.station = station
        lanes = found.lanes
        interrupts = found.lanes.map { InterruptLane($0, of: attachment, isHint: interval != nil) }
        self.interval = interval ?? Self.pollInterval
        slotCount = UInt8(truncatingIfNeeded: found.slotCount)
        self.slotNames = slotNames.count == found.slotCount ? slotNames : []
        source = station.makeSource()
        questions = PromptBook(source: source, on: station)
        station.attach(self, to: attachment.source)
        station.attach(self, to: source)
        for interrupt in interrupts { interrupt.listen() }
    }

    // MARK: Presence

    /// Asks for an event as soon as the presence of a card in `slot` differs from `known`.
    public func watchPresence(slot: UInt8, known: CardPresence) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        if lanes.contains(where: \.isStopped) {
            end(id, .failure(CCIDLane.closed))
        } else if let place = place(of: slot) {
            watches.append(Watch(id: id, place: place, known: known))
            // What was known may be of long ago.
            if interrupts[place.lane].isHint { lanes[place.lane].poll(place.slot) }
            tell()
            ask()
        } else {
            end(id, .failure(Self.noSlot(slot)))
        }
        return id
    }

    /// The newest presence of the slot that was watched. Throws what ended the watch otherwise.
    public func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence {
        switch due.removeValue(forKey: watch) {
        case .presence(let place): return state(of: place).presence
        case .failure(let error): throw error
        case nil: throw ReaderError(.cancelled, cause: "the watch has not ended")
        }
    }

    /// Takes a watch back.
    public func abandon(_ watch: TransferID) {
        watches.removeAll { $0.id == watch }
        due[watch] = nil
    }

    /// Ends every watch, every question and every escape that has something to tell.
    private func tell() {
        for lane in lanes {
            if let ended = lane.takeQuestion() { questions.end(ended.question, ended.end) }
            if let ended = lane.takeEscape() {
                escapes[ended.id] = ended.end
                station.schedule(Event(source: source, token: ended.id.rawValue), at: station.now)
            }
        }
        guard !watches.isEmpty else { return }
        for (number, lane) in lanes.enumerated() {
            let failure = lane.isGone ? ReaderError(.readerGone) : lane.takePollFailure()
            guard let failure else { continue }
            for watch in watches where watch.place.lane == number { end(watch.id, .failure(failure)) }
        }
        for watch in watches {
            let state = state(of: watch.place)
            if state.isKnown, state.presence != watch.known { end(watch.id, .presence(watch.place)) }
        }
    }

    private func end(_ id: TransferID, _ end: End) {
        watches.removeAll { $0.id == id }
        due[id] = end
        station.schedule(Event(source: source, token: id.rawValue), at: station.now)
    }

    // MARK: Asking

    private func mustBeAsked(_ place: Place) -> Bool { interrupts[place.lane].isSilent || !state(of: place).isKnown }

    /// Asks the reader about the slots that are watched, now where nothing is known yet, then again and again.
    private func ask() {
        for watch in watches where !state(of: watch.place).isKnown { lanes[watch.place.lane].poll(watch.place.slot) }
        guard !watches.isEmpty else { return }
        let isLook = !watches.contains { mustBeAsked($0.place) }
        if let tick {
            guard tick.isLook, !isLook else { return }
            station.unschedule(tick.number)
        }
        let token = station.makeToken()
        let due = station.now + (isLook ? Self.lookInterval : interval)
        tick = Tick(token: token, number: station.schedule(Event(source: source, token: token), at: due), isLook: isLook)
    }

    private func ticked() {
        let isLook = tick?.isLook ?? false
        tick = nil
        ticks &+= 1
        for watch in watches where isOverdue(watch.place) {
            end(watch.id, .failure(ReaderError(.readerBusy, cause: "it does not tell whether a card is there")))
        }
        let asked = isLook ? watches : watches.filter { mustBeAsked($0.place) }
        if !asked.isEmpty {
            // One slot at a time: a lane carries one command.
            let place = asked[ticks % asked.count].place
            lanes[place.lane].poll(place.slot)
        }
        ask()
    }

    /// Whether the reader has had the time to answer: the question itself, or the given-up command after which it cannot be asked. That is
    /// ended by the next command, not here: an abort has to be waited for.
    private func isOverdue(_ place: Place) -> Bool {
        let given = mustBeAsked(place) ? state(of: place).owed?.since : nil
        return [lanes[place.lane].pollBegan, given].contains { since in since.map { $0 + Self.pollPatience <= station.now } ?? false }
    }

    /// Called by the station.
    public func receive(_ event: Event) -> Bool {
        if event.source == source {
            guard event.token == tick?.token else { return false }
            ticked()
            return true
        }
        let id = TransferID(rawValue: event.token)
        let isTaken = lanes.contains { $0.receive(id) } || interrupts.contains { $0.receive(id) }
        if isTaken {
            tell()
            ask()
        }
        return isTaken
    }

    // MARK: Cards

    /// Gives the card in `slot` power. Throws `.readerUnusable` for a slot of an interface that leaves the single characters to the host.
    public func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        guard let place = place(of: slot) else { throw Self.noSlot(slot) }
        let lane = lanes[place.lane]
        guard lane.descriptor.level.isUsable else {
            throw ReaderError(.readerUnusable, cause: "slot \(slot) takes no APDUs or TPDUs: it is of the \(lane.descriptor.level) level")
        }
        let channel = CCIDChannel(self, lane, index: place.slot, slot: slot)
        do { try channel.connect(until: deadline) } catch {
            // The card may have got its power all the same.
            if error.reason != .noCard { powerOff(lane, place.slot) }
            throw error
        }
        return channel
    }

    /// Sends what the maker defines and replaces `answer` by what came back (USB CCID 1.1 clauses 6.1.8 and 6.2.4).
    public func escape(
        _ bytes: Span<UInt8>, slot: UInt8, into answer: inout [UInt8], until deadline: Instant
    ) throws(ReaderError) {
        guard let place = place(of: slot) else { throw Self.noSlot(slot) }
        let lane = lanes[place.lane]
        guard bytes.count <= lane.mostData else { throw ReaderError(.commandTooLong, cause: "an escape of \(bytes.count) bytes") }
        let message = try perform(.escape, on: lane, place.slot, data: bytes, until: deadline)
        answer.removeAll(keepingCapacity: true)
        answer.append(contentsOf: lane.message[message.data])
    }

    /// Ends the use of the reader.
    public func close() {
        if let tick { station.unschedule(tick.number) }
        tick = nil
        for lane in lanes { lane.stop() }
        for interrupt in interrupts { interrupt.stop() }
        station.detach(self)
        attachment.close()
    }

    /// Sends a command and waits for its answer. Throws what the answer says went wrong.
    func perform(
        _ command: CommandMessage, on lane: CCIDLane, _ slot: Int, data: Span<UInt8>, until deadline: Instant
    ) throws(ReaderError) -> ResponseMessage {
        let answer = try carryOut(command, on: lane, slot, data: data, until: deadline)
        if case .failed(let error) = answer.outcome { throw error.readerError(card: answer.card) }
        return answer
    }

    /// Sends a command and waits for its answer, which may say that it went wrong.
    func carryOut(
        _ command: CommandMessage, on lane: CCIDLane, _ slot: Int, data: Span<UInt8>, until deadline: Instant
    ) throws(ReaderError) -> ResponseMessage {
        defer { tell() }
        return try lane.carryOut(command, slot: slot, data: data, until: deadline)
    }

    /// Takes the power away; there is nobody left to tell when that fails. A reader that is still busy, or not understood, is told again.
    func powerOff(_ lane: CCIDLane, _ slot: Int) {
        let deadline = station.now + Self.powerOffPatience
        station.shielded {
            while !isPoweredOff(lane, slot, until: deadline), station.now < deadline {
                let pause = min(deadline, station.now + Self.powerOffPause)
                _ = station.next(from: source, token: station.makeToken(), until: pause)
            }
        }
    }

    /// Tries to take the power away; `true` where there is nothing more to do.
    private func isPoweredOff(_ lane: CCIDLane, _ slot: Int, until deadline: Instant) -> Bool {
        do throws(ReaderError) {
            _ = try perform(.iccPowerOff, on: lane, slot, data: [UInt8]().span, until: deadline)
            return true
        } catch {
            // One that does not answer would only have more to abort.
            return lane.isGone || lane.isStopped || error.reason == .noCard || error.reason == .timedOut
        }
    }

    func place(of slot: UInt8) -> Place? {
        var index = Int(slot)
        for (number, lane) in lanes.enumerated() {
            if index < lane.slots.count { return Place(lane: number, slot: index) }
            index -= lane.slots.count
        }
        return nil
    }

    func state(of place: Place) -> SlotState { lanes[place.lane].slots[place.slot] }

    static func noSlot(_ slot: UInt8) -> ReaderError { ReaderError(.readerUnusable, cause: "there is no slot \(slot)") }
}

/// The CCID interfaces of an attachment, and what is wrong with those that cannot be used.
private struct LanesFound {
    var lanes: [CCIDLane] = []
    var slotCount = 0
    var faults = ""

    init(_ attachment: any Attachment, _ quirks: [Set<Quirk>], on station: Station) {
        for (number, lane) in attachment.lanes.filter({ $0.kind == .ccid }).enumerated() {
            let place = "; lane \(lane.id.rawValue): "
            do throws(DescriptorFault) {
                let descriptor = try ClassDescriptor(lane.descriptor.span, quirks: number < quirks.count ? quirks[number] : [])
                if slotCount + descriptor.slotCount > Int(UInt8.max) {
                    faults += place + "too many slots"
                } else {
                    lanes.append(CCIDLane(lane.id, descriptor, of: attachment, on: station))
                    slotCount += descriptor.slotCount
                    if !descriptor.level.isUsable { faults += place + "exchanges at the \(descriptor.level) level" }
                }
            } catch { faults += place + "\(error)" }
        }
    }
}
