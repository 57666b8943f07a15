import CSQLite

/// What SQLite said when it refused.
struct SQLiteFailure: Error {
    /// The extended result code (sqlite.org/rescode.html).
    let code: Int32
    /// SQLite's own words; they name tables and constraints, never values.
    let message: String
    /// The errno behind it; 0 where there is none.
    let systemError: Int32

    init(code: Int32, of handle: OpaquePointer?) {
        self.code = code
        message = String(cString: handle == nil ? sqlite3_errstr(code) : sqlite3_errmsg(handle))
        systemError = handle == nil ? 0 : sqlite3_system_errno(handle)
    }

    /// The result code without its extension.
    var primaryCode: Int32 { code & 0xFF }
}

/// One open database file, closed with its last holder.
final class SQLiteConnection {
    private let handle: OpaquePointer

    init(path: String, flags: Int32) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            let failure = SQLiteFailure(code: code, of: opened)
            sqlite3_close_v2(opened)
            throw failure
        }
        handle = opened
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs statements that give no rows.
    func run(_ sql: String) throws(SQLiteFailure) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// The first column of the first row, for example of a PRAGMA; empty where there is none.
    func value(_ sql: String) throws(SQLiteFailure) -> String {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) ?? "" : ""
    }

    func prepare(_ sql: String) throws(SQLiteFailure) -> SQLiteStatement {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, sql, -1, &statement, nil))
        return SQLiteStatement(statement, of: self)
    }

    var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// How long a statement waits for another program's lock.
    func wait(atMost duration: Duration) {
        let milliseconds = duration.components.seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflow) = milliseconds.partialValue.addingReportingOverflow(duration.components.attoseconds / 1_000_000_000_000_000)
        sqlite3_busy_timeout(handle, milliseconds.overflow || overflow ? .max : Int32(clamping: sum))
    }

    /// The first `count` bytes of the file, fewer where it is shorter.
    ///
    /// They are read through SQLite's own descriptor: no transaction starts, so that no journal is rolled back in a file
    /// that may not be ours; and closing a descriptor of our own would drop the locks of every connection that this process
    /// has to the file (fcntl locks belong to the process; sqlite.org/howtocorrupt.html clause 2.2).
    func firstBytes(_ count: Int) throws(SQLiteFailure) -> [UInt8] {
        var file: UnsafeMutablePointer<sqlite3_file>?
        try check(sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file))
        guard let file, let methods = file.pointee.pMethods, let read = methods.pointee.xRead, let sizeOf = methods.pointee.xFileSize
        else { return [] }
        var size: sqlite3_int64 = 0
        try check(sizeOf(file, &size))
        var bytes = [UInt8](repeating: 0, count: min(count, Int(clamping: max(0, size))))
        let code = read(file, &bytes, Int32(clamping: bytes.count), 0)
        guard code == SQLITE_OK || code == SQLITE_IOERR | (2 << 8) else { throw SQLiteFailure(code: code, of: nil) }
        return bytes
    }

    /// The whole database as the bytes of its file.
    func serialized() throws(SQLiteFailure) -> [UInt8] {
        var size: sqlite3_int64 = 0
        guard let bytes = sqlite3_serialize(handle, "main", &size, 0) else { throw SQLiteFailure(code: SQLITE_NOMEM, of: nil) }
        defer { sqlite3_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(clamping: size)))
    }

    /// Becomes the database whose file has these bytes; for a connection without a file.
    func take(_ bytes: [UInt8]) throws(SQLiteFailure) {
        guard let copy = sqlite3_malloc64(UInt64(bytes.count)) else { throw SQLiteFailure(code: SQLITE_NOMEM, of: nil) }
        copy.copyMemory(from: bytes, byteCount: bytes.count)
        let flags = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE)
        let start = copy.assumingMemoryBound(to: UInt8.self)
        try check(sqlite3_deserialize(handle, "main", start, Int64(bytes.count), Int64(bytes.count), flags))
    }

    fileprivate func check(_ code: Int32) throws(SQLiteFailure) {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    fileprivate func failure(_ code: Int32) -> SQLiteFailure { SQLiteFailure(code: code, of: handle) }
}

/// A compiled statement; it keeps its connection open. Values are bound, never written into SQL.
final class SQLiteStatement {
    private let handle: OpaquePointer?
    private let connection: SQLiteConnection

    fileprivate init(_ handle: OpaquePointer?, of connection: SQLiteConnection) {
        self.handle = handle
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(handle)
    }

    func bind(_ text: String?, at index: Int32) throws(SQLiteFailure) {
        guard let text else { return try connection.check(sqlite3_bind_null(handle, index)) }
        try connection.check(sqlite3_bind_text(handle, index, text, -1, kazasu_sqlite_transient()))
    }

    func bind(_ integer: Int64, at index: Int32) throws(SQLiteFailure) {
        try connection.check(sqlite3_bind_int64(handle, index, integer))
    }

    func bind(_ blob: [UInt8], at index: Int32) throws(SQLiteFailure) {
        try connection.check(sqlite3_bind_blob64(handle, index, blob, UInt64(blob.count), kazasu_sqlite_transient()))
    }

    /// Goes to the next row; `false` at the end.
    func step() throws(SQLiteFailure) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        case let code: throw connection.failure(code)
        }
    }

    /// Makes it ready for another run and ends its read transaction.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// The text of a column; `nil` where it is NULL.
    func text(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(handle, column) else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func blob(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}
