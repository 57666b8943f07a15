import ReaderTransport
import SimulationKit
import Station

/// A reader with one slot for a card on either interface, as a passive device: its firmware speaks ISO/IEC 14443-4 or T=1, the host
/// exchanges APDUs.
///
/// No maker's device: the plainest reader that the rest of Kazasu can be used with.
public final class DualInterfaceReaderSimulator: PassiveDevice {
    /// One lane for power, APDUs and presence.
    public let lanes = [Lane(id: LaneID(rawValue: 0), kind: .card, slots: 1)]

    private struct Step {
        let due: Instant
        let card: (any SimulatedCard)?
    }

    private enum Power {
        case off
        case on
        /// The card that had power has left; whatever is there now is another one.
        case gone
    }

    private let timing: CardLinkTiming
    private var card: (any SimulatedCard)?
    private var power = Power.off
    private var changes: UInt32 = 0
    private var steps: [Step] = []
    private var pending = PendingCompletions()
    // In the order in which they came, since that is the order in which they fail.
    private var underWay: [TransferID] = []
    private var watches: [(id: TransferID, known: CardPresence)] = []
    private var answer: [UInt8] = []

    /// What the reader was told that is against the book, oldest first; no byte of a message is in it.
    public private(set) var complaints: [String] = []

    /// A reader without a card; `timing` is that of the interface that its cards are used on.
    public init(timing: CardLinkTiming = .contactless) {
        self.timing = timing
    }

    /// Has somebody place `card` at a moment.
    public func place(_ card: any SimulatedCard, at moment: Instant) { addStep(Step(due: moment, card: card)) }

    /// Has somebody take the card away at a moment.
    public func remove(at moment: Instant) { addStep(Step(due: moment, card: nil)) }

    // MARK: The device

    /// Accepts a transfer.
    public func submit(_ transfer: Transfer, id: TransferID, sending bytes: Span<UInt8>, at now: Instant) {
        guard transfer.slot == 0, transfer.lane == lanes[0].id else {
            complaints.append("there is no slot \(transfer.slot) on lane \(transfer.lane.rawValue)")
            return pending.add(id, .failed(0), [], due: now)
        }
        switch transfer.operation {
        case .powerCard(let reset): powerCard(reset, id: id, at: now)
        case .powerOffCard: powerOffCard(id: id, at: now)
        case .exchange: exchange(bytes, id: id, at: now)
        case .watchPresence(let known): watch(known, id: id, at: now)
        case .write, .read, .readInterrupt, .control, .clearHalt:
            complaints.append("a card lane takes no bytes")
            pending.add(id, .failed(0), [], due: now)
        }
    }

    /// Gives a transfer up.
    public func abort(_ transfer: TransferID, at now: Instant) {
        pending.remove(transfer)
        underWay.removeAll { $0 == transfer }
        watches.removeAll { $0.id == transfer }
    }

    /// When the next completion is due or somebody handles a card.
    public var nextDue: Instant? {
        switch (pending.nextDue, steps.first?.due) {
        case (let completion?, let step?): min(completion, step)
        case (let completion, let step): completion ?? step
        }
    }

    /// Lets time pass.
    public func advance(to now: Instant, complete: (TransferID, TransferStatus, [UInt8]) -> Void) {
        while let due = nextDue, due <= now {
            // What is due before or with a step is completed first.
            pending.takeDue(at: due) { id, status, bytes in
                underWay.removeAll { $0 == id }
                complete(id, status, bytes)
            }
            if let step = steps.first, step.due <= due {
                steps.removeFirst()
                perform(step)
            }
        }
    }

    // MARK: What happens at the reader

    private var presence: CardPresence { CardPresence(isPresent: card != nil, changes: changes) }

    private func addStep(_ step: Step) {
        let index = steps.firstIndex { $0.due > step.due } ?? steps.endIndex
        steps.insert(step, at: index)
    }

    private func perform(_ step: Step) {
        card?.powerOff()
        card = step.card
        if power == .on { power = .gone }
        changes &+= 1
        for id in underWay {
            pending.remove(id)
            pending.add(id, .noCard, [], due: step.due)
        }
        underWay.removeAll()
        for watch in watches where watch.known != presence { pending.add(watch.id, .completed, presence.bytes, due: step.due) }
        watches.removeAll { $0.known != presence }
    }

    private func powerCard(_ reset: CardReset, id: TransferID, at now: Instant) {
        guard let card else { return pending.add(id, .noCard, [], due: now) }
        // The other card has not been used yet, so there is nothing to reset.
        if reset == .warm && power == .gone { return pending.add(id, .noCard, [], due: now) }
        if reset == .warm && power == .on {
            card.warmReset(at: now)
        } else {
            card.powerOff()
            card.powerOn(at: now)
        }
        let atr = card.answerToReset
        power = atr.isEmpty ? .off : .on
        underWay.append(id)
        pending.add(id, atr.isEmpty ? .mute(0) : .completed, atr, due: now + timing.activation)
    }

    private func powerOffCard(id: TransferID, at now: Instant) {
        card?.powerOff()
        power = .off
        pending.add(id, .completed, [], due: now)
    }

    private func exchange(_ command: Span<UInt8>, id: TransferID, at now: Instant) {
        guard let card, power != .gone else { return pending.add(id, .noCard, [], due: now) }
        guard power == .on else {
            complaints.append("an APDU was sent to a card without power")
            return pending.add(id, .failed(0), [], due: now)
        }
        let arrival = now + timing.duration(ofBytes: command.count)
        underWay.append(id)
        // A mute card: the transfer stays under way until it is aborted or the card leaves.
        guard let computing = card.process(command, into: &answer, at: arrival) else { return }
        pending.add(id, .completed, answer, due: arrival + computing + timing.duration(ofBytes: answer.count))
    }

    private func watch(_ known: CardPresence, id: TransferID, at now: Instant) {
        if presence != known {
            pending.add(id, .completed, presence.bytes, due: now)
        } else {
            watches.append((id, known))
        }
    }
}
