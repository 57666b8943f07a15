import Cards
import DualInterfaceSimulator
import ReaderTransport
import SimulationKit
import Station

/// The simulated readers of this program, each with one person's card on it.
final class SimulatedSource: TransportSource {
    let scheme = "sim"

    /// What is simulated.
    struct World {
        var card: VirtualCard
        /// When the person places the card, after the reader was opened.
        var placedAfter = Duration.zero
        /// What goes wrong between card and driver.
        var faults: [CardLaneFault] = []
    }

    private let world: World

    init(_ world: World) { self.world = world }

    /// One line a model.
    func attachments() -> [AttachmentDescription] {
        [AttachmentDescription(name: "card", product: "simulated reader, a synthetic My Number Card on it")]
    }

    func open(_ description: AttachmentDescription, on station: Station) -> any Attachment {
        let reader = DualInterfaceReaderSimulator(timing: world.card.interface == .contact ? .contact : .contactless)
        reader.place(world.card, at: station.now + world.placedAfter)
        let attachment = InProcessHost(reader, on: station)
        return world.faults.isEmpty ? attachment : FaultyAttachment(attachment, faults: world.faults, on: station)
    }
}
