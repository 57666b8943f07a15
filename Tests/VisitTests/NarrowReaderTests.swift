import Diagnosis
import Eligibility
import ReaderKit
import ReaderTransport
import Staging
import Station
import Testing

/// Readers with fewer screens than the two that are simulated.
@Suite struct NarrowReaderTests {
    @Test("A reader may do without screens that ask nothing", arguments: models)
    func withoutWords(_ model: String) throws {
        // Nothing tells the patient to take the card, so nobody does.
        let counter = try Counter(model, .pin, ["keypad:type-wrong-pin", "+1s:place"])
        let screens: Set<Screen.Kind> = [.chooseMethod, .chooseConsent, .consent, .enterPIN]
        counter.setting.reader = NarrowReader(counter.reader, offering: screens.intersection(counter.offered))
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.isCardLeft)
        #expect(Set(report.shown) == ["choose-method", "choose-consent", "enter-pin"])
    }

    @Test("A reader that cannot ask for the consent is one with slots only")
    func withoutConsent() throws {
        let counter = try Counter("fujitsu-caora", .pin, ["+1s:place"])
        counter.setting.reader = NarrowReader(counter.reader, offering: [.placeCard, .chooseMethod, .enterPIN, .done])
        let report = counter.visit()
        #expect(report.outcome.code == "confirmed")
        #expect(report.shown.isEmpty && report.consent == nil)
    }
}

extension Counter {
    var offered: Set<Screen.Kind> { reader.patientScreen?.offered ?? [] }
}

/// A test double: a reader of which some screens are hidden, or whose camera is another.
final class NarrowReader: FacetedReader, PatientScreen {
    private let inner: any FacetedReader
    let offered: Set<Screen.Kind>
    let face: (any FaceCamera)?

    init(_ inner: any FacetedReader, offering offered: Set<Screen.Kind>, camera: (any FaceCamera)? = nil) {
        self.inner = inner
        self.offered = offered
        face = camera ?? inner.face
    }

    var name: String { inner.name }
    var slotCount: UInt8 { inner.slotCount }
    var source: SourceID { inner.source }
    func watchPresence(slot: UInt8, known: CardPresence) -> TransferID { inner.watchPresence(slot: slot, known: known) }
    func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence { try inner.presence(watch) }
    func abandon(_ watch: TransferID) { inner.abandon(watch) }
    func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        try inner.connect(slot: slot, until: deadline)
    }
    func close() { inner.close() }

    var patientScreen: (any PatientScreen)? { self }
    var pinPad: (any PINPad)? { inner.pinPad }
    var staffPanel: (any StaffPanel)? { inner.staffPanel }
    var escape: (any EscapeLane)? { inner.escape }

    func show(_ screen: Screen) throws(ReaderError) -> PromptID {
        guard offered.contains(screen.kind), let panel = inner.patientScreen else { throw ReaderError(.notSupported) }
        return try panel.show(screen)
    }
    func withdraw(_ prompt: PromptID) { inner.patientScreen?.withdraw(prompt) }
    func answer(to prompt: PromptID) throws(ReaderError) -> ScreenAnswer {
        guard let panel = inner.patientScreen else { throw ReaderError(.notSupported) }
        return try panel.answer(to: prompt)
    }
}
