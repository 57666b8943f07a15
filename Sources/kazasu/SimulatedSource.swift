import Diagnosis
import ReaderTransport
import SimulationKit
import SimulatorCatalog
import Staging
import Station

/// The simulated readers of this program, with the people at one of them.
final class SimulatedSource: TransportSource {
    let scheme = "sim"

    /// What is simulated.
    struct World {
        /// How the reader reaches its cards.
        var link = CardLinkTiming.contactless
        /// What people do, and what befalls the reader.
        var stage: [StagedEvent] = []
        /// What goes wrong between card and driver.
        var faults: [CardLaneFault] = []
        /// Whether the reader was told of a passcode and restarted before: then it shows 職員用ボタン (R165).
        var hasPasscode = false
        /// Told of the reader when it is opened, with everything staged.
        var opened: (SimulatedReader) -> Void = { _ in }
    }

    private let world: World
    private let models: [SimulatorModel]

    /// Every model, and that of a profile.
    init(_ world: World, _ profile: ReaderProfileFile? = nil) {
        self.world = world
        models = SimulatorModel.all + [profile.flatMap { SimulatorModel($0) }].compactMap { $0 }
    }

    func attachments() -> [AttachmentDescription] {
        models.map { AttachmentDescription(name: $0.name, product: $0.product, usb: $0.usb) }
    }

    func open(_ description: AttachmentDescription, on station: Station) throws(TransportError) -> any Attachment {
        guard let model = models.first(where: { $0.name == description.name }) else {
            throw TransportError(
                code: "reader-not-found",
                sentence: Sentence(ja: "その模擬カードリーダーはありません。", en: "There is no such simulated reader."))
        }
        guard world.faults.isEmpty || model.hasCardLane else {
            throw TransportError(
                code: "fault-not-possible",
                sentence: Sentence(
                    ja: "このカードリーダーでは --fault を使えません。sim:card を指定してください。",
                    en: "--fault does not go with this reader; use it with sim:card."), category: .usage)
        }
        let reader = model.makeReader(link: world.link)
        if world.hasPasscode {
            reader.terminal?.issuePasscode()
            reader.terminal?.start()
        }
        for event in world.stage { reader.stage(event) }
        world.opened(reader)
        let attachment = InProcessHost(reader, on: station)
        return world.faults.isEmpty ? attachment : FaultyAttachment(attachment, faults: world.faults, on: station)
    }
}
