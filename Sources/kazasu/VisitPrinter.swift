import Centre
import Commands
import Diagnosis
import Eligibility
import JapaneseCalendar
import Station

/// Shows what came of a visit: a table for people, one object for programs.
struct VisitPrinter {
    private let invocation: Invocation
    private let reader: String
    private let report: VisitReport

    init(_ invocation: Invocation, reader: String, report: VisitReport) {
        self.invocation = invocation
        self.reader = reader
        self.report = report
    }

    /// Prints the result and returns the exit status.
    func print(interruptedBy interrupt: Interrupt?) throws -> Int32 {
        let output = invocation.streams.output
        let failure = OutcomeFailure(report.outcome)
        // Said first, so that it is not lost where nobody reads standard output to its end.
        if let failure { invocation.tell(failure) }
        if invocation.json {
            let result = VisitJSON(
                report, reader: reader, personal: invocation[VisitOptions.personal], language: invocation.language)
            try output.writeLine(jsonLine(result))
        } else {
            try output.write(text())
        }
        if case .cancelled = report.outcome, let interrupt { return interrupt.exitStatus }
        return failure?.category.exitStatus ?? 0
    }

    // MARK: For people

    private var isJapanese: Bool { invocation.language == .japanese }

    private func text() -> String {
        var lines: [String] = []
        if let answer = report.outcome.eligibility {
            // What a database holds may be meant to harm a terminal.
            lines += eligibilityLines(answer).map(printable) + certificateLines() + [""]
        }
        if let name = report.cardReader { lines += [printable(isJapanese ? "カード: \(name)" : "Card at: \(name)"), ""] }
        if !report.screens.isEmpty { lines += readerLines() + [""] }
        lines += stageLines()
        lines.append("")
        lines.append(
            isJapanese
                ? "APDU \(report.tally.apdus)回、送信 \(report.tally.bytesSent)バイト、受信 \(report.tally.bytesReceived)バイト"
                : "\(report.tally.apdus) APDUs, \(report.tally.bytesSent) bytes sent, \(report.tally.bytesReceived) bytes received")
        return lines.joined(separator: "\n") + "\n"
    }

    private func eligibilityLines(_ answer: EligibilityAnswer) -> [String] {
        var lines = ["\(isJapanese ? "資格" : "Eligibility"): \(answer.validity.sentence.text(in: invocation.language))  (\(report.day))"]
        if let qualification = answer.qualification {
            lines.append(
                isJapanese
                    ? "\(qualification.insurerName)、負担割合 \(qualification.contributionPercent)％"
                    : "\(qualification.insurerName), the person pays \(qualification.contributionPercent) %")
            if invocation[VisitOptions.personal] {
                let number = [qualification.insurerNumber, qualification.symbol ?? "-", qualification.number, qualification.branch ?? "-"]
                lines.append("\(isJapanese ? "保険者番号・記号・番号・枝番" : "insurer, symbol, number, branch"): \(number.joined(separator: " "))")
            }
        }
        if invocation[VisitOptions.personal], let person = answer.person {
            lines.append("\(person.name) (\(person.kana)) \(person.birth)")
        }
        return lines
    }

    /// What must be known of the certificate although the visit is done.
    private func certificateLines() -> [String] {
        guard let end = report.certificate?.graceEnd else { return [] }
        let day = CalendarDay(inJapanAtUnixTime: end)
        return [
            isJapanese
                ? "電子証明書は満了しています。資格の確認に使えるのは \(day) までです。"
                : "The certificate has expired; it serves for eligibility until \(day)."
        ]
    }

    /// What happened at a reader with a screen.
    private func readerLines() -> [String] {
        var lines: [String] = []
        if let method = report.identity {
            lines.append("\(isJapanese ? "本人確認" : "Identity"): \(method.name.text(in: invocation.language))")
        }
        if let consent = report.consent {
            let answers = consent.groups.map { group in
                "\(isJapanese ? group.name.japanese : group.rawValue) \(consent.answers[group] == true ? "○" : "×")"
            }
            lines.append("\(isJapanese ? "同意" : "Consent"): \(answers.joined(separator: isJapanese ? "、" : ", "))")
        }
        lines.append(
            "\(isJapanese ? "画面" : "Screens"): \(report.screens.map { $0.label(in: invocation.language) }.joined(separator: " → "))")
        if report.isCardLeft {
            lines.append(isJapanese ? "カードが置き忘れられています。" : "The card was left behind.")
        }
        return lines
    }

    /// The stages as a waterfall: each bar begins where the one before ended.
    private func stageLines() -> [String] {
        let width = 40
        let start = report.stages.first?.began ?? .zero
        let total = report.stages.last.map { $0.began + $0.duration - start } ?? .zero
        let scale = Double(width) / max(total.milliseconds, 0.001)
        let bar = Terminal(descriptor: invocation.streams.output.descriptor, environment: invocation.environment)
        let names = isJapanese ? VisitStage.Name.japaneseWidth + 2 : 0
        let japanese = { (words: String) in isJapanese ? pad(words, names) : "" }
        var lines = [
            isJapanese ? "\(japanese("段階"))                  ミリ秒   APDU" : "stage                 ms  APDUs"
        ]
        for stage in report.stages {
            let offset = min(width - 1, Int((stage.began - start).milliseconds * scale))
            let length = min(width - offset, Int((stage.duration.milliseconds * scale).rounded()))
            let block = length == 0 ? "▏" : String(repeating: "█", count: length)
            let name = japanese(stage.name.japanese) + pad(stage.name.rawValue, 12)
            let drawn = String(repeating: " ", count: offset) + bar.styled(block, .green)
            lines.append("\(name)\(leftPad(fixed(stage.duration), 12))\(leftPad(String(stage.apdus), 7))  \(drawn)")
        }
        lines.append("\(japanese("合計"))\(pad("total", 12))\(leftPad(fixed(total), 12))\(leftPad(String(report.tally.apdus), 7))")
        return lines
    }

    /// Milliseconds with one decimal.
    private func fixed(_ duration: Duration) -> String {
        let tenths = (duration.wholeNanoseconds + 50_000) / 100_000
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - columns(text))) }
    private func leftPad(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
}

/// An outcome that is not a confirmed identity, in the form in which programs tell errors.
struct OutcomeFailure: DiagnosedError {
    let code: String
    let sentence: Sentence
    let cause: String?
    let category: FailureCategory

    init?(_ outcome: VisitOutcome) {
        guard let sentence = outcome.sentence, let category = outcome.category else { return nil }
        code = outcome.code
        self.sentence = sentence
        cause = outcome.cause
        self.category = category
    }
}

extension QualificationValidity {
    /// A stable name for programs.
    var code: String {
        switch self {
        case .valid: "valid"
        case .invalid: "invalid"
        case .invalidNewerExists: "invalid-newer-exists"
        case .none: "none"
        case .several: "several"
        case .validUnregistered: "valid-unregistered"
        }
    }

    /// What it means.
    var sentence: Sentence {
        switch self {
        case .valid: Sentence(ja: "有効", en: "valid")
        case .invalid: Sentence(ja: "無効", en: "invalid")
        case .invalidNewerExists: Sentence(ja: "無効（新しい資格あり）", en: "invalid, a newer one exists")
        case .none: Sentence(ja: "該当資格なし", en: "no qualification")
        case .several: Sentence(ja: "複数の資格が該当", en: "several qualifications")
        case .validUnregistered: Sentence(ja: "有効（未登録）", en: "valid, not registered")
        }
    }
}
