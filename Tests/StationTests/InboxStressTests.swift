import Glibc
import Station
import TestSupport
import Testing

@Suite("Posting from other threads")
struct InboxStressTests {
    /// Runs `body` on `count` threads, to be joined.
    private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> [pthread_t] {
        (0..<count).map { index in startThread { body(index) } }
    }

    /// A station in real time receives `perPoster` events of each of `posters` threads; returns the tokens by poster.
    private func receive(posters: Int, perPoster: Int) -> [[UInt64]] {
        let station = Station(.real)
        let sources = (0..<posters).map { _ in station.makeSource() }
        let inbox = station.inbox
        let threads = onThreads(posters) { index in
            for token in 0..<perPoster { inbox.post(Event(source: sources[index], token: UInt64(token))) }
        }
        var received = [[UInt64]](repeating: [], count: posters)
        // A lost wake-up would show as this deadline passing with events in the inbox.
        let deadline = station.now + .seconds(120)
        for _ in 0..<(posters * perPoster) {
            guard case .event(let event) = station.next(until: deadline) else { break }
            received[Int(event.source.rawValue) - 1].append(event.token)
        }
        for thread in threads { pthread_join(thread, nil) }
        return received
    }

    @Test("Every event arrives, in each poster's order", arguments: [(1, 20_000), (2, 10_000), (8, 4_000), (64, 400)])
    func everyEventInOrder(posters: Int, perPoster: Int) {
        let expected = (0..<UInt64(perPoster)).map { $0 }
        for tokens in receive(posters: posters, perPoster: perPoster) { #expect(tokens == expected) }
    }

    @Test("One event at a time: a post between the look and the sleep still wakes the station")
    func pingPong() {
        let station = Station(.real)
        let other = Station(.real)
        let source = station.makeSource()
        let rounds = 5_000
        // The other station answers each event, so both sides go to sleep and are woken once a round. Made here, used there only.
        nonisolated(unsafe) let peer = other
        let back = station.inbox
        let threads = onThreads(1) { _ in
            for _ in 0..<rounds {
                guard case .event(let event) = peer.next(until: .zero + .seconds(120)) else { return }
                back.post(event)
            }
        }
        var answered = 0
        for token in 0..<rounds {
            other.inbox.post(Event(source: source, token: UInt64(token)))
            guard case .event(let event) = station.next(until: .zero + .seconds(120)), event.token == UInt64(token) else { break }
            answered += 1
        }
        for thread in threads { pthread_join(thread, nil) }
        #expect(answered == rounds)
    }

    @Test("Cancellation from another thread ends a wait without end")
    func cancelFromOutside() {
        let station = Station(.real)
        let inbox = station.inbox
        let threads = onThreads(1) { _ in inbox.cancel() }
        guard case .cancelled = station.next(until: .distantFuture) else {
            Issue.record("expected cancellation")
            return
        }
        for thread in threads { pthread_join(thread, nil) }
    }

    @Test("Many stations in parallel, each in its own virtual time, give the same result as one after the other")
    func parallelStations() {
        @Sendable func digest(_ seed: UInt64) -> UInt64 {
            let station = Station(.virtual)
            let source = station.makeSource()
            var state = seed
            var digest: UInt64 = 0
            for _ in 0..<200 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                station.schedule(Event(source: source, token: state >> 40), at: .zero + .nanoseconds(Int64(state >> 34)))
            }
            while case .event(let event) = station.next(until: .distantFuture) {
                digest = (digest ^ event.token ^ UInt64(station.now.nanoseconds)) &* 1_099_511_628_211
            }
            return digest
        }
        final class Results: @unchecked Sendable {
            // Each thread writes its own element only, through the pointer; read after all were joined.
            let values = UnsafeMutablePointer<UInt64>.allocate(capacity: 16)
        }
        let results = Results()
        let threads = onThreads(16) { index in (results.values + index).initialize(to: digest(UInt64(index))) }
        for thread in threads { pthread_join(thread, nil) }
        let parallel = (0..<16).map { results.values[$0] }
        results.values.deallocate()
        #expect(parallel == (0..<16).map { digest(UInt64($0)) })
        #expect(Set(parallel).count == 16)
    }

    @Test("In real time too an event that is due after the deadline comes after it")
    func lateEvent() {
        let station = Station(.real)
        let source = station.makeSource()
        let deadline = station.now
        station.schedule(Event(source: source, token: 1), at: deadline + .nanoseconds(1))
        // The station looks when both have passed.
        while station.now <= deadline + .nanoseconds(1) {}
        guard case .deadline = station.next(until: deadline) else {
            Issue.record("the late event came first")
            return
        }
        guard case .event(let event) = station.next(until: station.now) else {
            Issue.record("the late event did not come at all")
            return
        }
        #expect(event.token == 1)
    }

    @Test("Somebody who never pauses does not put a deadline off")
    func flood() {
        /// Always due, and posts an event for nobody each time.
        final class Chatterbox: TimeDriven {
            let station: Station
            let source: SourceID
            init(_ station: Station) {
                self.station = station
                source = station.makeSource()
            }
            var nextDue: Instant? { station.now }
            func advance(to now: Instant) { station.inbox.post(Event(source: source, token: 0)) }
        }
        let station = Station(.real)
        let chatterbox = Chatterbox(station)
        station.attach(chatterbox)
        guard case .deadline = station.next(from: chatterbox.source, token: 1, until: station.now + .milliseconds(5)) else {
            Issue.record("expected the deadline")
            return
        }
    }

    @Test("In real time a deadline is kept by the clock")
    func realDeadline() {
        let station = Station(.real)
        let deadline = station.now + .milliseconds(20)
        guard case .deadline = station.next(until: deadline) else {
            Issue.record("expected the deadline")
            return
        }
        #expect(station.now >= deadline)
    }
}
