import ReaderTransport
import Testing
import VisitSweep

/// Whatever goes wrong on the cable during a visit: never a wrong answer, never a hang, and the next visit is as if nothing had been.
@Suite struct FaultSweepTests {
    /// How many faults of each visit are tried here, spread over all of it. `make sweep` tries every one, and pairs of them.
    private static let most = 24

    @Test(arguments: SweptVisit.all)
    func aSpreadSubset(_ visit: SweptVisit) throws {
        let world = try SweptWorld()
        let sweep = try VisitSweep(visit, in: world)
        let all = sweep.singles
        // No multiple of the number of effects, so that every one of them has its turn.
        let step = (all.count / Self.most) | 1
        let subset = stride(from: 0, to: all.count, by: step).map { all[$0] }
        let result = try sweep.run(subset, in: world)
        print("fault sweep: \(visit.name): \(subset.count) of \(all.count) faults at \(sweep.transfers) transfers")
        #expect(result.wrongs == [])
        #expect(result.trials > Self.most / 2)
    }

    // What the sweep has found once.

    private func run(_ reader: String, _ isMeant: (CableFault) -> Bool) throws -> SweepResult {
        let world = try SweptWorld()
        let sweep = try VisitSweep(SweptVisit(reader: reader, patient: .pin), in: world)
        return try sweep.run(sweep.singles.filter { $0.allSatisfy(isMeant) }, in: world)
    }

    @Test func aReadOfASerialLineThatNeverCompletesIsBegunAnew() throws {
        let result = try run("almex-cps100w") { $0.effect == .silent && $0.transfer <= 12 }
        #expect(result.wrongs == [])
        #expect(result.endings == [.confirmed: 12])
    }

    @Test func aReadOfTheControlLaneThatNeverCompletesIsBegunAnew() throws {
        let result = try run("fujitsu-caora") { $0.effect == .silent && $0.transfer == 1 }
        #expect(result.wrongs == [])
        #expect(result.endings == [.confirmed: 1])
    }

    @Test func aBusyReaderIsToldAgainToTakeThePowerAway() throws {
        let result = try run("generic-ccid") { $0.effect == .doubled }
        #expect(result.wrongs == [])
        #expect(result.trials > 20)
    }
}
