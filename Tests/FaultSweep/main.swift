// Every fault at every transfer of a visit, and seeded pairs of faults, over every reader model: never a wrong answer, never a hang.
// usage: FaultSweep [N]
//   tries every Nth of them only
import Glibc
import ReaderTransport
import VisitSweep

/// A part of the sweep, for one thread.
struct Part: Sendable {
    let visit: SweptVisit
    let isPair: Bool
    let faults: [[CableFault]]
}

/// One line of the table.
struct Line {
    let visit: SweptVisit
    let transfers: Int
    var singles = SweepResult()
    var pairs = SweepResult()
}

let pairsInAll = 10_000
let partSize = 100
let every = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1

func row(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
        let blank = String(repeating: " ", count: max(0, (index == 0 ? 26 : 11) - cell.count))
        return index == 0 ? cell + blank : blank + cell
    }.joined()
}

func sweep(_ part: Part) throws -> (Part, SweepResult) {
    (part, try VisitSweep(part.visit, in: SweptWorld()).run(part.faults))
}

func sweepAll() async throws -> [Line] {
    var lines: [Line] = []
    var parts: [Part] = []
    let world = try SweptWorld()
    for (index, visit) in SweptVisit.all.enumerated() {
        let sweep = try VisitSweep(visit, in: world)
        lines.append(Line(visit: visit, transfers: sweep.transfers))
        let share = pairsInAll / SweptVisit.all.count + (index < pairsInAll % SweptVisit.all.count ? 1 : 0)
        for (all, isPair) in [(sweep.singles, false), (sweep.pairs(share, seed: UInt64(index)), true)] {
            let faults = stride(from: 0, to: all.count, by: every).map { all[$0] }
            for start in stride(from: 0, to: faults.count, by: partSize) {
                parts.append(Part(visit: visit, isPair: isPair, faults: Array(faults[start..<min(start + partSize, faults.count)])))
            }
        }
    }
    try await withThrowingTaskGroup(of: (Part, SweepResult).self) { group in
        for part in parts { group.addTask { try sweep(part) } }
        for try await (part, result) in group {
            guard let index = lines.firstIndex(where: { $0.visit == part.visit }) else { continue }
            if part.isPair { lines[index].pairs.add(result) } else { lines[index].singles.add(result) }
        }
    }
    return lines
}

let lines = try await sweepAll()
print(row(["visit", "transfers", "singles", "pairs"] + VisitRecord.Ending.allCases.map(\.rawValue) + ["wrong"]))
for line in lines {
    let wrongs = line.singles.wrongs + line.pairs.wrongs
    let endings = VisitRecord.Ending.allCases.map { String(line.singles.endings[$0, default: 0] + line.pairs.endings[$0, default: 0]) }
    print(
        row(
            [line.visit.name, String(line.transfers), String(line.singles.trials), String(line.pairs.trials)] + endings + [
                String(wrongs.count)
            ]))
}
for line in lines { for wrong in (line.singles.wrongs + line.pairs.wrongs).sorted() { print("\(line.visit.name): \(wrong)") } }
if lines.contains(where: { !($0.singles.wrongs + $0.pairs.wrongs).isEmpty }) { exit(1) }
