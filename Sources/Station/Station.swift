import Glibc

/// One counter: a thread, an inbox and a clock.
///
/// Everything on a station is synchronous and confined to the thread that uses it; other threads reach it through `inbox` only. The one
/// call that waits is `next`. In virtual time it takes the earliest event and sets the clock to its due time, so nothing sleeps and a
/// run repeats to the byte; in real time it waits. Many stations run in parallel, each with its own clock.
public final class Station {
    /// How time passes on a station.
    public enum Time: Sendable, Hashable {
        /// The clock jumps to the next thing due.
        case virtual
        /// The clock is the machine's monotonic clock.
        case real
    }

    /// What ended a wait.
    public enum Wake {
        /// An event that was due.
        case event(Event)
        /// The deadline came first.
        case deadline
        /// Somebody called `inbox.cancel()`.
        case cancelled
    }

    /// How time passes here.
    public let time: Time
    /// The Unix time at the start of the clock, in seconds.
    public let startUnixTime: Int64
    /// Where other threads post.
    public let inbox = Inbox()

    private var agenda = Agenda()
    // Events that came while somebody waited for another one, oldest first.
    private var deferred: [Event] = []
    private var devices: [any TimeDriven] = []
    private var receivers: [(source: SourceID, receiver: any EventReceiver)] = []
    private var virtualNow = Instant.zero
    private let monotonicStart = monotonicNanoseconds()
    private var shields = 0
    private var lastSource: UInt32 = 0
    private var lastToken: UInt64 = 0

    /// A station whose clock starts now; in virtual time the time of day starts at `startUnixTime` (seconds), in real time it is the machine's.
    public init(_ time: Time, startUnixTime: Int64 = 0) {
        self.time = time
        switch time {
        case .virtual: self.startUnixTime = startUnixTime
        case .real: self.startUnixTime = Int64(Glibc.time(nil))
        }
    }

    /// The present moment.
    public var now: Instant {
        switch time {
        case .virtual: virtualNow
        case .real: Instant(nanoseconds: monotonicNanoseconds() - monotonicStart)
        }
    }

    /// The present time of day as a Unix time, in seconds.
    public var unixTime: Int64 { startUnixTime + now.nanoseconds / 1_000_000_000 }

    /// A moment of a station in real time on the machine's monotonic clock, in nanoseconds; the largest value where it does not fit.
    public func monotonicTime(of instant: Instant) -> Int64 {
        let (sum, overflow) = monotonicStart.addingReportingOverflow(instant.nanoseconds)
        return overflow ? .max : sum
    }

    /// A new source of events.
    public func makeSource() -> SourceID {
        lastSource += 1
        return SourceID(rawValue: lastSource)
    }

    /// A token that was never given before on this station.
    public func makeToken() -> UInt64 {
        lastToken += 1
        return lastToken
    }

    // MARK: Waiting

    /// Waits for the next event, whatever it is. An event due exactly at the deadline comes before it; a later one waits for its turn.
    ///
    /// In virtual time with nothing due, the clock moves to the deadline at once; a deadline of `.distantFuture` leaves it where it is.
    public func next(until deadline: Instant) -> Wake {
        if isCancelled { return .cancelled }
        if !deferred.isEmpty { return .event(deferred.removeFirst()) }
        return pull(until: deadline)
    }

    /// Waits for one event: that of `source` with `token`. What else arrives meanwhile is kept, in order, for `next(until:)`.
    public func next(from source: SourceID, token: UInt64, until deadline: Instant) -> Wake {
        if !isCancelled, let index = deferred.firstIndex(where: { $0.source == source && $0.token == token }) {
            return .event(deferred.remove(at: index))
        }
        while true {
            let wake = isCancelled ? .cancelled : pull(until: deadline)
            guard case .event(let event) = wake, event.source != source || event.token != token else { return wake }
            deferred.append(event)
        }
    }

    /// Whether waiting is cancelled at this point of the program.
    public var isCancelled: Bool { shields == 0 && inbox.isCancelled }

    /// Whether this point of the program is shielded from cancellation.
    public var isShielded: Bool { shields > 0 }

    /// Runs `body` so that cancellation does not disturb it: for what must be done even then, such as powering a card off.
    public func shielded<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        shields += 1
        defer { shields -= 1 }
        return try body()
    }

    // MARK: The future

    /// Puts an event on the agenda; the number returned takes it off again.
    ///
    /// In real time it may have been due already: what happened before a deadline is not late because its thread comes to tell it later.
    @discardableResult
    public func schedule(_ event: Event, at due: Instant) -> UInt64 {
        agenda.insert(event, due: time == .virtual ? max(due, virtualNow) : due)
    }

    /// Takes an event off the agenda; `false` when it has already come.
    @discardableResult
    public func unschedule(_ number: UInt64) -> Bool {
        agenda.remove(number)
    }

    /// Makes time pass for `device` from now on.
    public func attach(_ device: any TimeDriven) {
        devices.append(device)
    }

    /// No longer makes time pass for `device`.
    public func detach(_ device: any TimeDriven) {
        devices.removeAll { $0 === device }
    }

    /// Shows `receiver` the events of `source` from now on, before anybody gets them who waits.
    public func attach(_ receiver: any EventReceiver, to source: SourceID) {
        receivers.append((source, receiver))
    }

    /// Shows `receiver` no more events, of whatever source.
    public func detach(_ receiver: any EventReceiver) {
        receivers.removeAll { $0.receiver === receiver }
    }

    // MARK: The loop

    private func pull(until deadline: Instant) -> Wake {
        // What is posted after the deadline is late: one look after it is enough, however fast others post.
        var looksNoMore = false
        while true {
            if isCancelled { return .cancelled }
            let isLate = time == .real && now >= deadline
            if !looksNoMore { receivePosts() }
            looksNoMore = isLate
            // What is due after the deadline is late, however late the station looks.
            let horizon = time == .virtual ? deadline : min(deadline, now)
            let eventDue = agenda.nextDue ?? .distantFuture
            if let (device, due) = earliestDevice(), due <= eventDue, due <= horizon, due < .distantFuture {
                virtualNow = max(virtualNow, due)
                device.advance(to: now)
                continue
            }
            if eventDue <= horizon, let event = agenda.popFirst() {
                virtualNow = max(virtualNow, eventDue)
                if isTaken(event) { continue }
                return .event(event)
            }
            if deadline <= horizon || time == .virtual {
                if deadline < .distantFuture { virtualNow = max(virtualNow, deadline) }
                return .deadline
            }
            sleep(until: min(deadline, eventDue, earliestDevice()?.due ?? .distantFuture))
        }
    }

    private func isTaken(_ event: Event) -> Bool {
        for (source, receiver) in receivers where source == event.source {
            if receiver.receive(event) { return true }
        }
        return false
    }

    private func receivePosts() {
        inbox.drain { event, moment in
            _ = agenda.insert(event, due: time == .virtual ? virtualNow : Instant(nanoseconds: moment - monotonicStart))
        }
    }

    private func earliestDevice() -> (device: any TimeDriven, due: Instant)? {
        var earliest: (device: any TimeDriven, due: Instant)?
        for device in devices {
            guard let due = device.nextDue else { continue }
            if let known = earliest, known.due <= due { continue }
            earliest = (device, due)
        }
        return earliest
    }

    private func sleep(until wake: Instant) {
        inbox.wait(until: monotonicTime(of: wake), shielded: shields > 0)
    }
}
