import Cards
import Diagnosis
import DriverCatalog
import GenericCCID
import ReaderKit
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
        /// What is left out of a reader that has parts.
        var missing: Set<SimulatorModel.Part> = []
        /// The slot in which cards are placed; `nil` for the first.
        var slot: String?
        /// By what the card was asked to be used; `nil` where nobody asked.
        var interface: CardInterface?
        /// Told of the reader when it is opened, with everything staged.
        var opened: (SimulatedReader) -> Void = { _ in }
    }

    /// What is said where a card cannot be used by `--interface`.
    static let withoutInterface = Sentence(
        ja: "このカードリーダーでは、--interface の通信でカードを使えません。省いてください。",
        en: "This reader does not reach cards by that --interface; leave it out.")

    private let world: World
    private let profiles: [ReaderProfile]
    private let models: [SimulatorModel]

    /// Every model, and those of profiles.
    init(_ world: World, _ profiles: [ReaderProfile] = []) {
        self.world = world
        self.profiles = profiles
        models = SimulatorModel.all(without: world.missing) + profiles.compactMap { SimulatorModel($0) }
    }

    /// The model that a selector means; `nil` where that is not told before it is opened.
    func model(_ selector: ReaderSelector) -> SimulatorModel? {
        let name = try? selector.choose(among: attachments()).name
        return models.first { $0.name == name }
    }

    /// Which of its slots is meant.
    func slot(of model: SimulatorModel, _ name: String?) -> Int {
        let names = DriverCatalog.slotNames(of: model.usb, profiles)
        return name.flatMap { SlotReader.index(of: $0, among: names, count: Int(UInt8.max)) } ?? 0
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
        guard world.missing.isEmpty || model.hasParts else {
            throw TransportError(
                code: "part-not-removable",
                sentence: Sentence(
                    ja: "このカードリーダーでは --without を使えません。sim:exhibit を指定してください。",
                    en: "--without does not go with this reader; use it with sim:exhibit."), category: .usage)
        }
        let reader = model.makeReader(link: world.link)
        reader.useSlot(slot(of: model, world.slot))
        if let interface = world.interface, !reader.interfaces.contains(interface) {
            throw TransportError(
                code: "interface-not-possible", sentence: Self.withoutInterface, category: .usage)
        }
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
