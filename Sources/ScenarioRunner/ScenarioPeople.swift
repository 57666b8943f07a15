import Scenarios
import SimulationKit
import SimulatorCatalog
import Staging
import Station
import YAML

/// The patient and the staff of a scenario.
final class ScenarioPeople {
    let cast: StagedCast
    private let lines: [StagedLine]
    private let changes: [(place: YAMLPlace, line: StagedLine)]
    private let origin: Instant
    // The number of a change by its line; what happens twice in the same way happens by one line.
    private var happened: Set<StagedLine> = []

    init(_ scenario: Scenario, cast: StagedCast, from origin: Instant, using random: inout SeededGenerator) {
        self.cast = cast
        self.origin = origin
        changes = scenario.stage
        let placing = scenario.people.placing ?? .milliseconds(Int.random(in: 900...1_500, using: &random))
        let way = StagedPatient.Way(rawValue: scenario.identity.rawValue) ?? .pin
        lines = StagedPatient(way, placing: placing, using: &random).replacing(scenario.stage.map(\.line)).lines
    }

    /// Has everything happen at a reader; the card is placed at the one beside it, where there is one.
    func act(at reader: SimulatedReader, beside second: SimulatedReader?, _ station: Station) {
        guard let second else { return stage(lines, at: reader) }
        guard reader.terminal != nil else {
            // Without a screen the second reader has the same cue.
            stage(lines.filter { !$0.word.movesCard }, at: reader)
            return stage(lines.filter(\.word.movesCard), at: second)
        }
        stage(lines.filter { !$0.isAtCard && !$0.word.movesCard }, at: reader)
        stage(lines.filter(\.isAtCard), at: second)
        for line in lines where !line.isAtCard && line.word.movesCard {
            guard let action = line.word.action(by: cast) else { continue }
            // The screens are the first reader's, the card lies in the second: nothing lies here that could be taken.
            reader.stage(
                StagedEvent(line.cue, .remove) { [weak self, weak second] in
                    self?.happened.insert(line)
                    second?.stage(StagedEvent(.at(station.now), action))
                })
        }
    }

    private func stage(_ lines: [StagedLine], at reader: SimulatedReader) {
        for line in lines {
            guard let event = line.event(by: cast, onset: { [weak self] in self?.happened.insert(line) }) else { continue }
            reader.stage(StagedEvent(shifted(event.cue), event.action, onset: event.onset))
        }
    }

    private func shifted(_ cue: StagedEvent.Cue) -> StagedEvent.Cue {
        if case .at(let moment) = cue { .at(moment + (origin - .zero)) } else { cue }
    }

    /// What a scenario has happen, and did not.
    var neverHappened: [Mismatch] {
        changes.filter { $0.line.word != .nothing && !happened.contains($0.line) }
            .map { Mismatch(place: $0.place, expected: "this to happen", got: "the end before") }
    }
}
