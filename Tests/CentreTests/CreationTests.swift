import Certificates
import Centre
import Glibc
import TestSupport
import Testing

@testable import CentreSimulator

@Suite struct CreationTests {
    let scratch = TemporaryFolder()

    @Test func firstUseMakesTheFileAndItsFolders() throws {
        let path = scratch / "share/kazasu/centre.sqlite3"
        #expect(try CentreDatabase(path: path).wasCreated)
        #expect(mode(of: path) == 0o600)
        #expect(mode(of: scratch / "share/kazasu") == 0o700)
        #expect(mode(of: scratch / "share") == 0o700)
        #expect(scratch.names(in: "share/kazasu") == ["centre.sqlite3"])
        try expectComplete(path)
    }

    @Test func openingAgainChangesNothing() throws {
        let path = scratch / "centre.sqlite3"
        _ = try CentreDatabase(path: path)
        let bytes = try scratch.read("centre.sqlite3")
        let again = try CentreDatabase(path: path)
        #expect(!again.wasCreated)
        #expect(try again.rows(serial: SyntheticPersons.hanako.serial).count == 1)
        #expect(try scratch.read("centre.sqlite3") == bytes)
        #expect(scratch.names() == ["centre.sqlite3"])
    }

    @Test func whatOthersAddedStays() throws {
        let path = scratch / "centre.sqlite3"
        _ = try CentreDatabase(path: path)
        _ = try otherProgram(
            path,
            """
            INSERT INTO person (id, name, kana, birth, sex) VALUES (100, '試験 追加', 'シケン ツイカ', '20000101', 3);
            INSERT INTO certificate VALUES (x'7E57FF', 100);
            """)
        #expect(try CentreDatabase(path: path).rows(serial: [0x7E, 0x57, 0xFF]).map(\.person.person.name) == ["試験 追加"])
    }

    @Test func twoNewFilesAreEqual() throws {
        _ = try CentreDatabase(path: scratch / "one")
        _ = try CentreDatabase(path: scratch / "two")
        #expect(try scratch.read("one") == scratch.read("two"))
    }

    @Test func aPathThatLooksLikeAnInstructionToSQLiteIsAFileName() throws {
        let path = scratch / "file:x?mode=memory"
        #expect(try CentreDatabase(path: path).wasCreated)
        #expect(try !CentreDatabase(path: path).wasCreated)
        #expect(scratch.names() == ["file:x?mode=memory"])
    }

    @Test func aHiddenNameServesWhereFilesMustHaveOne() throws {
        let path = scratch / "centre.sqlite3"
        #expect(try CentreDatabase.createFile(at: path, with: nil, named: true))
        #expect(try !CentreDatabase.createFile(at: path, with: [], named: true), "there is one already")
        #expect(try !CentreDatabase.createFile(at: path, with: [], named: false), "there is one already")
        #expect(scratch.names() == ["centre.sqlite3"])
        try expectComplete(path)
    }

    @Test(arguments: [
        "INSERT INTO person (id, name, kana, birth, sex) VALUES (100, '', 'x', '20000101', 1)",
        "INSERT INTO person (id, name, kana, birth, sex) VALUES (100, 'x', 'x', '20000101', 4)",
        "INSERT INTO person (id, name, kana, birth, sex) VALUES (100, 'x', 'x', '20260229', 1)",
        "INSERT INTO person (id, name, kana, birth, sex) VALUES (100, 'x', 'x', '2026-1-1', 1)",
        "INSERT INTO person (id, name, kana, birth, sex) VALUES (100, 'x', 'x', '20261301', 1)",
        "INSERT INTO person (id, name, kana, birth, sex) VALUES (100, 'x', 'x', '20260101', 'one')",
        "INSERT INTO certificate VALUES (x'', 1)",
        "INSERT INTO certificate VALUES (x'0001', 1)",
        "INSERT INTO certificate VALUES (zeroblob(21), 1)",
        "INSERT INTO certificate VALUES (x'01', 999)",
        "INSERT INTO certificate SELECT serial, 1 FROM certificate",
        "UPDATE qualification SET insurer_number = '1234567'",
        "UPDATE qualification SET insurer_number = '12345x'",
        "UPDATE qualification SET contribution_percent = 101",
        "UPDATE qualification SET from_day = '20260431'",
        "UPDATE qualification SET lost_day = '19000101'",
        "UPDATE qualification SET branch = '1'",
        "UPDATE qualification SET kind = '08'",
        "UPDATE qualification SET registered = 0 WHERE kind = '01'",
    ])
    func theTablesRefuse(_ statement: String) throws {
        let path = scratch / "centre.sqlite3"
        _ = try CentreDatabase(path: path)
        let connection = try otherProgram(path, "PRAGMA foreign_keys = ON")
        // SQLITE_CONSTRAINT
        let failure = #expect(throws: SQLiteFailure.self) { try connection.run(statement) }
        #expect(failure?.primaryCode == 19)
    }
}

/// Holds the file at `path` to what an independent look at it shows: intact, ours, and every person in it once.
func expectComplete(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let connection = try otherProgram(path)
    #expect(try connection.value("PRAGMA integrity_check") == "ok", sourceLocation: sourceLocation)
    #expect(try connection.value("PRAGMA foreign_key_check") == "", sourceLocation: sourceLocation)
    #expect(try connection.value("PRAGMA application_id") == "1264210773", sourceLocation: sourceLocation)  // "KZSU"
    #expect(try connection.value("PRAGMA user_version") == "2", sourceLocation: sourceLocation)
    #expect(try connection.value("PRAGMA journal_mode") == "delete", sourceLocation: sourceLocation)
    #expect(try connection.value("SELECT count(*) FROM person") == "\(SyntheticPersons.all.count - 1)", sourceLocation: sourceLocation)
    #expect(try connection.value("SELECT count(*) FROM certificate") == "\(SyntheticPersons.all.count)", sourceLocation: sourceLocation)
}
