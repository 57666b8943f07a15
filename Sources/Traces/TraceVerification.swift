import ISO7816

/// What is wrong with a trace as a whole, where each line is a record by itself.
public struct TraceProblem: Sendable, Hashable {
    /// The line, counted from 1.
    public let line: Int
    /// What is wrong with it.
    public let reason: Reason

    /// What may be wrong.
    public enum Reason: Sendable, Hashable {
        /// The first record is no `start`, or a later one is.
        case startMisplaced
        /// The last record is no `end`, or an earlier one is: whoever wrote it was stopped, or two traces are in one file.
        case endMisplaced
        /// There are more or fewer records than the last one counts.
        case recordsMissing
        /// It happens before the record above it.
        case goesBackInTime
        /// An exchange takes less than no time, or hides less than no byte.
        case negative
        /// What is shown of a command is more than its header and length fields, or less: a secret may be in it.
        case showsData
        /// There is an exchange before any card has power.
        case exchangeWithoutCard
        /// This version does not know the event.
        case unknownEvent
    }
}

extension TraceFile {
    /// Whether `records` are one whole trace that shows no more than a trace may: empty where they are.
    ///
    /// A trace may come from another program, or be edited by hand, before it is attached to a report. It hides what there is of data by
    /// structure: of a command only what `ShownCommand` lists may be seen.
    public static func problems(of records: [TraceRecord]) -> [TraceProblem] {
        var problems: [TraceProblem] = []
        var hasCard = false
        var latest = Int64.min
        for (index, record) in records.enumerated() {
            func report(_ reason: TraceProblem.Reason) { problems.append(TraceProblem(line: index + 1, reason: reason)) }
            if record.isStart != (index == 0) { report(.startMisplaced) }
            if record.isEnd != (index == records.count - 1) { report(.endMisplaced) }
            if record.at < latest { report(.goesBackInTime) }
            latest = max(latest, record.at)
            switch record.event {
            case .card: hasCard = true
            case .exchange(let exchange):
                if !hasCard { report(.exchangeWithoutCard) }
                if exchange.took < 0 || exchange.commandHidden < 0 || exchange.result.hidden < 0 {
                    report(.negative)
                } else if !exchange.isRedacted {
                    report(.showsData)
                }
            case .other: report(.unknownEvent)
            case .end(_, let count?): if index == records.count - 1, count != records.count { report(.recordsMissing) }
            case .start, .stage, .end: break
            }
        }
        return problems
    }
}

extension TraceRecord {
    fileprivate var isStart: Bool { if case .start = event { true } else { false } }
    fileprivate var isEnd: Bool { if case .end = event { true } else { false } }
}

extension TraceRecord.Exchange.Result {
    fileprivate var hidden: Int { if case .status(_, let hidden) = self { hidden } else { 0 } }
}

extension TraceRecord.Exchange {
    /// Whether as much of the command is shown as may be, and no byte more.
    fileprivate var isRedacted: Bool {
        // The hidden bytes count for the layout whatever they are: no length field lies behind data that is hidden, except Le.
        let (count, overflow) = command.count.addingReportingOverflow(commandHidden)
        guard !overflow, count <= APDULimits.command else { return command.isEmpty }
        let whole = command + [UInt8](repeating: 0, count: commandHidden)
        return command.count == ShownCommand.count(of: whole.span)
    }
}
