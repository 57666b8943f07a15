import Cards
import CentreSimulator
import Commands
import Diagnosis
import Eligibility
import GenericCCID
import ReaderKit
import ReaderTransport
import SimulationKit
import SimulatorCatalog
import Staging
import Station

/// What is simulated in a visit: the reader, the card, and the people (架空の患者と職員).
///
/// A reader with a staff button has been told of a passcode and restarted before the visit begins (R165), as a facility does once.
struct VisitScene {
    let card: SimulatedCard
    /// Whether the patient uses the second reader.
    private let isBeside: Bool
    /// Whether the first one has a screen, which leads the patient also to the second.
    private let hasScreen: Bool
    private let way: StagedPatient.Way
    private let written: [WrittenLine]
    /// The slots that the cards are placed in.
    private let slots: (first: String?, second: String?)
    private let missing: Set<SimulatorModel.Part>
    /// By what the card is used, where that was asked for: where it is placed.
    private let interface: CardInterface?
    private let log = StageLog()
    private let beside = PlaceBeside()
    private var changes: [StagedLine] { written.map(\.line) }
    /// Whether the staff type a passcode for a visual check.
    var typesPasscode: Bool { way == .visual || changes.contains { $0.word == .typePasscode || $0.word == .typeWrongPasscode } }

    /// Reads the options. Throws a usage error where the reader has no part for what is to be done there.
    init(_ invocation: Invocation, at selector: ReaderSelector, beside second: ReaderSelector?, profiles: [ReaderProfile]) throws {
        card = try invocation.simulatedCard()
        isBeside = second != nil
        written = invocation[VisitOptions.stage]
        let method = invocation[VisitOptions.identity]
        way = method.way
        slots = (selector.slot, second?.slot)
        missing = invocation.missingParts
        interface = invocation[CardOptions.interface]
        let source = SimulatedSource(SimulatedSource.World(missing: missing), profiles)
        let model = source.model(selector)
        // The panel belongs to the first slot.
        hasScreen = model.map { $0.hasTerminal && source.slot(of: $0, selector.slot) == 0 } ?? false
        guard let model else { return }
        if !hasScreen, method != .pin || written.contains(where: { $0.line.cue.needsScreen }) {
            let slot = selector.slot.map { "#" + $0 } ?? ""
            // Where nothing but the screen was left out, the camera is there and shows nobody anything.
            let lacksScreenOnly =
                model.hasParts && missing.contains(.screen) && !missing.contains(.camera) && source.slot(of: model, selector.slot) == 0
            let lack = lacksScreenOnly ? Sentence(ja: "画面が", en: "no screen") : Sentence(ja: "画面もカメラも", en: "no screen and no camera")
            throw invocation.misuse(
                Sentence(
                    ja: "sim:\(model.name)\(slot) には\(lack.japanese)ありません。sim:fujitsu-caora などを指定してください。",
                    en: "sim:\(model.name)\(slot) has \(lack.english); name another reader, such as sim:fujitsu-caora."))
        }
    }

    /// The reader with the people at it; the patient types `pin`.
    func world(of people: People, faults: [CardLaneFault], on station: Station) -> SimulatedSource.World {
        var world = SimulatedSource.World(
            link: card.link, hasPasscode: true, missing: missing, slot: slots.first, interface: isBeside ? nil : interface)
        let lines = lines(of: people)
        guard isBeside else {
            world.stage = lines.compactMap { log.event(of: $0, by: people.cast) }
            world.faults = faults
            return world
        }
        world.stage = lines.filter { !$0.isAtCard }.compactMap { line in
            guard line.word.movesCard else { return log.event(of: line, by: people.cast) }
            // Without a screen the second reader has the same cue.
            return !hasScreen ? nil : log.event(of: line, by: people.cast) { [beside] action in beside.perform(action, at: station.now) }
        }
        return world
    }

    /// The second reader, to which the patient holds the card.
    func secondWorld(of people: People, faults: [CardLaneFault]) -> SimulatedSource.World {
        let placing = hasScreen ? [] : lines(of: people).filter { $0.word.movesCard && !$0.isAtCard }
        let lines = placing + changes.filter(\.isAtCard)
        return SimulatedSource.World(
            link: card.link, stage: lines.compactMap { log.event(of: $0, by: people.cast) }, faults: faults,
            slot: slots.second, interface: interface, opened: { [beside] in beside.reader = $0 })
    }

    /// What everybody does.
    private func lines(of people: People) -> [StagedLine] {
        var random = SeededGenerator(seed: people.seed)
        return StagedPatient(way, placing: people.placing, using: &random).replacing(changes).lines
    }

    /// What of `--stage` never happened in a visit that has ended then.
    func missed(until end: Instant) -> [StageNotReached] {
        written.filter { log.misses($0.line, until: end) }.map { StageNotReached(text: $0.text) }
    }

    /// What of `--stage` has happened by then.
    func happened(until end: Instant) -> [WrittenLine] { written.filter { !log.misses($0.line, until: end) } }

    /// What the people have and know, and how quick they are.
    struct People {
        /// What their pauses are drawn from.
        let seed: UInt64
        /// Until the card is placed.
        let placing: Duration
        let cast: StagedCast
    }
}

extension IdentityMethod {
    fileprivate var way: StagedPatient.Way {
        switch self {
        case .face: .face
        case .pin: .pin
        case .visual: .visual
        }
    }
}

extension StagedEvent.Cue {
    /// Whether it waits for a screen other than the idle screen, which counts as shown where there is none.
    fileprivate var needsScreen: Bool {
        switch self {
        case .shown(let screen, let time, _): screen != .placeCard || time != 1
        case .at, .exchange: false
        }
    }
}

/// The second reader, at which happens what is cued by the screens of the first.
private final class PlaceBeside {
    weak var reader: SimulatedReader?

    func perform(_ action: StagedAction, at now: Instant) { reader?.stage(StagedEvent(.at(now), action)) }
}
