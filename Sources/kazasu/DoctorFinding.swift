import Diagnosis

/// What the doctor looks at, in this order: each thing stands on those before it.
enum DoctorCheck: String, CaseIterable {
    case configuration, service, usb, bluetooth, readers, reader, card, applications, counters, certificate, centre

    var title: Sentence {
        switch self {
        case .configuration: Sentence(ja: "設定ファイル", en: "configuration")
        case .service: Sentence(ja: "PC/SC サービス", en: "PC/SC service")
        case .usb: Sentence(ja: "USB 接続", en: "USB devices")
        case .bluetooth: Sentence(ja: "Bluetooth", en: "Bluetooth")
        case .readers: Sentence(ja: "リーダーの一覧", en: "readers")
        case .reader: Sentence(ja: "使うリーダー", en: "chosen reader")
        case .card: Sentence(ja: "カード", en: "card")
        case .applications: Sentence(ja: "カードの中身", en: "applications")
        case .counters: Sentence(ja: "暗証番号", en: "PINs")
        case .certificate: Sentence(ja: "電子証明書", en: "certificate")
        case .centre: Sentence(ja: "資格データベース", en: "centre database")
        }
    }
}

/// What a check has found.
struct DoctorFinding {
    enum State: String, CaseIterable {
        case ok, warning, failed, skipped

        var word: Sentence {
            switch self {
            case .ok: Sentence(ja: "正常", en: "ok")
            case .warning: Sentence(ja: "注意", en: "warning")
            case .failed: Sentence(ja: "異常", en: "failed")
            case .skipped: Sentence(ja: "省略", en: "skipped")
            }
        }
    }

    let check: DoctorCheck
    let state: State
    /// `ok`, `skipped`, or the stable name of what was found.
    let code: String
    /// How it stands.
    let sentence: Sentence
    /// What to do about it.
    let advice: Sentence?
    /// What the engineer wants to know; never a secret.
    let cause: String?
    /// What kind of failure it is, where it is one.
    let category: FailureCategory?

    private init(
        _ check: DoctorCheck, _ state: State, _ code: String, _ sentence: Sentence, advice: Sentence? = nil, cause: String? = nil,
        category: FailureCategory? = nil
    ) {
        self.check = check
        self.state = state
        self.code = code
        self.sentence = sentence
        self.advice = advice
        self.cause = cause
        self.category = category
    }

    static func ok(_ check: DoctorCheck, _ sentence: Sentence, cause: String? = nil) -> DoctorFinding {
        DoctorFinding(check, .ok, "ok", sentence, cause: cause)
    }

    static func skipped(_ check: DoctorCheck, _ reason: Sentence) -> DoctorFinding { DoctorFinding(check, .skipped, "skipped", reason) }

    /// A check that another one stands in the way of.
    static func skipped(_ check: DoctorCheck, after other: DoctorCheck) -> DoctorFinding {
        skipped(
            check,
            Sentence(
                ja: "「\(other.title.japanese)」が済まないと確認できません。",
                en: "This waits for '\(other.title.english)' to be in order."))
    }

    static func warning(
        _ check: DoctorCheck, _ code: String, _ sentence: Sentence, advice: Sentence, cause: String? = nil
    ) -> DoctorFinding {
        DoctorFinding(check, .warning, code, sentence, advice: advice, cause: cause)
    }

    static func failed(
        _ check: DoctorCheck, _ code: String, _ category: FailureCategory, _ sentence: Sentence, advice: Sentence, cause: String? = nil
    ) -> DoctorFinding {
        DoctorFinding(check, .failed, code, sentence, advice: advice, cause: cause, category: category)
    }

    /// An error whose own sentence says what to do.
    static func failed(_ check: DoctorCheck, _ error: any DiagnosedError, _ sentence: Sentence) -> DoctorFinding {
        failed(check, error.code, error.category, sentence, advice: error.sentence, cause: error.cause)
    }
}

/// All findings of one examination.
struct DoctorReport {
    var findings: [DoctorFinding] = []

    /// Where to begin.
    var firstFailure: DoctorFinding? { findings.first { $0.state == .failed } }

    /// 0 where nothing failed, else the status of the first failure.
    var exitStatus: Int32 { firstFailure?.category?.exitStatus ?? 0 }

    func count(_ state: DoctorFinding.State) -> Int { findings.count { $0.state == state } }
}
