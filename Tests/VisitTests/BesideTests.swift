import CCID
import Cards
import Diagnosis
import Eligibility
import ReaderKit
import SimulationKit
import SimulatorCatalog
import Staging
import Station
import Testing

/// A plastic card on a reader without a screen beside the certified one.
@Suite struct BesideTests {
    /// A counter at which the card is placed on the second reader, and lies there from then on, but for what is staged.
    private func counter(
        _ model: String, _ way: StagedPatient.Way, _ script: [String] = [], placed moment: Instant = .zero + .seconds(2),
        removed end: Instant? = nil
    ) throws -> Counter {
        let counter = try Counter(model, way, ["place-card:nothing", "visual-check:nothing"] + script)
        if way == .visual { try counter.stage("place-card+1s:staff-button") }
        let reader = try #require(SimulatorModel.named("generic-ccid")).makeReader()
        reader.stage(StagedEvent(.at(moment), .place(counter.cast.card)))
        if let end { reader.stage(StagedEvent(.at(end), .remove)) }
        counter.setting.secondReader = try CCIDDriver().open(
            InProcessHost(reader, on: counter.station), name: "sim:generic-ccid", on: counter.station)
        return counter
    }

    @Test("By face: read where it lies, 照合番号B asked for where the program runs, compared by the certified reader", arguments: models)
    func face(_ model: String) throws {
        let counter = try counter(model, .face)
        let report = counter.visit()
        #expect(report.outcome.eligibility?.person?.name == "試験 花子")
        #expect(report.identity == .face)
        #expect(report.cardReader == "sim:generic-ccid")
        #expect(report.shown == ["place-card", "choose-method", "message", "look-into-camera", "choose-consent", "done"])
        #expect(report.stages.first { $0.name == .cardFace }?.duration == .seconds(2), "somebody typed it")
        #expect(counter.twin.exchanges == 0)
        #expect(!counter.cardHasPower)
    }

    @Test("Another face may take the PIN, which is asked for where the program runs", arguments: models)
    func rejectedThenPIN(_ model: String) throws {
        let report = try counter(model, .face, ["camera:stand other-face", "choose-method#2:choose pin"]).visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .pin)
        #expect(!report.shown.contains("enter-pin"), "the keypad serves the slot of its own reader")
    }

    @Test("A wrong 照合番号B uses one try, however often the same one is given", arguments: models)
    func wrongCode(_ model: String) throws {
        let counter = try counter(model, .face)
        counter.setting.prompts = PreparedPatient(
            pin: Secret("1234".utf8), visualCode: Secret("99999999999999".utf8), delay: .seconds(2), on: counter.station)
        let report = counter.visit()
        #expect(report.outcome.code == "card-face-unreadable")
        #expect(counter.visualCodeTries == 9)
    }

    @Test("A wrong PIN is sent once", arguments: models)
    func wrongPIN(_ model: String) throws {
        let counter = try counter(model, .pin)
        counter.setting.prompts = PreparedPatient(pin: Secret("9999".utf8), delay: .seconds(2), on: counter.station)
        #expect(counter.visit().outcome.code == "pin-rejected")
        #expect(counter.card.triesLeft(of: .authenticationPIN) == 2)
    }

    @Test("By the staff's eye, once they were asked to look", arguments: models)
    func visual(_ model: String) throws {
        let report = try counter(model, .visual, placed: .zero + .seconds(12)).visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .visual)
        #expect(report.cardReader == "sim:generic-ccid")
        #expect(report.shown == ["place-card", "passcode", "visual-check", "message", "choose-consent", "done"])
    }

    @Test("A card that was placed before they were asked is not what they looked at", arguments: models)
    func placedBeforeTheStaffLook(_ model: String) throws {
        let counter = try counter(model, .visual, placed: .zero + .milliseconds(2_500))
        let report = counter.visit()
        #expect(report.identity == nil)
        #expect(report.shown.prefix(3) == ["place-card", "passcode", "visual-check"])
        #expect(report.stages.first { $0.name == .visualCheck }?.duration == counter.setting.placePatience, "nobody read it meanwhile")
    }

    @Test("Taken at any time before its bearer is proved it proves nothing", arguments: models, [2.2, 3, 5, 7.2, 7.7])
    func taken(_ model: String, _ moment: Double) throws {
        let counter = try counter(model, .face, removed: .zero + .seconds(moment))
        let report = counter.visit()
        #expect(report.outcome.code == "card-removed", "\(report.stages)")
        #expect(report.identity == nil)
    }

    @Test("Where there is one reader nobody asks which", arguments: models)
    func oneReader(_ model: String) throws {
        #expect(try Counter(model, .face).visit().cardReader == nil)
    }
}
