import Commands
import Diagnosis
import Glibc
import ReaderKit
import ReaderTransport
import ScenarioRunner
import Scenarios
import SimulatorCatalog
import Station
import Synchronization

/// One run of `kazasu run`: every scenario at every reader, as often as was asked for.
struct ScenarioCampaign {
    private let invocation: Invocation
    private let plays: [Play]
    /// What is played in real time, to be ended when somebody interrupts it.
    private let waiting = WaitingStations()
    /// Who sits before real readers.
    private let people: RealPeople?

    /// One scenario at one reader.
    private struct Play: Sendable {
        let file: ScenarioFile
        let reader: ScenarioReader
        let seed: UInt64?
    }

    /// What has come of it.
    private struct Played: Sendable {
        let report: ScenarioReport
        /// The last exchanges with the card, where something came otherwise.
        let exchanges: [String]
    }

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        guard !invocation.operands.isEmpty else {
            throw invocation.misuse(Sentence(ja: "場面のファイルかフォルダを指定してください。", en: "Name a scenario file or a folder."))
        }
        let readers = try ScenarioReader.all(of: invocation)
        let isReal = readers.contains(where: \.isReal)
        if isReal,
            invocation[RunOptions.parallel] > 1 || invocation.isGiven(RunOptions.repetitions) || invocation.isGiven(RunOptions.seed)
                || invocation[RunOptions.faults]
        {
            throw invocation.misuse(
                Sentence(
                    ja: "実物のカードリーダーでは --parallel、--repeat、--seed、--faults を使えません。",
                    en: "--parallel, --repeat, --seed and --faults are for simulated readers."))
        }
        let files = try ScenarioFile.all(at: invocation.operands)
        guard !files.isEmpty else {
            throw invocation.misuse(Sentence(ja: "そこには .yaml のファイルがありません。", en: "There is no .yaml file there."))
        }
        let count = invocation[RunOptions.repetitions]
        let first = invocation[RunOptions.seed] ?? (count == nil && !invocation[RunOptions.faults] ? nil : 0)
        let seeds: [UInt64?] = first.map { first in (0..<UInt64(count ?? 1)).map { first &+ $0 } } ?? [nil]
        plays = files.flatMap { file in
            (readers.isEmpty ? ScenarioReader.usual(for: file.scenario) : readers).flatMap { reader in
                seeds.map { Play(file: file, reader: reader, seed: $0) }
            }
        }
        people = isReal ? try RealPeople(invocation) : nil
    }

    // MARK: Playing

    func run() throws -> Int32 {
        if let folder = invocation[RunOptions.trace], mkdir(folder, 0o777) != 0, errno != EEXIST {
            throw FileWriteError(path: folder, number: errno)
        }
        let interrupts = Interrupts.watch { [waiting] _ in waiting.cancel() }
        try people?.takeSecrets(interrupts.cancellation)
        let played = Workers.map(plays, workers: invocation[RunOptions.parallel]) { [self] play in
            interrupts.cancellation.isCancelled ? nil : perform(play)
        }
        if let interrupt = interrupts.received { return interrupt.exitStatus }
        let results = played.compactMap { $0 }
        for result in results { try tell(result) }
        let reports = results.map(\.report)
        if let path = invocation[RunOptions.junit] {
            try writeFile(path, Array(JUnit.document(reports).utf8), cancellation: interrupts.cancellation)
        }
        if let path = invocation[RunOptions.ruleLog] { try append(reports.compactMap(\.ruleLogLine).joined(), to: path) }
        return try summarize(reports)
    }

    private func perform(_ play: Play) -> Played {
        var runner = ScenarioRunner()
        runner.seed = play.seed
        runner.drawsFault = invocation[RunOptions.faults]
        runner.isInRealTime = invocation[ReaderOptions.realTime]
        runner.tracePath = invocation[RunOptions.trace].map { "\($0)/\(traceName(of: play)).jsonl" }
        if runner.isInRealTime || play.reader.isReal { runner.opened = { [waiting] in waiting.add($0) } }
        let place = folder(of: play.file.path)
        runner.load = { try readFile(place + $0, limit: 4 << 20) }
        let verdict = verdict(of: play, by: runner)
        let (ending, result) = ending(of: verdict, play.file.path)
        let report = ScenarioReport(
            path: play.file.path, title: play.file.scenario.title, rules: play.file.scenario.rules, reader: play.reader.name,
            seed: play.seed, ending: ending, duration: result?.duration ?? .zero)
        guard case .failed = ending else { return Played(report: report, exchanges: []) }
        return Played(report: report, exchanges: (result?.exchanges.suffix(5) ?? []).map(\.text))
    }

    private func verdict(of play: Play, by runner: ScenarioRunner) -> ScenarioVerdict {
        switch (play.reader, people) {
        case (.simulated(let model), _): runner.play(play.file.scenario, at: model)
        case (.real(let selector), let people?): people.play(play.file.scenario, at: selector, by: runner)
        case (.real, nil): .skipped(Sentence(ja: "人がいません", en: "nobody is there"))
        }
    }

    private func traceName(of play: Play) -> String {
        let name = play.file.path.split(separator: "/").last.map { $0.hasSuffix(".yaml") ? String($0.dropLast(5)) : String($0) } ?? "trace"
        return [name, play.reader.fileName, play.seed.map { "\($0)" }].compactMap { $0 }.joined(separator: ".")
    }

    private func ending(of verdict: ScenarioVerdict, _ path: String) -> (ScenarioReport.Ending, ScenarioResult?) {
        switch verdict {
        case .passed(let result): return (.passed, result)
        case .skipped(let reason): return (.skipped(reason.text(in: invocation.language)), nil)
        case .broken(let error):
            let cause = error.cause.map { " (\($0))" } ?? ""
            return (.failed(["\(path):1:1: \(error.sentence.text(in: invocation.language))\(cause)"]), nil)
        case .failed(let mismatches, let result):
            return (.failed(mismatches.map { "\(path):\($0.place): \($0.sentence.text(in: invocation.language))" }), result)
        }
    }

    // MARK: Telling

    private func tell(_ played: Played) throws {
        let output = invocation.streams.output
        guard !invocation.json else { return }
        let name = printable(played.report.name)
        switch played.report.ending {
        case .passed: invocation.log("passed  \(name)")
        case .skipped(let reason): invocation.log("skipped \(name): \(reason)")
        case .failed(let lines):
            try output.writeLine("failed  \(name)")
            for line in lines { try output.writeLine(printable(line)) }
            for line in played.exchanges { try output.writeLine("    \(printable(line))") }
        }
    }

    private func append(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw FileWriteError(path: path, number: errno) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard write(file, bytes, bytes.count) == bytes.count else { throw FileWriteError(path: path, number: errno) }
    }

    private func summarize(_ reports: [ScenarioReport]) throws -> Int32 {
        let failed = reports.count { if case .failed = $0.ending { true } else { false } }
        let skipped = reports.count { if case .skipped = $0.ending { true } else { false } }
        let passed = reports.count - failed - skipped
        let output = invocation.streams.output
        if invocation.json {
            try output.write(jsonLine(CampaignJSON(reports, passed: passed, failed: failed, skipped: skipped)))
        } else {
            try output.writeLine(
                invocation.language == .japanese
                    ? "\(reports.count)場面：期待どおり \(passed)、期待と違う \(failed)、対象外 \(skipped)"
                    : "\(reports.count) scenarios: \(passed) passed, \(failed) failed, \(skipped) skipped")
        }
        return failed == 0 ? 0 : 1
    }
}

/// Stations that wait in real time.
private final class WaitingStations: Sendable {
    private let inboxes = Mutex<(all: [Inbox], isCancelled: Bool)>(([], false))

    func add(_ inbox: Inbox) {
        inboxes.withLock {
            $0.all.append(inbox)
            if $0.isCancelled { inbox.cancel() }
        }
    }

    func cancel() {
        inboxes.withLock {
            $0.isCancelled = true
            for inbox in $0.all { inbox.cancel() }
        }
    }
}

/// The result for programs.
private struct CampaignJSON: Encodable {
    let passed: Int
    let failed: Int
    let skipped: Int
    let scenarios: [Row]

    struct Row: Encodable {
        let file: String
        let title: String
        let reader: String
        let seed: UInt64?
        let result: String
        let reasons: [String]
        let milliseconds: Double
    }

    init(_ reports: [ScenarioReport], passed: Int, failed: Int, skipped: Int) {
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
        scenarios = reports.map { report in
            let (result, reasons) =
                switch report.ending {
                case .passed: ("passed", [String]())
                case .failed(let lines): ("failed", lines)
                case .skipped(let reason): ("skipped", [reason])
                }
            return Row(
                file: report.path, title: report.title, reader: report.reader, seed: report.seed, result: result, reasons: reasons,
                milliseconds: report.duration.milliseconds)
        }
    }
}
