// The contract of all readers, case by case; then every fault at every transfer of a visit, and seeded pairs of faults: never a wrong
// answer, never a hang. Over every reader model.
// usage: FaultSweep [N [SEED]]
//   tries every Nth of the faults only; the pairs are drawn from SEED, 0 where none is given
// usage: FaultSweep READER PATIENT FAULT...
//   holds one visit with these faults, as a line of the other usage names them: late@11 flipped@236#SEED
import ContractBenches
import Glibc
import ReaderTransport
import VisitSweep

/// A part of the sweep, for one thread.
struct Part: Sendable {
    let sweep: VisitSweep
    let isPair: Bool
    let faults: [[CableFault]]
}

/// One line of the table.
struct Line {
    let visit: SweptVisit
    let transfers: Int
    var singles = SweepResult()
    var pairs = SweepResult()
    var wrongs: [String] { (singles.wrongs + pairs.wrongs).sorted() }
}

let pairsInAll = 10_000
let partSize = 200

func row(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
        let blank = String(repeating: " ", count: max(0, (index == 0 ? 26 : 11) - cell.count))
        return index == 0 ? cell + blank : blank + cell
    }.joined()
}

/// Adds up what comes of the parts, and prints each row when the last part of it has come.
struct Table {
    private var lines: [Line]
    private var missing: [SweptVisit: Int]

    init(_ lines: [Line], _ parts: [Part]) {
        self.lines = lines
        missing = parts.reduce(into: [:]) { $0[$1.sweep.visit, default: 0] += 1 }
        print(row(["visit", "transfers", "singles", "pairs"] + VisitRecord.Ending.allCases.map(\.rawValue) + ["wrong"]))
    }

    var isRight: Bool { lines.allSatisfy { $0.wrongs.isEmpty } }

    mutating func add(_ result: SweepResult, of part: Part) {
        guard let index = lines.firstIndex(where: { $0.visit == part.sweep.visit }) else { return }
        if part.isPair { lines[index].pairs.add(result) } else { lines[index].singles.add(result) }
        missing[part.sweep.visit, default: 0] -= 1
        if missing[part.sweep.visit] == 0 { print(lines[index]) }
    }

    private func print(_ line: Line) {
        let endings = VisitRecord.Ending.allCases.map { String(line.singles.endings[$0, default: 0] + line.pairs.endings[$0, default: 0]) }
        let counts = [line.transfers, line.singles.trials, line.pairs.trials].map(String.init)
        print(row([line.visit.name] + counts + endings + [String(line.wrongs.count)]))
        for wrong in line.wrongs { print("\(line.visit.name) \(wrong)") }
    }

    private func print(_ line: String) {
        Swift.print(line)
        fflush(nil)
    }
}

func sweep(_ part: Part) throws -> (Part, SweepResult) {
    (part, try part.sweep.run(part.faults, in: SweptWorld()))
}

/// Whether nothing was wrong. On the main thread, or what comes of the parts would be looked at after all of them.
@MainActor func sweepAll(every step: Int, seed: UInt64) async throws -> Bool {
    var lines: [Line] = []
    var parts: [Part] = []
    for (index, visit) in SweptVisit.all.enumerated() {
        // A world of its own: a centre remembers what others have consented to.
        let sweep = try VisitSweep(visit, in: SweptWorld())
        lines.append(Line(visit: visit, transfers: sweep.transfers))
        let share = pairsInAll / SweptVisit.all.count + (index < pairsInAll % SweptVisit.all.count ? 1 : 0)
        for (all, isPair) in [(sweep.singles, false), (sweep.pairs(share, seed: seed &+ UInt64(index)), true)] {
            let faults = stride(from: 0, to: all.count, by: step).map { all[$0] }
            for start in stride(from: 0, to: faults.count, by: partSize) {
                parts.append(Part(sweep: sweep, isPair: isPair, faults: Array(faults[start..<min(start + partSize, faults.count)])))
            }
        }
    }
    var table = Table(lines, parts)
    try await withThrowingTaskGroup(of: (Part, SweepResult).self) { group in
        for part in parts { group.addTask { try sweep(part) } }
        for try await (part, result) in group { table.add(result, of: part) }
    }
    return table.isRight
}

/// Whether nothing was wrong; `nil` where the arguments name no visit or no fault.
func replay(_ arguments: [String]) throws -> Bool? {
    let faults = arguments.dropFirst(2).compactMap(CableFault.init(named:))
    guard arguments.count >= 2, let patient = SweptVisit.Patient(rawValue: arguments[1]), faults.count == arguments.count - 2 else {
        return nil
    }
    let world = try SweptWorld()
    let result = try VisitSweep(SweptVisit(reader: arguments[0], patient: patient), in: world).run([faults], in: world)
    for (ending, _) in result.endings { print(ending.rawValue) }
    for wrong in result.wrongs { print(wrong) }
    return result.wrongs.isEmpty
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count < 3, let step = Int(arguments.first ?? "1"), let seed = UInt64(arguments.dropFirst().first ?? "0"), step > 0 {
    let began = seconds(on: CLOCK_MONOTONIC)
    let keepsContract = await holdToContract()
    print("")
    let isRight = try await sweepAll(every: step, seed: seed)
    print("\n\(seconds(on: CLOCK_PROCESS_CPUTIME_ID)) s of the processors, \(seconds(on: CLOCK_MONOTONIC) - began) s by the clock")
    exit(keepsContract && isRight ? 0 : 1)
} else if let isRight = try replay(arguments) {
    exit(isRight ? 0 : 1)
} else {
    print("usage: FaultSweep [N [SEED]] | FaultSweep READER PATIENT FAULT...")
    exit(2)
}
