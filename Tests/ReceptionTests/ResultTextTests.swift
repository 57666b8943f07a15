import Centre
import CentreSimulator
import Certificates
import Guidance
import JapaneseCalendar
import MedicalAccess
import Reception
import TestSupport
import Testing

/// The words of results and of medical information.
@Suite struct ResultTextTests {
    /// What the simulated centre says of a person of its list on 2026-04-01.
    private func centreAnswer(_ name: String) throws -> EligibilityAnswer {
        let person = try #require(SyntheticPersons.all.first { $0.name == "試験 \(name)" })
        return try CentreCore(try .inMemory()).answer(
            EligibilityQuery(serial: CertificateSerial(person.serial), day: CalendarDay(inJapanAtUnixTime: opening)))
    }

    private func lines(_ answer: EligibilityAnswer) -> [String] { ReceptionText.text(.result(answer)).lines.map(\.japanese) }

    /// The labels are those of the sample in the sources, in its order.
    @Test(.holds("R080", "R081", "R082", "R083")) func everyFieldOfTheSampleIsThere() throws {
        let lines = lines(try centreAnswer("短期"))
        #expect(lines.first == "有効")
        #expect(lines.dropFirst().map { $0.prefix { $0 != "：" } } == SampleResult.cells.map { $0.label[...] })
        #expect(ReceptionText.text(.result(try centreAnswer("短期"))).buttons.map(\.japanese) == ["更新", "終了する"])
        let limited = ReceptionText.text(.limitedResult(LimitedResult(try centreAnswer("短期"))))
        #expect(limited == ReceptionText.text(.result(try centreAnswer("短期"))))
    }

    @Test(.holds("R080", "R081", "R082", "R083")) func everyFieldHasItsValue() throws {
        #expect(
            lines(try centreAnswer("短期")) == [
                "有効", "シメイ：シケン タンキ", "氏名：試験 短期", "性別：男", "生年月日：昭和35年4月1日", "年齢：66歳", "資格確認日：令和8年4月1日",
                "保険者番号：990010", "保険者名：試験市国民健康保険", "記号・番号・枝番：試 4065 01", "患者区分：国民健康保険 本人 3割", "郵便番号：999-0001",
                "住所：試験県試験市試験町一丁目65番", "電話番号1：00-0000-0001", "電話番号2：000-0000-0002", "資格取得年月日：令和2年4月1日",
                "交付年月日：令和2年4月1日", "有効期限：令和2年4月1日 ～ 令和9年3月31日",
            ])
    }

    @Test(
        .holds("R081"), arguments: [("家族", "健康保険組合 家族 3割"), ("一割", "後期高齢者医療 本人 1割"), ("太郎", "国民健康保険 本人 2割")])
    func thePatientClassSaysInsurerRelationAndPart(_ name: String, _ words: String) throws {
        #expect(lines(try centreAnswer(name)).contains("患者区分：\(words)"))
    }

    @Test func whatIsNotKnownIsEmptyAndNotLeftOut() throws {
        let lines = lines(try centreAnswer("花子"))
        #expect(lines.count == SampleResult.cells.count + 1)
        #expect(lines.contains("電話番号2：－") && lines.contains("有効期限：－ ～ －") && lines.contains("患者区分：健康保険組合 本人 3割"))
    }

    /// The borders of the eras, and a foreign resident.
    @Test(
        .holds("R088"),
        arguments: [
            ("明治", "明治45年7月29日"), ("大正", "大正元年7月30日"), ("大正末", "大正15年12月24日"), ("昭和", "昭和元年12月25日"),
            ("昭和末", "昭和64年1月7日"), ("平成", "平成元年1月8日"), ("平成末", "平成31年4月30日"), ("令和", "令和元年5月1日"),
            ("閏日", "令和6年2月29日"), ("ALEX SMITH", "1985年6月15日"),
        ])
    func birthsAreWrittenInErasOrWesternYears(_ name: String, _ birth: String) throws {
        #expect(lines(try centreAnswer(name)).contains("生年月日：\(birth)"))
    }

    // MARK: Medical information

    private func words(_ records: MedicalRecords) -> [String] { ReceptionText.text(.records(records)).lines.map(\.japanese) }

    @Test(.holds("R090")) func aCheckupHasItsHeadings() throws {
        let day = CalendarDay(inJapanAtUnixTime: opening)
        let all = CheckupRecord(day: day, values: Dictionary(uniqueKeysWithValues: CheckupItem.allCases.map { ($0, "1") }))
        #expect(
            words(.checkup([all])) == [
                "受診日：令和8年4月1日", "【身体計測】", "身長 1", "体重 1", "腹囲 1", "BMI 1", "【血圧等】", "収縮期血圧 1", "拡張期血圧 1",
                "【肝機能検査】", "GOT(AST) 1", "GPT(ALT) 1", "LDH 1", "【血中脂質検査】", "中性脂肪 1", "HDL 1", "LDL 1", "空腹時血糖 1",
                "随時血糖 1", "HbA1c 1", "【血清学検査】", "CRP 1", "RF定量 1",
            ])
        let some = CheckupRecord(day: day, values: [.weight: "60.5"])
        #expect(words(.checkup([some])) == ["受診日：令和8年4月1日", "【身体計測】", "体重 60.5"])
    }

    @Test(.holds("R095")) func aDiagnosisViewHasItsColumns() throws {
        func treatment(_ time: Int64, _ institution: String, _ kind: CareKind) -> TreatmentRecord {
            TreatmentRecord(
                day: CalendarDay(inJapanAtUnixTime: time), institution: institution, kind: kind, type: "検査", name: "試験検査")
        }
        let day: Int64 = 86_400
        let treatments = [
            treatment(opening, "甲医院", .outpatient), treatment(opening + day, "甲医院", .outpatient),
            treatment(opening + 31 * day, "乙病院", .inpatient), treatment(opening + 32 * day, "甲医院", .outpatient),
        ]
        #expect(
            words(.diagnosis(treatments)) == [
                "医療機関名：甲医院　受診歴：2026年4月、2026年5月", "医療機関名：乙病院　受診歴：2026年5月",
                "診療年月日 医療機関名 入/外 診療種別 診療行為名/医薬品名", "令和8年4月1日 甲医院 外 検査 試験検査", "令和8年4月2日 甲医院 外 検査 試験検査",
                "令和8年5月2日 乙病院 入 検査 試験検査", "令和8年5月3日 甲医院 外 検査 試験検査",
            ])
        #expect(words(.diagnosis([])) == [])
    }
}
