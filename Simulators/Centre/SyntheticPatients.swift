import Centre
import MedicalAccess

/// Further synthetic persons: together with the first ones they cover every code of the tables (テスト患者一覧).
extension SyntheticPersons {
    /// One born in each era, on its borders, and on 29 February. Days: Meiji's last was 1912-07-29, Taisho's 1926-12-24, Showa's
    /// 1989-01-07, Heisei's 2019-04-30.
    static let born: [SyntheticPerson] = [
        aged(0x20, "明治", "メイジ", "19120729", sex: 2, "born on the last day of Meiji"),
        aged(0x21, "大正", "タイショウ", "19120730", sex: 2, "born on the first day of Taisho"),
        aged(0x22, "大正末", "タイショウマツ", "19261224", sex: 2, "born on the last day of Taisho"),
        aged(0x23, "昭和", "ショウワ", "19261225", sex: 1, "born on the first day of Showa (昭和元年)"),
        employed(0x24, "昭和末", "ショウワマツ", "19890107", sex: 1, "born on the last day of Showa"),
        employed(0x25, "平成", "ヘイセイ", "19890108", sex: 2, "born on the first day of Heisei (平成元年)"),
        schoolchild(0x26, "平成末", "ヘイセイマツ", "20190430", sex: 1, "born on the last day of Heisei"),
        preschool(0x27, "令和", "レイワ", "20190501", sex: 2, "born on the first day of Reiwa (令和元年)"),
        preschool(0x28, "閏日", "ウルウビ", "20240229", sex: 1, "born on 29 February"),
    ]

    /// Names that trouble programs.
    static let named: [SyntheticPerson] = [
        employed(0x30, "𠮷田", "ヨシダ", "19800401", sex: 2, "𠮷 (U+20BB7) is not in CP932"),
        employed(0x31, "髙橋", "タカハシ", "19810501", sex: 1, "髙 is in CP932, but not in JIS X 0208"),
        with(employed(0x32, "ALEX SMITH", "アレックス スミス", "19850615", sex: 3, "foreign resident: western dates")) {
            $0.birthCalendar = .western
        },
        // Two that 生年月日, 性別 and 氏名 do not tell apart.
        with(employed(0x33, "同名", "ドウメイ", "19750707", sex: 1, "equal to the next in birth, sex and name")) {
            $0.address = "試験県試験市同名町一丁目"
        },
        with(employed(0x34, "同名", "ドウメイ", "19750707", sex: 1, "equal to the one before in birth, sex and name")) {
            $0.address = "試験県試験市同名町二丁目"
        },
        with(employed(0x35, "未利用", "ミリヨウ", "19960606", sex: 2, "the card is not registered as insurance card")) {
            $0.isRegistered = false
        },
    ]

    /// One for each class of insured card (OQSCD010) that nobody else has, and each reason of loss (OQSCD008).
    static let classed: [SyntheticPerson] = [
        insured(0x40, "退職", "タイショク", .retired), insured(0x41, "短期", "タンキ", .shortTerm),
        insured(0x42, "短期退職", "タンキタイショク", .shortTermRetired), insured(0x43, "特別療養", "トクベツリョウヨウ", .specialCare),
        insured(0x44, "特例退職", "トクレイタイショク", .specialRetired), insured(0x45, "自衛官", "ジエイカン", .selfDefence),
        lost(0x46, "死亡", "シボウ", .death), lost(0x47, "保護開始", "ホゴカイシ", .publicAssistance),
        lost(0x48, "他保険", "タホケン", .otherInsurance), lost(0x49, "喪失", "ソウシツ", .other),
    ]

    /// One for each level of a limit certificate (OQSCD012): A01 to A06 are under 70, B01 to B10 from 70 on.
    static let limited: [SyntheticPerson] = LimitCertificate.Level.allCases.enumerated().map { index, level in
        let kind = LimitCertificate.Kind.allCases[kinds[level] ?? 0]
        let isYoung = level.rawValue.hasPrefix("A")
        let person =
            isYoung
            ? employed(0x50 + UInt8(index), "限度\(level.rawValue)", "ゲンド\(level.rawValue)", "19700101", sex: 1, "限度額 \(level.name)")
            : aged(0x50 + UInt8(index), "限度\(level.rawValue)", "ゲンド\(level.rawValue)", "19500101", sex: 2, "限度額 \(level.name)")
        return with(person) {
            $0.records = [
                .limit(
                    kind, level, from: "20240801", until: "20990731", longStay: kind == .limitAndReduction ? "20250101" : nil)
            ]
        }
    }

    // 低所得 and オ have the reduction beside the limit, 老福 the reduction alone; the others the limit.
    private static let kinds: [LimitCertificate.Level: Int] = [.a05: 1, .a06: 1, .b05: 1, .b06: 1, .b07: 2, .b08: 1]

    /// With medical information in all five kinds, with each specified disease, and with consents for care at home.
    static let treated: [SyntheticPerson] = [
        with(employed(0x70, "診療", "シンリョウ", "19660312", sex: 1, "records of all five kinds; dialysis")) {
            $0.records = records + [.disease(.dialysis, yen: 10_000, from: "20200401", until: nil)]
        },
        with(employed(0x71, "血友病", "ケツユウビョウ", "19931103", sex: 1, "haemophilia")) {
            $0.records = [.disease(.haemophilia, yen: 10_000, from: "20150401", until: nil)]
        },
        with(employed(0x72, "免疫", "メンエキ", "19820920", sex: 2, "HIV; the certificate has ended in 2023")) {
            $0.records = [.disease(.hiv, yen: 10_000, from: "20180401", until: "20230331")]
        },
        // Noon of 2026-04-01 in Japan.
        with(aged(0x73, "在宅", "ザイタク", "19390210", sex: 2, "consents for visits at home: one stands, one was cancelled")) {
            $0.records =
                records + [
                    .consent(.drugs, .homeVisit, time: 1_775_012_400),
                    .consent(.checkup, .homeVisit, time: 1_775_012_400, ended: 1_777_604_400, .cancelledByPatient),
                ]
        },
        with(employed(0x74, "家族", "カゾク", "20050909", sex: 2, "家族, branch 02")) {
            $0.qualifications[0].relation = .family
            $0.qualifications[0].branch = "02"
        },
    ]

    /// Operations, treatment, drugs and check-ups from before every limit of retention to 2026.
    private static let records: [SyntheticRecord] = [
        .surgery(.operation, "20251105", name: "内視鏡的大腸ポリープ切除術"), .surgery(.diagnosis, "20251105", name: "大腸ポリープ"),
        .surgery(.infection, "20251101", name: "HBs抗原 陰性"), .surgery(.operation, "20190610", name: "虫垂切除術"),
        .treatment("20260310", .outpatient, type: "検査", name: "血液検査"),
        .treatment("20251105", .inpatient, type: "手術", name: "内視鏡的大腸ポリープ切除術"),
        .treatment("20200115", .outpatient, type: "初診", name: "初診料"),
        .drug(
            "20260310", .pharmacy, .oral, product: "試験錠5mg", generic: "試験成分", usage: "1日1回朝食後服用", quantity: "1", unit: "錠",
            times: 30),
        .drug(
            "20251105", .inpatient, .injection, product: "試験注射液", generic: nil, usage: "点滴", quantity: "100", unit: "mL", times: 1),
        .drug("20220610", .outpatient, .external, product: "試験軟膏", generic: nil, usage: "1日2回塗布", quantity: "10", unit: "g", times: 1),
        .drug(
            "20200115", .pharmacy, .oral, product: "試験カプセル", generic: nil, usage: "1日3回毎食後服用", quantity: "3", unit: "カプセル", times: 5),
        .checkup(
            "20250620",
            [
                .height: "168.2", .weight: "64.5", .waist: "82.0", .bmi: "22.8", .systolic: "128", .diastolic: "78", .ast: "22", .alt: "19",
                .ldh: "180", .triglycerides: "110", .hdl: "58", .ldl: "121", .fastingGlucose: "98", .casualGlucose: "105", .hba1c: "5.6",
                .crp: "0.05", .rheumatoidFactor: "5",
            ]),
        .checkup("20190620", [.height: "168.4", .weight: "66.0"]),
    ]

    // MARK: Kinds of persons

    private static func with(_ person: SyntheticPerson, _ change: (inout SyntheticPerson) -> Void) -> SyntheticPerson {
        var person = person
        change(&person)
        return person
    }

    private static func number(_ lastByte: UInt8) -> String { "4\(String(1000 + Int(lastByte)).suffix(3))" }

    private static func employed(
        _ lastByte: UInt8, _ name: String, _ kana: String, _ birth: String, sex: Int, _ note: String
    ) -> SyntheticPerson {
        described(
            person(lastByte, "試験 \(name)", "シケン \(kana)", birth, sex: sex, [society(number: number(lastByte), from: "20150401")]), note)
    }

    private static func aged(
        _ lastByte: UInt8, _ name: String, _ kana: String, _ birth: String, sex: Int, _ note: String
    ) -> SyntheticPerson {
        let held = oldAged(number: "9900\(number(lastByte))", percent: 10, from: "20250401")
        return described(person(lastByte, "試験 \(name)", "シケン \(kana)", birth, sex: sex, [held]), note)
    }

    private static func schoolchild(
        _ lastByte: UInt8, _ name: String, _ kana: String, _ birth: String, sex: Int, _ note: String
    ) -> SyntheticPerson {
        described(person(lastByte, "試験 \(name)", "シケン \(kana)", birth, sex: sex, [municipal(number: number(lastByte), from: birth)]), note)
    }

    // The part of those who do not go to school yet is two tenths.
    private static func preschool(
        _ lastByte: UInt8, _ name: String, _ kana: String, _ birth: String, sex: Int, _ note: String
    ) -> SyntheticPerson {
        var held = municipal(number: number(lastByte), percent: 20, from: birth)
        held.isPreschool = true
        held.relation = .family
        return described(person(lastByte, "試験 \(name)", "シケン \(kana)", birth, sex: sex, [held]), note)
    }

    private static func insured(_ lastByte: UInt8, _ name: String, _ kana: String, _ kind: InsuredCardClass) -> SyntheticPerson {
        var held = municipal(number: number(lastByte), from: "20200401")
        held.kind = kind.rawValue
        held.issued = "20200401"
        held.validFrom = "20200401"
        held.validUntil = "20270331"
        return described(
            person(lastByte, "試験 \(name)", "シケン \(kana)", "19600401", sex: 1, [held]), "被保険者証区分 \(kind.rawValue)")
    }

    private static func lost(_ lastByte: UInt8, _ name: String, _ kana: String, _ reason: LossReason) -> SyntheticPerson {
        var held = society(number: number(lastByte), from: "20150401", lostOn: "20250401")
        held.reasonOfLoss = reason
        return described(
            person(lastByte, "試験 \(name)", "シケン \(kana)", "19550401", sex: 2, [held]), "喪失事由 \(reason.rawValue)")
    }

    private static func described(_ person: SyntheticPerson, _ note: String) -> SyntheticPerson {
        with(person) {
            $0.note = note
            $0.postalCode = "999-0001"
            $0.address = "試験県試験市試験町一丁目\(person.serial.last ?? 0)番"
            $0.telephones = ["00-0000-0001", "000-0000-0002"]
        }
    }
}
