import Cards
import Centre
import Diagnosis
import Eligibility
import ReaderKit
import Station
import TestSupport
import Testing

/// 健康保険証利用登録 on the spot (R053): the centre tells of a card that is no insurance card yet, the patient is asked, the visit goes on.
@Suite struct RegistrationTests {
    /// A centre at which the card is registered by being asked to, and to which it was not before.
    private func centre(_ counter: Counter, answers answer: RegistrationAnswer = .registered) -> ScriptedCentre {
        var isRegistered = false
        let centre = ScriptedCentre(on: counter.station) { _, request in
            switch request {
            case .registration:
                isRegistered = answer != .unknown
                return [(.seconds(1), .success(.registration(answer)))]
            default: return [(.seconds(1), isRegistered ? ScriptedCentre.insured : ScriptedCentre.notRegistered)]
            }
        }
        counter.setting.centre = centre
        return centre
    }

    private func kinds(_ centre: ScriptedCentre) -> [String] {
        centre.messages.map {
            switch $0.request {
            case .eligibility: "eligibility"
            case .registration: "registration"
            default: "other"
            }
        }
    }

    @Test("The patient agrees: the card is registered, and the visit goes on with the consent", .holds("R053"), arguments: models)
    func agrees(_ model: String) throws {
        let counter = try Counter(model, .face)
        let centre = centre(counter)
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed" && report.delivery == .registered)
        #expect(report.shown.suffix(3) == ["choose-consent", "consent", "done"])
        #expect(report.screens.contains { $0.content == .patient(.consent(.insuranceCard)) })
        #expect(report.stages.map(\.name).suffix(4) == [.eligibility, .registration, .eligibility, .take])
        #expect(kinds(centre) == ["eligibility", "registration", "eligibility"])
        #expect(Set(centre.messages.compactMap(\.operation)).count == 3, "each is done once by itself")
        #expect(centre.registrations.first == centre.registrations.last)
    }

    @Test(
        "There is no default: whoever refuses, leaves or does nothing is not registered", .holds("R053"), arguments: models,
        ["choose disagree", "end", "nothing"])
    func refuses(_ model: String, _ what: String) throws {
        let counter = try Counter(model, .face, [what == "nothing" ? "consent:nothing" : "consent+1s:\(what)"])
        let centre = centre(counter)
        let report = counter.visit()
        #expect(report.outcome.code == "centre-card-not-registered")
        #expect(report.outcome.sentence?.japanese == "健康保険証利用登録が済んでいません。")
        #expect(report.delivery == .none && kinds(centre) == ["eligibility"])
    }

    @Test("Taken while it is asked, the card is not registered", arguments: models)
    func taken(_ model: String) throws {
        let counter = try Counter(model, .face, ["consent+500ms:remove"])
        let centre = centre(counter)
        #expect(counter.visit().outcome.code == "card-removed")
        #expect(kinds(centre) == ["eligibility"])
    }

    @Test("The patient is asked once, whatever the centre says of it")
    func once() throws {
        let counter = try Counter("fujitsu-caora", .face)
        let centre = centre(counter, answers: .unknown)
        let report = counter.visit()
        #expect(report.outcome.code == "centre-card-not-registered")
        #expect(kinds(centre) == ["eligibility", "registration", "eligibility"])
        #expect(report.shown.count { $0 == "consent" } == 1)
    }

    @Test("A registration without an answer is asked for once more, with the same key")
    func silence() throws {
        let counter = try Counter("fujitsu-caora", .face)
        var asked = 0
        let centre = ScriptedCentre(on: counter.station) { _, request in
            guard case .registration = request else {
                return [(.seconds(1), asked == 2 ? ScriptedCentre.insured : ScriptedCentre.notRegistered)]
            }
            asked += 1
            return asked == 2 ? [(.seconds(1), .success(.registration(.already)))] : []
        }
        counter.setting.centre = centre
        #expect(counter.visit().outcome.code == "confirmed")
        #expect(centre.messages.count == 4)
        #expect(Set(centre.messages.dropFirst().prefix(2).map(\.operation)).count == 1)
    }

    @Test("Whether it is offered is data")
    func notOffered() throws {
        let counter = try Counter("fujitsu-caora", .face)
        counter.setting.policy.offersRegistration = false
        _ = centre(counter)
        let report = counter.visit()
        #expect(report.outcome.code == "centre-card-not-registered" && !report.shown.contains("consent"))
    }
}
