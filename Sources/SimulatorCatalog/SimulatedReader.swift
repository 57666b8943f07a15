import ACR1255USimulator
import CCIDDevice
import Cards
import DualInterfaceSimulator
import FaceTerminal
import GATTDevice
import ReaderTransport
import SimulationKit
import SonyRCS380Simulator
import Staging
import Station
import USBDevice

/// A simulated reader of whatever model, with the bench on which people use it.
///
/// Without a screen the idle screen counts as shown from the beginning, so that one script for a person serves every model; what such a
/// reader has no part for does not happen.
public final class SimulatedReader: PassiveDevice {
    /// The device as a kernel sees it; `nil` where it is not at USB.
    public let usb: USBDevice?
    /// Whether a program can open it: its cable is plugged in, or it is near.
    public var isReachable: Bool { usb?.isPlugged ?? parts.radio?.isInRange ?? true }
    /// The slot of its CCID interface, with its counts; `nil` without one.
    public var ccid: CCIDFunction? { parts.slot as? CCIDFunction }
    /// Its panel and camera; `nil` without.
    public var terminal: FaceTerminal? { parts.terminal }
    /// What hosts sent that is against the book; no byte of a message's data is in it.
    public var complaints: [String] { parts.complaints() }
    /// How many command APDUs its cards have got.
    public private(set) var exchanges = 0

    /// What a model is made of.
    struct Parts {
        let device: any PassiveDevice
        var usb: USBDevice?
        var radio: (any GATTDevice)?
        var slot: (any StagedSlot)?
        var terminal: FaceTerminal?
        /// Whether the terminal has a screen, on which people see what they do something at.
        var hasScreen = true
        /// The slots behind the first, in their order.
        var others: [OtherSlot] = []
        let complaints: () -> [String]
    }

    /// A slot that no panel belongs to.
    struct OtherSlot {
        let slot: any StagedSlot
        let interfaces: Set<CardInterface>
    }

    private let parts: Parts
    private let firstInterfaces: Set<CardInterface>
    // Where cards are placed: the first slot, unless another was chosen.
    private var other: OtherSlot?
    private var waiting: [(number: Int, event: StagedEvent)] = []

    init(_ parts: Parts, interfaces: Set<CardInterface>) {
        self.parts = parts
        firstInterfaces = interfaces
        usb = parts.usb
    }

    // MARK: The bench

    /// Has cards placed in the slot of this number from now on, where there is one; people use what is at the first.
    public func useSlot(_ number: Int) { other = parts.others.indices.contains(number - 1) ? parts.others[number - 1] : nil }

    private var slot: (any StagedSlot)? { other?.slot ?? parts.slot }
    /// By what the slot that cards are placed in reaches them; a card comes by what there is.
    public var interfaces: Set<CardInterface> { other?.interfaces ?? firstInterfaces }
    /// How many slots cards can be placed in.
    public var slotCount: Int { 1 + parts.others.count }
    /// Whether cards are placed in another slot than the first.
    public var usesOtherSlot: Bool { other != nil }

    /// Has something happen at it.
    public func stage(_ event: StagedEvent) {
        switch event.cue {
        case .exchange(let number): waiting.append((number, event))
        case .at, .shown:
            if other == nil, let terminal = parts.terminal, let cue = cue(at: terminal, of: event) {
                return terminal.add(StagedEvent(cue, counted(event.action), onset: event.onset))
            }
            event.onset()
            switch event.cue {
            case .at(let moment): perform(event.action, at: moment)
            case .shown(.placeCard, 1, let after): perform(event.action, at: .zero + after)
            case .shown, .exchange: break
            }
        }
    }

    /// When something happens at a terminal; `nil` for what waits for a screen that it does not have.
    private func cue(at terminal: FaceTerminal, of event: StagedEvent) -> StagedEvent.Cue? {
        guard !parts.hasScreen, case .shown(let screen, let time, let after) = event.cue else { return event.cue }
        return screen == .placeCard && time == 1 ? .at(.zero + after) : nil
    }

    /// Whether it has a part for what would happen: without a screen only cards are handled, and the cable, where there is one.
    public func takes(_ action: StagedAction) -> Bool {
        switch action {
        case .place, .remove, .swap: true
        case .unplug, .plug, .powerDip, .install: terminal != nil || usb != nil || parts.radio != nil
        case .stand, .walkAway: terminal != nil
        case .choose, .typePIN, .touch, .pressStaffButton, .typePasscode: terminal != nil && parts.hasScreen
        }
    }

    private func perform(_ action: StagedAction, at moment: Instant) {
        switch counted(action) {
        case .place(let card):
            if let chip = card.chip { slot?.place(chip, at: moment) }
        case .remove: slot?.remove(at: moment)
        case .swap(let card):
            slot?.remove(at: moment)
            if let chip = card.chip { slot?.place(chip, at: moment) }
        case .unplug: join(false, at: moment)
        case .plug: join(true, at: moment)
        case .powerDip, .install:
            join(false, at: moment)
            join(true, at: moment + .seconds(2))
        case .stand, .walkAway, .choose, .typePIN, .touch, .pressStaffButton, .typePasscode: break
        }
    }

    /// Moves the cable, or what is reached without one.
    private func join(_ isJoined: Bool, at moment: Instant) {
        parts.usb?.moveCable(isPlugged: isJoined, at: moment)
        parts.radio?.move(isInRange: isJoined, at: moment)
    }

    /// The action with its card's commands counted.
    private func counted(_ action: StagedAction) -> StagedAction {
        switch action {
        case .place(let card): .place(counted(card))
        case .swap(let card): .swap(counted(card))
        default: action
        }
    }

    private func counted(_ card: StagedCard) -> StagedCard {
        guard let chip = card.chip else { return card }
        if let card = chip as? VirtualCard, !interfaces.contains(card.interface), let only = interfaces.first { card.place(on: only) }
        return StagedCard(CountedCard(chip) { [unowned self] now in exchanged(at: now) }, face: card.face)
    }

    private func exchanged(at now: Instant) {
        exchanges += 1
        let due = waiting.filter { $0.number == exchanges }
        waiting.removeAll { $0.number == exchanges }
        for (_, event) in due { stage(StagedEvent(.at(now), event.action, onset: event.onset)) }
    }

    /// Whoever had it by Bluetooth has left, whatever was under way.
    public func hostLeft(at moment: Instant) {
        join(false, at: moment)
        join(true, at: moment)
    }

    // MARK: The device

    /// The lanes of the model.
    public var lanes: [Lane] { parts.device.lanes }

    /// Accepts a transfer.
    public func submit(_ transfer: Transfer, id: TransferID, sending bytes: Span<UInt8>, at now: Instant) {
        parts.device.submit(transfer, id: id, sending: bytes, at: now)
    }

    /// Gives a transfer up.
    public func abort(_ transfer: TransferID, at now: Instant) { parts.device.abort(transfer, at: now) }

    /// When the next completion is due or something happens at it.
    public var nextDue: Instant? { parts.device.nextDue }

    /// Lets time pass.
    public func advance(to now: Instant, complete: (TransferID, TransferStatus, [UInt8]) -> Void) {
        parts.device.advance(to: now, complete: complete)
    }
}

/// Where cards are placed that no panel or camera sees.
protocol StagedSlot: AnyObject {
    func place(_ card: any SimulatedCard, at moment: Instant)
    func remove(at moment: Instant)
}

extension DualInterfaceReaderSimulator: StagedSlot {}
extension ACR1255USimulator: StagedSlot {}

extension SonyRCS380Simulator: StagedSlot {}

extension CCIDFunction: StagedSlot {
    func place(_ card: any SimulatedCard, at moment: Instant) { place(card, slot: 0, at: moment) }
    func remove(at moment: Instant) { remove(slot: 0, at: moment) }
}

/// A slot behind the first of an interface.
final class FurtherSlot: StagedSlot {
    private let reader: CCIDFunction
    private let number: Int

    init(_ reader: CCIDFunction, _ number: Int) {
        self.reader = reader
        self.number = number
    }

    func place(_ card: any SimulatedCard, at moment: Instant) { reader.place(card, slot: number, at: moment) }
    func remove(at moment: Instant) { reader.remove(slot: number, at: moment) }
}

/// A card that tells of every command that it gets.
private final class CountedCard: SimulatedCard {
    private let card: any SimulatedCard
    private let tell: (Instant) -> Void

    init(_ card: any SimulatedCard, tell: @escaping (Instant) -> Void) {
        self.card = card
        self.tell = tell
    }

    var answerToReset: [UInt8] { card.answerToReset }
    func powerOn(at now: Instant) { card.powerOn(at: now) }
    func powerOff() { card.powerOff() }
    func warmReset(at now: Instant) { card.warmReset(at: now) }

    func process(_ command: Span<UInt8>, into response: inout [UInt8], at now: Instant) -> Duration? {
        tell(now)
        return card.process(command, into: &response, at: now)
    }
}
