import Commands
import Diagnosis
import Staging
import Station

/// A line of `--stage` as it was written, for whoever must be told of it.
struct WrittenLine {
    let text: String
    let line: StagedLine
}

/// Which lines of a stage have begun to happen.
final class StageLog {
    private var begun: Set<StagedLine> = []

    /// The event of a line, noted here as it begins.
    func event(of line: StagedLine, by cast: StagedCast) -> StagedEvent? {
        line.event(by: cast) { [weak self] in _ = self?.begun.insert(line) }
    }

    /// The event of a line that happens elsewhere, by `perform`: only its moment is that of the reader on whose stage it is.
    func event(of line: StagedLine, by cast: StagedCast, perform: @escaping (StagedAction) -> Void) -> StagedEvent? {
        guard let action = line.word.action(by: cast) else { return nil }
        // Nothing lies here that could be taken.
        return StagedEvent(line.cue, .remove) { [weak self] in
            self?.begun.insert(line)
            perform(action)
        }
    }

    /// Whether a line never happened in a visit that has ended then. To do nothing never happens.
    func misses(_ line: StagedLine, until end: Instant) -> Bool {
        if line.word == .nothing { return false }
        // A reader without a screen takes its moments beforehand.
        if case .at(let moment) = line.cue { return moment > end }
        return !begun.contains(line)
    }
}

/// Something was to happen at a screen, a moment or a command that never came.
struct StageNotReached: DiagnosedError {
    let text: String

    var code: String { "stage-not-reached" }
    var sentence: Sentence {
        Sentence(ja: "--stage の「\(text)」は起きませんでした。", en: "This of --stage never happened: \(text)")
    }
    var cause: String? { nil }
    var category: FailureCategory { .usage }
}
