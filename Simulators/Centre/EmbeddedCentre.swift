import Centre
import Diagnosis
import Station

/// The centre inside the program: it answers on a station after a latency in that station's time.
public final class EmbeddedCentre: EligibilityCentre {
    /// How long a query takes unless told otherwise: 180 ms, assumed; no public measurement is known.
    public static let assumedLatency: Duration = .milliseconds(180)

    /// Which source the answers come from.
    public let source: SourceID
    /// What goes wrong, on command.
    public var faults: [CentreFault] = []
    /// Who knows the answers.
    public let core: CentreCore
    private let latency: Duration
    private let clock: () -> Int64
    private let schedule: (Event, Duration) -> Void
    private var lastToken: UInt64 = 0
    /// How many messages it has got.
    public private(set) var requests = 0

    /// A centre on `station` that answers `latency` after each query.
    public convenience init(core: CentreCore, on station: Station, latency: Duration = assumedLatency) {
        self.init(core: core, source: station.makeSource(), latency: latency, clock: { station.unixTime }) { event, delay in
            station.schedule(event, at: station.now + delay)
        }
    }

    /// A centre whose answers go wherever `schedule` puts them.
    ///
    /// - Parameters:
    ///   - core: who knows the answers.
    ///   - source: the source that the answers name.
    ///   - latency: the time from a query to its answer.
    ///   - clock: the Unix time, in seconds.
    ///   - schedule: puts an event into an inbox after a delay.
    public init(
        core: CentreCore, source: SourceID, latency: Duration = assumedLatency, clock: @escaping () -> Int64,
        schedule: @escaping (Event, Duration) -> Void
    ) {
        self.core = core
        self.source = source
        self.latency = latency
        self.clock = clock
        self.schedule = schedule
    }

    /// Carries the message out at once and has the answer arrive after the latency; an error arrives the same way.
    public func submit(_ message: CentreMessage) -> UInt64 {
        lastToken &+= 1
        requests += 1
        let now = clock()
        let faults = faults.filter { $0.applies(toRequest: requests, at: now) }.map(\.kind)
        guard !faults.contains(.down) else { return lastToken }
        var reply: CentreReply
        do throws(CentreError) { reply = .success(try core.answer(message, at: now)) } catch { reply = .failure(error) }
        var delay = latency
        for fault in faults {
            switch fault {
            case .slow(let duration): delay += duration
            case .down, .lost: return lastToken
            case .wrong: reply = reply.map(\.another)
            case .half: reply = reply.map(\.half)
            }
        }
        schedule(Event(source: source, token: lastToken, payload: reply), delay)
        return lastToken
    }

    /// Issues a passcode for a visual check to an account, drawn from `random` so that a simulated world repeats.
    ///
    /// - Throws: `CentreError` where there is no such account, or the database cannot be written.
    public func issuePasscode(
        to account: SyntheticAccount = SyntheticAccounts.counter, using random: inout some RandomNumberGenerator
    ) throws(CentreError) -> Secret {
        try core.issuePasscode(to: account.user, using: &random)
    }
}
