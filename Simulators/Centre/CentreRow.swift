import Centre
import JapaneseCalendar
import MedicalAccess

/// One row of a look-up: the person, and one of the person's qualifications where there is any.
struct CentreRow {
    let person: KnownPerson
    let held: HeldQualification?

    static let query = select("certificate JOIN person ON person.id = certificate.person", "certificate.serial = ?")
    /// The rows of one person, by number.
    static let queryByNumber = select("person", "person.id = ?")

    private static func select(_ tables: String, _ condition: String) -> String {
        """
        SELECT person.id, person.key, person.name, person.kana, person.birth, person.sex, person.postal_code, person.address,
            person.registered, telephone1, telephone2, birth_calendar, qualification.id, \(HeldQualification.columns)
        FROM \(tables) LEFT JOIN qualification ON qualification.person = person.id
        WHERE \(condition) ORDER BY from_day, qualification.id
        """
    }

    /// `nil` where a column does not hold what the tables demand of it.
    init?(_ row: SQLiteStatement) {
        guard let person = KnownPerson(row) else { return nil }
        self.person = person
        guard !row.isNull(12) else {
            held = nil
            return
        }
        guard let qualification = HeldQualification(row, from: 12) else { return nil }
        held = qualification
    }
}

/// A person as the centre knows them.
struct KnownPerson {
    /// The number of the row.
    let number: Int64
    let key: PatientKey
    let person: InsuredPerson
    /// Whether the card is an insurance card (初回登録).
    let isRegistered: Bool

    init?(_ row: SQLiteStatement) {
        guard let key = row.text(1), let name = row.text(2), let kana = row.text(3), let birth = row.day(4),
            let sex = Int(exactly: row.integer(5)), (1...3).contains(sex), let calendar = row.text(11).flatMap(BirthCalendar.init)
        else { return nil }
        number = row.integer(0)
        self.key = PatientKey(key)
        var person = InsuredPerson(name: name, kana: kana, birth: birth, sex: sex)
        person.postalCode = row.text(6)
        person.address = row.text(7)
        person.telephones = [row.text(9), row.text(10)].compactMap { $0 }
        person.birthCalendar = calendar
        self.person = person
        isRegistered = row.integer(8) != 0
    }
}

/// A qualification with what decides about its validity.
struct HeldQualification {
    /// The number of the row.
    let number: Int64
    let qualification: Qualification
    /// Whether a medical-aid ticket (医療券) is registered.
    let isRegistered: Bool

    /// 医療扶助, class A1 of OQSCD010.
    var isMedicalAid: Bool { qualification.cardClass == .medicalAid }

    static let columns = """
        kind, qualification.registered, insurer_number, insurer_name, symbol, number, branch, contribution_percent, from_day, lost_day,
            relation, issued_day, valid_from, valid_until, loss_reason, preschool
        """

    /// The number stands in column `first`, what `columns` names in those that follow.
    init?(_ row: SQLiteStatement, from first: Int32) {
        guard let kind = row.text(first + 1).flatMap(InsuredCardClass.init), let insurerNumber = row.text(first + 3),
            let insurerName = row.text(first + 4), let number = row.text(first + 6),
            let percent = Int(exactly: row.integer(first + 8)), (0...100).contains(percent), let from = row.day(first + 9),
            let relation = Int(exactly: row.integer(first + 11)).flatMap(InsuredRelation.init)
        else { return nil }
        let lostOn = row.day(first + 10)
        if lostOn == nil && !row.isNull(first + 10) { return nil }
        self.number = row.integer(first)
        isRegistered = row.integer(first + 2) != 0
        var qualification = Qualification(
            insurerNumber: insurerNumber, insurerName: insurerName, symbol: row.text(first + 5), number: number,
            branch: row.text(first + 7), contributionPercent: percent, from: from, lostOn: lostOn)
        qualification.cardClass = kind
        qualification.relation = relation
        qualification.issued = row.day(first + 12)
        qualification.validFrom = row.day(first + 13)
        qualification.validUntil = row.day(first + 14)
        qualification.reasonOfLoss = row.text(first + 15).flatMap(LossReason.init)
        qualification.isPreschool = row.integer(first + 16) != 0
        self.qualification = qualification
    }
}
