import ReaderTransport
import SimulationKit

/// What came of sweeping one visit.
public struct SweepResult: Sendable {
    /// How many visits were held with faults.
    public private(set) var trials = 0
    /// How they ended.
    public private(set) var endings: [VisitRecord.Ending: Int] = [:]
    /// What was wrong, with the faults that brought it.
    public private(set) var wrongs: [String] = []

    /// None yet.
    public init() {}

    mutating func count(_ trial: VisitTrial, _ wrong: [String], _ faults: [CableFault]) {
        trials += 1
        endings[trial.faulty.ending, default: 0] += 1
        let words = faults.map(\.name).joined(separator: " ")
        wrongs += wrong.map { "\(words), \(trial.faulty.code): \($0)" }
    }

    /// Adds what another part of the same sweep brought.
    public mutating func add(_ other: SweepResult) {
        trials += other.trials
        endings.merge(other.endings, uniquingKeysWith: +)
        wrongs += other.wrongs
    }
}

/// Every fault in one visit: how it goes without any, and what to compare with that.
public struct VisitSweep: Sendable {
    /// The visit.
    public let visit: SweptVisit
    /// How many transfers it takes without a fault.
    public var transfers: Int { well.transfers.count }
    private let well: VisitTrial

    /// Holds the visit without a fault. Throws where something is wrong with that already.
    public init(_ visit: SweptVisit, in world: SweptWorld) throws {
        self.visit = visit
        well = try VisitTrial(visit, [], world)
        let wrongs = well.wrongs(beside: well) + well.complaints
        let ends = visit.patient == .stranger ? "face-rejected" : "confirmed"
        guard wrongs.isEmpty, well.faulty.code == ends, well.next?.code == ends else {
            throw SweepError.faultFreeVisitFails("\(visit.name): \(well.faulty.code), then \(well.next?.code ?? "nothing"), \(wrongs)")
        }
    }

    /// Every transfer with every effect, one at a time.
    public var singles: [[CableFault]] { CableFault.all(on: well.transfers.map(\.operation)).map { [$0] } }

    /// So many pairs of faults, drawn from `seed`.
    public func pairs(_ count: Int, seed: UInt64) -> [[CableFault]] {
        var generator = SeededGenerator(seed: seed)
        let operations = well.transfers.map(\.operation)
        return (0..<count).map { _ in CableFault.pair(on: operations, using: &generator) }
    }

    /// Holds the visit with each of these sets of faults.
    public func run(_ faults: some Sequence<[CableFault]>, in world: SweptWorld) throws -> SweepResult {
        var result = SweepResult()
        for faults in faults {
            let trial = try VisitTrial(visit, faults, world)
            result.count(trial, trial.wrongs(beside: well), faults)
        }
        return result
    }
}

extension CableFault {
    /// A fault by the name that `FaultSweep` prints: `late@11`, `flipped@236#SEED`; `nil` where there is none of that name.
    public init?(named name: String) {
        let parts = name.split(whereSeparator: { $0 == "@" || $0 == "#" })
        guard (2...3).contains(parts.count), let effect = Effect(rawValue: String(parts[0])), let transfer = Int(parts[1]) else {
            return nil
        }
        guard let seed = parts.count == 3 ? UInt64(parts[2]) : 0 else { return nil }
        self.init(transfer: transfer, effect: effect, seed: seed)
    }

    /// By this name it can be tried again alone.
    var name: String { "\(effect.rawValue)@\(transfer)" + (effect == .flipped ? "#\(seed)" : "") }
}
