import Glibc

@testable import CentreSimulator

func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

/// A connection that may do everything, for what other programs do to a file.
func otherProgram(_ path: String, _ sql: String = "") throws -> SQLiteConnection {
    let connection = try SQLiteConnection(path: path, flags: 0x6)  // SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    try connection.run(sql)
    return connection
}
