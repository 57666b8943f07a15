import Station
import Testing

/// A receiver that takes the events of one token and answers each by another event.
private final class Relay: EventReceiver {
    let station: Station
    let wanted: UInt64
    private(set) var taken: [UInt64] = []

    init(_ wanted: UInt64, on station: Station) {
        self.wanted = wanted
        self.station = station
    }

    func receive(_ event: Event) -> Bool {
        guard event.token == wanted else { return false }
        taken.append(event.token)
        station.schedule(Event(source: event.source, token: event.token + 100), at: station.now)
        return true
    }
}

@Suite struct EventReceiverTests {
    private let station = Station(.virtual)

    private func schedule(_ token: UInt64, _ source: SourceID, after seconds: Int) {
        station.schedule(Event(source: source, token: token), at: .zero + .seconds(seconds))
    }

    private func tokens(until seconds: Int) -> [UInt64] {
        var tokens: [UInt64] = []
        while case .event(let event) = station.next(until: .zero + .seconds(seconds)) { tokens.append(event.token) }
        return tokens
    }

    @Test func itTakesWhatItWaitsForAndNothingElse() {
        let (mine, other) = (station.makeSource(), station.makeSource())
        let relay = Relay(1, on: station)
        station.attach(relay, to: mine)
        schedule(1, mine, after: 1)
        schedule(1, other, after: 2)
        schedule(2, mine, after: 3)
        #expect(tokens(until: 10) == [101, 1, 2])
        #expect(relay.taken == [1])
    }

    @Test func itTakesWhileOthersWaitForOneEvent() {
        let source = station.makeSource()
        let relay = Relay(1, on: station)
        station.attach(relay, to: source)
        schedule(1, source, after: 1)
        schedule(2, source, after: 2)
        guard case .event(let event) = station.next(from: source, token: 2, until: .zero + .seconds(5)) else {
            Issue.record("no event")
            return
        }
        #expect(event.token == 2 && relay.taken == [1])
        #expect(tokens(until: 5) == [101])
    }

    @Test func theFirstOfSeveralHasIt() {
        let source = station.makeSource()
        let (first, second, third) = (Relay(1, on: station), Relay(1, on: station), Relay(2, on: station))
        for relay in [first, second, third] { station.attach(relay, to: source) }
        schedule(1, source, after: 1)
        schedule(2, source, after: 1)
        #expect(tokens(until: 2) == [101, 102])
        #expect(first.taken == [1] && second.taken == [] && third.taken == [2])
    }

    @Test func detachedItIsShownNothing() {
        let source = station.makeSource()
        let relay = Relay(1, on: station)
        station.attach(relay, to: source)
        station.detach(relay)
        schedule(1, source, after: 1)
        #expect(tokens(until: 2) == [1])
    }
}
