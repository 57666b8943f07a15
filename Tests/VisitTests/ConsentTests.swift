import Centre
import Cards
import Certificates
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess
import ReaderKit
import Station
import TestSupport
import Testing

/// What a patient is asked, by the day, by the settings of the facility and by the certificate, and what is registered of it.
@Suite struct ConsentTests {
    /// 2024-10-07 00:00:00 in Japan.
    private static let change: Int64 = 1_728_226_800

    private func taro(_ model: String, at time: Int64, _ script: [String] = []) throws -> (counter: Counter, centre: ScriptedCentre) {
        let counter = try Counter(model, .pin, script, card: VirtualCard(holder: .taro), holder: .taro, at: time)
        let centre = ScriptedCentre(on: counter.station) { _, _ in [(.seconds(1), ScriptedCentre.insured)] }
        counter.setting.centre = centre
        return (counter, centre)
    }

    private func groups(_ report: VisitReport) -> [ScreenConsentGroup] {
        report.screens.compactMap { if case .patient(.consent(let group)) = $0.content { group } else { nil } }
    }

    // MARK: By the day

    @Test(
        "Before 2024-10-07 a screen of its own asks for the limit certificate, and nothing is bundled", .holds("R101"), arguments: models,
        [true, false])
    func before(_ model: String, _ agrees: Bool) throws {
        let script = agrees ? [] : ["consent#4+1s:choose disagree"]
        let (counter, centre) = try taro(model, at: Self.change - 3_600, script)
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(groups(report) == [.surgery, .treatment, .checkup, .limit])
        #expect(!report.shown.contains("choose-consent"))
        #expect(report.stages.count { $0.name == .consent } == 1)
        let registration = try #require(centre.registration)
        #expect(registration.limit == agrees)
        #expect(registration.answers[.specifiedDisease] == agrees && registration.answers[.drugs] == true)
    }

    @Test("Since then it is not asked, and a consent to all is offered", .holds("R064", "R101"), arguments: models)
    func since(_ model: String) throws {
        let (counter, centre) = try taro(model, at: Self.change)
        let report = counter.visit()
        #expect(groups(report).isEmpty && report.shown.contains("choose-consent"))
        #expect(centre.registration?.limit == nil)
        #expect(centre.registration?.answers[.specifiedDisease] == true, "it is a part of all")
    }

    @Test("The day is that in Japan: to the second, whatever the machine's time zone")
    func toTheSecond() {
        let rules = DatedConsentRules.standard
        #expect(rules.rules(on: CalendarDay(inJapanAtUnixTime: Self.change - 1)) == .withLimitScreen)
        #expect(rules.rules(on: CalendarDay(inJapanAtUnixTime: Self.change)) == .standard)
    }

    @Test("The words of the screen of the limit certificate")
    func words() {
        #expect(ScreenText(.consent(.limit)).text(in: .japanese) == ["限度額情報を提供しますか。", "提供する", "提供しない"])
    }

    // MARK: By the settings

    @Test("A group of which the facility shows nothing is not asked about, and what it does not show is not registered")
    func hidden() throws {
        let (counter, centre) = try taro("fujitsu-caora", at: opening, ["choose-consent+1s:choose consent-individually"])
        counter.setting.environment = [.showsDrugs, .showsCheckup]
        let report = counter.visit()
        #expect(groups(report) == [.treatment, .checkup])
        #expect(centre.registration?.answers == [.drugs: true, .checkup: true])
        #expect(report.consent?.isComplete == true)
    }

    @Test("Where both of a group are hidden it is not asked, at once or one by one", arguments: ["consent-to-all", "consent-individually"])
    func initialSettings(_ button: String) throws {
        let (counter, centre) = try taro("fujitsu-caora", at: opening, ["choose-consent+1s:choose \(button)"])
        counter.setting.environment = [.showsCheckup]
        let report = counter.visit()
        #expect(!groups(report).contains(.surgery) && !groups(report).contains(.treatment))
        #expect(centre.registration?.answers.keys.contains(.surgery) == false)
        #expect(centre.registration?.answers[.checkup] == true)
    }

    @Test("Where everything is hidden nobody is asked, and the eligibility comes all the same", .holds("R033"))
    func everythingHidden() throws {
        let (counter, centre) = try taro("fujitsu-caora", at: opening)
        counter.setting.environment = []
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed" && report.consent == nil && report.delivery == .none)
        #expect(report.shown == ["place-card", "choose-method", "enter-pin", "done"])
        #expect(centre.registrations == [nil])
    }

    // MARK: Refusal

    @Test("Whoever refuses every group has refused, and is told the eligibility", .holds("R033", "R065", "N18"), arguments: models)
    func refusesAll(_ model: String) throws {
        let script =
            ["choose-consent+1s:choose consent-individually"] + (1...3).map { "consent#\($0)+1s:choose disagree" }
        let (counter, centre) = try taro(model, at: opening, script)
        let report = counter.visit()
        #expect(report.outcome.eligibility?.validity == .valid)
        #expect(centre.registration?.answers == [.surgery: false, .diagnosis: false, .drugs: false, .checkup: false])
    }

    // MARK: By the certificate

    @Test("In grace a card shows eligibility: nobody is asked, nothing is registered", .holds("R033"), arguments: models)
    func grace(_ model: String) throws {
        // 2027-02-01 09:00:00 in Japan, three weeks after the end of the certificate.
        let counter = try Counter(model, .pin, card: VirtualCard(holder: .expiring), holder: .expiring, at: 1_801_440_000)
        let checker = counter.setting.trust.synthetic
        counter.setting.trust = CertificateTrust(
            CertificateChecker(use: checker.use, anchors: checker.anchors, validity: .eligibilityByPlasticCard))
        let centre = ScriptedCentre(on: counter.station) { _, _ in [(.seconds(1), ScriptedCentre.insured)] }
        counter.setting.centre = centre
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed" && report.consent == nil && report.delivery == .none)
        #expect(report.shown == ["place-card", "choose-method", "enter-pin", "done"])
        #expect(centre.registrations == [nil])
    }

    @Test("A card without PIN from its issue is proved by face or by eye only", arguments: models, ["face", "visual", "pin"])
    func withoutPIN(_ model: String, _ way: String) throws {
        let card = try #require(CardKind.named("face-only")).card()
        let counter = try Counter(model, try #require(.init(rawValue: way)), card: card)
        let report = counter.visit()
        #expect(report.outcome.code == (way == "pin" ? "pin-blocked" : "confirmed"))
        #expect(report.screens.contains { $0.content == .patient(.chooseMethod([.face])) } == (way != "visual"))
    }
}
