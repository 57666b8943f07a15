import Cards
import Eligibility
import MedicalAccess
import ReaderKit
import Station
import TestSupport
import Testing

/// The old way of a visual check: the terminal switches the reader's mode, the staff look and tick it, and the card is placed (R154, R155).
@Suite struct ModeAtTerminalTests {
    private func counter(_ model: String, _ way: String, _ script: [String] = []) throws -> (Counter, ReaderModeAtTerminal) {
        let counter = try Counter(model, way == "face" ? .face : .pin, script, hasPasscode: false)
        let terminal = ReaderModeAtTerminal(on: counter.station)
        counter.setting.modeAtTerminal = terminal
        return (counter, terminal)
    }

    private func tick(_ terminal: ReaderModeAtTerminal, _ reason: VisualCheckReason, after time: Duration, at counter: Counter) {
        AtMoment(counter.station.now + time, on: counter.station) { terminal.confirmSight(reason) }
    }

    @Test("Ticked, then placed: the usual consent screens follow", .holds("R032", "R071", "R154", "R155"), arguments: models)
    func ticked(_ model: String) throws {
        let (counter, terminal) = try counter(model, "pin", ["place-card+5s:place"])
        #expect(terminal.choose(.visual, by: .administrator))
        tick(terminal, .cannotOperate, after: .seconds(3), at: counter)
        let report = counter.visit(expecting: .visual)
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .visual && report.sight == .terminal(.cannotOperate))
        #expect(report.card == .valid(.synthetic))
        #expect(report.shown == ["place-card", "choose-consent", "done"])
        #expect(counter.card.triesLeft(of: .authenticationPIN) == 3)
    }

    @Test("The ground is audited before the card is read", .holds("R122", "R155"))
    func audited() throws {
        let (counter, terminal) = try counter("fujitsu-caora", "pin", ["place-card+5s:place"])
        var entries: [VisualCheckEntry] = []
        counter.setting.auditVisualCheck = { entry throws(AuditError) in entries.append(entry) }
        #expect(terminal.choose(.visual, by: .administrator))
        tick(terminal, .cannotOperate, after: .seconds(3), at: counter)
        #expect(counter.visit(expecting: .visual).outcome.code == "confirmed")
        #expect(entries.map(\.ground) == [.terminal(.cannotOperate)] && entries.map(\.reader) == [counter.setting.reader.name])
        #expect(entries.allSatisfy { $0.time <= counter.station.unixTime && $0.time >= counter.station.startUnixTime })
    }

    @Test("What is not audited proves nothing")
    func notAudited() throws {
        let (counter, terminal) = try counter("fujitsu-caora", "pin", ["place-card+5s:place"])
        counter.setting.auditVisualCheck = { _ throws(AuditError) in throw AuditError(cause: "the disk is full") }
        #expect(terminal.choose(.visual, by: .administrator))
        tick(terminal, .cannotOperate, after: .seconds(3), at: counter)
        let report = counter.visit(expecting: nil)
        #expect(report.outcome.code == "audit-not-written")
        #expect(report.identity == nil && report.consent == nil && report.tally.apdus == 0)
    }

    @Test("Without the tick there is no identity", .holds("R155", "N28"), arguments: models)
    func withoutTick(_ model: String) throws {
        let (counter, terminal) = try counter(model, "face")
        #expect(terminal.choose(.visual, by: .administrator))
        let report = counter.visit(expecting: nil)
        #expect(report.outcome.code == "sight-not-confirmed")
        #expect(report.identity == nil && report.consent == nil && report.tally.apdus == 0)
        #expect(report.shown == ["place-card", "message", "remove-card"])
    }

    @Test("A tick after the card was placed is too late", .holds("R155", "N28"))
    func tickedLate() throws {
        let (counter, terminal) = try counter("fujitsu-caora", "face")
        #expect(terminal.choose(.visual, by: .administrator))
        tick(terminal, .condition, after: .milliseconds(1_500), at: counter)
        #expect(counter.visit(expecting: nil).outcome.code == "sight-not-confirmed")
    }

    @Test("A tick serves one patient", .holds("R155", "N28"))
    func oneTickOnePatient() throws {
        let (counter, terminal) = try counter("fujitsu-caora", "pin")
        #expect(terminal.choose(.visual, by: .administrator))
        terminal.confirmSight(.machineTrouble)
        #expect(counter.visit(expecting: .visual).outcome.code == "confirmed")
        #expect(terminal.tick == nil)
        try counter.stage("place-card#2+1s:place")
        #expect(counter.visit(expecting: .visual).outcome.code == "sight-not-confirmed")
    }

    @Test(
        "The mode stays, and the next patient cannot use face; where it returns by itself they can", .holds("N25"),
        arguments: [false, true])
    func staysOrReturns(_ returns: Bool) throws {
        let (counter, terminal) = try counter("fujitsu-caora", "face")
        terminal.returnsByItself = returns
        #expect(terminal.choose(.visual, by: .administrator))
        terminal.confirmSight(.machineTrouble)
        #expect(counter.visit(expecting: .visual).identity == .visual)
        #expect(terminal.mode == (returns ? .unattended : .visual))
        try counter.stage("place-card#2+1s:place", "done#2+1s:remove")
        let next = counter.visit(expecting: .face)
        #expect(next.identity == (returns ? .face : nil))
        #expect(next.outcome.code == (returns ? "confirmed" : "sight-not-confirmed"))
    }

    @Test("Switched back while the reader waits for a card, the patient chooses again", .holds("R154"))
    func switchedBack() throws {
        let (counter, terminal) = try counter("fujitsu-caora", "face", ["place-card+5s:place"])
        #expect(terminal.choose(.visual, by: .administrator))
        AtMoment(.zero + .seconds(2), on: counter.station) { _ = terminal.choose(.unattended, by: .administrator) }
        #expect(counter.visit().identity == .face)
        // And the other way round.
        let (other, switching) = try self.counter("fujitsu-caora", "face", ["place-card+5s:place"])
        AtMoment(.zero + .seconds(2), on: other.station) { _ = switching.choose(.visual, by: .administrator) }
        #expect(other.visit().outcome.code == "sight-not-confirmed")
    }

    @Test("Switched while a patient is at it, it counts for the next", .holds("R154"))
    func switchedMeanwhile() throws {
        let (counter, terminal) = try counter("fujitsu-caora", "face")
        counter.setting.screenShown = { if $0.code == "choose-method" { _ = terminal.choose(.visual, by: .administrator) } }
        #expect(counter.visit().identity == .face)
        #expect(terminal.mode == .visual)
    }

    @Test("An administrator switches it, nobody else", .holds("R154"))
    func whoMaySwitch() throws {
        let (_, terminal) = try counter("fujitsu-caora", "face")
        for right in AccountRight.allCases {
            #expect(terminal.choose(.visual, by: right) == (right == .administrator))
            #expect(terminal.mode == (right == .administrator ? .visual : .unattended))
            if right == .administrator { #expect(terminal.choose(.unattended, by: right)) }
        }
        terminal.confirmSight(.condition)
        #expect(terminal.tick == nil, "in unattended mode there is nothing to tick")
    }

    @Test("The situations of the guidance, each with its words; one that is not permitted counts as no tick", .holds("R157", "N16"))
    func situations() throws {
        #expect(VisualCheckReason.allCases.map(\.rawValue) == ["face-and-pin-fail", "cannot-operate", "condition", "machine-trouble"])
        for reason in VisualCheckReason.allCases {
            func identity(_ permitted: Set<VisualCheckReason>?) throws -> IdentityMethod? {
                let (counter, terminal) = try counter("fujitsu-caora", "pin")
                if let permitted { counter.setting.policy.visualReasons = permitted }
                #expect(terminal.choose(.visual, by: .administrator))
                tick(terminal, reason, after: .milliseconds(500), at: counter)
                return counter.visit(expecting: .visual).identity
            }
            #expect(try identity(nil) == .visual)
            #expect(try identity([.faceAndPINFail]) == (reason == .faceAndPINFail ? .visual : nil))
            #expect(!reason.name.japanese.isEmpty && !reason.name.english.isEmpty)
        }
    }

    @Test("At the reader it is the staff's own judgement, and the report says so", .holds("R122"))
    func byPasscode() throws {
        #expect(try Counter("fujitsu-caora", .visual).visit().sight == .passcode)
        #expect(try Counter("fujitsu-caora", .face).visit().sight == nil)
    }
}
