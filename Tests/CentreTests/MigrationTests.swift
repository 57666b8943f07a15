import Centre
import TestSupport
import Testing

@testable import CentreSimulator

/// Files that the program before this one has made.
@Suite struct MigrationTests {
    let scratch = TemporaryFolder()
    var path: String { scratch / "centre.sqlite3" }

    private func makeVersion1(_ more: String = "") throws {
        _ = try otherProgram(path, "BEGIN; PRAGMA application_id = 1264210773; PRAGMA user_version = 1; \(version1) \(more) COMMIT")
    }

    @Test func whatWasThereStays() throws {
        try makeVersion1()
        let database = try CentreDatabase(path: path)
        #expect(!database.wasCreated)
        let rows = try database.rows(serial: [0x7E, 0x57, 0x0A, 0, 0, 1])
        #expect(rows.map(\.person.number) == [7])
        #expect(rows.map(\.person.person.name) == ["試験 旧"])
        #expect(rows.map(\.person.isRegistered) == [true])
        #expect(rows.map(\.held?.qualification.insurerNumber) == ["06990014"])
        #expect(try database.rows(serial: [0x7F]).map(\.held?.isRegistered) == [false])
        // Patients have a key from now on, no two the same and nothing of the person in it.
        let keys = try database.rows("SELECT key FROM person") { $0.text(0) }
        #expect(Set(keys).count == 2)
        #expect(keys.allSatisfy { $0.utf8.count == 32 })
    }

    @Test func itIsAsANewOne() throws {
        try makeVersion1()
        _ = try CentreDatabase(path: path)
        _ = try CentreDatabase(path: scratch / "new")
        func schema(_ path: String) throws -> String {
            try otherProgram(path).value("SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY type, name)")
        }
        #expect(try schema(path) == schema(scratch / "new"))
        let connection = try otherProgram(path)
        #expect(try connection.value("PRAGMA user_version") == "2")
        #expect(try connection.value("PRAGMA integrity_check") == "ok")
        #expect(try connection.value("PRAGMA foreign_key_check") == "")
        #expect(try connection.value("SELECT count(*) FROM account") == "\(SyntheticAccounts.all.count)")
        let counter = try Counter(database: try CentreDatabase(path: path))
        try counter.logIn(SyntheticAccounts.administrator)
    }

    @Test func itIsDoneOnce() throws {
        try makeVersion1()
        _ = try CentreDatabase(path: path)
        let bytes = try scratch.read("centre.sqlite3")
        _ = try CentreDatabase(path: path)
        #expect(try scratch.read("centre.sqlite3") == bytes)
    }

    /// What cannot be carried over leaves the file as it was.
    @Test func aFileThatCannotBeBroughtUpIsLeftAlone() throws {
        try makeVersion1("CREATE TABLE account (anything);")
        let bytes = try scratch.read("centre.sqlite3")
        let error = #expect(throws: CentreError.self) { try CentreDatabase(path: path) }
        #expect(error?.code == "centre-database-damaged")
        #expect(try scratch.read("centre.sqlite3") == bytes)
        #expect(scratch.names() == ["centre.sqlite3"])
    }

    @Test func anotherProgramIsWaitedFor() throws {
        try makeVersion1()
        let other = try otherProgram(path, "BEGIN IMMEDIATE")
        let error = #expect(throws: CentreError.self) { try CentreDatabase(path: path, patience: .zero) }
        #expect(error?.code == "centre-database-busy")
        try other.run("ROLLBACK")
        #expect(try CentreDatabase(path: path).rows(serial: [0x7F]).count == 1)
    }

    @Test func twoProcessesBringItUpTogether() async throws {
        try makeVersion1()
        let path = path
        func start() async {
            await #expect(processExitsWith: .success) { [path = path as String] in
                let rows = try CentreDatabase(path: path, patience: .seconds(60)).rows(serial: [0x7F])
                if rows.count != 1 { throw CentreError.otherAnswer }
            }
        }
        async let one: Void = start()
        async let two: Void = start()
        _ = await (one, two)
        #expect(try otherProgram(path).value("SELECT count(*) FROM account") == "\(SyntheticAccounts.all.count)")
    }
}

/// The tables of version 1 as the older program made them, with two persons.
private let version1 = """
    CREATE TABLE person (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        kana TEXT NOT NULL CHECK (length(kana) BETWEEN 1 AND 100),
        birth TEXT NOT NULL,
        sex INTEGER NOT NULL CHECK (sex IN (1, 2, 3))
    ) STRICT;
    CREATE TABLE certificate (
        serial BLOB PRIMARY KEY NOT NULL CHECK (length(serial) BETWEEN 1 AND 20 AND substr(serial, 1, 1) <> x'00'),
        person INTEGER NOT NULL REFERENCES person (id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE qualification (
        id INTEGER PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES person (id),
        kind TEXT NOT NULL CHECK (kind IN ('01', '02', '03', '04', '05', '06', '07', 'A1')),
        insurer_number TEXT NOT NULL,
        insurer_name TEXT NOT NULL,
        symbol TEXT,
        number TEXT NOT NULL,
        branch TEXT,
        contribution_percent INTEGER NOT NULL,
        from_day TEXT NOT NULL,
        lost_day TEXT,
        registered INTEGER NOT NULL DEFAULT 1
    ) STRICT;
    CREATE INDEX qualification_of_person ON qualification (person);
    INSERT INTO person VALUES (7, '試験 旧', 'シケン キュウ', '19900505', 2), (9, '試験 他', 'シケン ホカ', '19610101', 1);
    INSERT INTO certificate VALUES (x'7E570A000001', 7), (x'7F', 9);
    INSERT INTO qualification VALUES
        (3, 7, '01', '06990014', '試験健康保険組合', '試験', '1001', '01', 30, '20150401', NULL, 1),
        (5, 9, 'A1', '12990016', '試験市福祉事務所', NULL, '3015', NULL, 0, '20200401', NULL, 0);

    """
