import Centre
import Certificates
import MedicalAccess
import Station
import TestSupport
import Testing

@testable import CentreSimulator

@Suite struct FaultTests {
    let centre: EmbeddedCentre
    private let log = Log()

    private final class Log {
        var time = noon
        var inbox: [(UInt64, CentreReply, Duration)] = []
    }

    init() throws {
        centre = EmbeddedCentre(
            core: CentreCore(try .inMemory()), source: SourceID(rawValue: 7), clock: { [log] in log.time },
            schedule: { [log] event, delay in
                if let reply = event.payload as? CentreReply { log.inbox.append((event.token, reply, delay)) }
            })
    }

    /// Asks for the same person, with a consent each time.
    private func ask(_ times: Int) throws {
        for _ in 0..<times {
            let query = EligibilityQuery(
                serial: CertificateSerial(SyntheticPersons.hanako.serial), day: try day("20261121"),
                consent: ConsentRegistration(in: .outpatient, [.drugs: true]))
            _ = centre.submit(CentreMessage(.eligibility(query)))
        }
    }

    private func registered() throws -> Int {
        try centre.core.auditTrail().count { $0.function == "eligibility" && $0.outcome == "done" }
    }

    @Test func slow() throws {
        centre.faults = [CentreFault(.slow(.seconds(30)), at: .request(2))]
        try ask(3)
        #expect(log.inbox.map(\.2) == [.milliseconds(180), .milliseconds(30_180), .milliseconds(180)])
    }

    @Test func down() throws {
        centre.faults = [CentreFault(.down, at: .request(2))]
        try ask(3)
        #expect(log.inbox.map(\.0) == [1, 3])
        #expect(try registered() == 2, "nothing was done")
    }

    @Test func lost() throws {
        centre.faults = [CentreFault(.lost, at: .request(2))]
        try ask(3)
        #expect(log.inbox.map(\.0) == [1, 3])
        #expect(try registered() == 3, "it was done")
    }

    @Test func wrong() throws {
        centre.faults = [CentreFault(.wrong, at: .request(1))]
        try ask(1)
        guard case .success(.done) = log.inbox[0].1 else {
            Issue.record("not another answer")
            return
        }
        guard case .consents([]) = CentreAnswer.done.another else {
            Issue.record("not another answer")
            return
        }
    }

    @Test func half() throws {
        centre.faults = [CentreFault(.half, at: .request(1))]
        try ask(1)
        guard case .success(.eligibility(let answer)) = log.inbox[0].1 else { return }
        #expect(answer == EligibilityAnswer(validity: .valid, qualification: nil, person: nil))
    }

    @Test func fromAMomentOn() throws {
        centre.faults = [CentreFault(.down, at: .from(noon + 10))]
        for second in [9, 10, 11] as [Int64] {
            log.time = noon + second
            try ask(1)
        }
        #expect(log.inbox.map(\.0) == [1])
    }

    @Test func severalAtOnce() throws {
        centre.faults = [CentreFault(.slow(.seconds(1)), at: .request(1)), CentreFault(.half, at: .from(0))]
        try ask(1)
        #expect(log.inbox.map(\.2) == [.milliseconds(1180)])
        guard case .success(.eligibility(let answer)) = log.inbox[0].1 else { return }
        #expect(answer.qualification == nil)
    }
}
