import CCID
import Cards
import Eligibility
import ReaderKit
import SimulationKit
import SimulatorCatalog
import Staging
import Station
import Testing

/// A phone on a generic reader beside the certified one.
@Suite struct PhoneTests {
    private func beside(_ counter: Counter, _ card: VirtualCard, _ lines: [StagedEvent]) throws {
        let model = try #require(SimulatorModel.named("generic-ccid"))
        let reader = model.makeReader()
        for event in lines { reader.stage(event) }
        counter.setting.secondReader = try CCIDDriver().open(
            InProcessHost(reader, on: counter.station), name: "sim:generic-ccid", on: counter.station)
    }

    private func phone() throws -> VirtualCard { try #require(CardKind.named("android-token")).card() }

    @Test("Its PIN is asked for where the program runs, its consent on the certified reader's screen", arguments: models)
    func phone(_ model: String) throws {
        let phone = try phone()
        let counter = try Counter(model, .pin, ["place-card:nothing"])
        try beside(counter, phone, [StagedEvent(.at(.zero + .seconds(2)), .place(StagedCard(phone)))])
        let report = counter.visit()
        #expect(report.outcome.eligibility?.person?.name == "試験 花子")
        #expect(report.identity == .pin)
        #expect(report.cardReader == "sim:generic-ccid")
        #expect(report.shown == ["place-card", "choose-consent", "done"])
        #expect(report.consent == .toAll)
        #expect(!report.isCardLeft, "a phone that is held to a reader is not left behind")
        #expect(counter.twin.exchanges == 0)
    }

    private static let oneByOne = "choose-consent+3s:choose consent-individually"

    @Test("It may be taken once it has signed: the consent goes on", arguments: models, [5.0, 6.5, 9.0])
    func takenWhileConsenting(_ model: String, _ moment: Double) throws {
        let phone = try phone()
        let counter = try Counter(model, .pin, ["place-card:nothing", Self.oneByOne])
        let remove = Instant.zero + .seconds(moment)
        try beside(counter, phone, [StagedEvent(.at(.zero + .seconds(2)), .place(StagedCard(phone))), StagedEvent(.at(remove), .remove)])
        let report = counter.visit()
        let consent = try #require(report.screens.first { $0.code == "choose-consent" })
        let done = try #require(report.screens.first { $0.code == "done" })
        #expect(consent.moment < remove && remove < done.moment, "it was taken while the patient was asked")
        #expect(report.outcome.eligibility?.person?.name == "試験 花子")
        #expect(report.consent?.isComplete == true)
    }

    @Test("Taken before it has signed it proves nothing", arguments: models)
    func takenBefore(_ model: String) throws {
        let phone = try phone()
        let counter = try Counter(model, .pin, ["place-card:nothing"])
        try beside(
            counter, phone,
            [StagedEvent(.at(.zero + .seconds(2)), .place(StagedCard(phone))), StagedEvent(.at(.zero + .seconds(3)), .remove)])
        let report = counter.visit()
        #expect(report.outcome.code == "card-removed")
        #expect(report.identity == nil)
    }

    @Test("Whichever gets a card first has it; what comes to the other later changes nothing", arguments: models)
    func first(_ model: String) throws {
        let phone = try phone()
        let counter = try Counter(model, .face)
        try beside(
            counter, phone,
            [StagedEvent(.at(.zero + .seconds(4)), .place(StagedCard(phone))), StagedEvent(.at(.zero + .seconds(5)), .remove)])
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.identity == .face)
        #expect(report.cardReader == "sim:\(model)")
    }

    @Test("The second reader may be unplugged: the first serves all the same", arguments: models)
    func secondReaderGone(_ model: String) throws {
        let counter = try Counter(model, .face, ["place-card+3s:place"])
        try beside(counter, try phone(), [StagedEvent(.at(.zero + .seconds(1)), .unplug)])
        #expect(counter.visit().outcome.code == "confirmed")
    }

    @Test("A phone in the certified reader's own slot is offered the keypad and no camera", arguments: models)
    func phoneInTheSlot(_ model: String) throws {
        let report = try Counter(model, .pin, card: phone()).visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.screens[1].content == .patient(.chooseMethod([.pin])))
    }

    @Test("A phone shows nothing to the staff's eye", arguments: models)
    func noVisualCheckOfAPhone(_ model: String) throws {
        let report = try Counter(model, .visual, card: phone()).visit()
        #expect(report.outcome.code == "identity-not-offered")
    }
}
