import Cards
import ReaderTransport
import SimulatorCatalog
import Staging
import Station

/// A visit with faults on the cable, what it left behind, and the visit after it without.
struct VisitTrial: Sendable {
    let faulty: VisitRecord
    /// The next visit; `nil` where the first one had to be ended.
    private(set) var next: VisitRecord?
    let transfers: [Transfer]
    /// What the reader was sent against the book in the first visit.
    private(set) var complaints: [String] = []

    // Whether its messages have no checksum of their own.
    private let isUnchecked: Bool
    private let struck: [(fault: CableFault, transfer: Transfer)]
    private let lanes: [LaneID: Lane.Kind]
    private let hasPanel: Bool
    private let triesBefore: [Int?]
    private var triesAfter: [Int?] = []
    private var isPowered = false
    private var screen: StagedScreen?
    /// The same in the next visit.
    private var nextComplaints: [String] = []

    init(_ visit: SweptVisit, _ faults: [CableFault], _ world: SweptWorld) throws {
        let counter = try SweptCounter(visit, world)
        isUnchecked = visit.reader == "feitian-ble"
        triesBefore = counter.tries
        hasPanel = SimulatorModel.named(visit.reader)?.hasTerminal == true
        let leash = Leash(on: counter.station)
        let cable = FaultyCable(counter.attach(), faults: faults, on: counter.station)
        lanes = Dictionary(cable.lanes.map { ($0.id, $0.kind) }) { first, _ in first }
        faulty = counter.hold(on: TappedAttachment(cable, tellingTo: leash, on: counter.station))
        leash.untie()
        transfers = leash.transfers
        struck = cable.struck
        if !leash.isTaut { lookAfterwards(counter) }
    }

    private mutating func lookAfterwards(_ counter: SweptCounter) {
        if struck.contains(where: { $0.fault.effect == .unplugged }) { counter.replug() }
        // What was sent last arrives.
        counter.pass(.seconds(1))
        isPowered = counter.cardHasPower
        screen = counter.twin.shown
        triesAfter = counter.tries
        complaints = counter.complaints
        counter.takeCard()
        counter.passToNextVisit()
        let count = counter.complaints.count
        next = counter.hold(on: counter.attach())
        nextComplaints = Array(counter.complaints[count...])
    }

    // MARK: Judging

    /// How much longer the next visit may take where two faults have left a command to be aborted before the first one.
    private static let recovery = Duration.seconds(5)

    /// What is wrong, beside a visit and the one after it in which nothing is; empty where all is well.
    func wrongs(beside well: VisitTrial) -> [String] {
        guard let next else { return ["it does not end"] }
        var wrongs: [String] = []
        if faulty.ending == .confirmed, !agrees(with: well.faulty) { wrongs.append("confirmed what is not so") }
        if faulty.accuses, faulty.code != well.faulty.code, !isBeyondNotice { wrongs.append("accuses: \(faulty.cause ?? "")") }
        if triesAfter != triesBefore, !isBeyondNotice { wrongs.append("tries left: \(triesAfter)") }
        if isPowered, !powerOffWasHit, !isCutOff { wrongs.append("the card has power") }
        if let screen, !isCutOff, !panelIsCutOff { wrongs.append("the panel shows \(screen.rawValue)") }
        if let expected = well.next, !next.equals(expected, within: struck.count < 2 ? shift : Self.recovery) {
            wrongs.append("the next visit differs: \(next.code) \(next.cause ?? "") after \(next.duration)")
        }
        // What the last program left on a serial line is acknowledged before RESET is heard; in the undisturbed visit nothing is left.
        let against = nextComplaints.filter { struck.isEmpty || $0 != "an acknowledgement of what was not sent" }
        if !against.isEmpty { wrongs.append("the next visit sends what is against the book: \(against)") }
        return wrongs
    }

    private func agrees(with other: VisitRecord) -> Bool {
        faulty.eligibility == other.eligibility && faulty.flags == other.flags && faulty.consent == other.consent
            && faulty.identity == other.identity
    }

    /// Whether a bit of a card's message was changed: nothing in CCID or in an APDU could show that; on a real cable the CRC of USB does (USB
    /// 2.0 clause 8.3.5).
    private var isBeyondNotice: Bool {
        struck.contains { fault, transfer in
            switch lanes[transfer.lane] {
            case .ccid, .card: fault.effect == .flipped
            case .gatt: isUnchecked && Self.impossibleByRadio.contains(fault.effect)
            default: false
            }
        }
    }

    /// What a connection by Bluetooth LE does not do to a value: it has a CRC, and numbers (Core Specification, Vol. 6 Part B clauses 3.1.1 and
    /// 4.5.9).
    private static let impossibleByRadio: Set<CableFault.Effect> = [.flipped, .doubled, .short, .swallowed]

    /// Whether the power-off itself was hit, or the host holds a transfer of the card's lane, so that nothing is heard on it any more. Of two
    /// faults on the lane one can hit the power-off.
    private var powerOffWasHit: Bool {
        struck.count { lanes[$0.transfer.lane] == .ccid || lanes[$0.transfer.lane] == .gatt } > 1
            || struck.contains { fault, transfer in
                switch lanes[transfer.lane] {
                case .card: transfer.operation == .powerOffCard
                case .ccid: fault.effect == .silent || fault.effect == .late
                default: false
                }
            }
    }
    /// Whether panel and cards are reached by one lane.
    private var sharesLane: Bool { hasPanel && lanes.values.allSatisfy { $0 == .ccid } }
    /// Whether nothing is heard on that any more; the next opening takes back what is shown.
    private var panelIsCutOff: Bool { sharesLane && powerOffWasHit }
    /// Where the panel has to be asked, all that is asked later moves with the moment of opening, in which what nobody has read on that lane is
    /// passed over.
    private var shift: Duration { sharesLane && !struck.isEmpty ? .seconds(1) : .zero }
    /// Whether a reader with power of its own went on by itself: without its cable nobody can tell it anything, until the next opening.
    private var isCutOff: Bool {
        lanes.values.contains { $0 == .serial || $0 == .card || $0 == .gatt } && struck.contains { $0.fault.effect == .unplugged }
    }
}

extension SweptCounter {
    /// How many tries the PIN and 照合番号B have left.
    fileprivate var tries: [Int?] { [card.triesLeft(of: .authenticationPIN), card.triesLeft(of: .verificationNumberB)] }
}
