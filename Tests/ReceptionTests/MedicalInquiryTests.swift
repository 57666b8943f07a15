import Centre
import CentreSimulator
import Certificates
import JapaneseCalendar
import MedicalAccess
import Reception
import SimulationKit
import Station
import TestSupport
import Testing

/// Drugs and more at the receipt computer, against the simulated centre: by a search, and only with consent.
@Suite struct MedicalInquiryTests {
    private let person: SyntheticPerson
    private let core: CentreCore

    init() throws {
        var rules = CentreRules()
        rules.hashRounds = 2
        core = CentreCore(try .inMemory(), rules: rules, random: SeededGenerator(seed: 7))
        person = try #require(SyntheticPersons.all.first { $0.records.contains { if case .drug = $0 { true } else { false } } })
    }

    private static let viewer = Viewer(account: "shinsatu", right: .medicalViewing, profession: .doctor)

    /// What stands on the person's insurance card, or another number.
    private func query(number: String? = nil) throws -> InsuredCardQuery {
        let held = try #require(person.qualifications.first)
        return InsuredCardQuery(
            insurerNumber: held.insurerNumber, symbol: held.symbol, number: number ?? held.number, branch: held.branch,
            birth: try #require(CalendarDay(digits: person.birth)), day: CalendarDay(inJapanAtUnixTime: opening))
    }

    private func agree(to categories: [ConsentCategory], in care: CareSetting = .outpatient) throws {
        let query = EligibilityQuery(
            serial: CertificateSerial(person.serial), day: CalendarDay(inJapanAtUnixTime: opening),
            consent: ConsentRegistration(in: care, Dictionary(uniqueKeysWithValues: categories.map { ($0, true) })))
        _ = try core.answer(CentreMessage(.eligibility(query)), at: opening)
    }

    /// Somebody searches, and then asks for `category`. Returns how it ended, what was shown, and the facility's audit trail.
    private func search(
        _ category: ConsentCategory = .drugs, by viewer: Viewer = viewer, for query: InsuredCardQuery
    ) throws -> (code: String, headings: [String], audit: [AuditEntry]) {
        var hasAsked = false
        let counter = try Counter(
            touches: { screen in
                switch screen {
                case .medicalSearch: return .touched(.searchByCard(query), by: .staff)
                case .chooseRecords where !hasAsked:
                    hasAsked = true
                    return .touched(.view(category, from: nil, until: nil), by: .staff)
                case .records, .message, .hidden, .nobodyFound, .chooseRecords: return .touched(.end, by: .staff)
                default: return nil
                }
            }, answers: { _ in nil })
        counter.setting.account = viewer.account
        counter.setting.visit.centre = EmbeddedCentre(core: core, on: counter.station)
        let flow = MedicalInquiry(.init(viewer: viewer, care: .outpatient))
        let visit = AppVisit(flow, counter.setting, on: counter.station)
        let code = visit.run().code
        #expect(visit.flow == flow)
        return (code, counter.screens.headings, counter.audit.entries)
    }

    @Test(.holds("R190")) func drugsAreFoundByWhatStandsOnTheCard() throws {
        try agree(to: [.drugs])
        let found = try search(for: query())
        #expect(found.code == "completed")
        #expect(found.headings == ["薬剤情報等の照会", "お待ちください。", "お待ちください。", "閲覧する情報を選択してください。", "お待ちください。", "処方履歴", "終了しました。"])
        #expect(found.audit.map(\.category) == [.drugs] && found.audit.first?.viewer == Self.viewer)
        let other = try search(for: query(number: "0"))
        #expect(other.code == "cancelled" && other.headings.contains { $0.contains("見つかりません") } && other.audit.isEmpty)
    }

    @Test(.holds("R190", "R113")) func withoutConsentThereIsNothingToChoose() throws {
        let none = try search(for: query())
        #expect(none.code == "consent-missing" && !none.headings.contains("閲覧する情報を選択してください。") && none.audit.isEmpty)
        try agree(to: [.checkup])
        let another = try search(.drugs, for: query())
        #expect(another.code != "completed" || !another.headings.contains("処方履歴"), "another kind is not shown")
        try agree(to: [.drugs], in: .homeVisit)
        #expect(try !search(.drugs, for: query()).headings.contains("処方履歴"), "consent for care at home is none for the desk")
    }

    @Test func onlyAQualifiedViewerSees() throws {
        try agree(to: [.drugs])
        let clerk = try search(by: Viewer(account: "shinsatu", right: .medicalViewing, profession: .clerk), for: query())
        #expect(!clerk.headings.contains("処方履歴") && clerk.audit.count == 1)
        let general = try search(by: Viewer(account: "uketsuke", right: .general, profession: .doctor), for: query())
        #expect(general.code == "account-not-permitted")
    }

    @Test func everyStateEndsInIdle() throws {
        let patient = PatientKey("p1")
        let state = ConsentState(flag: .given, setting: .outpatient, time: opening, availableUntil: opening + 86_400)
        let inputs: [(name: String, input: ReceptionInput)] = [
            ("begin", .begin), ("search", .touched(.searchByCard(try query()), by: .staff)), ("found", .answered(.eligibility(answer()))),
            ("consents", .answered(.consents([ConsentedPatient(patient, [.drugs: state])]))),
            ("another's consents", .answered(.consents([ConsentedPatient(PatientKey("p2"), [.drugs: state])]))),
            ("view", .touched(.view(.drugs, from: nil, until: nil), by: .staff)),
            ("view another", .touched(.view(.checkup, from: nil, until: nil), by: .staff)),
            ("opened", .opened(drugs)), ("refused", .refused(.notQualified)), ("hidden", .hidden), ("end", .touched(.end, by: .staff)),
            ("other answer", .answered(.done)),
        ]
        let exploration = Exploration(MedicalInquiry(.init(viewer: Self.viewer, care: .outpatient)), inputs)
        checkEndings(exploration) { MedicalInquiry($0.configuration) }
        for case .view(let view) in exploration.effects {
            #expect(view.category == .drugs && view.patient == patient && view.place == .receiptComputer)
        }
        #expect(exploration.states.count == 6)
    }
}
