import CCIDDevice
import SimulationKit
import Testing
import TransmissionProtocols

/// Every fault at every block of a session, and pairs of faults: the right answer or a failure, no command twice, and a good end.
///
/// Both sides are ours, written apart: the protocol of the host and the card's own.
@Suite struct LineSweepTests {
    private static let sessions: [(name: String, session: LineSession)] = [
        ("plain", LineSession()),
        ("slow", LineSession(computing: .milliseconds(2_500))),
        ("other field sizes", LineSession(whims: [3: .fieldSize(6), 8: .fieldSize(100), 40: .fieldSize(5), 50: .fieldSize(20)])),
    ]

    /// Sees whether what came is right; returns how many commands were answered and how many failed.
    private func judge(_ session: LineSession, _ faults: [Int: LineFault], _ name: String) throws -> (answered: Int, failed: Int) {
        let outcome = try session.run(faults)
        #expect(outcome.wrongs.isEmpty, "\(name) \(faults): \(outcome.wrongs)")
        let answered = outcome.ends.count { if case .answered = $0 { true } else { false } }
        return (answered, outcome.ends.count - answered)
    }

    @Test(arguments: sessions.indices) func everyFaultAtEveryBlock(_ index: Int) throws {
        let (name, session) = Self.sessions[index]
        let well = try session.run([:])
        #expect(well.wrongs.isEmpty && well.blocks > 40 && well.commands == LineSession.commands)
        for position in 0..<well.blocks {
            for fault in LineFault.allCases {
                // One fault never costs an answer.
                #expect(try judge(session, [position: fault], name) == (LineSession.commands.count, 0), "\(name) \(fault) at \(position)")
            }
        }
    }

    @Test(arguments: sessions.indices) func pairsOfFaults(_ index: Int) throws {
        let (name, session) = Self.sessions[index]
        let blocks = try session.run([:]).blocks
        var random = SeededGenerator(seed: UInt64(index))
        for _ in 0..<400 {
            let first = Int(random.next() % UInt64(blocks))
            // Near each other, where they matter most.
            let second = first + 1 + Int(random.next() % 6)
            let faults = [first, second].reduce(into: [:]) { $0[$1] = LineFault.allCases[Int(random.next() % 8)] }
            _ = try judge(session, faults, name)
        }
    }

    /// Many faults in a row: three attempts and S(RESYNCH) are needed, and not always enough.
    @Test func runsOfFaults() throws {
        let session = LineSession()
        let blocks = try session.run([:]).blocks
        var failed = 0
        for fault in LineFault.allCases {
            for start in stride(from: 0, to: blocks, by: 5) {
                for length in [3, 5, 7, 12] {
                    let faults = (start..<start + length).reduce(into: [Int: LineFault]()) { $0[$1] = fault }
                    failed += try judge(session, faults, "runs").failed
                }
            }
        }
        #expect(failed > 100)
    }

    @Test func aCardEndsAChainAtEveryBlock() throws {
        let blocks = try LineSession().run([:]).blocks
        var ended = 0
        for position in 2..<blocks {
            let outcome = try LineSession(whims: [position: .abort]).run([:])
            #expect(outcome.wrongs.isEmpty)
            let others = outcome.ends.count { if case .answered = $0 { false } else { $0 != .failed(.abortedByCard) } }
            #expect(others == 0 && outcome.ends.count { $0 == .failed(.abortedByCard) } <= 1)
            ended += outcome.ends.count { $0 == .failed(.abortedByCard) }
            // And with a fault beside it.
            for fault in LineFault.allCases { _ = try judge(LineSession(whims: [position: .abort]), [position: fault], "abort") }
        }
        #expect(ended > 40)
    }
}
