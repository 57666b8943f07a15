import Centre
import Diagnosis
import Eligibility
import MedicalAccess
import ReaderKit
import SimulationKit
import Station
import TestSupport
import Testing

/// From when on a consent is registered, and what is known of it where the visit ends before.
@Suite struct CommitPointTests {
    private static let all: [ConsentCategory: Bool] = Dictionary(uniqueKeysWithValues: ConsentCategory.allCases.map { ($0, true) })

    @Test("What is consented to goes with the question for the eligibility, under a key of its own", .holds("R065", "R033"))
    func registered() throws {
        let counter = try Counter("fujitsu-caora", .pin)
        let centre = ScriptedCentre(on: counter.station) { _, _ in [(.seconds(1), ScriptedCentre.insured)] }
        counter.setting.centre = centre
        let report = counter.visit()
        #expect(report.delivery == .registered)
        #expect(centre.registrations == [ConsentRegistration(in: .outpatient, Self.all)])
        let key = try #require(centre.messages.first?.operation?.value)
        #expect(key.utf8.count == 32 && key.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x41 && $0 <= 0x46 })
    }

    @Test("After the acknowledgement nothing takes it away", arguments: ["remove", "unplug", "cancel", "nothing"])
    func afterTheCommitPoint(_ what: String) throws {
        let script = what == "cancel" ? ["done:nothing"] : ["done+100ms:\(what)"]
        let counter = try Counter("fujitsu-caora", .face, script + (1...4).map { "remove-card#\($0):nothing" })
        if what == "cancel" {
            counter.setting.screenShown = { [inbox = counter.station.inbox] in if $0.code == "done" { inbox.cancel() } }
        }
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.delivery == .registered)
    }

    @Test("Before it, whatever ends the visit: the message has left, and nobody knows", arguments: ["cancel", "unplug", "silence"])
    func beforeTheCommitPoint(_ what: String) throws {
        let counter = try Counter("fujitsu-caora", .face)
        counter.setting.centre = ScriptedCentre(on: counter.station) { [twin = counter.twin, inbox = counter.station.inbox] _, _ in
            if what == "cancel" { inbox.cancel() }
            if what == "unplug" { twin.stage(.init(.at(counter.station.now), .unplug)) }
            return []
        }
        let report = counter.visit()
        #expect(report.outcome.code == ["cancel": "cancelled", "unplug": "reader-gone", "silence": "centre-silent"][what])
        #expect(report.delivery == .sent)
        #expect(report.consent == .toAll && report.outcome.eligibility == nil)
    }

    @Test("The card may be taken while the centre works: the consent is registered all the same")
    func takenBetween() throws {
        let counter = try Counter("fujitsu-caora", .face)
        counter.setting.centre = ScriptedCentre(on: counter.station) { [twin = counter.twin] _, _ in
            twin.stage(.init(.at(counter.station.now + .seconds(1)), .remove))
            return [(.seconds(5), ScriptedCentre.insured)]
        }
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.delivery == .registered)
    }

    @Test("A refusal of the centre says that nothing was registered")
    func refused() throws {
        let counter = try Counter("fujitsu-caora", .face)
        counter.setting.centre = ScriptedCentre(on: counter.station) { _, _ in
            [(.seconds(1), .failure(ScriptedCentre.failure("centre-function-off", .notPermitted)))]
        }
        let report = counter.visit()
        #expect(report.outcome.code == "centre-function-off")
        #expect(report.delivery == .none)
        #expect(report.consent == .toAll, "the patient has answered")
    }

    @Test("No answer is asked for once more, with the same key", arguments: [true, false])
    func onceMore(_ isSilent: Bool) throws {
        let counter = try Counter("fujitsu-caora", .face)
        let temporary = CentreReply.failure(ScriptedCentre.failure("centre-busy", .temporary))
        let centre = ScriptedCentre(on: counter.station) { number, _ in
            number == 1 ? (isSilent ? [] : [(.seconds(1), temporary)]) : [(.seconds(1), ScriptedCentre.insured)]
        }
        counter.setting.centre = centre
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed" && report.delivery == .registered)
        #expect(centre.messages.count == 2)
        #expect(Set(centre.messages.map(\.operation)).count == 1 && centre.messages.first?.operation != nil)
        #expect(centre.registrations.first == centre.registrations.last)
        #expect(report.stages.count { $0.name == .eligibility } == 1)
    }

    @Test("A refusal after silence leaves open what became of the first message")
    func refusedAfterSilence() throws {
        let counter = try Counter("fujitsu-caora", .face)
        counter.setting.centre = ScriptedCentre(on: counter.station) { number, _ in
            number == 1 ? [] : [(.seconds(1), .failure(ScriptedCentre.failure("centre-function-off", .notPermitted)))]
        }
        #expect(counter.visit().delivery == .sent)
    }

    @Test("The first message's answer counts when it comes during the second, and the second's changes nothing")
    func lateAnswer() throws {
        let counter = try Counter("fujitsu-caora", .face)
        let centre = ScriptedCentre(on: counter.station) { number, _ in
            number == 1
                ? [(.seconds(35), ScriptedCentre.insured)]
                : [(.seconds(6), .failure(ScriptedCentre.failure("centre-busy", .temporary)))]
        }
        counter.setting.centre = centre
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed" && report.delivery == .registered)
        #expect(report.stages.first { $0.name == .eligibility }?.duration == .seconds(35))
        #expect(report.stages.last.map { $0.name == .take && $0.duration > .seconds(1) } == true)
    }

    @Test("How often it is asked is data")
    func attempts() throws {
        for attempts in 1...3 {
            let counter = try Counter("fujitsu-caora", .face)
            counter.setting.policy.centreAttempts = attempts
            let centre = ScriptedCentre(on: counter.station) { _, _ in [] }
            counter.setting.centre = centre
            #expect(counter.visit().outcome.code == "centre-silent")
            #expect(centre.messages.count == attempts)
        }
    }

    @Test("Keys come from the setting's source, so that a run repeats")
    func keys() throws {
        var first = SeededGenerator(seed: 1)
        var second = SeededGenerator(seed: 1)
        #expect(OperationKey.random(using: &first) == OperationKey.random(using: &second))
        #expect(OperationKey.random(using: &first) != OperationKey.random(using: &first))
        #expect(OperationKey.random() != OperationKey.random())
    }
}
