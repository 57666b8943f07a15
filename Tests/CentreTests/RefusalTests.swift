import Diagnosis
import Centre
import Glibc
import SimulationKit
import TestSupport
import Testing

@testable import CentreSimulator

/// What is not a centre's database is refused with a clear error, and not a byte of it changes.
@Suite struct RefusalTests {
    let scratch = TemporaryFolder()

    @Test(arguments: [
        [], Array("no database\n".utf8), Array("SQLite format 3\0".utf8), [UInt8](repeating: 0x41, count: 8192),
        [UInt8](repeating: 0, count: 100),
    ])
    func whatIsNoDatabase(_ content: [UInt8]) throws {
        try scratch.write("centre.sqlite3", content)
        expectRefusal("centre-database-invalid", .badData)
    }

    @Test func anotherProgramsDatabase() throws {
        _ = try otherProgram(
            scratch / "centre.sqlite3", "PRAGMA application_id = 7; CREATE TABLE person (id); INSERT INTO person VALUES (1)")
        expectRefusal("centre-database-foreign", .badData)
    }

    @Test func aDatabaseWithoutMark() throws {
        _ = try otherProgram(scratch / "centre.sqlite3", "CREATE TABLE person (id)")
        expectRefusal("centre-database-foreign", .badData)
    }

    /// Reading it as SQLite does would roll the journal back, and so change a file of another program.
    @Test func anotherProgramsDatabaseWithAHotJournal() throws {
        try interruptChange(of: "other", as: "centre.sqlite3", "CREATE TABLE filler (bytes)")
        expectRefusal("centre-database-foreign", .badData)
    }

    @Test func ourOwnWithAHotJournalIsRolledBack() throws {
        _ = try CentreDatabase(path: scratch / "ours")
        try interruptChange(of: "ours", as: "centre.sqlite3", "CREATE TABLE filler (bytes)", "DELETE FROM certificate")
        let database = try CentreDatabase(path: scratch / "centre.sqlite3")
        #expect(try database.rows(serial: SyntheticPersons.hanako.serial).count == 1)
    }

    @Test(arguments: [3, UInt32.max]) func aNewerVersion(version: UInt32) throws {
        try change { $0.replaceSubrange(60..<64, with: (0..<4).map { UInt8(truncatingIfNeeded: version >> (24 - 8 * $0)) }) }
        expectRefusal("centre-database-newer", .badData)
    }

    @Test func aTruncatedFile() throws {
        _ = try CentreDatabase(path: scratch / "whole")
        let whole = try scratch.read("whole")
        for length in stride(from: 100, to: whole.count, by: 511) {
            try scratch.write("centre.sqlite3", whole[..<length])
            expectRefusal("centre-database-damaged", .badData)
        }
    }

    @Test(arguments: ["DROP TABLE certificate", "ALTER TABLE person DROP COLUMN kana", "UPDATE person SET birth = '20260231'"])
    func tablesThatAreNotOurs(statement: String) throws {
        _ = try CentreDatabase(path: scratch / "centre.sqlite3")
        _ = try otherProgram(scratch / "centre.sqlite3", "PRAGMA ignore_check_constraints = ON; \(statement)")
        expectRefusal("centre-database-damaged", .badData)
    }

    @Test func overwrittenBytesNeverTrap() throws {
        _ = try CentreDatabase(path: scratch / "whole")
        let whole = try scratch.read("whole")
        var random = SeededGenerator(seed: 20_261_121)
        var refused = 0
        for _ in 0..<400 {
            var bytes = whole
            for byte in random.bytes(8) { bytes[Int.random(in: bytes.indices, using: &random)] = byte }
            try scratch.write("centre.sqlite3", bytes)
            let queries = try SyntheticPersons.all.filter(\.isRegistered).map { try query($0, "20261121") }
            do throws(CentreError) {
                let core = CentreCore(try CentreDatabase(path: scratch / "centre.sqlite3"))
                for query in queries { _ = try core.answer(query) }
            } catch {
                #expect(error.category == .badData, "\(error)")
                refused += 1
            }
        }
        #expect(refused > 100, "most of the files are damaged where it shows")
    }

    @Test(arguments: ["-journal", "-wal"]) func theJournalOfADeletedDatabase(suffix: String) throws {
        try scratch.write("centre.sqlite3\(suffix)", [0xD9])
        expectRefusal("centre-database-leftover", .cannotCreate)
    }

    @Test func aFolder() {
        mkdir(scratch / "centre.sqlite3", 0o700)
        expectRefusal("centre-database-path", .usage, contents: false)
    }

    @Test func aPipeIsNotWaitedFor() {
        mkfifo(scratch / "centre.sqlite3", 0o600)
        expectRefusal("centre-database-path", .usage, contents: false)
    }

    @Test(arguments: ["", "/tmp/", "/dev/full", "/", ".", "/" + String(repeating: "x", count: 400)]) func whatIsNoFileName(path: String) {
        expectRefusal("centre-database-path", .usage, at: path, contents: false)
    }

    @Test func aLinkToNothing() {
        symlink(scratch / "nothing", scratch / "centre.sqlite3")
        expectRefusal("centre-database-unreadable", .noInput, contents: false)
        #expect(scratch.names() == ["centre.sqlite3"])
    }

    /// Not by permissions: a test that runs as root would not notice them.
    @Test(arguments: ["file/centre.sqlite3", "file/kazasu/centre.sqlite3"]) func aFolderThatCannotBe(name: String) throws {
        try scratch.write("file", [])
        expectRefusal("centre-database-cannot-create", .cannotCreate, at: scratch / name, contents: false)
        #expect(scratch.names() == ["file"])
    }

    @Test(arguments: ["/proc/kazasu/centre.sqlite3", "/proc/self/fdinfo/centre.sqlite3"]) func aFolderThatTakesNoFiles(path: String) {
        expectRefusal("centre-database-cannot-create", .cannotCreate, at: path, contents: false)
    }

    @Test func aFileThatAnotherProgramHasLocked() throws {
        _ = try CentreDatabase(path: scratch / "centre.sqlite3")
        let other = try otherProgram(scratch / "centre.sqlite3", "BEGIN EXCLUSIVE")
        expectRefusal("centre-database-busy", .temporary)
        try other.run("ROLLBACK")
        #expect(throws: Never.self) { try CentreDatabase(path: scratch / "centre.sqlite3", patience: .zero) }
    }

    @Test func aChangeBehindOurBackIsFound() throws {
        let database = try CentreDatabase(path: scratch / "centre.sqlite3")
        let other = try otherProgram(scratch / "centre.sqlite3", "PRAGMA ignore_check_constraints = ON")
        for statement in ["UPDATE person SET sex = 9", "UPDATE qualification SET lost_day = 'soon'", "DROP TABLE qualification"] {
            try other.run("BEGIN; \(statement); COMMIT")
            let error = #expect(throws: CentreError.self) { try database.rows(serial: SyntheticPersons.hanako.serial) }
            #expect(error?.code == "centre-database-damaged")
            #expect(error?.cause?.contains("soon") == false, "no value of a person's row is told")
            if statement.hasSuffix("9") { try other.run("UPDATE person SET sex = 3") }
        }
    }

    // MARK: Steps

    private func expectRefusal(
        _ code: String, _ category: FailureCategory, at path: String? = nil, contents: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let path = path ?? scratch / "centre.sqlite3"
        let before = contents ? scratch.names().map { try? scratch.read($0) } : []
        let error = #expect(throws: CentreError.self, sourceLocation: sourceLocation) {
            try CentreDatabase(path: path, patience: .zero)
        }
        #expect(error?.code == code, sourceLocation: sourceLocation)
        #expect(error?.category == category, sourceLocation: sourceLocation)
        if path.utf8.count < 400 { #expect(error?.cause?.contains(path) == true, sourceLocation: sourceLocation) }
        if contents { #expect(scratch.names().map { try? scratch.read($0) } == before, sourceLocation: sourceLocation) }
    }

    private func change(_ body: (inout [UInt8]) -> Void) throws {
        _ = try CentreDatabase(path: scratch / "centre.sqlite3")
        var bytes = try scratch.read("centre.sqlite3")
        body(&bytes)
        try scratch.write("centre.sqlite3", bytes)
    }

    /// Copies a database and its journal in the middle of a change, as a crash leaves them.
    private func interruptChange(of original: String, as copy: String, _ before: String, _ during: String = "") throws {
        let connection = try otherProgram(scratch / original, before)
        try connection.run(
            """
            PRAGMA cache_size = 1; BEGIN; \(during); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
            INSERT INTO filler SELECT zeroblob(4000) FROM n;
            """)
        try scratch.write(copy, scratch.read(original))
        try scratch.write(copy + "-journal", scratch.read(original + "-journal"))
        try connection.run("ROLLBACK")
        unlink(scratch / original)
        let isHot = try scratch.read(copy + "-journal").starts(with: [0xD9, 0xD5, 0x05, 0xF9])
        #expect(isHot, "the journal begins with SQLite's magic")
    }
}
