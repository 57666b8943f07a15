import Diagnosis

/// A trace as written by `TraceWriter`: JSON Lines, one object a line.
public enum TraceFile {
    /// The records of a trace, in order, up to the first line that is none; `error` names that line, or says that there is none at all.
    ///
    /// A program that was ended in the middle of a visit leaves a trace whose last line is cut.
    public static func read(_ bytes: [UInt8]) -> (records: [TraceRecord], error: TraceFileError?) {
        var records: [TraceRecord] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !(line.isEmpty && index == lines.count - 1) {
            do { records.append(try TraceRecord(line: line)) } catch {
                return (records, TraceFileError(line: index + 1, reason: error.reason))
            }
        }
        return (records, records.isEmpty ? TraceFileError(line: 1, reason: "the file is empty") : nil)
    }

    /// The records of a whole trace, in order. Throws at the first line that is none, and where there is no line at all.
    public static func parse(_ bytes: [UInt8]) throws(TraceFileError) -> [TraceRecord] {
        let (records, error) = read(bytes)
        if let error { throw error }
        return records
    }
}

/// A file is not a trace.
public struct TraceFileError: DiagnosedError, Equatable {
    /// The line, counted from 1.
    public let line: Int
    /// What is wrong with it; no part of the line is in it.
    public let reason: String

    /// Always the same.
    public var code: String { "trace-malformed" }
    /// What to do.
    public var sentence: Sentence {
        Sentence(
            ja: "トレースファイルの\(line)行目を読み取れません。kazasu の --trace で作ったファイルを指定してください。",
            en: "Line \(line) of the trace cannot be read; name a file that --trace has written.")
    }
    /// What is wrong with the line.
    public var cause: String? { reason }
    /// Always bad data.
    public var category: FailureCategory { .badData }
}

extension TraceRecord {
    init(line: ArraySlice<UInt8>) throws(LineError) {
        let fields = try JSONLine.decode(Fields.self, from: line)
        at = fields.at
        event = try Event(fields)
    }

    /// A line as JSON has it; which fields there must be depends on the event.
    struct Fields: Decodable {
        let event: String
        let at: Int64
        let took: Int64?
        let program: String?
        let reader: String?
        let clock: String?
        let unixTime: Int64?
        let slot: Int?
        let answerToReset: String?
        let command: String?
        let commandHidden: Int?
        let answerHidden: Int?
        let status: String?
        let error: String?
        let name: String?
        let outcome: String?
        let records: Int?
    }
}

extension TraceRecord.Event {
    fileprivate init(_ fields: TraceRecord.Fields) throws(LineError) {
        func need<Value>(_ value: Value?, _ name: String) throws(LineError) -> Value { try JSONLine.need(value, name) }
        switch fields.event {
        case "start":
            self = .start(
                program: try need(fields.program, "program"), reader: try need(fields.reader, "reader"),
                clock: try need(fields.clock, "clock"), unixTime: try need(fields.unixTime, "unixTime"))
        case "card":
            self = .card(
                reader: try need(fields.reader, "reader"), slot: try need(fields.slot, "slot"),
                answerToReset: try need(fields.answerToReset, "answerToReset"))
        case "exchange":
            guard let command = Hexadecimal.bytes(try need(fields.command, "command")) else {
                throw LineError(reason: "'command' is not hexadecimal")
            }
            self = .exchange(
                TraceRecord.Exchange(
                    reader: try need(fields.reader, "reader"), slot: try need(fields.slot, "slot"),
                    took: try need(fields.took, "took"), command: command,
                    commandHidden: try need(fields.commandHidden, "commandHidden"), result: try .init(fields)))
        case "stage": self = .stage(try need(fields.name, "name"))
        case "end": self = .end(outcome: try need(fields.outcome, "outcome"), records: fields.records)
        default: self = .other(fields.event)
        }
    }
}

extension TraceRecord.Exchange.Result {
    fileprivate init(_ fields: TraceRecord.Fields) throws(LineError) {
        if let error = fields.error {
            self = .error(error)
            return
        }
        guard let status = fields.status, let word = Hexadecimal.bytes(status), word.count == 2, let hidden = fields.answerHidden else {
            throw LineError(reason: "an exchange has neither 'error' nor 'status' and 'answerHidden'")
        }
        self = .status(UInt16(word[0]) << 8 | UInt16(word[1]), dataHidden: hidden)
    }
}
