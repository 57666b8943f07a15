import ReaderKit
import ReaderSessions
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing

/// A session as it should be, and what crosses the cable during it.
struct FaultFree {
    let session: Session
    let transfers: [Transfer]
    /// How many transfers there were before the patient chose how to go on.
    let commonTransfers: Int

    init(_ model: SessionModel, _ method: ScreenMethod) {
        let bench = SessionBench(model)
        let crossings = Crossings()
        let cable = TappedAttachment(bench.attach(), tellingTo: crossings, on: bench.station)
        var common = 0
        session = Session(model.makeDriver(), on: cable, station: bench.station, method: method) { action in
            if case .choose = action { common = crossings.transfers.count }
            bench.soon(action)
        }
        transfers = crossings.transfers
        commonTransfers = common
    }

    /// What is wrong after a session with `faults`; empty where all is well.
    func complaints(_ model: SessionModel, _ method: ScreenMethod, _ faults: [CableFault]) -> [String] {
        let trial = Trial(model, method, faults)
        var complaints = trial.wrongAnswers(comparedTo: session)
        // Every prompt may last as long as its screen does, every command as long as its deadline.
        if trial.took > .seconds(900) { complaints.append("it takes \(trial.took)") }
        if trial.transfers > 10_000 { complaints.append("it takes \(trial.transfers) transfers") }
        if trial.next != session { complaints.append("the next session differs: \(trial.next.differences(from: session))") }
        return complaints.map { "\(faults): \($0)" }
    }
}

/// A session with faults and the one after it, without.
private struct Trial {
    let session: Session
    let next: Session
    let transfers: Int
    let took: Duration
    private let struck: [(fault: CableFault, transfer: Transfer)]
    private let cardLanes: Set<LaneID>

    init(_ model: SessionModel, _ method: ScreenMethod, _ faults: [CableFault]) {
        let bench = SessionBench(model)
        let driver = model.makeDriver()
        let cable = FaultyCable(bench.attach(), faults: faults, on: bench.station)
        session = Session(driver, on: cable, station: bench.station, method: method) { bench.soon($0) }
        took = bench.station.now - .zero
        transfers = cable.submitted
        struck = cable.struck
        cardLanes = Set(cable.lanes.filter { $0.kind == .ccid }.map(\.id))
        if struck.contains(where: { $0.fault.effect == .unplugged }) { bench.pullAndPlug() }
        // Longer than the keypad or a screen waits for somebody.
        bench.pass(.seconds(100))
        next = Session(driver, on: bench.attach(), station: bench.station, method: method) { bench.soon($0) }
    }

    func wrongAnswers(comparedTo expected: Session) -> [String] {
        session.wrongAnswers(comparedTo: expected).filter { !(isBeyondNotice && Session.cardSteps.contains($0.step)) }.map {
            "\($0.step): \($0.outcome)"
        }
    }

    /// Whether a bit of a CCID message was changed. Nothing in CCID could show that; on a real cable the CRC of USB does (USB 2.0 clause 8.3.5).
    private var isBeyondNotice: Bool {
        struck.contains { $0.fault.effect == .flipped && cardLanes.contains($0.transfer.lane) }
    }
}

/// Whatever goes wrong on the cable: never a wrong answer, never a hang, and the next session is as if nothing had been.
@Suite struct FaultSweepTests {
    static let all = SessionModel.allCases.flatMap { model in ScreenMethod.allCases.map { (model, $0) } }

    @Test(arguments: all)
    func everyTransferTimesEveryEffect(_ model: SessionModel, _ method: ScreenMethod) {
        let faultFree = FaultFree(model, method)
        // Until then both sessions are the same.
        let first = method == .face ? 1 : faultFree.commonTransfers + 1
        let faults = CableFault.all(on: faultFree.transfers.map(\.operation)).filter { $0.transfer >= first }
        let complaints = faults.flatMap { faultFree.complaints(model, method, [$0]) }
        let transfers = "transfers \(first) to \(faultFree.transfers.count)"
        print("fault sweep: \(model.rawValue), \(method.rawValue): \(transfers), \(faults.count) faults")
        #expect(complaints == [])
        #expect(faults.count > 50)
    }

    @Test(arguments: all)
    func twoFaultsAtRandom(_ model: SessionModel, _ method: ScreenMethod) {
        let faultFree = FaultFree(model, method)
        let operations = faultFree.transfers.map(\.operation)
        let count = 100
        var generator = SeededGenerator(seed: 20_261_121)
        let complaints = (0..<count).flatMap { _ in
            faultFree.complaints(model, method, CableFault.pair(on: operations, using: &generator))
        }
        print("fault sweep: \(model.rawValue), \(method.rawValue): \(count) double faults")
        #expect(complaints == [])
    }
}
