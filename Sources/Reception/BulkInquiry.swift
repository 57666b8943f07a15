import Centre
import Eligibility

/// 一括照会 (R051, R189): the booked patients are sent, and their result is asked for until it is there.
public struct BulkInquiry: ReceptionFlow {
    /// How often and how long the result is asked for, as data; both are assumed.
    public struct Rules: Sendable, Equatable {
        /// How long to wait before each time.
        public var interval = Duration.seconds(60)
        /// How often it may still be processing.
        public var looks = 30

        /// The rules that are assumed.
        public init() {}
    }

    /// Where it is.
    public enum Phase: Sendable, Hashable {
        /// Nothing is going on.
        case idle
        /// The list is chosen.
        case choosing
        /// The list is being sent.
        case sending
        /// The result is not there yet (SegmentOfResult 2).
        case processing(reception: String, looks: Int)
        /// The centre is asked for the result.
        case asking(reception: String, looks: Int)
    }

    /// How often and how long.
    public let rules: Rules
    /// Where it is.
    public private(set) var phase = Phase.idle

    /// An idle inquiry.
    public init(_ rules: Rules = Rules()) { self.rules = rules }

    /// Whether nothing is going on.
    public var isIdle: Bool { phase == .idle }

    /// The flow as a function.
    public mutating func receive(_ input: ReceptionInput) -> [ReceptionEffect] {
        switch (phase, input) {
        case (.idle, .begin): go(to: .choosing, .show(.bulkUpload))
        case (.idle, _): []
        case (_, .cancelled), (_, .touched(.end, _)): finish(.notCompleted(.cancelled))
        case (_, .failed(let error)): finish(.notCompleted(.failed(error)))
        case (.choosing, .touched(.upload(let patients), by: .staff)) where !patients.isEmpty:
            go(to: .sending, .show(.working), .ask(.bulk(.upload(patients)), from: .receiptComputer))
        case (.sending, .answered(.bulk(.received(let reception)))): wait(for: reception, looks: rules.looks)
        // Asked for after a while, or when the staff want to know.
        case (.processing(let reception, let looks), .timedOut), (.processing(let reception, let looks), .touched(.fetch, by: .staff)):
            go(to: .asking(reception: reception, looks: looks), .ask(.bulk(.result(reception: reception)), from: .receiptComputer))
        case (.asking(let reception, let looks), .answered(.bulk(.processing))):
            looks > 0
                ? wait(for: reception, looks: looks - 1) : finish(.notCompleted(.failed(ReceptionRefusal.stillProcessing)))
        case (.asking, .answered(.bulk(.finished(let answers)))): [.book(answers)] + finish(.completed)
        case (_, .answered): finish(.notCompleted(.failed(CentreError.otherAnswer)))
        case (_, .timedOut): finish(.notCompleted(.timedOut))
        default: []
        }
    }

    private mutating func wait(for reception: String, looks: Int) -> [ReceptionEffect] {
        go(to: .processing(reception: reception, looks: looks), .show(.processing(reception: reception)), .pause(rules.interval))
    }

    private mutating func go(to next: Phase, _ effects: ReceptionEffect...) -> [ReceptionEffect] {
        phase = next
        return effects
    }

    private mutating func finish(_ outcome: ReceptionOutcome) -> [ReceptionEffect] {
        phase = .idle
        return [.finish(outcome)]
    }
}
