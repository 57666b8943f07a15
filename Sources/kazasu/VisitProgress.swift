import Commands
import Diagnosis
import Eligibility
import Station

/// What a visit is doing, on standard error: one line that changes where that is a terminal, a line for each stage with `--verbose`.
final class VisitProgress {
    private let invocation: Invocation
    private var line: ProgressLine
    private var isJapanese: Bool { invocation.language == .japanese }

    init(_ invocation: Invocation, reader: String) {
        self.invocation = invocation
        line = ProgressLine(on: invocation.streams.error, environment: invocation.environment)
        invocation.log("reader \(reader)")
    }

    /// Shows that a stage begins.
    func show(_ stage: VisitStage.Name, at moment: Instant) {
        invocation.log("\((moment - .zero).milliseconds) ms: \(isJapanese ? "\(stage.japanese) (\(stage.rawValue))" : stage.rawValue)")
        // The prompt for the PIN has the terminal to itself.
        if stage == .pin { line.clear() } else if !invocation.verbose { line.show(stage.request.text(in: invocation.language)) }
    }

    /// Tells what is on the reader's screen.
    func show(_ screen: ShownScreen) {
        let words = screen.text(personal: invocation[VisitOptions.personal]).text(in: invocation.language)
        invocation.log(
            "\((screen.moment - .zero).milliseconds) ms: \(isJapanese ? "画面" : "screen") \(screen.label(in: invocation.language)): "
                + words.map(printable).joined(separator: " | "))
    }

    /// Takes the line away.
    func end() { line.clear() }
}

extension ShownScreen {
    /// The words on it; the name is masked as in the guidance (R066) unless it may be shown.
    func text(personal: Bool) -> ScreenText {
        if !personal, case .patient(.done(.some)) = content { return ScreenText(.done(name: "●●●××")) }
        return text
    }
}

extension VisitStage.Name {
    /// What a person is asked to do, or waits for.
    fileprivate var request: Sentence {
        switch self {
        case .place: Sentence(ja: "カードを置いてください…", en: "Place the card on the reader …")
        case .select, .counter, .certificate, .chain, .cardFace, .photograph, .genuine:
            Sentence(ja: "カードを読んでいます。外さないでください…", en: "Reading the card, do not remove it …")
        case .pin: Sentence(ja: "暗証番号を入力してください…", en: "Type the PIN …")
        case .verify, .sign, .signature: Sentence(ja: "本人を確認しています。外さないでください…", en: "Proving the bearer, do not remove the card …")
        case .choose, .consent, .registration: Sentence(ja: "カードリーダーの画面で選んでいます…", en: "The patient chooses at the reader …")
        case .compare: Sentence(ja: "カメラで本人を確認しています…", en: "The camera compares …")
        case .passcode, .visualCheck: Sentence(ja: "職員が目視で確認しています…", en: "The staff check by eye …")
        case .message: Sentence(ja: "カードリーダーの画面を読んでもらっています…", en: "A message is shown at the reader …")
        case .take: Sentence(ja: "カードを取り出してください…", en: "Take the card, please …")
        case .eligibility: Sentence(ja: "資格を確認しています…", en: "Asking for the eligibility …")
        }
    }
}
