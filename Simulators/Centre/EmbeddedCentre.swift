import Centre
import Station

/// The centre inside the program: it answers on a station after a latency in that station's time.
public final class EmbeddedCentre: EligibilityCentre {
    /// How long a query takes unless told otherwise: 180 ms, assumed; no public measurement is known.
    public static let assumedLatency: Duration = .milliseconds(180)

    /// Which source the answers come from.
    public let source: SourceID
    /// The passcodes that it has issued.
    public let passcodes = VisualCheckPasscodes()
    private let core: CentreCore
    private let latency: Duration
    private let schedule: (Event, Duration) -> Void
    private var lastToken: UInt64 = 0

    /// A centre on `station` that answers `latency` after each query.
    public convenience init(core: CentreCore, on station: Station, latency: Duration = assumedLatency) {
        self.init(core: core, source: station.makeSource(), latency: latency) { event, delay in
            station.schedule(event, at: station.now + delay)
        }
    }

    /// A centre whose answers go wherever `schedule` puts them.
    ///
    /// - Parameters:
    ///   - core: who knows the answers.
    ///   - source: the source that the answers name.
    ///   - latency: the time from a query to its answer.
    ///   - schedule: puts an event into an inbox after a delay.
    public init(
        core: CentreCore, source: SourceID, latency: Duration = assumedLatency, schedule: @escaping (Event, Duration) -> Void
    ) {
        self.core = core
        self.source = source
        self.latency = latency
        self.schedule = schedule
    }

    /// Looks the answer up at once and has it arrive after the latency; an error arrives the same way.
    public func submit(_ message: CentreMessage) -> UInt64 {
        let reply: CentreReply
        do throws(CentreError) { reply = .success(try answer(message)) } catch { reply = .failure(error) }
        return post(reply)
    }

    private func answer(_ message: CentreMessage) throws(CentreError) -> CentreAnswer {
        switch message.request {
        case .eligibility(let query): .eligibility(try core.answer(query))
        case .passcode(.check(let passcode)): .passcode(.checked(passcodes.contains(passcode)))
        default: throw .otherAnswer
        }
    }

    private func post(_ reply: CentreReply) -> UInt64 {
        lastToken &+= 1
        schedule(Event(source: source, token: lastToken, payload: reply), latency)
        return lastToken
    }
}
