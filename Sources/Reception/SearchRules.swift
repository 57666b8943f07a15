import Centre
import Diagnosis

/// One field of the search at system failure (資格情報照会（システム障害時）).
public enum SearchField: String, Sendable, Hashable, CaseIterable {
    /// 生年月日
    case birth
    /// 性別
    case sex
    /// 資格確認日
    case day
    /// 氏名
    case name
    /// 氏名（カナ）
    case kana
    /// 住所
    case address
    /// 保険者名
    case insurer

    /// Its name on the screen.
    public var name: Sentence {
        switch self {
        case .birth: Sentence(ja: "生年月日", en: "date of birth")
        case .sex: Sentence(ja: "性別", en: "sex")
        case .day: Sentence(ja: "資格確認日", en: "day of the check")
        case .name: Sentence(ja: "氏名", en: "name")
        case .kana: Sentence(ja: "氏名（カナ）", en: "name in kana")
        case .address: Sentence(ja: "住所", en: "address")
        case .insurer: Sentence(ja: "保険者名", en: "insurer")
        }
    }

    /// Whether it is filled in. Blanks fill nothing in, and a sex is 1, 2 or 3 (OQSCD007).
    func isFilled(in search: SystemFailureSearch) -> Bool {
        func says(_ text: String?) -> Bool { text?.contains { !$0.isWhitespace } ?? false }
        return switch self {
        case .birth: search.birth != nil
        case .sex: search.sex.map { (1...3).contains($0) } ?? false
        case .day: search.day != nil
        case .name: says(search.name)
        case .kana: says(search.kana)
        case .address: says(search.address)
        case .insurer: says(search.insurer)
        }
    }
}

/// What must be filled in before a search is sent (R141–R143), as data.
public struct SearchRules: Sendable, Equatable {
    /// Sets of fields of each of which at least one must be filled in.
    public var needed: [Set<SearchField>]

    /// Rules.
    public init(needed: [Set<SearchField>]) { self.needed = needed }

    /// 生年月日, 性別 and 資格確認日; one of 氏名 and 氏名（カナ）; one of 住所 and 保険者名.
    public static let standard = SearchRules(needed: [[.birth], [.sex], [.day], [.name, .kana], [.address, .insurer]])

    /// The sets of which nothing is filled in; a search without any may be sent.
    public func missing(in search: SystemFailureSearch) -> [Set<SearchField>] {
        needed.filter { fields in !fields.contains { $0.isFilled(in: search) } }
    }
}
