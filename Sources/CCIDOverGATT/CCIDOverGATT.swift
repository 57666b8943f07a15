import ReaderKit
import ReaderTransport
import Station

/// A Bluetooth reader as an attachment with one CCID interface, so that the driver of CCID readers speaks to it.
///
/// What USB gives and GATT does not is made up here: an interrupt endpoint, from the notifications that tell of cards; and the abort (USB
/// CCID 1.1 clause 5.3.1), which is not sent, but makes the answer to the old command one that nobody waits for.
public final class CCIDOverGATT: Attachment, EventReceiver {
    /// How long a reader may be quiet in the middle of a message. A supervision timeout of the radio is shorter or loses the link.
    static let patience = Duration.seconds(1)
    /// How long a reader that was at a command that nobody waits for any more is left alone, from the last that was heard of it. One that
    /// is still at it asks for time more often.
    static let respite = Duration.seconds(3)
    /// How many messages are kept that nobody has read, of each kind.
    static let mostKept = 16

    /// The source of its completion events.
    public let source: SourceID
    /// The CCID lane.
    public let lanes: [Lane]

    private let attachment: any Attachment
    private let line: GATTLine
    private let translation: any CCIDTranslation
    private let station: Station
    private var alarm: Alarm
    private var timer: SourceID
    private var ended: [TransferID: (status: TransferStatus, bytes: [UInt8])] = [:]
    private var writing: TransferID?
    private var reads: [TransferID] = []
    private var interrupts: [TransferID] = []
    private var responses: [[UInt8]] = []
    private var notifications: [[UInt8]] = []
    // The command whose answer has not come.
    private var asked: Question?
    // One before it that was given up, as long as nothing has come of it.
    private var owed: Question?
    // What is sent once more when nothing comes of it: a command that does no harm twice.
    private var harmless: [UInt8]?
    // bmICCStatus as the reader last told.
    private var card: UInt8?
    private var isBroken = false
    private var isLost = false

    private struct Question {
        let slot: UInt8
        let sequence: UInt8
        /// When it was asked, or the reader last said that it needs more time for it.
        var heard: Instant

        func heard(at now: Instant) -> Question { Question(slot: slot, sequence: sequence, heard: now) }
    }

    /// The reader at the other end of `line`, which is one of `attachment`; `descriptor` is what is known of it beforehand.
    public init(
        _ line: GATTLine, of attachment: any Attachment, by translation: any CCIDTranslation, descriptor: [UInt8], on station: Station
    ) {
        self.line = line
        self.attachment = attachment
        self.translation = translation
        self.station = station
        source = station.makeSource()
        timer = station.makeSource()
        alarm = Alarm(source: timer)
        lanes = [Lane(id: LaneID(rawValue: 0), kind: .ccid, slots: 1, descriptor: descriptor)]
        station.attach(self, to: timer)
        line.hear = { [weak self] in self?.hear($0) }
        line.lose = { [weak self] _ in self?.lose() }
        if line.failure != nil { lose() }
    }

    // MARK: Transfers

    /// Starts a transfer.
    public func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        if isLost {
            end(id, .unplugged)
            return id
        }
        switch transfer.operation {
        case .write: write(bytes, id)
        case .read: reads.append(id)
        case .readInterrupt: interrupts.append(id)
        case .control: giveUp(id)
        case .clearHalt: end(id, .completed)
        case .powerCard, .powerOffCard, .exchange, .watchPresence: end(id, .failed(0))
        }
        serve()
        return id
    }

    /// The bytes of a completed transfer.
    public func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        buffer.removeAll(keepingCapacity: true)
        guard var end = ended.removeValue(forKey: transfer) else { return .aborted }
        buffer.append(contentsOf: end.bytes)
        end.bytes.wipe()
        return end.status
    }

    /// Gives a transfer up.
    public func abort(_ transfer: TransferID) {
        if writing == transfer {
            (writing, asked, harmless) = (nil, nil, nil)
            line.takeBack()
        }
        reads.removeAll { $0 == transfer }
        interrupts.removeAll { $0 == transfer }
        ended[transfer] = nil
    }

    /// Ends the use of the reader.
    public func close() {
        alarm.clear(on: station)
        line.stop()
        station.detach(self)
        attachment.close()
    }

    private func end(_ id: TransferID, _ status: TransferStatus, _ bytes: [UInt8] = []) {
        ended[id] = (status, bytes)
        station.schedule(Event(source: source, token: id.rawValue), at: station.now)
    }

    // MARK: Commands

    private func write(_ command: Span<UInt8>, _ id: TransferID) {
        guard command.count >= CCIDWords.headerCount else { return end(id, .failed(0)) }
        let (slot, sequence) = (command[5], command[6])
        var bytes = command.withUnsafeBufferPointer { Array($0) }
        defer { bytes.wipe() }
        if bytes[0] == CCIDWords.abort {
            owed = asked ?? owed
            asked = nil
            if let card {
                end(id, .completed)
                return keep(CCIDWords.slotStatus(slot: slot, sequence: sequence, card: card, error: nil), in: &responses)
            }
            // What it answers must tell whether a card is there.
            bytes[0] = CCIDWords.getSlotStatus
        }
        asked = Question(slot: slot, sequence: sequence, heard: station.now)
        if let owed, station.now < owed.heard + Self.respite, command[0] != CCIDWords.abort {
            end(id, .completed)
            return refuse(CCIDWords.slotBusy)
        }
        owed = nil
        writing = id
        let isHarmless = bytes[0] == CCIDWords.getSlotStatus || bytes[0] == CCIDWords.iccPowerOff
        harmless = isHarmless && translation.tellsAnswersApart ? bytes : nil
        send(bytes)
    }

    private func send(_ command: [UInt8]) {
        guard var messages = translation.encode(command.span) else {
            wrote(.completed)
            return refuse(CCIDWords.notSupported)
        }
        line.send(messages) { [weak self] in self?.wrote($0) }
        for index in messages.indices { messages[index].wipe() }
        if harmless != nil { alarm.set(for: station.now + Self.patience, on: station) }
    }

    private func wrote(_ status: TransferStatus) {
        guard let id = writing else { return }
        writing = nil
        if status != .completed { (asked, harmless) = (nil, nil) }
        end(id, status)
    }

    /// The abort on the control pipe: the last command was given up.
    private func giveUp(_ id: TransferID) {
        line.takeBack()
        harmless = nil
        goOn()
        line.listenAnew()
        end(id, translation.tellsAnswersApart ? .completed : .stalled)
    }

    /// Ends the command under way by a refusal of our own; by no message of CCID where it would have to say whether a card is there.
    private func refuse(_ error: UInt8) {
        guard let command = asked else { return }
        asked = nil
        let words = card.map { CCIDWords.slotStatus(slot: command.slot, sequence: command.sequence, card: $0, error: error) }
        keep(words ?? [error], in: &responses)
        serve()
    }

    // MARK: What the reader says

    private func hear(_ value: [UInt8]) {
        if !isBroken { for report in translation.take(value) { take(report) } }
        if isBroken || translation.isInside || harmless != nil {
            alarm.set(for: station.now + Self.patience, on: station)
        } else {
            alarm.clear(on: station)
        }
        serve()
    }

    private func take(_ report: CCIDReport) {
        switch report {
        case .response(let message):
            guard message.count >= CCIDWords.headerCount else { return isBroken = true }
            card = message[7] & 0x03
            let needsTime = message[7] >> 6 == 2
            if asked?.sequence == message[6] {
                harmless = nil
                asked = needsTime ? asked?.heard(at: station.now) : nil
            } else if isStrange(message[6]), !needsTime {
                // Whatever it is the answer to, the reader is at nothing any more.
                asked = nil
            }
            if owed?.sequence == message[6] { owed = needsTime ? owed?.heard(at: station.now) : nil }
            keep(message, in: &responses)
        case .notification(let message):
            if message.count == 2 { card = message[1] & 1 == 0 ? 2 : min(card ?? 1, 1) }
            keep(message, in: &notifications)
        case .broken: isBroken = true
        case .forgotten: lose()
        }
    }

    /// Whether a number is neither that of a command that was given up nor of the last one that was answered, which may come twice.
    private func isStrange(_ sequence: UInt8) -> Bool {
        guard let asked, harmless == nil else { return false }
        return sequence != owed?.sequence && sequence != asked.sequence &- 1
    }

    /// Called by the station: the reader has been quiet in the middle of a message, or where it answers at once.
    public func receive(_ event: Event) -> Bool {
        guard alarm.rings(by: event) else { return false }
        goOn()
        if let command = harmless, asked != nil {
            harmless = nil
            line.listenAnew()
            send(command)
        } else {
            // Whatever it was that could not be understood, nothing else will come.
            refuse(CCIDWords.hardwareError)
        }
        return true
    }

    private func goOn() {
        alarm.clear(on: station)
        translation.reset()
        isBroken = false
    }

    private func keep(_ message: [UInt8], in kept: inout [[UInt8]]) {
        if kept.count >= Self.mostKept { kept.removeFirst() }
        kept.append(message)
    }

    private func serve() {
        while !responses.isEmpty, !reads.isEmpty { end(reads.removeFirst(), .completed, responses.removeFirst()) }
        while !notifications.isEmpty, !interrupts.isEmpty { end(interrupts.removeFirst(), .completed, notifications.removeFirst()) }
    }

    private func lose() {
        guard !isLost else { return }
        isLost = true
        line.stop()
        alarm.clear(on: station)
        serve()
        for id in [writing].compactMap({ $0 }) + reads + interrupts { end(id, .unplugged) }
        (writing, reads, interrupts) = (nil, [], [])
    }
}
