import CentreSimulator
import Commands
import Diagnosis
import Eligibility
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
    let isBeside: Bool
    private let way: StagedPatient.Way
    private let written: [WrittenLine]
    private let log = StageLog()
    private var changes: [StagedLine] { written.map(\.line) }

    /// Reads the options. Throws a usage error where the reader has no part for what is to be done there.
    init(_ invocation: Invocation, at selector: ReaderSelector, beside second: ReaderSelector?) throws {
        card = try invocation.simulatedCard()
        isBeside = second != nil
        written = invocation[VisitOptions.stage]
        let method = invocation[VisitOptions.identity]
        way = method.way
        // A reader that is not named exactly is told of when it is opened.
        let name = try? selector.choose(among: SimulatedSource(SimulatedSource.World()).attachments()).name
        guard let model = name.flatMap(SimulatorModel.named) else { return }
        if !model.hasTerminal, method != .pin || written.contains(where: { $0.line.cue.needsScreen }) {
            throw invocation.misuse(
                Sentence(
                    ja: "sim:\(model.name) には画面もカメラもありません。sim:fujitsu-caora などを指定してください。",
                    en: "sim:\(model.name) has no screen and no camera; name another reader, such as sim:fujitsu-caora."))
        }
        if isBeside, method != .pin {
            throw invocation.misuse(
                Sentence(
                    ja: "2台目のカードリーダーで使えるのは --identity pin だけです。", en: "Only --identity pin goes with --second-reader."))
        }
    }

    /// The reader with the people at it; the patient types `pin`.
    func world(
        of people: People, faults: [CardLaneFault]
    ) -> SimulatedSource.World {
        var random = SeededGenerator(seed: people.seed)
        let patient = StagedPatient(way, placing: people.placing, using: &random).replacing(changes)
        let lines = isBeside ? patient.lines.filter { $0.word != .place && !$0.isAtCard } : patient.lines
        return SimulatedSource.World(
            link: card.link, stage: lines.compactMap { log.event(of: $0, by: people.cast) }, faults: isBeside ? [] : faults,
            hasPasscode: true)
    }

    /// The second reader, to which the patient holds the card.
    func secondWorld(of people: People, faults: [CardLaneFault]) -> SimulatedSource.World {
        let lines = [StagedLine(.shown(.placeCard, after: people.placing), .place)] + changes.filter(\.isAtCard)
        return SimulatedSource.World(link: card.link, stage: lines.compactMap { log.event(of: $0, by: people.cast) }, faults: faults)
    }

    /// What of `--stage` never happened in a visit that has ended then.
    func missed(until end: Instant) -> [StageNotReached] {
        written.filter { log.misses($0.line, until: end) }.map { StageNotReached(text: $0.text) }
    }

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

extension StagedLine {
    /// Whether it happens where the card is: at one of its commands, or to the card itself at a moment. Screens are the first reader's.
    fileprivate var isAtCard: Bool {
        switch (cue, word) {
        case (.exchange, _), (.at, .place), (.at, .remove), (.at, .swap): true
        case (.at, _), (.shown, _): false
        }
    }
}
