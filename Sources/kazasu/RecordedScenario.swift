import Commands
import Diagnosis
import Eligibility
import ReaderKit
import ScenarioRunner
import Scenarios
import SimulatorCatalog
import Station

/// `kazasu run --record`: a visit, and a scenario of it.
struct RecordedScenario {
    private let invocation: Invocation
    private let visit: Invocation
    private let path: String
    private let model: SimulatorModel
    private let second: SimulatorModel?

    /// What a scenario has no key for.
    private static let others: [any Option] = [
        ReaderOptions.share, ReaderOptions.profile, TrustOptions.directory, VisitOptions.centre, VisitOptions.pinDescriptor,
        SecretRoute.visualCode.descriptor, ReaderKey.descriptor, CardOptions.interface, ReaderOptions.fault, ReaderOptions.without,
        ReaderOptions.realTime,
    ]

    init(_ invocation: Invocation, path: String) throws {
        func misuse(_ japanese: String, _ english: String) -> UsageError { invocation.misuse(Sentence(ja: japanese, en: english)) }
        let words = invocation.operands
        guard words.first == visitCommand.name, let visit = try invocation.inner(words) else {
            throw misuse("-- のあとに visit とそのオプションを書いてください。", "Write visit and its options behind --.")
        }
        for option in Self.others where visit.texts(of: option) != nil {
            let name = option.specification.longForm
            throw misuse("\(name) は場面に書けません。省いてください。", "A scenario has no key for \(name); leave it out.")
        }
        let selector = try visit.selector()
        let second = try visit[VisitOptions.secondReader].map { text throws(ReaderError) in
            SimulatorModel.meant(by: try ReaderSelector(text))
        }
        guard let model = SimulatorModel.meant(by: selector).first, second?.isEmpty != true else {
            throw misuse("場面にできるのは sim:機種 での受付だけです。", "Only a visit at sim:MODEL can become a scenario.")
        }
        if case .image = visit[CardOptions.card] {
            throw misuse("カードのファイルは使えません。種類の名前を指定してください。", "Name a kind of card; a file of one is for a scenario beside it.")
        }
        for route in [SecretRoute.authenticationPIN, .visualCode] where invocation.environment[route.variable.name] != nil {
            let name = route.variable.name
            throw misuse("\(name) は場面に書けません。消してください。", "A scenario has no place for \(name); unset it.")
        }
        self.invocation = invocation
        self.visit = visit
        self.path = path
        self.model = model
        self.second = second?.first
    }

    func run() throws -> Int32 {
        var session = try VisitSession(visit)
        session.ended = { report, startUnixTime, staged in try write(report, startUnixTime, staged.map(\.text)) }
        return try session.run()
    }

    private func write(_ report: VisitReport, _ startUnixTime: Int64, _ staged: [String]) throws {
        var draft = ScenarioDraft(
            title: "recorded at sim:\(model.name), identity \(visit[VisitOptions.identity].rawValue)",
            time: JapaneseTime(unixTime: startUnixTime),
            reader: model.name,
            result: ScenarioResult(report, exchanges: [], rules: DatedConsentRules.standard.rules(on: report.day), from: .zero, to: .zero))
        if case .kind(let kind)? = visit[CardOptions.card] { draft.card.kind = kind.name }
        draft.card.holder = visit[CardOptions.holder]?.name
        draft.card.triesLeft = visit[CardOptions.triesLeft]
        draft.secondReader = second?.name
        draft.facility = visit[VisitOptions.facility]
        draft.identity = visit[VisitOptions.identity]
        draft.usesLastTry = visit[VisitOptions.lastTry]
        draft.seed = visit[CardOptions.seed]
        draft.stage = staged
        let text = draft.text
        // Whoever records is told at once where it does not pass.
        let scenario = try Scenario(Array(text.utf8), path: path, vocabulary: .standard)
        try writeFile(path, Array(text.utf8), cancellation: Cancellation())
        if case .failed(let mismatches, _) = ScenarioRunner().play(scenario, at: model) {
            for mismatch in mismatches {
                invocation.streams.error.writeLine(
                    printable("\(path):\(mismatch.place): \(mismatch.sentence.text(in: invocation.language))"))
            }
        }
    }
}
