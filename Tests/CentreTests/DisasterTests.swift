import Centre
import MedicalAccess
import TestSupport
import Testing

@testable import CentreSimulator

/// 災害時医療情報閲覧.
@Suite struct DisasterTests {
    let counter: Counter

    init() throws { counter = try Counter() }

    private func open(in area: String = "試験県", from first: Int64 = noon, until last: Int64 = noon + 86_400) throws {
        try counter.core.openDisasterViewing("試験地震", in: area, from: first, until: last)
    }

    private func disaster(_ request: DisasterRequest, from caller: CentreCaller = .consulting) throws -> DisasterAnswer {
        guard case .disaster(let answer) = try counter.ask(.disaster(request), from: caller) else { throw CentreError.otherAnswer }
        return answer
    }

    private func patient(_ name: String = "診療") throws -> PatientKey {
        guard case .found(let found) = try disaster(.searchByCard(try card(try synthetic(name)))) else { throw CentreError.otherAnswer }
        return try #require(found.first?.patient)
    }

    private func right(_ category: ConsentCategory, agrees: Bool = true) throws -> ViewingRight {
        guard case .consent(let consent) = try disaster(.consent(try patient(), agrees: agrees)) else { throw CentreError.otherAnswer }
        return try ViewingRules.standard.right(
            to: category, of: consent.patient, by: consent,
            for: Viewer(account: "shinsatu", right: .medicalViewing, profession: .doctor), at: counter.now)
    }

    @Test(.holds("R145a", "N27")) func itIsOpenInAnAreaForAPeriod() throws {
        #expect(try counter.refusal(.disaster(.open), from: .consulting) == "disaster-viewing-not-opened")
        try open(in: "別の県")
        #expect(try counter.refusal(.disaster(.open), from: .consulting) == "disaster-viewing-not-opened")
        try open()
        for (time, isOpen) in [(noon - 1, false), (noon, true), (noon + 86_400, true), (noon + 86_401, false)] {
            counter.now = time
            if isOpen {
                guard case .open(let opening) = try disaster(.open) else { throw CentreError.otherAnswer }
                #expect(opening.name == "試験地震")
                #expect(opening.categories == [.drugs, .diagnosis, .checkup])
            } else {
                #expect(try counter.refusal(.disaster(.open), from: .consulting) == "disaster-viewing-not-opened")
                let search = DisasterRequest.searchByCard(try card(try synthetic("診療")))
                #expect(try counter.refusal(.disaster(search), from: .consulting) == "disaster-viewing-not-opened")
            }
        }
    }

    @Test(.holds("R146", "N13"), arguments: [CentreCaller.Place.receiptComputer, .app, .web])
    func onlyAtTheTerminal(place: CentreCaller.Place) throws {
        try open()
        let caller = CentreCaller(place, account: "shinsatu")
        #expect(try counter.refusal(.disaster(.open), from: caller) == "centre-place-not-permitted")
        let query = MedicalQuery(with: try right(.drugs))
        #expect(try counter.refusal(.medical(query), from: caller) == "centre-place-not-permitted")
    }

    @Test(.holds("R147", "R200", "R201", "R202", "N13")) func aGeneralAccountIsRefused() throws {
        try open()
        #expect(try counter.refusal(.disaster(.open), from: .counter) == "account-not-permitted")
        #expect(try counter.refusal(.disaster(.open)) == "centre-account-unknown")
        for caller in [CentreCaller.consulting, .administrator] { _ = try disaster(.open, from: caller) }
    }

    @Test(.holds("R148", "R149")) func whoIsFoundInTwoWays() throws {
        try open()
        let person = try synthetic("診療")
        let address = try #require(person.address)
        guard case .found(let byCard) = try disaster(.searchByCard(try card(person))),
            case .found(let byPerson) = try disaster(
                .searchByPerson(name: person.name, birth: try day(person.birth), sex: person.sex, address: address))
        else { return }
        #expect(byCard == byPerson)
        #expect(byCard.count == 1)
        let held = try #require(byCard.first?.qualification)
        #expect(held.insurerNumber == "06990014")
        #expect(held.symbol == "試験")
        #expect(held.branch == "01")
        guard
            case .found(let nobody) = try disaster(
                .searchByPerson(name: person.name, birth: try day(person.birth), sex: person.sex, address: "試験県"))
        else { return }
        #expect(nobody.isEmpty)
    }

    @Test(.holds("R121", "R150")) func nothingIsShownBeforeTheConsentIsRegistered() throws {
        try open()
        let right = try right(.drugs)
        #expect(try counter.records(right).count > 0)
        _ = try disaster(.consent(right.patient, agrees: false))
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .consulting) == "consent-missing")
        #expect(throws: AccessRefusal.noConsent) { try self.right(.drugs, agrees: false) }
    }

    @Test(.holds("R151"), arguments: [ConsentCategory.drugs, .diagnosis, .checkup]) func whatMayBeSeen(category: ConsentCategory) throws {
        try open()
        let right = try right(category)
        #expect(try counter.records(right).count > 0)
        let last = try counter.core.auditTrail().last
        #expect(last?.outcome == "shown")
        #expect(last?.reason == "emergency 試験地震")
        #expect(last?.function == "medical-in-disaster")
    }

    @Test(.holds("R145a", "N27")) func theRightEndsWithTheOpening() throws {
        try open()
        let right = try right(.drugs)
        counter.now = noon + 86_400
        _ = try counter.records(right)
        counter.now += 1
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .consulting) == "disaster-viewing-not-opened")
        // Closed earlier than it was said first.
        counter.now = noon + 100
        try open(until: noon + 50)
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .consulting) == "disaster-viewing-not-opened")
    }

    /// The consent to one opening is none to the next.
    @Test func eachOpeningHasItsOwnConsents() throws {
        try open(until: noon + 10)
        let right = try right(.drugs)
        counter.now = noon + 11
        try counter.core.openDisasterViewing("次の地震", in: "試験県", from: noon + 11, until: noon + 86_400)
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .consulting) == "consent-missing")
    }
}
