import Centre
import Diagnosis
import Eligibility
import MedicalAccess

/// The words of an eligibility result, field by field as the sources name them (R080–R083). Personal data.
enum ResultText {
    static func lines(_ result: LimitedResult) -> [Sentence] {
        var lines: [Sentence] = [result.validity.sentence]
        if let person = result.person {
            lines += [
                line("シメイ", "Kana", person.kana), line("氏名", "Name", person.name), line("性別", "Sex", sex(person.sex)),
                line("生年月日", "Born", person.birth.description),
            ]
        }
        if let qualification = result.qualification {
            let number = [qualification.symbol, qualification.number, qualification.branch].compactMap { $0 }.joined(separator: "/")
            lines += [
                line("保険者番号", "Insurer", qualification.insurerNumber), line("保険者名", "Insurer's name", qualification.insurerName),
                line("記号・番号・枝番", "Symbol, number, branch", number),
                line("資格取得年月日", "Since", qualification.from.description),
            ]
        }
        return lines
    }

    private static func line(_ japanese: String, _ english: String, _ value: String) -> Sentence {
        Sentence(ja: "\(japanese)：\(value)", en: "\(english): \(value)")
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

/// The words of medical information. Whoever makes them has opened it by a right.
enum RecordText {
    static func text(_ records: MedicalRecords) -> ScreenText {
        switch records {
        case .drugs(let drugs): ScreenText(heading: Sentence(ja: "処方履歴", en: "Prescriptions"), lines: [drugColumns] + drugs.map(line))
        case .diagnosis(let treatments): ScreenText(heading: records.category.name, lines: treatments.map(line))
        case .checkup(let checkups): ScreenText(heading: records.category.name, lines: checkups.flatMap(lines))
        case .surgery(let surgeries): ScreenText(heading: records.category.name, lines: surgeries.map(line))
        case .specifiedDisease(let certificates): ScreenText(heading: records.category.name, lines: certificates.map(\.disease.name))
        }
    }

    /// R152.
    static let drugColumns = Sentence(ja: "年月 日 薬剤名 処方量 処方単位", en: "month, day, drug, quantity, unit")

    private static func line(_ drug: DrugRecord) -> Sentence {
        let day = drug.prescribed
        return Sentence(
            ja: "\(day.year)年\(day.month)月 \(day.day)日 \(drug.product) \(drug.quantity) \(drug.unit)",
            en: "\(day) \(drug.product) \(drug.quantity) \(drug.unit)")
    }

    private static func line(_ treatment: TreatmentRecord) -> Sentence {
        let words = "\(treatment.day) \(treatment.institution) \(treatment.type) \(treatment.name)"
        return Sentence(ja: words, en: words)
    }

    private static func line(_ surgery: SurgeryRecord) -> Sentence {
        let words = "\(surgery.day) \(surgery.institution) \(surgery.name)"
        return Sentence(ja: words, en: words)
    }

    private static func lines(_ checkup: CheckupRecord) -> [Sentence] {
        [Sentence(ja: "受診日 \(checkup.day)", en: "check-up of \(checkup.day)")]
            + CheckupItem.allCases.compactMap { item in
                checkup.values[item].map { Sentence(ja: "\(item.name.japanese) \($0)", en: "\(item.name.english) \($0)") }
            }
    }
}
