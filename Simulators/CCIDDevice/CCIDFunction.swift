import ReaderTransport
import SimulationKit
import Station
import USBDevice

/// The interface of a card reader that speaks CCID 1.1 at the levels of APDUs and TPDUs, as a part of a simulated device.
///
/// What the standard makes optional and the descriptor does not announce is answered as not supported (`bError` 0). What it leaves open is
/// told where it is chosen, with the word "assumed".
public final class CCIDFunction: USBFunction {
    /// What the reader has been through.
    public struct Counts: Sendable, Hashable {
        /// Command APDUs that a card has got.
        public var commands = 0
        /// Cold resets.
        public var powerUps = 0
        /// Cards whose power was taken away on demand.
        public var powerDowns = 0
        /// Warm resets.
        public var warmResets = 0
        /// Answers that asked for more time.
        public var timeExtensions = 0
        /// Aborts that were asked for on both pipes.
        public var aborts = 0
    }

    /// Answers the vendor's own commands (CCID 1.1 clause 6.1.8) of a slot; `nil` refuses one.
    public typealias Escape = (_ slot: UInt8, _ data: [UInt8], _ now: Instant) -> (answer: [UInt8], after: Duration)?

    /// What the reader says of itself.
    public let descriptor: CCIDDescriptor
    /// Its descriptors and endpoints.
    public let interface: USBInterface
    /// What hosts sent that is against the book, oldest first, at most 1,000; no byte of a message's data is in it.
    public private(set) var complaints: [String] = []
    /// What it has been through.
    public internal(set) var counts = Counts()
    /// The vendor's own commands; without it there are none.
    public var escape: Escape?
    /// The keypad, which the reader does not own; without it there is none, whatever the descriptor says.
    public weak var keypad: (any CCIDKeypad)?

    let timing: CCIDTiming
    let bays: [CCIDSlot]
    private let output = USBEndpoint(.bulk, isInput: false)
    private let input = USBEndpoint(.bulk, isInput: true)
    private let interrupt: USBEndpoint
    private var received: [UInt8] = []
    private var receivedCount = 0
    private var isStarted = false
    private var steps: [(due: Instant, slot: Int, card: (any SimulatedCard)?)] = []
    /// Whether each change is told, as where nobody has to fetch it; else what the host has not fetched is told in one with what is new.
    public var tellsEachChange = false
    private var hasChanged: [Bool]

    /// The interrupt endpoint is looked at every so many frames (assumed).
    static let pollInterval: UInt8 = 16
    /// Answers that the reader keeps for a host that does not read; then it takes no more commands.
    private static let mostAnswers = 16

    /// A reader without cards; where it is not `isMarked` its class is the maker's own (FF).
    public init(_ descriptor: CCIDDescriptor, timing: CCIDTiming, name: String? = nil, isMarked: Bool = true) {
        self.descriptor = descriptor
        self.timing = timing
        bays = (0...descriptor.maxSlotIndex).map { CCIDSlot(number: $0) }
        hasChanged = bays.map { _ in false }
        // Two bits a slot after the message type (CCID 1.1 clause 6.3.1).
        interrupt = USBEndpoint(.interrupt(every: Self.pollInterval), isInput: true, packetSize: max(8, 1 + (bays.count + 3) / 4))
        interface = USBInterface(
            classCode: isMarked ? 0x0B : 0xFF, name: name, classDescriptor: descriptor.bytes, output: output, input: input,
            interrupt: interrupt)
    }

    /// A CCID lane.
    public var laneKind: Lane.Kind { .ccid }
    /// As `bMaxSlotIndex` says.
    public var slots: UInt8 { UInt8(clamping: bays.count) }

    // MARK: The hand that holds the cards

    /// Has somebody place `card` in a slot at a moment.
    public func place(_ card: any SimulatedCard, slot: Int = 0, at moment: Instant) { add(moment, slot, card) }

    /// Has somebody take the card of a slot away at a moment.
    public func remove(slot: Int = 0, at moment: Instant) { add(moment, slot, nil) }

    /// Whether a card is in the slot.
    public func hasCard(slot: Int = 0) -> Bool { bays.indices.contains(slot) && bays[slot].card != nil }
    /// Whether the card of the slot has power.
    public func isPowered(slot: Int = 0) -> Bool { bays.indices.contains(slot) && bays[slot].isPowered }
    /// Whether a command to the slot is under way.
    public func isBusy(slot: Int = 0) -> Bool { bays.indices.contains(slot) && bays[slot].underWay != nil }

    private func add(_ due: Instant, _ slot: Int, _ card: (any SimulatedCard)?) {
        guard bays.indices.contains(slot) else { return }
        steps.insert((due, slot, card), at: steps.firstIndex { $0.due > due } ?? steps.endIndex)
    }

    private func perform(_ slot: CCIDSlot, _ card: (any SimulatedCard)?, at now: Instant) {
        slot.powerOff()
        slot.card = card
        slot.cardFreeAt = .zero
        forgetEntry(slot, at: now)
        if let lost = slot.underWay, [.transferBlock, .powerOn, .secure].contains(lost.command) { fail(lost, slot, .mute, at: now) }
        if interrupt.unread == 0 || tellsEachChange { hasChanged = bays.map { _ in false } }
        hasChanged[Int(slot.number)] = true
        notify(at: now)
    }

    /// Tells the state of every slot and which have changed since the host was last told (CCID 1.1 clause 6.3.1).
    private func notify(at now: Instant) {
        guard isStarted else { return }
        var bits = [UInt8](repeating: 0, count: (bays.count + 3) / 4)
        for (number, slot) in bays.enumerated() {
            let pair: UInt8 = (slot.card == nil ? 0 : 1) | (hasChanged[number] ? 2 : 0)
            bits[number / 4] |= pair << UInt8(number % 4 * 2)
        }
        if !tellsEachChange { interrupt.takeBackUnread() }
        interrupt.send([0x50] + bits, due: now)
    }

    /// Tells of a fault of the hardware (CCID 1.1 clause 6.3.2), too much current being the only one.
    public func tellOvercurrent(slot: UInt8, sequence: UInt8, at now: Instant) {
        interrupt.send([0x51, slot, sequence, 0x01], due: now)
    }

    // MARK: The device

    /// Begins; cards that are there are told as inserted.
    public func start(at now: Instant) {
        isStarted = true
        for (number, slot) in bays.enumerated() { hasChanged[number] = slot.card != nil }
        if hasChanged.contains(true) { notify(at: now) }
    }

    /// Ends: no card has power.
    public func stop(at now: Instant) {
        isStarted = false
        received = []
        receivedCount = 0
        for slot in bays {
            forgetEntry(slot, at: now)
            slot.underWay = nil
            slot.abort = .none
            slot.lastSequence = nil
            slot.cardFreeAt = .zero
            slot.powerOff()
        }
    }

    /// Whether another command may come.
    public var takesOutput: Bool { input.unread < Self.mostAnswers }

    /// When a command ends, the reader asks for time or somebody handles a card.
    public var nextDue: Instant? {
        var earliest = steps.first?.due
        for slot in bays { earliest = Instant.earliest(earliest, slot.nextDue) }
        return earliest
    }

    /// Lets time pass.
    public func advance(to now: Instant) {
        while let due = nextDue, due <= now {
            // What ends with a step ends first.
            for slot in bays { work(slot, at: due) }
            if let step = steps.first, step.due <= due {
                steps.removeFirst()
                perform(bays[step.slot], step.card, at: due)
            }
        }
    }

    private func work(_ slot: CCIDSlot, at now: Instant) {
        guard let command = slot.underWay else { return }
        if command.due <= now {
            slot.underWay = nil
            answer(command.command, slot, command.sequence, command.result, at: now)
        } else if command.nextExtension <= now {
            slot.underWay?.nextExtension = command.nextExtension + (slot.entry == nil ? timing.blockWaiting : timing.typing)
            counts.timeExtensions += 1
            // One more block waiting time (bError is the multiplier, CCID 1.1 clause 6.2.6).
            put(command.command.answer, slot.number, command.sequence, status: 0x80 | slot.status, error: 1, CCIDReply(detail: 0), at: now)
        }
    }

    // MARK: Messages

    /// Collects a message: a header and as much as it announces, in packets and pieces of any number.
    ///
    /// An end that comes early ends the message. Nothing beyond the longest message is kept, whatever is announced.
    public func receive(_ bytes: [UInt8], endsTransfer: Bool, at now: Instant) {
        let room = max(Int(descriptor.maxMessageLength), CCIDMessage.headerLength) - received.count
        received.append(contentsOf: bytes.prefix(max(0, room)))
        receivedCount += bytes.count
        if receivedCount == 0 { return }  // the empty packet that ended the last message
        let isWhole =
            received.count >= CCIDMessage.headerLength
            && receivedCount - CCIDMessage.headerLength >= Int(CCIDMessage.length(received))
        guard isWhole || endsTransfer else { return }
        let (message, count) = (received, receivedCount)
        received = []
        receivedCount = 0
        handle(message, count: count, at: now)
    }

    private func handle(_ bytes: [UInt8], count: Int, at now: Instant) {
        guard let message = CCIDMessage(bytes) else {
            // There is no number to answer to. Halting the pipe is assumed: the standard does not tell.
            complain("a message of \(count) bytes is shorter than a header")
            return output.halt()
        }
        guard let command = message.type else {
            complain("an unknown message type \(bytes[0])")
            return put(0x81, message, .notSupported, at: now)
        }
        guard bays.indices.contains(Int(message.slot)) else {
            complain("there is no slot \(message.slot)")
            return put(command.answer, message, .badSlot, at: now)
        }
        let slot = bays[Int(message.slot)]
        // A host that begins anew begins at 0, and the device cannot know that it does.
        if slot.lastSequence == message.sequence, message.sequence != 0 {
            complain("bSeq \(message.sequence) was used twice in a row at slot \(slot.number)")
        }
        slot.lastSequence = message.sequence
        if count != CCIDMessage.headerLength + Int(message.length) || count > Int(descriptor.maxMessageLength) {
            complain("dwLength \(message.length) in a message of \(count) bytes")
            return put(command.answer, message, .badLength, at: now)
        }
        if message.parameters.suffix(10 - command.firstReserved).contains(where: { $0 != 0 }) {
            complain("a reserved byte of message type \(bytes[0]) is not 0")
        }
        if command == .abort { return abort(message, slot, at: now) }
        // Until both pipes have asked for the abort, everything fails (CCID 1.1 clause 5.3.1).
        if slot.abort != .none { return put(command.answer, message, .aborted, at: now) }
        let busy = bays.count { $0.underWay != nil }
        if slot.underWay != nil || busy >= Int(max(1, descriptor.maxBusySlots)) {
            complain("a command to slot \(slot.number) while it or another is busy")
            return put(command.answer, message, .slotBusy, at: now)
        }
        begin(command, message, slot, at: now)
    }

    private func begin(_ command: CCIDCommand, _ message: CCIDMessage, _ slot: CCIDSlot, at now: Instant) {
        if command == .secure, offersPIN { return beginEntry(message, slot, at: now) }
        let (result, due) = carryOut(command, message, slot, at: now)
        guard due > now else { return answer(command, slot, message.sequence, result, at: now) }
        // A card that will not answer does not ask for time either.
        var nextExtension: Instant = if case .success = result { now + timing.blockWaiting } else { .distantFuture }
        // A card asks the host itself by T=1.
        if case .blocks = slot.line { nextExtension = .distantFuture }
        slot.underWay = CCIDSlot.UnderWay(
            command: command, sequence: message.sequence, result: result, due: due, nextExtension: nextExtension)
    }

    // MARK: Answers

    func fail(_ command: CCIDSlot.UnderWay, _ slot: CCIDSlot, _ error: CCIDError, at now: Instant) {
        slot.underWay = nil
        answer(command.command, slot, command.sequence, .failure(error), at: now)
    }

    func answer(
        _ command: CCIDCommand, _ slot: CCIDSlot, _ sequence: UInt8, _ result: Result<CCIDReply, CCIDError>, at now: Instant
    ) {
        switch result {
        case .success(var reply):
            if command.answer == 0x81 { reply.detail = slot.clockStatus }
            put(command.answer, slot.number, sequence, status: slot.status, error: 0, reply, at: now)
        case .failure(let error):
            var reply = CCIDReply()
            if command.answer == 0x81 { reply.detail = slot.clockStatus }
            if command == .setDataRate { reply.data = littleEndian(descriptor.defaultClock) + littleEndian(descriptor.dataRate) }
            put(command.answer, slot.number, sequence, status: 0x40 | slot.status, error: error.code, reply, at: now)
        }
    }

    /// Refuses a message before anything is done with it.
    func put(_ type: UInt8, _ message: CCIDMessage, _ error: CCIDError, at now: Instant) {
        let status = bays.indices.contains(Int(message.slot)) ? bays[Int(message.slot)].status : 2
        put(type, message.slot, message.sequence, status: 0x40 | status, error: error.code, CCIDReply(), at: now)
    }

    private func put(
        _ type: UInt8, _ slot: UInt8, _ sequence: UInt8, status: UInt8, error: UInt8, _ reply: CCIDReply, at now: Instant
    ) {
        let length = littleEndian(UInt32(clamping: reply.data.count))
        input.send([type] + length + [slot, sequence, status, error, reply.detail ?? 0] + reply.data, due: now)
    }

    func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }
}
