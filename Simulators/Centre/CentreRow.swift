import Centre
import JapaneseCalendar

/// One row of a look-up: the person, and one of the person's qualifications where there is any.
struct CentreRow {
    let person: InsuredPerson
    let held: HeldQualification?

    static let query = """
        SELECT person.name, person.kana, person.birth, person.sex, qualification.id, kind, registered, insurer_number, insurer_name,
            symbol, number, branch, contribution_percent, from_day, lost_day
        FROM certificate JOIN person ON person.id = certificate.person
            LEFT JOIN qualification ON qualification.person = person.id
        WHERE certificate.serial = ? ORDER BY from_day, qualification.id
        """

    /// `nil` where a column does not hold what the tables demand of it.
    init?(_ row: SQLiteStatement) {
        guard let name = row.text(0), let kana = row.text(1), let birth = row.text(2).flatMap(CalendarDay.init(digits:)),
            let sex = Int(exactly: row.integer(3)), (1...3).contains(sex)
        else { return nil }
        person = InsuredPerson(name: name, kana: kana, birth: birth, sex: sex)
        guard row.text(4) != nil else {
            held = nil
            return
        }
        guard let qualification = HeldQualification(row) else { return nil }
        held = qualification
    }
}

/// A qualification with what decides about its validity.
struct HeldQualification {
    let qualification: Qualification
    /// 医療扶助, class A1 of OQSCD010.
    let isMedicalAid: Bool
    /// Whether a medical-aid ticket (医療券) is registered.
    let isRegistered: Bool

    init?(_ row: SQLiteStatement) {
        guard let kind = row.text(5), let insurerNumber = row.text(7), let insurerName = row.text(8), let number = row.text(10),
            let percent = Int(exactly: row.integer(12)), (0...100).contains(percent),
            let from = row.text(13).flatMap(CalendarDay.init(digits:))
        else { return nil }
        let lostDigits = row.text(14)
        let lostOn = lostDigits.flatMap(CalendarDay.init(digits:))
        if lostDigits != nil && lostOn == nil { return nil }
        isMedicalAid = kind == "A1"
        isRegistered = row.integer(6) != 0
        qualification = Qualification(
            insurerNumber: insurerNumber, insurerName: insurerName, symbol: row.text(9), number: number, branch: row.text(11),
            contributionPercent: percent, from: from, lostOn: lostOn)
    }
}
