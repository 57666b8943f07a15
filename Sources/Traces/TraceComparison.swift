/// Where two traces differ in what the card saw: answers to reset, commands, how they ended, stages and the end.
///
/// Moments, names of readers and programs do not count, so that a session on a simulated reader can be held against one on a real reader.
public struct TraceComparison: Sendable, Hashable {
    /// A step that is in one of both only.
    public enum Difference: Sendable, Hashable {
        /// In the first trace only: its index among the records there.
        case removed(Int)
        /// In the second trace only: its index among the records there.
        case added(Int)
    }

    /// The differences in the order of the traces; empty where they agree.
    public let differences: [Difference]

    /// The longest pair of middle parts, as the product of their lengths, that is compared step by step.
    static let effort = 25_000_000

    /// Compares two traces.
    ///
    /// Traces that are long and wholly unlike are not aligned: all of what lies between their common beginning and end differs then.
    public init(_ first: [TraceRecord], _ second: [TraceRecord]) {
        self.init(steps: first.map(\.event.step), second.map(\.event.step))
    }

    /// Compares what of two sessions must be alike, step by step, in the same way.
    public init<Step: Hashable>(steps old: [Step], _ new: [Step]) {
        let beginning = zip(old, new).prefix { $0 == $1 }.count
        let end = zip(old.dropFirst(beginning).reversed(), new.dropFirst(beginning).reversed()).prefix { $0 == $1 }.count
        let middle = (old: old[beginning..<(old.count - end)], new: new[beginning..<(new.count - end)])
        guard middle.old.count.multipliedReportingOverflow(by: middle.new.count).partialValue <= Self.effort else {
            differences = middle.old.indices.map { .removed($0) } + middle.new.indices.map { .added($0) }
            return
        }
        var found: [Difference] = []
        for change in Array(middle.new).difference(from: Array(middle.old)) {
            switch change {
            case .remove(let offset, _, _): found.append(.removed(beginning + offset))
            case .insert(let offset, _, _): found.append(.added(beginning + offset))
            }
        }
        differences = Self.interleaved(found)
    }

    /// As people read it: what was there, then what came instead, from the beginning to the end.
    private static func interleaved(_ found: [Difference]) -> [Difference] {
        let removed = Set(found.compactMap { if case .removed(let index) = $0 { index } else { nil } })
        let added = Set(found.compactMap { if case .added(let index) = $0 { index } else { nil } })
        var result: [Difference] = []
        var (old, new) = (0, 0)
        while result.count < found.count {
            if removed.contains(old) {
                result.append(.removed(old))
                old += 1
            } else if added.contains(new) {
                result.append(.added(new))
                new += 1
            } else {
                old += 1
                new += 1
            }
        }
        return result
    }
}

extension TraceRecord.Event {
    /// What of an event two traces must have alike.
    fileprivate var step: Self {
        switch self {
        case .start: .start(program: "", reader: "", clock: "", unixTime: 0)
        case .card(_, _, let answerToReset): .card(reader: "", slot: 0, answerToReset: answerToReset)
        case .exchange(let exchange):
            .exchange(
                TraceRecord.Exchange(
                    reader: "", slot: 0, took: 0, command: exchange.command, commandHidden: exchange.commandHidden, result: exchange.result)
            )
        case .stage, .end, .other: self
        }
    }
}
