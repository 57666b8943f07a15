import Station
import Testing

@Suite("Virtual time")
struct VirtualTimeTests {
    let station = Station(.virtual, startUnixTime: 1_000)

    private func tokens(until deadline: Instant) -> [UInt64] {
        var tokens: [UInt64] = []
        while case .event(let event) = station.next(until: deadline) { tokens.append(event.token) }
        return tokens
    }

    @Test("Events come by due time, then in the order of scheduling, and set the clock")
    func order() {
        let source = station.makeSource()
        for (token, second) in [(1, 5), (2, 3), (3, 5), (4, 1), (5, 3)] {
            station.schedule(Event(source: source, token: UInt64(token)), at: .zero + .seconds(second))
        }
        #expect(tokens(until: .zero + .seconds(4)) == [4, 2, 5])
        #expect(station.now == .zero + .seconds(4))
        #expect(station.unixTime == 1_004)
        #expect(tokens(until: .zero + .seconds(9)) == [1, 3])
        #expect(station.now == .zero + .seconds(9))
    }

    @Test("An event due exactly at the deadline comes before the deadline")
    func eventAtDeadline() {
        let source = station.makeSource()
        station.schedule(Event(source: source, token: 7), at: .zero + .seconds(1))
        #expect(tokens(until: .zero + .seconds(1)) == [7])
    }

    @Test("Waiting for one event keeps the others in order, also when it had been kept itself")
    func selectiveReceive() {
        let source = station.makeSource()
        for token in 1...4 { station.schedule(Event(source: source, token: UInt64(token)), at: .zero + .seconds(token)) }
        let deadline = Instant.zero + .seconds(10)
        guard case .event(let third) = station.next(from: source, token: 3, until: deadline) else {
            Issue.record("the third event did not come")
            return
        }
        #expect(third.token == 3)
        guard case .event(let second) = station.next(from: source, token: 2, until: deadline) else {
            Issue.record("the kept event did not come")
            return
        }
        #expect(second.token == 2)
        #expect(station.now == .zero + .seconds(3))
        #expect(tokens(until: deadline) == [1, 4])
    }

    @Test("A deadline without end leaves the clock alone when nothing is due")
    func noDeadline() {
        guard case .deadline = station.next(until: .distantFuture) else {
            Issue.record("expected the deadline")
            return
        }
        #expect(station.now == .zero)
    }

    @Test("Nothing is scheduled into the past")
    func past() {
        _ = station.next(until: .zero + .seconds(2))
        station.schedule(Event(source: station.makeSource(), token: 1), at: .zero)
        #expect(tokens(until: .zero + .seconds(2)) == [1])
        #expect(station.now == .zero + .seconds(2))
    }

    @Test("An event taken off the agenda does not come; taking it off twice says so")
    func unschedule() {
        let source = station.makeSource()
        let numbers = (1...50).map { station.schedule(Event(source: source, token: UInt64($0)), at: .zero + .seconds(100 - $0)) }
        let odd = numbers.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        #expect(odd.allSatisfy { station.unschedule($0) })
        #expect(odd.allSatisfy { !station.unschedule($0) })
        #expect(tokens(until: .zero + .seconds(200)) == stride(from: 50, through: 2, by: -2).map { UInt64($0) })
    }

    @Test("Cancellation comes first, and not while shielded")
    func cancellation() {
        let source = station.makeSource()
        station.schedule(Event(source: source, token: 1), at: .zero)
        station.inbox.cancel()
        guard case .cancelled = station.next(until: .zero + .seconds(1)) else {
            Issue.record("expected cancellation")
            return
        }
        #expect(station.shielded { tokens(until: .zero + .seconds(1)) } == [1])
        #expect(station.isCancelled)
    }

    @Test("A device without a clock is advanced at its own moments, before events of the same moment")
    func device() {
        final class Ticker: TimeDriven {
            let station: Station
            let source: SourceID
            var nextDue: Instant? = .zero + .seconds(1)
            init(_ station: Station) {
                self.station = station
                source = station.makeSource()
            }
            func advance(to now: Instant) {
                station.schedule(Event(source: source, token: UInt64(now.nanoseconds / 1_000_000_000)), at: now)
                nextDue = now < .zero + .seconds(3) ? now + .seconds(1) : nil
            }
        }
        let ticker = Ticker(station)
        station.attach(ticker)
        station.schedule(Event(source: station.makeSource(), token: 99), at: .zero + .seconds(2))
        #expect(tokens(until: .zero + .seconds(10)) == [1, 99, 2, 3])
        station.detach(ticker)
        ticker.nextDue = .zero + .seconds(11)
        #expect(tokens(until: .zero + .seconds(20)) == [])
    }

    @Test("Durations beyond the clock end at the end of time")
    func overflow() {
        #expect(Instant(nanoseconds: .max - 5) + .seconds(1) == .distantFuture)
        #expect((Instant.zero + .seconds(Int64.max)) == .distantFuture)
        #expect(Duration.seconds(-3).wholeNanoseconds == -3_000_000_000)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
        // Attoseconds of more than nine seconds need more than 64 bits.
        #expect(Duration.seconds(10).wholeNanoseconds == 10_000_000_000)
        #expect((Duration.seconds(-10) - .nanoseconds(1)).wholeNanoseconds == -10_000_000_001)
        #expect(Duration(secondsComponent: 0, attosecondsComponent: -1_999_999_999).wholeNanoseconds == -1)
    }

    @Test("The earliest of some moments is that of those which are to come, wherever it stands")
    func earliest() {
        let moments = (1...5).map { Instant(nanoseconds: $0) }
        for place in 0..<5 {
            var some: [Instant?] = Array(moments[1...])
            some.insert(moments[0], at: place)
            #expect(Instant.earliest(some[0], some[1], some[2], some[3], some[4]) == moments[0])
            some = [nil, nil, nil, nil, nil]
            some[place] = moments[0]
            #expect(Instant.earliest(some[0], some[1], some[2], some[3], some[4]) == moments[0])
        }
        #expect(Instant.earliest(nil, nil) == nil)
    }
}
