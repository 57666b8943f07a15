import JapaneseCalendar

/// A value that is bound to a statement.
enum SQLiteValue {
    case text(String?)
    case integer(Int64?)
    case blob([UInt8])

    static func day(_ day: CalendarDay?) -> SQLiteValue { .text(day?.digits) }
    static func flag(_ flag: Bool) -> SQLiteValue { .integer(flag ? 1 : 0) }
}

extension SQLiteStatement {
    /// Binds the values to the places from the first on.
    func bind(_ values: [SQLiteValue]) throws(SQLiteFailure) {
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .text(let text): try bind(text, at: place)
            case .integer(let integer?): try bind(integer, at: place)
            case .integer(nil): try bind(String?.none, at: place)
            case .blob(let blob): try bind(blob, at: place)
            }
        }
    }

    /// The day of a column; `nil` where it is NULL or no day.
    func day(_ column: Int32) -> CalendarDay? { text(column).flatMap(CalendarDay.init(digits:)) }

    /// Whether a column is NULL.
    func isNull(_ column: Int32) -> Bool { text(column) == nil }

    /// A number, or `nil` where the column is NULL.
    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
}

extension SQLiteConnection {
    /// Runs one statement with values.
    func run(_ sql: String, _ values: [SQLiteValue]) throws(SQLiteFailure) {
        let statement = try prepare(sql)
        try statement.bind(values)
        _ = try statement.step()
    }
}
