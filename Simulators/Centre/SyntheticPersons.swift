/// The synthetic persons: one at least for every answer that a centre can give.
///
/// None of them can be taken for a real person, nor the insurers for real ones: the insurer numbers are well formed (their check
/// digits are right, so that receipt computers take them) but name prefecture 99, where the prefectures are 01 to 47.
public enum SyntheticPersons {
    /// Holder of the card `hanako`: valid, 30 %.
    public static let hanako = person(
        0x01, "試験 花子", "シケン ハナコ", "19900505", sex: 2,
        [society(number: "1001", from: "20150401")])

    /// Holder of the card `taro`: valid, 20 % (高齢受給者, the part of those from 70 to 74).
    public static let taro = person(
        0x02, "試験 太郎", "シケン タロウ", "19531120", sex: 1,
        [municipal(number: "2002", percent: 20, from: "20180401")])

    /// Holder of the card `expired`, whose certificate has expired; the insurance is lost as well (invalid).
    public static let expired = person(
        0x03, "試験 期限切", "シケン キゲンギレ", "19790315", sex: 1,
        [society(number: "1003", from: "20180401", lostOn: "20210401")])

    /// Between two insurances until 2099 (invalid, a newer qualification exists).
    public static let betweenInsurances = person(
        0x11, "試験 転職", "シケン テンショク", "19920229", sex: 2,
        [society(number: "1011", from: "20160401", lostOn: "20200401"), municipal(number: "2011", from: "20990401")])

    /// Changed insurers on 2023-10-01 without a gap: valid on both sides.
    public static let changedInsurers = person(
        0x12, "試験 移行", "シケン イコウ", "19990815", sex: 3,
        [municipal(number: "2012", from: "20190401", lostOn: "20231001"), society(number: "1012", from: "20231001")])

    /// Known to the centre but never insured (none).
    public static let neverInsured = person(0x13, "試験 無資格", "シケン ムシカク", "20010110", sex: 1, [])

    /// Two insurances at once (several).
    public static let twiceInsured = person(
        0x14, "試験 重複", "シケン チョウフク", "19880303", sex: 2,
        [municipal(number: "2014", from: "20180401"), society(number: "1014", from: "20200401")])

    /// Medical aid (医療扶助) whose ticket is not registered (valid, unregistered).
    public static let aidUnregistered = person(
        0x15, "試験 未登録", "シケン ミトウロク", "19701111", sex: 1,
        [medicalAid(number: "3015", from: "20200401", registered: false)])

    /// Medical aid with a registered ticket: valid, 0 %.
    public static let aidRegistered = person(
        0x16, "試験 扶助", "シケン フジョ", "19651224", sex: 2,
        [medicalAid(number: "3016", from: "20200401", registered: true)])

    /// Valid, 10 %.
    public static let tenPercent = person(
        0x17, "試験 一割", "シケン イチワリ", "19380707", sex: 2,
        [oldAged(number: "99000017", percent: 10, from: "20130707")])

    /// Holder of the card `child`: valid, 30 %.
    public static let child = person(
        0x04, "試験 児童", "シケン ジドウ", "20160708", sex: 1,
        [municipal(number: "2004", from: "20160708")])

    /// Holder of the card `expiring`, whose certificate ends on 2027-01-10: valid, 30 %.
    public static let expiring = person(
        0x05, "試験 更新", "シケン コウシン", "19850110", sex: 2,
        [society(number: "1005", from: "20080401")])

    /// Hanako once more, by the certificate of her next card: valid, 30 %.
    public static let hanakoNext: SyntheticPerson = {
        var next = person(
            0x06, "試験 花子", "シケン ハナコ", "19900505", sex: 2,
            [society(number: "1001", from: "20150401")])
        next.earlierSerial = hanako.serial
        return next
    }()

    /// The first ones: card holders, and one for every answer.
    static let first = [
        hanako, taro, expired, child, expiring, hanakoNext, betweenInsurances, changedInsurers, neverInsured, twiceInsured, aidUnregistered,
        aidRegistered, tenPercent,
    ]

    /// Everybody, the card holders first.
    public static let all = first + born + named + classed + limited + treated

    /// The one whose certificate has this serial, in hexadecimal digits as the list has them; `nil` for nobody.
    public static func bearing(_ serial: String) -> SyntheticPerson? { all.first { hexadecimal($0.serial) == serial } }

    /// Everybody, where the certificate of this serial is another person's: whose it was has theirs.
    public static func all(with serial: [UInt8], borneBy person: SyntheticPerson) -> [SyntheticPerson] {
        func exchanged(_ own: [UInt8]) -> [UInt8] { own == serial ? person.serial : own == person.serial ? serial : own }
        return all.map { one in
            var one = one
            one.serial = exchanged(one.serial)
            one.earlierSerial = one.earlierSerial.map(exchanged)
            return one
        }
    }

    private static func hexadecimal(_ serial: [UInt8]) -> String {
        serial.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }

    /// The list of all (テスト患者一覧) as it is published in PATIENTS.md beside this file.
    static var list: String {
        let head =
            "# テスト患者一覧\n\nThe made-up persons with whom a new centre starts. None of them can be taken for a real one.\n\n| Serial | 氏名 | 氏名カナ | 生年月日 | 性別 | 保険者番号・記号・番号・枝番 | For |\n|---|---|---|---|---|---|---|\n"
        return all.reduce(into: head) { table, person in
            let serial = hexadecimal(person.serial)
            let held = person.qualifications.map { held in
                [held.insurerNumber, held.symbol, held.number, held.branch].compactMap(\.self).joined(separator: " ")
            }
            let cells = [
                "`\(serial)`", person.name, person.kana, person.birth, "\(person.sex)", held.joined(separator: "<br>"), person.note,
            ]
            table += "| " + cells.joined(separator: " | ") + " |\n"
        }
    }

    // The serials of the synthetic authentication certificates begin with 7E57 ("TEST") 0A; 01 to 06 have cards.
    static func person(
        _ lastByte: UInt8, _ name: String, _ kana: String, _ birth: String, sex: Int, _ qualifications: [SyntheticQualification]
    ) -> SyntheticPerson {
        SyntheticPerson(
            serial: [0x7E, 0x57, 0x0A, 0x00, 0x00, lastByte], name: name, kana: kana, birth: birth, sex: sex,
            qualifications: qualifications)
    }

    // 06: 組合管掌健康保険.
    static func society(number: String, from: String, lostOn: String? = nil) -> SyntheticQualification {
        SyntheticQualification(
            kind: "01", insurerNumber: "06990014", insurerName: "試験健康保険組合", symbol: "試験", number: number, branch: "01",
            contributionPercent: 30, from: from, lostOn: lostOn, registered: true)
    }

    // Six digits without a law number: 国民健康保険.
    static func municipal(
        number: String, percent: Int = 30, from: String, lostOn: String? = nil
    ) -> SyntheticQualification {
        SyntheticQualification(
            kind: "01", insurerNumber: "990010", insurerName: "試験市国民健康保険", symbol: "試", number: number, branch: "01",
            contributionPercent: percent, from: from, lostOn: lostOn, registered: true)
    }

    // 39: 後期高齢者医療, which has neither symbol nor branch.
    static func oldAged(number: String, percent: Int, from: String) -> SyntheticQualification {
        SyntheticQualification(
            kind: "01", insurerNumber: "39990015", insurerName: "試験後期高齢者医療広域連合", symbol: nil, number: number, branch: nil,
            contributionPercent: percent, from: from, lostOn: nil, registered: true)
    }

    // 12: 生活保護法による医療扶助.
    private static func medicalAid(number: String, from: String, registered: Bool) -> SyntheticQualification {
        SyntheticQualification(
            kind: "A1", insurerNumber: "12990016", insurerName: "試験市福祉事務所", symbol: nil, number: number, branch: nil,
            contributionPercent: 0, from: from, lostOn: nil, registered: registered)
    }
}
