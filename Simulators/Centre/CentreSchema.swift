/// The tables of the centre's database and how a new one is filled.
///
/// Days are text, `YYYYMMDD`: they sort as the calendar does and are what the exchange messages carry. Identity is a certificate
/// serial; there is no place for the 12-digit My Number.
enum CentreSchema {
    /// The mark of a centre's database at offset 68 of the file: `KZSU`.
    static let applicationID: UInt32 = 0x4B5A_5355
    /// The version of the tables, at offset 60 of the file.
    static let version: UInt32 = 1

    static var statements: String {
        """
        CREATE TABLE person (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
            kana TEXT NOT NULL CHECK (length(kana) BETWEEN 1 AND 100),
            birth TEXT NOT NULL CHECK (\(isDay("birth"))),
            sex INTEGER NOT NULL CHECK (sex IN (1, 2, 3))
        ) STRICT;
        CREATE TABLE certificate (
            serial BLOB PRIMARY KEY NOT NULL CHECK (length(serial) BETWEEN 1 AND \(longestSerial) AND substr(serial, 1, 1) <> x'00'),
            person INTEGER NOT NULL REFERENCES person (id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE qualification (
            id INTEGER PRIMARY KEY,
            person INTEGER NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL CHECK (kind IN ('01', '02', '03', '04', '05', '06', '07', 'A1')),
            insurer_number TEXT NOT NULL CHECK (length(insurer_number) IN (6, 8) AND insurer_number NOT GLOB '*[^0-9]*'),
            insurer_name TEXT NOT NULL CHECK (length(insurer_name) BETWEEN 1 AND 100),
            symbol TEXT CHECK (length(symbol) BETWEEN 1 AND 20),
            number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 20),
            branch TEXT CHECK (branch GLOB '[0-9][0-9]'),
            contribution_percent INTEGER NOT NULL CHECK (contribution_percent BETWEEN 0 AND 100),
            from_day TEXT NOT NULL CHECK (\(isDay("from_day"))),
            lost_day TEXT CHECK (\(isDay("lost_day")) AND lost_day >= from_day),
            registered INTEGER NOT NULL DEFAULT 1 CHECK (registered IN (0, 1) AND (registered = 1 OR kind = 'A1'))
        ) STRICT;
        CREATE INDEX qualification_of_person ON qualification (person);
        """
    }

    /// A certificate's serial number has at most 20 octets (RFC 5280 clause 4.1.2.2).
    static let longestSerial = 20

    /// Makes the tables in an empty database and writes `persons` into them.
    static func create(in connection: SQLiteConnection, with persons: [SyntheticPerson]) throws(SQLiteFailure) {
        try connection.run(
            """
            PRAGMA foreign_keys = ON;
            BEGIN;
            PRAGMA application_id = \(applicationID);
            PRAGMA user_version = \(version);
            \(statements)
            """)
        for person in persons { try insert(person, into: connection) }
        try connection.run("COMMIT")
    }

    private static func insert(_ person: SyntheticPerson, into connection: SQLiteConnection) throws(SQLiteFailure) {
        let row = try connection.prepare("INSERT INTO person (name, kana, birth, sex) VALUES (?, ?, ?, ?)")
        try row.bind(person.name, at: 1)
        try row.bind(person.kana, at: 2)
        try row.bind(person.birth, at: 3)
        try row.bind(Int64(person.sex), at: 4)
        _ = try row.step()
        let id = connection.lastRow

        let certificate = try connection.prepare("INSERT INTO certificate (serial, person) VALUES (?, ?)")
        try certificate.bind(person.serial, at: 1)
        try certificate.bind(id, at: 2)
        _ = try certificate.step()

        for qualification in person.qualifications { try insert(qualification, of: id, into: connection) }
    }

    private static func insert(
        _ qualification: SyntheticQualification, of person: Int64, into connection: SQLiteConnection
    ) throws(SQLiteFailure) {
        let row = try connection.prepare(
            """
            INSERT INTO qualification (person, kind, insurer_number, insurer_name, symbol, number, branch, contribution_percent,
                from_day, lost_day, registered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        try row.bind(person, at: 1)
        try row.bind(qualification.kind, at: 2)
        try row.bind(qualification.insurerNumber, at: 3)
        try row.bind(qualification.insurerName, at: 4)
        try row.bind(qualification.symbol, at: 5)
        try row.bind(qualification.number, at: 6)
        try row.bind(qualification.branch, at: 7)
        try row.bind(Int64(qualification.contributionPercent), at: 8)
        try row.bind(qualification.from, at: 9)
        try row.bind(qualification.lostOn, at: 10)
        try row.bind(qualification.registered ? 1 : 0, at: 11)
        _ = try row.step()
    }

    /// SQL that holds for a day of the calendar written `YYYYMMDD`: made to count, SQLite turns 31 February into 3 March.
    private static func isDay(_ column: String) -> String {
        let dashed = "substr(\(column), 1, 4) || '-' || substr(\(column), 5, 2) || '-' || substr(\(column), 7, 2)"
        return "length(\(column)) = 8 AND \(column) NOT GLOB '*[^0-9]*' AND date(\(dashed), '+0 days') IS \(dashed)"
    }
}
