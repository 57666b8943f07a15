import Centre
import Cards
import CentreSimulator
import Certificates
import Diagnosis
import Eligibility
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// Visits in which people do what they should, or not.
@Suite struct VisitTests {
    @Test func aVisitTakesFiveCommandsAndEndsWithTheEligibility() throws {
        let world = try World()
        let report = world.visit()
        guard case .confirmed(let answer) = report.outcome else {
            Issue.record("ended with \(report.outcome.code)")
            return
        }
        #expect(answer.validity == .valid)
        #expect(answer.person?.name == "試験 花子")
        #expect(answer.qualification?.contributionPercent == 30)
        #expect(report.tally.apdus == 5)
        #expect(report.day.description == "2026-04-01")
        #expect(
            report.stages.map(\.name) == [.place, .select, .counter, .certificate, .chain, .pin, .verify, .sign, .signature, .eligibility])
        #expect(report.stages.map(\.apdus) == [0, 1, 1, 1, 0, 0, 1, 1, 0, 0])
        #expect(report.stages[0].duration == .seconds(1))
        #expect(report.stages[5].duration == .seconds(2))
        #expect(report.stages[9].duration == EmbeddedCentre.assumedLatency)
        #expect(violations(of: report, in: world) == [])
    }

    @Test func theSameVisitTwiceIsTheSame() throws {
        let both = try (0..<2).map { _ in
            let world = try World()
            let (report, trace) = try world.traced()
            return (Summary(report), trace)
        }
        #expect(both[0].0 == both[1].0)
        #expect(both[0].1 == both[1].1)
        #expect(both[0].1.count > 1_000)
    }

    @Test("A trace tells neither PIN nor holder: two of each, all of equal lengths, write the same bytes")
    func nonInterference() throws {
        let credentials = CardCredentials(authenticationPIN: "5087")
        func trace(_ holder: SyntheticHolder, _ credentials: CardCredentials, pin: String, _ interface: CardInterface) throws -> [UInt8] {
            let profile: CardProfile = interface == .contact ? .myNumberCardShortLength : .myNumberCard
            let world = try World(VirtualCard(profile, holder: holder, credentials: credentials, interface: interface), pin: pin)
            return try world.traced().trace
        }
        #expect(SyntheticHolder.hanako.authenticationCertificate.count == SyntheticHolder.taro.authenticationCertificate.count)
        for interface in CardInterface.allCases {
            let right = try trace(.hanako, CardCredentials(), pin: "1234", interface)
            #expect(try trace(.hanako, credentials, pin: "5087", interface) == right)
            #expect(try trace(.taro, CardCredentials(), pin: "1234", interface) == right)
            #expect(try trace(.taro, credentials, pin: "5087", interface) == right)
            let wrong = try trace(.hanako, CardCredentials(), pin: "9999", interface)
            #expect(wrong != right)
            #expect(try trace(.taro, credentials, pin: "0000", interface) == wrong)
        }
    }

    @Test func otherHoldersAndCards() throws {
        let taro = try World(VirtualCard(holder: .taro)).visit()
        #expect(taro.outcome.eligibility?.person?.name == "試験 太郎")
        #expect(taro.outcome.eligibility?.qualification?.contributionPercent == 20)
        // 2024-01-01: the certificate of the third was valid, the insurance was lost already.
        let expired = try World(VirtualCard(holder: .expired), at: 1_704_067_200).visit()
        #expect(expired.outcome.eligibility?.validity == .invalid)
        let short = try World(VirtualCard(.myNumberCardShortLength, holder: .hanako, interface: .contact)).visit()
        #expect(short.outcome.code == "confirmed")
        #expect(short.tally.apdus == 4 + 6)
    }

    @Test func thePatientIsToldHowManyTriesAreLeft() throws {
        for tries in [3, 2] {
            let world = try World()
            world.card.preset(triesLeft: tries, of: .authenticationPIN)
            let patient = ScriptedPatient([(.seconds(1), .pin(Secret("1234".utf8)))], on: world.station)
            world.setting.prompts = patient
            #expect(world.visit().outcome.code == "confirmed")
            #expect(patient.asked == [tries])
            #expect(patient.withdrawn.isEmpty)
        }
    }

    // MARK: PIN

    @Test func aWrongPINCostsOneTryAndEndsTheVisit() throws {
        let world = try World(pin: "9999")
        let report = world.visit()
        guard case .pinRejected(triesLeft: 2) = report.outcome else {
            Issue.record("ended with \(report.outcome.code)")
            return
        }
        #expect(world.card.triesLeft(of: .authenticationPIN) == 2)
        #expect(report.tally.apdus == 4)
        #expect(violations(of: report, in: world) == [])
    }

    @Test(arguments: ["", "123", "12345", "123a"])
    func whatIsNoPINIsNotSent(_ pin: String) throws {
        let world = try World(pin: pin)
        let report = world.visit()
        #expect(report.outcome.code == "pin-malformed")
        #expect(world.card.triesLeft(of: .authenticationPIN) == 3)
        #expect(report.tally.apdus == 3)
        #expect(violations(of: report, in: world) == [])
    }

    @Test(
        .holds("R158"),
        arguments: [
            (0, false, "1234", "pin-blocked", 0, 3), (0, true, "1234", "pin-blocked", 0, 3), (1, false, "1234", "last-try-kept", 1, 3),
            (1, true, "1234", "confirmed", 3, 5), (1, true, "9999", "pin-blocked", 0, 4), (2, false, "9999", "pin-rejected", 1, 4),
        ])
    func theCounter(_ before: Int, _ allowsLastTry: Bool, _ pin: String, _ outcome: String, _ after: Int, _ apdus: Int) throws {
        let world = try World(pin: pin)
        world.card.preset(triesLeft: before, of: .authenticationPIN)
        let report = world.visit(allowsLastTry: allowsLastTry)
        #expect(report.outcome.code == outcome)
        #expect(world.card.triesLeft(of: .authenticationPIN) == after)
        #expect(report.tally.apdus == apdus)
        #expect(violations(of: report, in: world, triesBefore: before) == [])
    }

    // MARK: Certificate and card

    @Test func anExpiredCertificateEndsBeforeThePIN() throws {
        let world = try World(VirtualCard(holder: .expired))
        let report = world.visit()
        #expect(report.outcome.code == "certificate-expired")
        #expect(report.tally.apdus == 3)
        #expect(report.stages.last?.name == .chain)
        #expect(violations(of: report, in: world) == [])
    }

    @Test func anchorsOfTheOtherKindAreNoAnchors() throws {
        let world = try World(authorities: SyntheticPKI.signatureAuthorities)
        let report = world.visit()
        #expect(report.outcome.code == "certificate-untrusted")
        #expect(report.tally.apdus == 3)
        #expect(violations(of: report, in: world) == [])
    }

    @Test func withoutAnchorsNothingIsChecked() throws {
        let world = try World(authorities: [])
        let report = world.visit()
        #expect(report.outcome.code == "certificate-not-checked")
        #expect(report.outcome.category == .notPermitted)
        #expect(report.tally.apdus == 3)
    }

    @Test func anotherCard() throws {
        var profile = CardProfile.myNumberCard
        profile.applications = []
        let report = try World(VirtualCard(profile, holder: .hanako)).visit()
        #expect(report.outcome.code == "not-my-number-card")
        #expect(report.tally.apdus == 1)
    }

    @Test func aCertificateThatIsNone() throws {
        for bytes: [UInt8] in [[0x30, 0x00], [0x30, 0x03, 0x02, 0x01, 0x00], [0x30, 0x82, 0x01], []] {
            var contents = CardContents(.hanako)
            contents.authentication?.certificate = bytes
            var profile = CardProfile.myNumberCard
            profile.certificateFiller = 0
            let world = try World(VirtualCard(profile, contents: contents))
            let report = world.visit()
            #expect(report.outcome.code == "certificate-malformed")
            #expect(world.cable.verifications == 0)
        }
    }

    @Test("A card with somebody's certificate and another key is a copy")
    func aCopiedCertificate() throws {
        var contents = CardContents(.hanako)
        contents.authentication?.key = SyntheticHolder.taro.authenticationKey
        let world = try World(VirtualCard(contents: contents))
        let report = world.visit()
        #expect(report.outcome.code == "signature-invalid")
        #expect(report.outcome.category == .notPermitted)
        #expect(violations(of: report, in: world) == [])
    }

    @Test func withoutAChallengeNothingIsProved() throws {
        let world = try World()
        world.setting.makeChallenge = { () throws(CertificateError) in try Challenge(bytes: [1, 2, 3]) }
        let report = world.visit()
        #expect(report.outcome.code == "challenge-length")
        #expect(report.tally.apdus == 4)
        #expect(violations(of: report, in: world) == [])
    }

    // MARK: Nobody does anything

    @Test func nobodyPlacesACard() throws {
        let world = try World(nil)
        let report = world.visit()
        #expect(report.outcome.code == "timed-out")
        #expect(world.station.now == .zero + .seconds(60))
        #expect(report.stages.map(\.name) == [.place])
        #expect(violations(of: report, in: world) == [])
    }

    @Test func nobodyTypesAPIN() throws {
        let world = try World()
        let patient = ScriptedPatient([], on: world.station)
        world.setting.prompts = patient
        let report = world.visit()
        #expect(report.outcome.code == "timed-out")
        #expect(report.stages.last?.name == .pin)
        #expect(report.stages.last?.duration == .seconds(60))
        #expect(patient.withdrawn == patient.prompts)
        #expect(violations(of: report, in: world) == [])
    }

    @Test func thePatienceCanBeSet() throws {
        let world = try World(nil)
        world.setting.placePatience = .milliseconds(1)
        #expect(world.visit().outcome.code == "timed-out")
        #expect(world.station.now == .zero + .milliseconds(1))
        let typing = try World()
        typing.setting.pinPatience = .seconds(2) - .nanoseconds(1)
        #expect(typing.visit().outcome.code == "timed-out")
        // An answer at the very end is in time.
        let exact = try World()
        exact.setting.pinPatience = .seconds(2)
        exact.setting.centrePatience = EmbeddedCentre.assumedLatency
        #expect(exact.visit().outcome.code == "confirmed")
    }

    @Test func thePersonCancels() throws {
        let world = try World()
        let patient = ScriptedPatient([(.seconds(3), .cancelled)], on: world.station)
        world.setting.prompts = patient
        let report = world.visit()
        #expect(report.outcome.code == "cancelled")
        #expect(report.stages.last?.duration == .seconds(3))
        #expect(patient.withdrawn.isEmpty, "a prompt that was answered is not taken back")
        #expect(violations(of: report, in: world) == [])
    }

    @Test func nobodyCanBeAsked() throws {
        let world = try World()
        world.setting.prompts = ScriptedPatient([(.zero, .failed(ReaderError(.readerGone)))], on: world.station)
        #expect(world.visit().outcome.code == "reader-gone")
    }

    @Test func aSecondPINForOnePromptIsForNobody() throws {
        let world = try World()
        world.setting.prompts = ScriptedPatient(
            [(.seconds(1), .pin(Secret("1234".utf8))), (.seconds(1), .pin(Secret("9999".utf8))), (.milliseconds(1_100), .cancelled)],
            on: world.station)
        let report = world.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(violations(of: report, in: world) == [])
    }

    // MARK: Centre

    @Test func aCentreThatNeverAnswers() throws {
        let world = try World()
        world.setting.centre = ScriptedCentre(on: world.station) { _ in [] }
        let report = world.visit()
        #expect(report.outcome.code == "centre-silent")
        #expect(report.outcome.category == .temporary)
        #expect(report.stages.last?.name == .eligibility)
        #expect(report.stages.last?.duration == .seconds(60), "it is asked twice")
        #expect(violations(of: report, in: world) == [])
    }

    @Test func aCentreThatAnswersAnError() throws {
        let world = try World()
        let error = CentreError(code: "centre-down", sentence: Sentence(ja: "休止中", en: "down"), cause: "test", category: .unavailable)
        world.setting.centre = ScriptedCentre(on: world.station) { _ in [(.seconds(1), .failure(error))] }
        let report = world.visit()
        #expect(report.outcome.code == "centre-down")
        #expect(report.outcome.category == .unavailable)
        #expect(violations(of: report, in: world) == [])
    }

    @Test func theCentreIsAskedForTheBearerOnce() throws {
        let world = try World()
        let core = CentreCore(try .inMemory())
        let centre = ScriptedCentre(on: world.station) { query in
            guard let answer = try? core.answer(query) else { return [] }
            return [(.seconds(29), .success(.eligibility(answer))), (.seconds(29), .success(.eligibility(answer)))]
        }
        world.setting.centre = centre
        let report = world.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(centre.queries.map(\.day.description) == ["2026-04-01"])
        #expect(centre.queries.map(\.serial) == [try Certificate(der: SyntheticHolder.hanako.authenticationCertificate).serial])
    }

    @Test("Answers that come after the visit they were for do not get into the next")
    func lateAnswers() throws {
        let world = try World()
        let core = CentreCore(try .inMemory())
        var delays: [Duration] = [.seconds(40), .seconds(20)]
        let centre = ScriptedCentre(on: world.station) { query in
            guard let answer = try? core.answer(query) else { return [] }
            return [(delays.removeFirst(), .success(.eligibility(answer)))]
        }
        world.setting.centre = centre
        world.setting.policy.centreAttempts = 1
        #expect(world.visit().outcome.code == "centre-silent")

        let now = world.station.now
        world.device.remove(at: now)
        while case .event = world.station.next(until: now) {}
        world.device.place(VirtualCard(holder: .taro), at: now + .seconds(1))
        let second = world.visit()
        // The first answer came ten seconds after the first visit, in the middle of the second's question.
        #expect(second.stages.last?.name == .eligibility && second.stages.last?.duration == .seconds(20))
        #expect((second.stages.last?.began).map { $0 < now + .seconds(10) } == true)
        #expect(second.outcome.eligibility?.person?.name == "試験 太郎")
    }

    @Test func aPINTypedForAVisitThatIsOverIsNotSent() throws {
        let world = try World()
        world.setting.prompts = PreparedPatient(pin: Secret("1234".utf8), delay: .seconds(10), on: world.station)
        world.device.remove(at: .zero + .seconds(5))
        #expect(world.visit().outcome.code == "card-removed")
        let other = VirtualCard(holder: .hanako)
        world.device.place(other, at: .zero + .seconds(6))
        let second = world.visit()
        #expect(second.outcome.code == "confirmed")
        #expect(second.stages.first { $0.name == .pin }?.duration == .seconds(10), "the second prompt waits for its own answer")
    }

    // MARK: The day

    @Test func theDayIsThatOnWhichTheVisitIsRun() throws {
        // 2026-03-31 23:59:50 in Japan.
        let world = try World(at: 1_774_969_190)
        let visit = Visit(world.setting, on: world.station)
        AtMoment(.zero + .seconds(15), on: world.station) {}
        while case .event = world.station.next(until: .zero + .seconds(20)) {}
        let report = visit.run()
        #expect(report.day.description == "2026-04-01")
        #expect(report.outcome.code == "confirmed")
    }

    // MARK: Many at once

    @Test func manyVisitsAtOnceAreAsOneAfterTheOther() async throws {
        let alone = try (0..<40).map(Self.someVisit)
        let together = try await withThrowingTaskGroup(of: (Int, Summary).self) { group in
            for number in 0..<40 { group.addTask { (number, try Self.someVisit(number)) } }
            return try await group.reduce(into: [Int: Summary]()) { $0[$1.0] = $1.1 }
        }
        #expect(together.count == 40)
        for (number, summary) in alone.enumerated() { #expect(together[number] == summary) }
        #expect(Set(alone.map(\.outcome)).count > 5, "they are of many kinds")
    }

    private static func someVisit(_ number: Int) throws -> Summary {
        let holder = SyntheticHolder.all[number % 3]
        let profile = CardProfile.all[number / 3 % 3]
        let effects = CardLaneFault.Effect.allCases
        let faults = number % 4 == 3 ? [CardLaneFault(exchange: number % 5 + 1, effect: effects[number % effects.count])] : []
        let card = VirtualCard(profile, holder: holder, interface: number % 2 == 0 ? .contact : .contactless)
        return Summary(try World(card, pin: number % 5 == 4 ? "9999" : "1234", faults: faults).visit())
    }
}

extension World {
    /// A visit and what its trace holds.
    fileprivate func traced() throws -> (report: VisitReport, trace: [UInt8]) {
        let folder = TemporaryFolder()
        let writer = try TraceWriter(path: folder / "trace")
        writer.begin(program: "test", reader: setting.reader.name, station: station)
        setting.trace = writer
        let report = visit()
        try writer.finish()
        return (report, try folder.read("trace"))
    }
}
