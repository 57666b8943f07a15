import CSQLite
import Centre
import Glibc

/// The file in which the simulated centre keeps what it knows: one SQLite database, made on first use.
///
/// It is made in memory, written to a file without a name and then linked into place in one step: a crash, a full disk or two
/// first starts at once leave no file or a complete one. The journal is SQLite's default, which needs no second file to read: a
/// database on a read-only or foreign file system can be read, where WAL could not. What was answered is on the disk: files and
/// folder are synchronized at each commit (synchronous = EXTRA). A file without our mark in its header is refused before SQLite may touch it.
public final class CentreDatabase {
    /// Whether this opening made the file.
    public let wasCreated: Bool
    /// Where it is; `:memory:` where it has no file.
    public let path: String
    private let connection: SQLiteConnection
    // A statement is compiled once. They keep the connection open, which does not know of them.
    private var statements: [String: SQLiteStatement] = [:]

    /// Opens the database at `path`; makes it, with the folders above it, where there is nothing yet.
    ///
    /// - Parameters:
    ///   - path: the file; relative to the working folder unless it begins with a slash.
    ///   - persons: whom a new database contains, the synthetic persons unless told otherwise; an existing one is left as it is.
    ///   - patience: how long to wait, in real time, while another program has locked the file.
    /// - Throws: `CentreError`, whose sentence says what to do and whose cause names the path.
    public convenience init(
        path: String, persons: [SyntheticPerson]? = nil, patience: Duration = .seconds(2)
    ) throws(CentreError) {
        try Self.checkForm(of: path)
        var created = false
        if try !Self.fileExists(at: path) { created = try Self.createFile(at: path, with: persons, named: false) }
        let connection = try Self.checked(path, patience).connection
        try diagnosing(path) { () throws(SQLiteFailure) in try CentreSchema.bringUp(connection) }
        try self.init(connection, path: path, wasCreated: created)
    }

    /// Whether a file that is there could be opened, and is of the version of this program: an older one, which `init` would bring up, is left
    /// as it is.
    ///
    /// - Throws: `CentreError`, as `init` does.
    public static func isCurrent(path: String, patience: Duration = .seconds(2)) throws(CentreError) -> Bool {
        try checkForm(of: path)
        let (connection, version) = try checked(path, patience)
        guard version == CentreSchema.version else { return false }
        _ = try CentreDatabase(connection, path: path, wasCreated: false)
        return true
    }

    /// A file that is a centre's database of a version that this program knows, opened, and its version.
    private static func checked(
        _ path: String, _ patience: Duration
    ) throws(CentreError) -> (connection: SQLiteConnection, version: UInt32) {
        let connection = try diagnosing(path) { () throws(SQLiteFailure) in
            // The folder in front keeps SQLite from reading ":memory:" or "file:" into a name.
            try SQLiteConnection(path: path.hasPrefix("/") ? path : "./" + path, flags: SQLITE_OPEN_READWRITE)
        }
        let version = try checkHeader(of: connection, at: path)
        connection.wait(atMost: patience)
        try checkContent(of: connection, at: path)
        return (connection, version)
    }

    /// A database without a file, gone with this object.
    public static func inMemory(persons: [SyntheticPerson]) throws(CentreError) -> CentreDatabase {
        try checkRecords(of: persons)
        let connection = try diagnosing(":memory:") { () throws(SQLiteFailure) in try fresh(with: persons) }
        return try CentreDatabase(connection, path: ":memory:", wasCreated: true)
    }

    /// A database without a file, with the synthetic persons. It is a copy: a program that plays many visits makes many of them.
    public static func inMemory() throws(CentreError) -> CentreDatabase {
        let connection = try diagnosing(":memory:") { () throws(SQLiteFailure) in
            let connection = try SQLiteConnection(path: ":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
            try connection.take(try standard.get())
            return connection
        }
        return try CentreDatabase(connection, path: ":memory:", wasCreated: true)
    }

    /// The bytes of a new database with the synthetic persons.
    private static let standard: Result<[UInt8], SQLiteFailure> = {
        do throws(SQLiteFailure) { return .success(try fresh(with: SyntheticPersons.all).serialized()) } catch { return .failure(error) }
    }()

    private init(_ connection: SQLiteConnection, path: String, wasCreated: Bool) throws(CentreError) {
        self.path = path
        self.wasCreated = wasCreated
        self.connection = connection
        // The statement that each question needs: tables that are not ours are found now.
        statements[CentreRow.query] = try diagnosing(path) { () throws(SQLiteFailure) in
            try connection.run("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA synchronous = EXTRA")
            return try connection.prepare(CentreRow.query)
        }
    }

    func prepared(_ sql: String) throws(SQLiteFailure) -> SQLiteStatement {
        if let statement = statements[sql] { return statement }
        let statement = try connection.prepare(sql)
        statements[sql] = statement
        return statement
    }

    /// The number of the row that was added last.
    var lastRow: Int64 { connection.lastRow }

    /// What the file says of the bearer of a certificate: one row for each qualification, or one without any; none where the
    /// serial is unknown. One statement, so that another program's change is seen whole or not at all.
    func rows(serial: [UInt8]) throws(CentreError) -> [CentreRow] {
        try rows(CentreRow.query, [.blob(serial)], CentreRow.init)
    }
}

// MARK: Making a new one

extension CentreDatabase {
    /// Makes the file; `false` where another process was first, whose file is complete by then.
    static func createFile(at path: String, with persons: [SyntheticPerson]?, named: Bool) throws(CentreError) -> Bool {
        try checkRecords(of: persons ?? [])
        // SQLite would roll the journal of a database that somebody deleted back into the new one.
        for journal in ["\(path)-journal", "\(path)-wal"] where access(journal, F_OK) == 0 { throw .leftover("\(journal) exists") }
        let bytes = try diagnosing(path) { () throws(SQLiteFailure) in
            if let persons { try fresh(with: persons).serialized() } else { try standard.get() }
        }
        do throws(SystemFailure) {
            try makeFolders(parentFolder(of: path))
            let file = try UnfinishedFile(for: path, named: named)
            try file.write(bytes)
            return try file.publish(as: path)
        } catch {
            throw CentreError(error, at: path)
        }
    }

    /// Throws for a record with an individual number, which is not taken (N20), and for one that is not covered (R052).
    private static func checkRecords(of persons: [SyntheticPerson]) throws(CentreError) {
        if persons.contains(where: \.hasIndividualNumber) { throw CentreError(.individualNumber) }
        let insurers = persons.flatMap(\.qualifications).map(\.insurerNumber)
        guard insurers.allSatisfy(InsuranceSchemes.standard.covers) else { throw CentreError(.notCovered) }
    }

    private static func fresh(with persons: [SyntheticPerson]) throws(SQLiteFailure) -> SQLiteConnection {
        let connection = try SQLiteConnection(path: ":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        try CentreSchema.create(in: connection, with: persons)
        return connection
    }
}

// MARK: Looking at what is there

extension CentreDatabase {
    private static func checkForm(of path: String) throws(CentreError) {
        if path.isEmpty || path.utf8.contains(0) || path.hasSuffix("/") { throw .path("\"\(path)\"") }
        // SQLite's limit on Unix is 512 bytes with the working folder in front.
        if path.utf8.count > 400 { throw .path("\(path.utf8.count) bytes, longer than 400") }
    }

    private static func fileExists(at path: String) throws(CentreError) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            if errno == EACCES { throw .unreadable("\(path): \(SystemFailure("stat").words)") }
            throw CentreError(SystemFailure("stat"), at: path)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .path("\(path): a folder or a device, not a file") }
        return true
    }

    /// The header of SQLite's file format (sqlite.org/fileformat.html clause 1.3).
    private static func checkHeader(of connection: SQLiteConnection, at path: String) throws(CentreError) -> UInt32 {
        let header = try diagnosing(path) { () throws(SQLiteFailure) in try connection.firstBytes(100) }
        guard header.count == 100 else { throw .invalid("\(path): \(header.count) bytes, fewer than a header") }
        guard header.starts(with: "SQLite format 3\0".utf8) else { throw .invalid("\(path): no SQLite header") }
        let mark = bigEndian(header[68..<72])
        guard mark == CentreSchema.applicationID else {
            throw .foreign("\(path): application_id \(mark), not \(CentreSchema.applicationID)")
        }
        let version = bigEndian(header[60..<64])
        guard version <= CentreSchema.version else {
            throw .newer("\(path): version \(version), this program knows \(CentreSchema.version)")
        }
        guard version >= CentreSchema.oldestVersion else { throw .damaged("\(path): version \(version)") }
        return version
    }

    /// Looks for damage where that takes no time that a person would notice: up to 256 pages, 1 MiB as a rule.
    private static func checkContent(of connection: SQLiteConnection, at path: String) throws(CentreError) {
        let finding = try diagnosing(path) { () throws(SQLiteFailure) in
            guard let pages = Int(try connection.value("PRAGMA page_count")), pages <= 256 else { return "ok" }
            return try connection.value("PRAGMA quick_check(1)")
        }
        if finding != "ok" { throw .damaged("\(path): \(finding)") }
    }

    private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// Runs `body` and tells what SQLite refuses in it as the centre's error.
func diagnosing<Value>(_ path: String, _ body: () throws(SQLiteFailure) -> Value) throws(CentreError) -> Value {
    do throws(SQLiteFailure) { return try body() } catch { throw CentreError(error, at: path) }
}
