import CentreSimulator
import Commands
import Diagnosis
import Glibc
import Scenarios

/// `kazasu centre …`: what the simulated centre knows, and what it has written down.
let centreCommand = Command(
    "centre", Sentence(ja: "模擬の資格確認システムを見る", en: "Look at the simulated centre"),
    discussion: Sentence(
        ja: "受付（visit）は資格データベース（SQLite）を使う。そこには架空の患者だけがいる。",
        en: "A visit asks a database (SQLite). There are synthetic patients in it only."),
    subcommands: [centrePatientsCommand, centreAuditCommand])

private let centrePatientsCommand = Command(
    "patients", Sentence(ja: "テスト患者一覧", en: "List the synthetic patients"),
    discussion: Sentence(
        ja: "番号は、場面のファイルの patient: に書ける。", en: "The number may stand behind 'patient:' in a scenario."),
    examples: [Example("kazasu centre patients", Sentence(ja: "架空の患者と、何のための患者か", en: "Who there is, and for what"))]
) { invocation in
    let patients = SyntheticPersons.all.map(PatientJSON.init)
    let output = invocation.streams.output
    if invocation.json {
        try output.writeLine(jsonLine(["patients": patients]))
    } else {
        for line in aligned(patients.map { [$0.number, $0.name, $0.birth, $0.note] }) { try output.writeLine(line) }
    }
    return 0
}

private let centreAuditCommand = Command(
    "audit", Sentence(ja: "監査記録を読む：誰が、何を、どの権利で", en: "Read the audit trail: who, what, by which right"),
    discussion: Sentence(
        ja: """
            1行が1件：日時（日本時間）、機能、結果（shown 表示、hidden 施設の設定で非表示、done 実行、refused 拒否）、アカウント、資格、\
            患者（資格確認システムの番号）、情報の種類（OQSCD036）、権利または拒否の理由。氏名や見た内容は残らない。
            """,
        en: """
            A line an entry: the time in Japan, what was asked, what came of it (shown, hidden by the facility's setting, done, refused), the \
            account, the profession, the patient by the centre's key, the kind of information (OQSCD036), and by which right it was shown or \
            why not. Neither names nor what was shown are in it.
            """),
    options: [VisitOptions.centre],
    variables: [Variable("XDG_DATA_HOME", Sentence(ja: "資格データベースを置く場所", en: "Where the centre's database is kept"))],
    examples: [
        Example("kazasu centre audit --centre centre.sqlite3", Sentence(ja: "このデータベースの監査記録", en: "The audit trail of this database"))
    ]
) { invocation in
    let path = try invocation[VisitOptions.centre] ?? invocation.configuration()[.centre] ?? invocation.environment.centrePath()
    guard access(path, F_OK) == 0 else { throw FileError(path: path, reason: .unreadable(errno)) }
    // One of an earlier version is left as it is: it has no audit trail.
    let entries =
        try CentreDatabase.isCurrent(path: path) ? CentreCore(CentreDatabase(path: path)).auditTrail().map(AuditJSON.init) : []
    let output = invocation.streams.output
    if invocation.json {
        try output.writeLine(jsonLine(["audit": entries]))
    } else {
        for line in aligned(entries.map(\.cells)) { try output.writeLine(line) }
    }
    return 0
}

extension Environment {
    /// The centre's database where none is named: in XDG_DATA_HOME.
    func centrePath() throws -> String {
        var folders: [String: String] = [:]
        for name in ["XDG_DATA_HOME", "HOME"] { folders[name] = self[name] }
        return try CentreDatabase.defaultPath(environment: folders)
    }
}

/// Rows as lines, each column as wide as its widest cell.
private func aligned(_ rows: [[String]]) -> [String] {
    let rows = rows.map { $0.map(printable) }
    let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { columns($0[column]) }.max() ?? 0 }
    return rows.map { row in
        let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - columns(cell)) }
        return cells.joined(separator: "  ").trimmingTrailingSpaces
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String { String(reversed().drop { $0 == " " }.reversed()) }
}

private struct PatientJSON: Encodable {
    struct Insurance: Encodable {
        let insurerNumber: String
        let insurerName: String
        let symbol: String?
        let number: String
        let branch: String?
    }

    let number: String
    let name: String
    let kana: String
    let birth: String
    let sex: Int
    let insurances: [Insurance]
    let note: String

    init(_ person: SyntheticPerson) {
        number = Hexadecimal.text(person.serial).lowercased()
        (name, kana, birth, sex, note) = (person.name, person.kana, person.birth, person.sex, person.note)
        insurances = person.qualifications.map {
            Insurance(
                insurerNumber: $0.insurerNumber, insurerName: $0.insurerName, symbol: $0.symbol, number: $0.number, branch: $0.branch)
        }
    }
}

private struct AuditJSON: Encodable {
    let time: String
    let function: String
    let outcome: String
    let place: String
    let account: String?
    let profession: String?
    let patient: String?
    let category: String?
    let reason: String?

    init(_ entry: CentreAuditEntry) {
        time = JapaneseTime(unixTime: entry.time).text
        (function, outcome, place, account) = (entry.function, entry.outcome, entry.place, entry.account)
        (profession, patient, category) = (entry.profession, entry.patient?.value, entry.category?.rawValue)
        reason = entry.reason
    }

    var cells: [String] {
        [time, function, outcome, account ?? place] + [profession, patient, category, reason].map { $0 ?? "-" }
    }
}
