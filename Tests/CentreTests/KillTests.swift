import Centre
import Certificates
import Glibc
import MedicalAccess
import SimulationKit
import TestSupport
import Testing

@testable import CentreSimulator

/// A program that is killed at any moment loses no consent and no entry of the audit trail that it has acknowledged, and doubles none.
@Suite struct KillTests {
    let scratch = TemporaryFolder()

    /// How many programs are killed; `KAZASU_KILLS` names another number.
    private static let rounds = getenv("KAZASU_KILLS").flatMap { Int(String(cString: $0)) } ?? 24

    @Test func nothingAcknowledgedIsLostNorDoubled() async throws {
        let (path, log) = (scratch / "centre.sqlite3", scratch / "acknowledged")
        _ = try CentreDatabase(path: path)
        var random = SeededGenerator(seed: 20_261_122)
        var before = 0
        for round in 0..<Self.rounds {
            // Some are acknowledged, and then it is killed somewhere in one of the next.
            let first = Int.random(in: 0...5, using: &random)
            let moment = Int.random(in: 50...12_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, log = log as String, round = round as Int, first = first as Int, moment = moment as Int] in
                try Clerk(path, log).work(round, until: first, andFor: moment)
            }
            before = try expectWhole(path, log, atLeast: before, round)
        }
        #expect(before > Self.rounds, "most of them have acknowledged something")
        print("\(Self.rounds) programs were killed; \(before) operations were acknowledged")
    }

    /// Looks at the file as another program does, then asks everything again that was acknowledged, and what may have been under way.
    private func expectWhole(_ path: String, _ log: String, atLeast before: Int, _ round: Int) throws -> Int {
        let text = (try? scratch.read("acknowledged")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let keys = text.split(separator: "\n").map(String.init)
        #expect(keys.count >= before)
        let clerk = try Clerk(path, log)
        let kept = try clerk.kept("operation", "key")
        let audited = try clerk.kept("audit", "operation")
        #expect(Set(kept).isSuperset(of: keys), "an acknowledged operation is lost")
        #expect(Set(audited).isSuperset(of: keys), "its entry of the audit trail is lost")
        #expect(kept.count == Set(kept).count)
        #expect(audited.sorted() == kept.sorted(), "what was done and what was audited is one transaction")
        #expect(try clerk.consents() == kept.count { $0.hasSuffix("c") }, "each consent is registered once")

        let last = keys.suffix(4) + [Clerk.key(round, keys.count { $0.hasPrefix("r\(round)n") })]
        for key in last { try clerk.carryOut(key) }
        let again = try clerk.kept("operation", "key")
        #expect(Set(again).isSuperset(of: last))
        #expect(try clerk.kept("audit", "operation").sorted() == again.sorted())
        #expect(try clerk.consents() == again.count { $0.hasSuffix("c") }, "asked again, nothing is doubled")
        return keys.count
    }
}

/// Somebody who registers consents and looks at drugs, in turn, and notes each operation once it is acknowledged.
private final class Clerk {
    let counter: Counter
    private let log: Int32

    init(_ path: String, _ log: String) throws {
        counter = try Counter(database: try CentreDatabase(path: path, patience: .seconds(60)))
        self.log = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        if self.log < 0 { throw BenchError("\(log): not opened") }
    }

    deinit { close(log) }

    /// The `number`th operation of a round: a consent or, each second time, a look.
    static func key(_ round: Int, _ number: Int) -> String { "r\(round)n\(number)\(number.isMultiple(of: 2) ? "c" : "m")" }

    func work(_ round: Int, until first: Int, andFor microseconds: Int) throws {
        signal(SIGALRM) { _ in kill(getpid(), SIGKILL) }
        for number in 0... {
            if number == first {
                var timer = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 0, tv_usec: microseconds))
                setitimer(__itimer_which_t(0), &timer, nil)  // ITIMER_REAL
            }
            let key = Self.key(round, number)
            try carryOut(key)
            let line = Array("\(key)\n".utf8)
            if write(log, line, line.count) != line.count { throw BenchError("the log takes no line") }
        }
    }

    func carryOut(_ key: String) throws {
        let patient = SyntheticPersons.hanako
        if key.hasSuffix("c") {
            let consent = ConsentRegistration(in: .outpatient, [.drugs: true])
            _ = try counter.eligibility(patient, consent: consent, operation: key)
        } else {
            let answer = try counter.eligibility(patient, consent: ConsentRegistration(in: .outpatient, [:]))
            _ = try counter.records(try counter.right(to: .drugs, of: answer), operation: key)
        }
    }

    func kept(_ table: String, _ column: String) throws -> [String] {
        try counter.core.database.rows("SELECT \(column) FROM \(table) WHERE \(column) IS NOT NULL") { $0.text(0) }
    }

    func consents() throws -> Int {
        try counter.core.database.rows("SELECT id FROM consent WHERE time = \(noon)") { $0.integer(0) }.count
    }
}
