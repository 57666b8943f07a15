import Centre
import Station
import TestSupport
import Testing

@testable import CentreSimulator

@Suite struct EmbeddedCentreTests {
    let scratch = TemporaryFolder()
    let source = SourceID(rawValue: 7)

    @Test func theAnswerIsScheduledAfterTheLatency() throws {
        var inbox: [(Event, Duration)] = []
        let centre = EmbeddedCentre(core: CentreCore(try .inMemory()), source: source, clock: { noon }) { inbox.append(($0, $1)) }
        let first = centre.submit(CentreMessage(.eligibility(try query(SyntheticPersons.hanako, "20261121"))))
        let second = centre.submit(CentreMessage(.eligibility(try query(SyntheticPersons.expired, "20261121"))))

        #expect(first != second)
        #expect(inbox.map(\.0.token) == [first, second])
        #expect(inbox.map(\.0.source) == [source, source])
        #expect(inbox.map(\.1) == [.milliseconds(180), .milliseconds(180)])
        let replies = try inbox.map { try eligibility($0.0.payload).validity }
        #expect(replies == [.valid, .invalid])
    }

    @Test func onAStationItAnswersInThatStationsTime() throws {
        let station = Station(.virtual)
        let centre = EmbeddedCentre(core: CentreCore(try .inMemory()), on: station)
        _ = station.next(until: Instant(nanoseconds: 1_000_000_000))
        let token = centre.submit(CentreMessage(.eligibility(try query(SyntheticPersons.taro, "20261121"))))
        guard case .event(let event) = station.next(from: centre.source, token: token, until: .distantFuture) else {
            Issue.record("no answer came")
            return
        }
        #expect(station.now == Instant(nanoseconds: 1_180_000_000))
        #expect(try eligibility(event.payload).person?.name == "試験 太郎")
    }

    @Test func anErrorArrivesAsAnEventToo() throws {
        let database = try CentreDatabase(path: scratch / "centre.sqlite3", patience: .zero)
        var inbox: [(Event, Duration)] = []
        let centre = EmbeddedCentre(core: CentreCore(database), source: source, latency: .seconds(1), clock: { noon }) {
            inbox.append(($0, $1))
        }
        let other = try otherProgram(scratch / "centre.sqlite3", "BEGIN EXCLUSIVE")
        _ = centre.submit(CentreMessage(.eligibility(try query(SyntheticPersons.hanako, "20261121"))))
        try other.run("ROLLBACK")
        _ = centre.submit(CentreMessage(.eligibility(try query(SyntheticPersons.hanako, "20261121"))))

        #expect(inbox.map(\.1) == [.seconds(1), .seconds(1)])
        let replies = try inbox.map { try #require($0.0.payload as? CentreReply) }
        guard case .failure(let error) = replies[0] else {
            Issue.record("the file was locked")
            return
        }
        #expect(error.code == "centre-database-busy")
        #expect(try eligibility(replies[1]).validity == .valid)
    }
}

/// The eligibility that a payload carries.
private func eligibility(_ payload: Any?) throws -> EligibilityAnswer {
    guard case .eligibility(let answer) = try #require(payload as? CentreReply).get() else { throw CentreError.otherAnswer }
    return answer
}
