import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess

/// The words of medical information. Whoever makes them has opened it by a right.
enum RecordText {
    static func text(_ records: MedicalRecords) -> ScreenText {
        switch records {
        case .drugs(let drugs): ScreenText(heading: Sentence(ja: "処方履歴", en: "Prescriptions"), lines: [drugColumns] + drugs.map(line))
        case .diagnosis(let treatments): ScreenText(heading: records.category.name, lines: visits(treatments) + table(treatments))
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

    private static func line(_ surgery: SurgeryRecord) -> Sentence {
        let day = DateText.era(surgery.day)
        return Sentence(
            ja: "\(day.japanese) \(surgery.institution) \(surgery.name)", en: "\(day.english) \(surgery.institution) \(surgery.name)")
    }

    // MARK: 診療/薬剤情報一覧

    /// 受診歴: the months in which each institution was visited (R095).
    private static func visits(_ treatments: [TreatmentRecord]) -> [Sentence] {
        var institutions: [String] = []
        for treatment in treatments where !institutions.contains(treatment.institution) { institutions.append(treatment.institution) }
        return institutions.map { institution in
            let months = Set(treatments.filter { $0.institution == institution }.map { $0.day.year * 12 + $0.day.month - 1 }).sorted()
            let words = months.map { (year: $0 / 12, month: $0 % 12 + 1) }
            return Sentence(
                ja: "医療機関名：\(institution)　受診歴：" + words.map { "\($0.year)年\($0.month)月" }.joined(separator: "、"),
                en: "Institution: \(institution), visited in " + words.map { "\($0.year)-\($0.month)" }.joined(separator: ", "))
        }
    }

    /// R095.
    static let treatmentColumns = Sentence(
        ja: "診療年月日 医療機関名 入/外 診療種別 診療行為名/医薬品名", en: "day, institution, in- or outpatient, kind, act or drug")

    private static func table(_ treatments: [TreatmentRecord]) -> [Sentence] {
        treatments.isEmpty
            ? []
            : [treatmentColumns]
                + treatments.map { treatment in
                    let kind = treatment.kind == .inpatient ? "inpatient" : "outpatient"
                    return Sentence(
                        ja: [
                            DateText.era(treatment.day).japanese, treatment.institution, treatment.kind.rawValue, treatment.type,
                            treatment.name,
                        ]
                        .joined(separator: " "),
                        en: [treatment.day.description, treatment.institution, kind, treatment.type, treatment.name].joined(separator: " "))
                }
    }

    // MARK: 特定健診情報

    /// A heading stands above what was measured below it (R090).
    private static func lines(_ checkup: CheckupRecord) -> [Sentence] {
        let day = DateText.era(checkup.day)
        return [Sentence(ja: "受診日：\(day.japanese)", en: "check-up of \(day.english)")]
            + CheckupItem.Heading.allCases.flatMap { heading in
                let items = CheckupItem.allCases.compactMap { item in
                    item.heading == heading
                        ? checkup.values[item].map { Sentence(ja: "\(item.name.japanese) \($0)", en: "\(item.name.english) \($0)") } : nil
                }
                return items.isEmpty ? [] : [Sentence(ja: "【\(heading.rawValue)】", en: "[\(english(heading))]")] + items
            }
    }

    private static func english(_ heading: CheckupItem.Heading) -> String {
        switch heading {
        case .body: "body measures"
        case .bloodPressure: "blood pressure"
        case .liver: "liver function"
        case .lipids: "blood lipids and sugar"
        case .serology: "serology"
        }
    }
}
