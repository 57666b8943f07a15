import Centre

// Statements, and the transactions in which they are carried out.
extension CentreDatabase {
    /// Runs one statement that gives no rows.
    func run(_ sql: String, _ values: [SQLiteValue] = []) throws(CentreError) {
        _ = try rows(sql, values) { _ in true }
    }

    /// What `read` makes of each row. A row of which it makes nothing holds what its table forbids.
    func rows<Row>(_ sql: String, _ values: [SQLiteValue] = [], _ read: (SQLiteStatement) -> Row?) throws(CentreError) -> [Row] {
        let rows = try diagnosing(path) { () throws(SQLiteFailure) in
            let statement = try prepared(sql)
            defer { statement.reset() }
            try statement.bind(values)
            var rows: [Row?] = []
            while try statement.step() { rows.append(read(statement)) }
            return rows
        }
        return try rows.map { row throws(CentreError) in
            guard let row else { throw .damaged("\(path): a column holds what its table forbids") }
            return row
        }
    }

    /// What `body` reads: all of it as it was at one moment, whatever other programs change meanwhile.
    func reading<Value>(_ body: () throws(CentreError) -> Value) throws(CentreError) -> Value {
        try transaction("BEGIN", body)
    }

    /// What `body` changes is on the disk once this returns; where it throws nothing has changed.
    func changing<Value>(_ body: () throws(CentreError) -> Value) throws(CentreError) -> Value {
        try transaction("BEGIN IMMEDIATE", body)
    }

    private func transaction<Value>(_ begin: String, _ body: () throws(CentreError) -> Value) throws(CentreError) -> Value {
        try run(begin)
        do throws(CentreError) {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // SQLite rolls some failures back by itself; then there is nothing left to roll back.
            try? run("ROLLBACK")
            throw error
        }
    }
}
