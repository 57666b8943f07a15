import ReaderSessions
import ReaderTransport
import Station
import TestSupport
import Testing

@Suite struct TapTests {
    private let station = Station(.virtual)
    private let cable: Cable
    private let crossings = Crossings()
    private let tapped: TappedAttachment

    init() {
        cable = Cable(on: station)
        tapped = TappedAttachment(cable, tellingTo: crossings, on: station)
    }

    @Test func everythingIsToldInOrder() {
        cable.ready = [(.completed, [1, 2]), (.stalled, [])]
        #expect(tapped.perform(.read(atMost: 8), on: station) == Ended(bytes: [1, 2]))
        #expect(tapped.perform(.write, [9, 9, 9], on: station) == Ended())
        #expect(tapped.perform(.readInterrupt(atMost: 8), on: station) == Ended(status: .stalled))
        #expect(tapped.perform(.read(atMost: 8), on: station) == nil)
        tapped.close()
        #expect(crossings.transfers.map(\.operation) == [.read(atMost: 8), .write, .readInterrupt(atMost: 8), .read(atMost: 8)])
        #expect(crossings.other == ["1 completed 2", "2 completed 0", "3 stalled 0", "4 abort", "close"])
        #expect(cable.isClosed && cable.submitted[1].bytes == [9, 9, 9] && tapped.lanes == cable.lanes)
    }

    /// A completion that nobody has waited for yet is told when it comes, and can still be collected.
    @Test func aCompletionIsToldWhenItComes() {
        cable.ready = [(.completed, [7])]
        let read = tapped.start(.read(atMost: 8))
        #expect(tapped.perform(.write, [1], on: station) == Ended())
        #expect(crossings.other == ["1 completed 1", "2 completed 0"])
        #expect(tapped.wait(read, on: station) == Ended(bytes: [7]))
        var buffer: [UInt8] = [1]
        #expect(tapped.collect(read, into: &buffer) == .aborted)
    }

    @Test func whatWasGivenUpIsNotToldAnyMore() {
        cable.ready = [(.completed, [7])]
        let read = tapped.start(.read(atMost: 8))
        tapped.abort(read)
        tapped.abort(read)
        _ = station.next(until: station.now + .seconds(1))
        #expect(crossings.other == ["1 abort"] && cable.aborted.count == 2)
    }

    @Test func afterTheEndNothingIsTold() {
        tapped.close()
        tapped.close()
        _ = tapped.perform(.write, [1], on: station)
        #expect(crossings.other == ["close"] && crossings.transfers.isEmpty && cable.submitted.count == 1)
    }
}
