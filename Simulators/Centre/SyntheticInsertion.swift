import Centre
import SimulationKit

/// Writes the synthetic persons and accounts into a new database: the same bytes on each machine.
struct SyntheticInsertion {
    private let connection: SQLiteConnection
    private var statements: [String: SQLiteStatement] = [:]
    // Of nothing that the person has. Real centres' keys are random; these are published.
    private var random = SeededGenerator(seed: 0x4B5A_5355)

    init(into connection: SQLiteConnection) { self.connection = connection }

    mutating func insert(_ person: SyntheticPerson) throws(SQLiteFailure) {
        if let earlier = person.earlierSerial {
            return try run(
                "INSERT INTO certificate (serial, person) SELECT ?, person FROM certificate WHERE serial = ?",
                [.blob(person.serial), .blob(earlier)])
        }
        let key = String(random.next(), radix: 16) + String(random.next(), radix: 16)
        try run(
            """
            INSERT INTO person (name, kana, birth, sex, key, postal_code, address, registered, telephone1, telephone2, birth_calendar)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(person.name), .text(person.kana), .text(person.birth), .integer(Int64(person.sex)), .text(key),
                .text(person.postalCode), .text(person.address), .flag(person.isRegistered),
                .text(person.telephones.first), .text(person.telephones.dropFirst().first), .text(person.birthCalendar.rawValue),
            ])
        let number = connection.lastRow
        try run("INSERT INTO certificate (serial, person) VALUES (?, ?)", [.blob(person.serial), .integer(number)])
        for qualification in person.qualifications { try insert(qualification, of: number) }
        for record in person.records { try insert(record, of: number) }
    }

    private mutating func insert(_ held: SyntheticQualification, of person: Int64) throws(SQLiteFailure) {
        try run(
            """
            INSERT INTO qualification (person, kind, insurer_number, insurer_name, symbol, number, branch, contribution_percent,
                from_day, lost_day, registered, relation, issued_day, valid_from, valid_until, loss_reason, preschool)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(person), .text(held.kind), .text(held.insurerNumber), .text(held.insurerName), .text(held.symbol),
                .text(held.number), .text(held.branch), .integer(Int64(held.contributionPercent)), .text(held.from), .text(held.lostOn),
                .flag(held.registered), .integer(Int64(held.relation.rawValue)), .text(held.issued), .text(held.validFrom),
                .text(held.validUntil), .text(held.reasonOfLoss?.rawValue), .flag(held.isPreschool),
            ])
    }

    private mutating func insert(_ record: SyntheticRecord, of person: Int64) throws(SQLiteFailure) {
        let row = record.row
        if case .checkup(let day, let values) = record {
            for (item, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                try run(row.sql, [.integer(person), .text(day), .text(item.rawValue), .text(value)])
            }
        } else {
            try run(row.sql, [.integer(person)] + row.values)
        }
    }

    mutating func insert(_ account: SyntheticAccount) throws(SQLiteFailure) {
        // Few rounds: the password is published. That OpenSSL fails leaves an account that nobody can use.
        let salt = random.bytes(16)
        let hash = try? SaltedHash(of: SyntheticAccounts.password, salt: salt, rounds: 1000)
        try run(
            "INSERT INTO account (user, right, name, kana, from_day, salt, rounds, hash) VALUES (?, ?, ?, ?, '20240401', ?, 1000, ?)",
            [
                .text(account.user), .text(account.right.rawValue), .text(account.name), .text(account.kana), .blob(salt),
                .blob(hash?.bytes ?? random.bytes(32)),
            ])
    }

    private mutating func run(_ sql: String, _ values: [SQLiteValue]) throws(SQLiteFailure) {
        let statement: SQLiteStatement
        if let known = statements[sql] { statement = known } else { statement = try connection.prepare(sql) }
        statements[sql] = statement
        defer { statement.reset() }
        try statement.bind(values)
        _ = try statement.step()
    }
}
