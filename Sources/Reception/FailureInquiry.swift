import Centre
import Eligibility

/// 資格情報照会（システム障害時） at the terminal (R140–R145): a search without the card, while the function is enabled.
public struct FailureInquiry: ReceptionFlow {
    /// Where it is.
    public enum Phase: Sendable, Equatable {
        /// Nothing is going on.
        case idle
        /// The conditions are filled in.
        case filling
        /// The centre searches.
        case searching
        /// Nobody was found.
        case nobody
        /// Several were found; the staff choose.
        case choosing([EligibilityAnswer])
        /// 資格情報確認
        case showing
    }

    /// What must be filled in.
    public let rules: SearchRules
    /// Where it is.
    public private(set) var phase = Phase.idle

    /// An idle inquiry.
    public init(_ rules: SearchRules = .standard) { self.rules = rules }

    /// Whether nothing is going on.
    public var isIdle: Bool { phase == .idle }

    /// The flow as a function.
    public mutating func receive(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch (phase, input) {
        case (.idle, .begin): go(to: .filling, .show(.failureSearch(missing: [])))
        case (.idle, _): []
        case (.showing, .cancelled), (.showing, .timedOut), (.showing, .touched(.end, _)): finish(.completed)
        case (_, .cancelled), (_, .touched(.end, _)): finish(.notCompleted(.cancelled))
        case (_, .timedOut): finish(.notCompleted(.timedOut))
        case (_, .failed(let error)): finish(.notCompleted(.failed(error)))
        case (.filling, .touched(.search(let search), by: .staff)): send(search)
        case (.searching, .answered(.systemFailure(let answer))): receive(answer)
        case (.choosing(let found), .touched(.choose(let index), by: .staff)) where found.indices.contains(index): show(found[index])
        case (.nobody, .touched(.again, by: .staff)), (.choosing, .touched(.again, by: .staff)), (.showing, .touched(.again, by: .staff)):
            go(to: .filling, .show(.failureSearch(missing: [])))
        case (_, .answered): finish(.notCompleted(.failed(CentreError.otherAnswer)))
        default: []
        }
    }

    /// What is not filled in is told before anything is sent.
    private mutating func send(_ search: SystemFailureSearch) -> [ReceptionEffect] {
        let missing = rules.missing(in: search)
        guard missing.isEmpty else { return [.show(.failureSearch(missing: missing))] }
        return go(to: .searching, .show(.working), .ask(.systemFailure(.search(search)), from: .terminal))
    }

    private mutating func receive(_ answer: SystemFailureAnswer) -> [ReceptionEffect] {
        switch answer {
        case .one(let answer): show(answer)
        case .several(let found): go(to: .choosing(found), .show(.candidates(found)))
        case .nobody: go(to: .nobody, .show(.nobodyFound))
        case .step: finish(.notCompleted(.failed(CentreError.otherAnswer)))
        }
    }

    private mutating func show(_ answer: EligibilityAnswer) -> [ReceptionEffect] { go(to: .showing, .show(.result(answer))) }

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> [ReceptionEffect] {
        phase = next
        return effects
    }

    private mutating func finish(_ outcome: ReceptionOutcome) -> [ReceptionEffect] {
        phase = .idle
        return [.finish(outcome)]
    }
}
