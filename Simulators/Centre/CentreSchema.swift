/// How the centre's database is made, and brought up from an earlier version.
///
/// Days are text, `YYYYMMDD`: they sort as the calendar does and are what the exchange messages carry. Identity is a certificate
/// serial; there is no place for the 12-digit My Number.
enum CentreSchema {
    /// The mark of a centre's database at offset 68 of the file: `KZSU`.
    static let applicationID: UInt32 = 0x4B5A_5355
    /// The version of the tables, at offset 60 of the file.
    static let version: UInt32 = 2
    /// The oldest version that is brought up.
    static let oldestVersion: UInt32 = 1

    /// A certificate's serial number has at most 20 octets (RFC 5280 clause 4.1.2.2).
    static let longestSerial = 20

    /// Makes the tables in an empty database and writes `persons` and the made-up accounts into them.
    static func create(in connection: SQLiteConnection, with persons: [SyntheticPerson]) throws(SQLiteFailure) {
        try connection.run(
            """
            PRAGMA foreign_keys = ON;
            BEGIN;
            PRAGMA application_id = \(applicationID);
            PRAGMA user_version = \(version);
            \(CentreTables.all)
            """)
        var insertion = SyntheticInsertion(into: connection)
        for person in persons { try insertion.insert(person) }
        for account in SyntheticAccounts.all { try insertion.insert(account) }
        try connection.run("COMMIT")
    }

    /// Brings a file of version 1 up, in one transaction: what was there stays, under the same numbers. A file of this version is left alone.
    static func bringUp(_ connection: SQLiteConnection) throws(SQLiteFailure) {
        guard try connection.value("PRAGMA user_version") == "1" else { return }
        // Tables are replaced below: nothing may follow the references meanwhile. It cannot be set inside of a transaction.
        try connection.run("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")
        do throws(SQLiteFailure) {
            // Another program may have been first.
            if try connection.value("PRAGMA user_version") == "1" { try replaceVersion1(in: connection) }
            try connection.run("COMMIT; PRAGMA foreign_keys = ON")
        } catch {
            try? connection.run("ROLLBACK")
            throw error
        }
    }

    private static func replaceVersion1(in connection: SQLiteConnection) throws(SQLiteFailure) {
        try connection.run(
            """
            DROP INDEX qualification_of_person;
            ALTER TABLE qualification RENAME TO qualification1;
            ALTER TABLE certificate RENAME TO certificate1;
            ALTER TABLE person RENAME TO person1;
            \(CentreTables.all)
            INSERT INTO person (id, name, kana, birth, sex) SELECT id, name, kana, birth, sex FROM person1;
            INSERT INTO certificate SELECT serial, person FROM certificate1;
            INSERT INTO qualification (id, person, kind, insurer_number, insurer_name, symbol, number, branch, contribution_percent, from_day,
                lost_day, registered) SELECT id, person, kind, insurer_number, insurer_name, symbol, number, branch, contribution_percent,
                from_day, lost_day, registered FROM qualification1;
            DROP TABLE qualification1;
            DROP TABLE certificate1;
            DROP TABLE person1;
            PRAGMA user_version = \(version);
            """)
        var insertion = SyntheticInsertion(into: connection)
        for account in SyntheticAccounts.all { try insertion.insert(account) }
    }
}
