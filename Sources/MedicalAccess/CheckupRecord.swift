import Diagnosis
import JapaneseCalendar

/// One check-up (特定健診, R090).
public struct CheckupRecord: Sendable, Equatable {
    /// 受診日
    public let day: CalendarDay
    /// What was measured, as printed: a decimal number, or a sign such as ±.
    public let values: [CheckupItem: String]

    /// A record.
    public init(day: CalendarDay, values: [CheckupItem: String]) {
        self.day = day
        self.values = values
    }
}

/// What a check-up measures, in the order of the sheet (R090).
public enum CheckupItem: String, Sendable, Hashable, CaseIterable {
    /// 身長, cm
    case height
    /// 体重, kg
    case weight
    /// 腹囲, cm
    case waist
    /// BMI
    case bmi
    /// 収縮期血圧, mmHg
    case systolic
    /// 拡張期血圧, mmHg
    case diastolic
    /// GOT(AST), U/L
    case ast
    /// GPT(ALT), U/L
    case alt
    /// LDH, U/L
    case ldh
    /// 中性脂肪, mg/dL
    case triglycerides
    /// HDLコレステロール, mg/dL
    case hdl
    /// LDLコレステロール, mg/dL
    case ldl
    /// 空腹時血糖, mg/dL
    case fastingGlucose = "fasting-glucose"
    /// 随時血糖, mg/dL
    case casualGlucose = "casual-glucose"
    /// HbA1c, %
    case hba1c
    /// CRP, mg/dL
    case crp
    /// RF定量, IU/mL
    case rheumatoidFactor = "rheumatoid-factor"

    /// The headings of the sheet (R090).
    public enum Heading: String, Sendable, CaseIterable {
        /// 身体計測
        case body = "身体計測"
        /// 血圧等
        case bloodPressure = "血圧等"
        /// 肝機能検査
        case liver = "肝機能検査"
        /// 血中脂質検査, with the sugars, which have no heading of their own in the source.
        case lipids = "血中脂質検査"
        /// 血清学検査
        case serology = "血清学検査"
    }

    /// Below which heading it stands.
    public var heading: Heading {
        switch self {
        case .height, .weight, .waist, .bmi: .body
        case .systolic, .diastolic: .bloodPressure
        case .ast, .alt, .ldh: .liver
        case .triglycerides, .hdl, .ldl, .fastingGlucose, .casualGlucose, .hba1c: .lipids
        case .crp, .rheumatoidFactor: .serology
        }
    }

    /// Its name for people.
    public var name: Sentence {
        switch self {
        case .height: Sentence(ja: "身長", en: "height")
        case .weight: Sentence(ja: "体重", en: "weight")
        case .waist: Sentence(ja: "腹囲", en: "waist")
        case .bmi: Sentence(ja: "BMI", en: "BMI")
        case .systolic: Sentence(ja: "収縮期血圧", en: "systolic blood pressure")
        case .diastolic: Sentence(ja: "拡張期血圧", en: "diastolic blood pressure")
        case .ast: Sentence(ja: "GOT(AST)", en: "AST")
        case .alt: Sentence(ja: "GPT(ALT)", en: "ALT")
        case .ldh: Sentence(ja: "LDH", en: "LDH")
        case .triglycerides: Sentence(ja: "中性脂肪", en: "triglycerides")
        case .hdl: Sentence(ja: "HDL", en: "HDL")
        case .ldl: Sentence(ja: "LDL", en: "LDL")
        case .fastingGlucose: Sentence(ja: "空腹時血糖", en: "fasting glucose")
        case .casualGlucose: Sentence(ja: "随時血糖", en: "casual glucose")
        case .hba1c: Sentence(ja: "HbA1c", en: "HbA1c")
        case .crp: Sentence(ja: "CRP", en: "CRP")
        case .rheumatoidFactor: Sentence(ja: "RF定量", en: "rheumatoid factor")
        }
    }
}
