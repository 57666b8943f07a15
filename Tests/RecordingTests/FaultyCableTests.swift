import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing

/// What each effect does to the one transfer that it hits, and to nothing else.
@Suite struct FaultyCableTests {
    private let station = Station(.virtual)
    private let inner: Cable

    init() { inner = Cable(on: station) }

    private func cable(_ effect: CableFault.Effect, at transfer: Int = 1, seed: UInt64 = 0) -> FaultyCable {
        FaultyCable(inner, faults: [CableFault(transfer: transfer, effect: effect, seed: seed)], on: station)
    }

    private var sent: [[UInt8]] { inner.submitted.filter { $0.transfer.operation == .write }.map(\.bytes) }

    @Test func withoutAFaultEverythingPasses() {
        let cable = FaultyCable(inner, faults: [], on: station)
        inner.ready = [(.completed, [1, 2, 3]), (.stalled, [])]
        #expect(cable.perform(.write, [4, 5], on: station) == Ended() && sent == [[4, 5]])
        #expect(cable.perform(.read(atMost: 8), on: station) == Ended(bytes: [1, 2, 3]))
        #expect(cable.perform(.read(atMost: 8), on: station) == Ended(status: .stalled))
        #expect(cable.submitted == 3 && cable.struck.isEmpty && cable.lanes == inner.lanes)
    }

    @Test func aFaultHitsItsTransferAndNoOther() {
        let cable = cable(.swallowed, at: 2)
        for number in 1...3 { #expect(cable.perform(.write, [UInt8(number)], on: station) == Ended()) }
        #expect(sent == [[1], [3]] && cable.struck.map(\.fault.transfer) == [2])
    }

    // MARK: Writes

    @Test(arguments: [
        (CableFault.Effect.silent, Ended?.none, [[UInt8]]()), (.stalled, Ended(status: .stalled), []), (.swallowed, Ended(), []),
        (.short, Ended(), [[1, 2]]), (.flipped, Ended(), [[1, 2, 3 ^ 2, 4, 5]]), (.doubled, Ended(), [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]]),
        (.unplugged, Ended(status: .unplugged), []),
    ])
    func aWrite(_ effect: CableFault.Effect, _ end: Ended?, _ arrives: [[UInt8]]) {
        // Byte 2 of five, bit 1.
        let cable = cable(effect, seed: 1 * 5 + 2)
        #expect(cable.perform(.write, [1, 2, 3, 4, 5], on: station) == end)
        #expect(sent == arrives)
        // Nobody is told of the second of two writes.
        if case .event = station.next(until: station.now + .seconds(100)) { Issue.record("an event that nobody waits for") }
    }

    @Test func aLateWriteHasArrivedLongBefore() {
        let cable = cable(.late)
        let write = cable.start(.write, [1])
        #expect(sent == [[1]])
        let began = station.now
        #expect(cable.wait(write, on: station, atMost: .seconds(40)) == Ended())
        #expect(station.now - began == .milliseconds(30_001))
    }

    @Test func twoWritesAreGivenUpAtOnce() {
        let cable = cable(.doubled)
        cable.abort(cable.start(.write, [1]))
        #expect(inner.aborted.count == 2)
    }

    // MARK: Reads

    @Test(arguments: [
        (CableFault.Effect.silent, Ended?.none), (.stalled, Ended(status: .stalled)), (.short, Ended(bytes: [1, 2])),
        (.flipped, Ended(bytes: [1, 2, 3 ^ 2, 4, 5])), (.doubled, Ended(bytes: [1, 2, 3, 4, 5])), (.swallowed, Ended(bytes: [6])),
        (.unplugged, Ended(status: .unplugged)),
    ])
    func aRead(_ effect: CableFault.Effect, _ end: Ended?) {
        let cable = cable(effect, seed: 1 * 5 + 2)
        inner.ready = [(.completed, [1, 2, 3, 4, 5]), (.completed, [6])]
        #expect(cable.perform(.read(atMost: 8), on: station) == end)
        let next: Ended? =
            switch effect {
            // What nobody has read comes now.
            case .silent, .stalled: Ended(bytes: [1, 2, 3, 4, 5])
            case .doubled: Ended(bytes: [1, 2, 3, 4, 5])
            case .swallowed: nil
            case .unplugged: Ended(status: .unplugged)
            case .short, .flipped, .late: Ended(bytes: [6])
            }
        #expect(cable.perform(.read(atMost: 8), on: station) == next)
        if effect == .doubled { #expect(cable.perform(.read(atMost: 8), on: station) == Ended(bytes: [6])) }
    }

    @Test func aReadThatFailsIsNotLost() {
        let cable = cable(.swallowed)
        inner.ready = [(.stalled, [])]
        #expect(cable.perform(.read(atMost: 8), on: station) == Ended(status: .stalled))
    }

    @Test func aReadThatLostItsBytesCanBeGivenUp() {
        let cable = cable(.swallowed)
        inner.ready = [(.completed, [1])]
        #expect(cable.perform(.read(atMost: 8), on: station) == nil)
        // The second read inside, which the driver knows by the name of the first.
        #expect(inner.submitted.count == 2 && inner.aborted.count == 1)
    }

    @Test func anAnswerOfACardComesTwiceInOne() {
        let inner = Cable(.card, on: station)
        let cable = FaultyCable(inner, faults: [CableFault(transfer: 1, effect: .doubled)], on: station)
        inner.ready = [(.completed, [0x90, 0x00]), (.completed, [0x6A, 0x82])]
        #expect(cable.perform(.exchange, [0, 0xA4], on: station) == Ended(bytes: [0x90, 0x00, 0x90, 0x00]))
        #expect(cable.perform(.exchange, [0, 0xA4], on: station) == Ended(bytes: [0x6A, 0x82]))
    }

    // MARK: The cable

    @Test func unpluggingEndsWhatIsUnderWay() {
        let cable = cable(.unplugged, at: 3)
        let reads = [cable.start(.read(atMost: 8)), cable.start(.readInterrupt(atMost: 8))]
        #expect(cable.perform(.write, [1], on: station) == Ended(status: .unplugged))
        for read in reads { #expect(cable.wait(read, on: station) == Ended(status: .unplugged)) }
        #expect(cable.perform(.read(atMost: 8), on: station) == Ended(status: .unplugged))
        #expect(sent.isEmpty && inner.aborted.count == 2)
        cable.close()
        #expect(inner.isClosed)
    }

    @Test func whatMakesNoSenseDoesNotHappen() {
        let cable = cable(.doubled)
        #expect(!CableFault.effects(on: .clearHalt).contains(.doubled))
        inner.ready = [(.completed, [])]
        #expect(cable.perform(.clearHalt, on: station) == Ended())
        #expect(cable.struck.isEmpty)
    }

    // MARK: Faults as data

    @Test func everyFaultIsInTheListOnce() {
        let operations: [Transfer.Operation] = [
            .write, .read(atMost: 1), .clearHalt, .exchange, .watchPresence(known: .init(isPresent: true, changes: 1)),
        ]
        let faults = CableFault.all(on: operations)
        #expect(faults.count == 8 + 8 + 5 + 6 + 3 && Set(faults.map { "\($0.transfer) \($0.effect)" }).count == faults.count)
        #expect(faults.allSatisfy { CableFault.effects(on: operations[$0.transfer - 1]).contains($0.effect) })
    }

    @Test func aSeedGivesTheSamePairAlways() {
        let operations: [Transfer.Operation] = [.write, .read(atMost: 1), .clearHalt]
        var (first, second, third) = (SeededGenerator(seed: 7), SeededGenerator(seed: 7), SeededGenerator(seed: 8))
        let pairs = (0..<20).map { _ in CableFault.pair(on: operations, using: &first) }
        #expect(pairs == (0..<20).map { _ in CableFault.pair(on: operations, using: &second) })
        #expect(pairs != (0..<20).map { _ in CableFault.pair(on: operations, using: &third) })
        #expect(pairs.allSatisfy { $0.count == 2 } && Set(pairs.flatMap { $0.map(\.transfer) }) == [1, 2, 3])
        #expect(CableFault.pair(on: [], using: &first).isEmpty)
    }

    /// The seed chooses every bit of every byte.
    @Test func aFlipChangesOneBit() {
        var seen: Set<[UInt8]> = []
        for seed in 0..<UInt64(24) {
            let inner = Cable(on: station)
            let cable = FaultyCable(inner, faults: [CableFault(transfer: 1, effect: .flipped, seed: seed)], on: station)
            inner.ready = [(.completed, [0, 0, 0])]
            if let end = cable.perform(.read(atMost: 8), on: station) { seen.insert(end.bytes) }
        }
        #expect(seen.count == 24 && seen.allSatisfy { $0.reduce(0) { $0 + $1.nonzeroBitCount } == 1 })
    }
}
