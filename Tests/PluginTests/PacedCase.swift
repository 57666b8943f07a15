import Conformance
import ReaderKit
import Station

extension ContractCase {
    /// The same case where time passes faster by `pace`, for a reader whose own time-outs are as much shorter. Whatever is awaited may
    /// still take as long as it needs: on a busy machine seconds pass by themselves.
    func paced(_ pace: Int) -> ContractCase {
        ContractCase(
            id, source: source, ja: requirement.japanese, en: requirement.english, needs: needs,
            limits: ContractLimits(transfers: limits.transfers),
            provokes: provokes, steps.map { $0.paced(pace) })
    }
}

extension ContractStep {
    fileprivate func paced(_ pace: Int) -> ContractStep {
        switch self {
        case .bench(let deed, let delay): .bench(deed, after: delay / pace)
        case .host(let step): .host(step.paced(pace))
        }
    }
}

extension HostStep {
    /// How much longer than in the case something may take that is awaited.
    private static let slack = Duration.seconds(60)

    fileprivate func paced(_ pace: Int) -> HostStep {
        switch self {
        case .presence(let isPresent, let changes, _): .presence(isPresent, changes: changes, within: Self.slack)
        case .noPresence(let time): .noPresence(for: time / pace)
        case .presenceFails(let outcome, _): .presenceFails(outcome, within: Self.slack)
        case .connect(let slot, _, let outcome): .connect(slot: slot, within: Self.slack, outcome)
        // Where it is to fail, the deadline may be what ends it.
        case .transmit(let command, let limit, .fails(let outcome)) where !outcome.mayWork:
            .transmit(command, within: limit / pace, .fails(outcome))
        case .transmit(let command, _, let response): .transmit(command, within: Self.slack, response)
        case .end(let name, let end, let limit, let least):
            .end(of: name, end, within: limit / pace + Self.slack, notBefore: least / pace)
        case .quiet(let time): .quiet(for: time / pace)
        default: self
        }
    }
}
