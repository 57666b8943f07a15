import Centre
import Diagnosis
import Eligibility
import JapaneseCalendar

/// The words of an eligibility result, field by field and in the order of the sources (R080–R083). Personal data.
enum ResultText {
    /// The button that asks again (R080).
    static let refresh = Sentence(ja: "更新", en: "Refresh")

    /// Every field, also one of which nothing is known: an empty cell is another thing than one that was forgotten.
    static func lines(_ result: LimitedResult) -> [Sentence] {
        var lines = [result.validity.sentence]
        if let person = result.person { lines += who(person, on: result.day) }
        if let day = result.day { lines.append(line("資格確認日", "Confirmed on", DateText.era(day))) }
        if let qualification = result.qualification { lines += insurance(qualification) }
        if let person = result.person { lines += address(person) }
        if let qualification = result.qualification { lines += dates(qualification) }
        return lines
    }

    /// R080.
    private static func who(_ person: InsuredPerson, on day: CalendarDay?) -> [Sentence] {
        let age = day.map { person.birth.age(on: $0) }.map { Sentence(ja: "\($0)歳", en: "\($0)") } ?? unknown
        return [
            line("シメイ", "Kana", person.kana), line("氏名", "Name", person.name), line("性別", "Sex", sex(person.sex)),
            line("生年月日", "Born", DateText.birth(of: person)), line("年齢", "Age", age),
        ]
    }

    /// R081.
    private static func insurance(_ qualification: Qualification) -> [Sentence] {
        let number = [qualification.symbol, qualification.number, qualification.branch].compactMap { $0 }.joined(separator: " ")
        let ratio = qualification.contributionPercent
        let kind = insurerKind(qualification.insurerNumber)
        let isSelf = qualification.relation == .insured
        return [
            line("保険者番号", "Insurer", qualification.insurerNumber), line("保険者名", "Insurer's name", qualification.insurerName),
            line("記号・番号・枝番", "Symbol, number, branch", number),
            line(
                "患者区分", "Patient class",
                Sentence(
                    ja: "\(kind.japanese) \(isSelf ? "本人" : "家族") \(ratio % 10 == 0 ? "\(ratio / 10)割" : "\(ratio)％")",
                    en: "\(kind.english), \(isSelf ? "self" : "family"), \(ratio) %")),
        ]
    }

    /// R082.
    private static func address(_ person: InsuredPerson) -> [Sentence] {
        [
            line("郵便番号", "Postal code", person.postalCode), line("住所", "Address", person.address),
            line("電話番号1", "Telephone 1", person.telephones.first),
            line("電話番号2", "Telephone 2", person.telephones.dropFirst().first),
        ]
    }

    /// R083.
    private static func dates(_ qualification: Qualification) -> [Sentence] {
        let (from, until) = (DateText.era(qualification.validFrom), DateText.era(qualification.validUntil))
        return [
            line("資格取得年月日", "Since", DateText.era(qualification.from)), line("交付年月日", "Issued", DateText.era(qualification.issued)),
            line(
                "有効期限", "Valid",
                Sentence(ja: "\(from.japanese) ～ \(until.japanese)", en: "from \(from.english) until \(until.english)")),
        ]
    }

    /// What stands where nothing is known.
    static let unknown = Sentence(ja: "－", en: "-")

    private static func line(_ japanese: String, _ english: String, _ value: String?) -> Sentence {
        line(japanese, english, value.map { Sentence(ja: $0, en: $0) } ?? unknown)
    }

    private static func line(_ japanese: String, _ english: String, _ value: Sentence) -> Sentence {
        Sentence(ja: "\(japanese)：\(value.japanese)", en: "\(english): \(value.english)")
    }

    /// OQSCD007.
    private static func sex(_ code: Int) -> Sentence {
        switch code {
        case 1: Sentence(ja: "男", en: "male")
        case 2: Sentence(ja: "女", en: "female")
        default: Sentence(ja: "未設定", en: "not set")
        }
    }

    /// Whose insurance it is by the number (法別番号 of eight digits; six digits are municipal insurance, 保険者番号等設定要領).
    private static func insurerKind(_ number: String) -> Sentence {
        guard number.utf8.count == 8 else { return Sentence(ja: "国民健康保険", en: "municipal insurance") }
        return switch number.prefix(2) {
        case "01": Sentence(ja: "全国健康保険協会", en: "Japan Health Insurance Association")
        case "02": Sentence(ja: "船員保険", en: "seamen's insurance")
        case "03", "04": Sentence(ja: "日雇特例", en: "day labourers' insurance")
        case "06": Sentence(ja: "健康保険組合", en: "health insurance society")
        case "07": Sentence(ja: "自衛官等", en: "self-defence forces")
        case "12": Sentence(ja: "医療扶助", en: "medical aid")
        case "31", "32", "33", "34": Sentence(ja: "共済組合", en: "mutual aid association")
        case "39": Sentence(ja: "後期高齢者医療", en: "insurance of the oldest")
        case "63", "72", "73", "74", "75": Sentence(ja: "特例退職者", en: "retired members")
        case "67": Sentence(ja: "退職者医療", en: "insurance of the retired")
        default: Sentence(ja: "保険者種別不明", en: "unknown kind of insurer")
        }
    }
}

/// Days for people.
enum DateText {
    /// 和暦 in Japanese, the first year of an era as 元年; `YYYY-MM-DD` in English.
    static func era(_ day: CalendarDay) -> Sentence {
        guard let (era, year) = JapaneseEra.year(of: day) else { return western(day) }
        let name =
            switch era {
            case .meiji: "明治"
            case .taisho: "大正"
            case .showa: "昭和"
            case .heisei: "平成"
            case .reiwa: "令和"
            }
        return Sentence(ja: "\(name)\(year == 1 ? "元" : "\(year)")年\(day.month)月\(day.day)日", en: day.description)
    }

    static func era(_ day: CalendarDay?) -> Sentence { day.map { era($0) } ?? ResultText.unknown }

    /// R088: in eras for Japanese, in western years for foreign residents.
    static func birth(of person: InsuredPerson) -> Sentence {
        switch person.birthCalendar {
        case .japanese: era(person.birth)
        case .western: western(person.birth)
        }
    }

    private static func western(_ day: CalendarDay) -> Sentence {
        Sentence(ja: "\(day.year)年\(day.month)月\(day.day)日", en: day.description)
    }
}

extension QualificationValidity {
    /// What it says (OQSCD006); of nobody 資格情報なし (R130).
    public var sentence: Sentence {
        switch self {
        case .valid: Sentence(ja: "有効", en: "valid")
        case .invalid: Sentence(ja: "無効", en: "not valid")
        case .invalidNewerExists: Sentence(ja: "無効（新しい資格あり）", en: "not valid; there is a newer one")
        case .none: Sentence(ja: "資格情報なし", en: "no eligibility")
        case .several: Sentence(ja: "複数該当", en: "several")
        case .validUnregistered: Sentence(ja: "有効（未登録）", en: "valid, not registered")
        }
    }
}
