import Diagnosis
import Glibc
import ReaderTransport
import Station
import SystemBus
import TestSupport
import Testing

@testable import BluetoothTransport

/// The transport before a BlueZ and a reader that do as a script says, on a bus of the test's own.
@Suite struct BluetoothTransportTests {
    private static let uuids = ["3c4afff0", "3c4afff1", "3c4afff2"].map { $0 + "-4783-3de5-a983-d348718ef133" }

    private static var profile: GATTProfile {
        get throws {
            let uuids = try uuids.map { try #require(GATTUUID($0)) }
            return GATTProfile(service: uuids[0], write: uuids[1], notify: uuids[2])
        }
    }

    /// A reader as it should be, changed where a test wants it otherwise.
    private static func script(_ change: (inout BlueZScript) -> Void = { _ in }) -> BlueZScript {
        var script = BlueZScript()
        script.services = [uuids[0]]
        script.characteristics = [(uuids[1], ["write"]), (uuids[2], ["notify"])]
        change(&script)
        return script
    }

    /// A bus with the service and our source on it.
    private final class Bench {
        let bus: PrivateBus
        let service: ScriptedBlueZ
        let source: BluetoothSource
        let station = Station(.real)

        init(_ script: BlueZScript = BluetoothTransportTests.script()) throws {
            bus = try PrivateBus()
            service = try ScriptedBlueZ(script, on: bus)
            source = BluetoothSource(profiles: [try profile], at: bus.address)
        }

        let description = AttachmentDescription(name: BlueZScript.address, product: "")

        func open() throws -> any ReaderTransport.Attachment { try source.open(description, on: station) }

        func submit(_ operation: Transfer.Operation, _ bytes: [UInt8] = [], on reader: any ReaderTransport.Attachment) throws -> TransferID
        {
            let lane = try #require(reader.lanes.first)
            return reader.submit(Transfer(lane: lane.id, slot: 0, operation: operation), sending: bytes.span)
        }

        func wait(_ id: TransferID, _ reader: any ReaderTransport.Attachment) throws -> (status: TransferStatus, bytes: [UInt8]) {
            let wake = station.next(from: reader.source, token: id.rawValue, until: station.now + .seconds(60))
            guard case .event = wake else { throw BenchError("\(wake)") }
            var bytes: [UInt8] = []
            return (reader.collect(id, into: &bytes), bytes)
        }

        /// Opens it with no pause between two attempts.
        func openAtOnce() throws -> OpenedReader {
            let client = try BlueZClient(at: bus.address, cancellation: WakeUp())
            return try BluetoothOpening(client: client, profiles: [try profile], pauses: [.zero, .zero, .zero]).open(BlueZScript.address)
        }

        func code(_ body: () throws -> Void) -> String? {
            do {
                try body()
                return nil
            } catch { return (error as? TransportError)?.code ?? "\(error)" }
        }
    }

    // MARK: What is wrong with the machine

    @Test func withoutBusOrServiceNothingIsListedAndAnErrorSaysWhatToDo() throws {
        let station = Station(.real)
        let description = AttachmentDescription(name: BlueZScript.address, product: "")
        let nowhere = BluetoothSource(profiles: [try Self.profile], at: "unix:path=/nonexistent")
        #expect(throws: TransportError.self) { try nowhere.open(description, on: station) }
        do { _ = try nowhere.open(description, on: station) } catch { #expect(error.code == "bluetooth-no-bus") }

        let bus = try PrivateBus()
        let source = BluetoothSource(profiles: [try Self.profile], at: bus.address)
        #expect(try source.attachments().isEmpty)
        do {
            _ = try source.open(description, on: station)
            Issue.record("there is no BlueZ")
        } catch { #expect(error.code == "bluetooth-not-running") }
        withExtendedLifetime(bus) {}
    }

    @Test func aPolicyThatForbidsBlueZIsTold() throws {
        let bus = try PrivateBus(forbidsBlueZ: true)
        let service = try ScriptedBlueZ(Self.script(), on: bus)
        let source = BluetoothSource(profiles: [try Self.profile], at: bus.address)
        do {
            _ = try source.attachments()
            Issue.record("forbidden")
        } catch {
            #expect(error.code == "bluetooth-not-permitted")
            #expect(error.category == .notPermitted)
        }
        withExtendedLifetime((bus, service)) {}
    }

    @Test func noAdapterAndOneThatIsOffAreToldApart() throws {
        let without = try Bench(Self.script { $0.hasAdapter = false })
        #expect(try without.source.attachments().isEmpty)
        #expect(without.code { _ = try without.open() } == "bluetooth-no-adapter")
        #expect(without.code { _ = try without.source.scan(for: .zero, on: without.station) } == "bluetooth-no-adapter")
        let off = try Bench(Self.script { $0.isPowered = false })
        #expect(try off.source.attachments().map(\.name) == [BlueZScript.address])
        #expect(off.code { _ = try off.open() } == "bluetooth-off")
        #expect(off.code { _ = try off.source.scan(for: .zero, on: off.station) } == "bluetooth-off")
    }

    @Test func ofTwoAdaptersItIsToldWhichOneIsOff() throws {
        let stranger = AttachmentDescription(name: "11:22:33:44:55:66", product: "")
        let off = try Bench(Self.script { $0.isPowered = false })
        // Nobody can have looked.
        #expect(off.code { _ = try off.source.open(stranger, on: off.station) } == "bluetooth-off")
        let one = try Bench(
            Self.script {
                $0.isPowered = false
                $0.second = .blind
            })
        #expect(one.code { _ = try one.open() } == "bluetooth-adapter-off")
        #expect(one.code { _ = try one.source.open(stranger, on: one.station) } == "bluetooth-gone")
    }

    @Test func aReaderThatOnlyAnAdapterKnowsThatIsOffIsSearchedForByTheOther() throws {
        let bench = try Bench(
            Self.script {
                $0.isPowered = false
                $0.second = .finds
            })
        let found = try bench.source.attachments(meant: BlueZScript.name, on: bench.station)
        #expect(found.map(\.name) == [BlueZScript.address])
        #expect(bench.service.flag.searches.load(ordering: .sequentiallyConsistent) == 1)
    }

    // MARK: Finding and connecting

    @Test func readersAreListedByTheServiceThatTheyOffer() throws {
        let bench = try Bench()
        let found = try bench.source.attachments()
        #expect(found.map(\.name) == [BlueZScript.address])
        #expect(found.first?.alias == BlueZScript.name)
        #expect(bench.service.attempts == 0)
        let other = try Bench(Self.script { $0.services = ["0000180f-0000-1000-8000-00805f9b34fb"] })
        #expect(try other.source.attachments().isEmpty)
        // Named in full it is meant all the same, but by a pattern it is not.
        let named = try other.source.attachments(meant: BlueZScript.name, on: other.station)
        #expect(named.map(\.name) == [BlueZScript.address])
    }

    @Test func aReaderThatIsNotKnownIsSearchedFor() throws {
        let bench = try Bench(Self.script { $0.isFoundBySearch = true })
        #expect(try bench.source.attachments().isEmpty)
        let found = try bench.source.attachments(meant: "Reader*", on: bench.station)
        #expect(found.map(\.name) == [BlueZScript.address])
    }

    @Test func aConnectionIsTriedAgain() throws {
        let failures = ["org.bluez.Error.Failed", "org.bluez.Error.InProgress"]
        let bench = try Bench(Self.script { $0.connectErrors = failures })
        #expect(try bench.openAtOnce().transferUnit == 103)
        #expect(bench.service.attempts == 3)

        let never = try Bench(Self.script { $0.connectErrors = failures + failures })
        #expect(never.code { _ = try never.openAtOnce() } == "bluetooth-unreachable")
        #expect(never.service.attempts == 3)
        let refused = try Bench(Self.script { $0.connectErrors = ["org.bluez.Error.NotReady"] })
        #expect(refused.code { _ = try refused.openAtOnce() } == "bluetooth-off")
        #expect(refused.service.attempts == 1)
    }

    @Test func whoCancelsEndsTheWaitForAConnection() throws {
        let bench = try Bench(Self.script { $0.connectErrors = [""] })
        let (inbox, flag) = (bench.station.inbox, bench.service.flag)
        let other = startThread {
            try? Deadline().wait(for: "an attempt") { flag.attempts.load(ordering: .sequentiallyConsistent) == 1 }
            inbox.cancel()
        }
        #expect(bench.code { _ = try bench.open() } == "cancelled")
        pthread_join(other, nil)
        #expect(bench.service.attempts == 1)
    }

    @Test func aReaderThatAnotherProgramUsesIsToldAfterSomeTries() throws {
        let bench = try Bench(Self.script { $0.isHeld = true })
        #expect(bench.code { _ = try bench.openAtOnce() } == "bluetooth-held")
        #expect(bench.service.attempts == 3)
    }

    @Test func readersThatDoNotAdvertiseTheirServiceAreListedByTheirName() throws {
        let service = "0000180f-0000-1000-8000-00805f9b34fb"
        let bench = try Bench(Self.script { $0.services = [service] })
        for (start, count) in [(nil, 0), ("Reader O", 1), ("Reader T", 0)] as [(String?, Int)] {
            let profile = try Self.profile
            let named = GATTProfile(service: profile.service, write: profile.write, notify: profile.notify, nameStart: start)
            #expect(try BluetoothSource(profiles: [named], at: bench.bus.address).attachments().count == count)
        }
    }

    @Test func aDeviceThatIsNoReaderIsRefused() throws {
        let changes: [@Sendable (inout BlueZScript) -> Void] = [
            { $0.characteristics = [(Self.uuids[1], ["write"])] },
            { $0.characteristics = [(Self.uuids[1], ["write"]), (Self.uuids[2], ["read"])] },
            { $0.characteristics = [(Self.uuids[1], ["read"]), (Self.uuids[2], ["notify"])] },
        ]
        for change in changes {
            let bench = try Bench(Self.script(change))
            #expect(bench.code { _ = try bench.open() } == "bluetooth-no-reader")
        }
    }

    // MARK: Using it

    @Test func valuesGoOverWhole() throws {
        let bench = try Bench()
        let reader = try bench.open()
        let lane = try #require(reader.lanes.first)
        #expect(lane.kind == .gatt && lane.packetSize == 100)
        #expect(lane.descriptor == (try Self.profile).service.bytes)
        for value in [[0x01], [], [UInt8](repeating: 0xA5, count: 100)] as [[UInt8]] {
            let read = try bench.submit(.read(atMost: 100), on: reader)
            let write = try bench.submit(.write, value, on: reader)
            #expect(try bench.wait(write, reader).status == .completed)
            let answer = try bench.wait(read, reader)
            #expect(answer.status == .completed && answer.bytes == value)
        }
        let long = try bench.submit(.write, [UInt8](repeating: 0, count: 101), on: reader)
        #expect(try bench.wait(long, reader).status == .failed(Int64(EMSGSIZE)))
        // Read later than it came, and into too little room.
        _ = try bench.wait(try bench.submit(.write, [1, 2, 3], on: reader), reader)
        #expect(try bench.wait(try bench.submit(.read(atMost: 2), on: reader), reader).status == .overflow)
        reader.close()
        #expect(try bench.wait(try bench.submit(.write, [1], on: reader), reader).status == .unplugged)
    }

    @Test func theSmallestUnitIsThatOfBluetooth() throws {
        for (unit, size) in [(0, 20), (23, 20), (517, 510), (65_535, 510)] as [(Int64, Int)] {
            let bench = try Bench(Self.script { $0.unit = unit })
            #expect(try bench.open().lanes.first?.packetSize == size)
        }
    }

    @Test(arguments: [BlueZScript.Write.leave, .end])
    func aReaderThatGoesEndsWhatIsUnderWay(_ write: BlueZScript.Write) throws {
        let bench = try Bench(Self.script { $0.write = write })
        let reader = try bench.open()
        let read = try bench.submit(.read(atMost: 100), on: reader)
        let first = try bench.submit(.write, [1], on: reader)
        let second = try bench.submit(.write, [2], on: reader)
        for id in [read, first, second] { #expect(try bench.wait(id, reader).status == .unplugged) }
        #expect(try bench.wait(try bench.submit(.read(atMost: 100), on: reader), reader).status == .unplugged)
        #expect(try bench.wait(try bench.submit(.write, [3], on: reader), reader).status == .unplugged)
    }

    @Test func refusalsAreTold() throws {
        for (name, status) in [
            ("org.bluez.Error.NotPermitted", .stalled), ("org.bluez.Error.InProgress", .heldByAnother),
            ("org.bluez.Error.Failed", .failed(0)),
            ("org.freedesktop.DBus.Error.NoReply", .silent),
        ] as [(String, TransferStatus)] {
            let bench = try Bench(Self.script { $0.write = .refuse(name) })
            let reader = try bench.open()
            #expect(try bench.wait(try bench.submit(.write, [1], on: reader), reader).status == status)
        }
    }

    @Test func noNotificationIsLostOrTakesAnotherPlace() throws {
        let count = BluetoothLink.mostNotifications
        let bench = try Bench(Self.script { $0.write = .storm(count) })
        let reader = try bench.open()
        _ = try bench.wait(try bench.submit(.write, [1], on: reader), reader)
        for number in 0..<count {
            let answer = try bench.wait(try bench.submit(.read(atMost: 100), on: reader), reader)
            try #require(answer.status == .completed && answer.bytes == (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }
    }

    @Test(arguments: ["notify", "indicate"])
    func whatIsNotifiedInTheMomentOfListeningIsHeard(_ flag: String) throws {
        let greetings = (0..<40).map { [UInt8($0)] }
        let bench = try Bench(
            Self.script {
                $0.greetings = greetings
                $0.characteristics[1].flags = [flag]
            })
        let reader = try bench.open()
        for greeting in greetings {
            let value = try bench.wait(try bench.submit(.read(atMost: 100), on: reader), reader)
            try #require(value.status == .completed && value.bytes == greeting)
        }
    }

    @Test func aReaderThatNotifiesWithoutEndIsToldAndFillsNoMemory() throws {
        let station = Station(.real)
        let link = BluetoothLink(station.inbox, station.makeSource())
        for number in 0..<100_000 { link.notified(Secret([UInt8(truncatingIfNeeded: number)])) }
        var bytes: [UInt8] = []
        let (first, second) = (TransferID(rawValue: 1), TransferID(rawValue: 2))
        link.read(first, atMost: 10)
        #expect(link.collect(first, into: &bytes) == .overflow)
        link.read(second, atMost: 10)
        #expect(link.collect(second, into: &bytes) == nil)
        link.notified(Secret([7]))
        #expect(link.collect(second, into: &bytes) == .completed)
        #expect(bytes == [7])
    }

    @Test func noValueIsLongerThanBluetoothAllows() throws {
        let bench = try Bench(Self.script { $0.greetings = [[UInt8](repeating: 1, count: 513), [UInt8](repeating: 2, count: 512)] })
        let reader = try bench.open()
        let value = try bench.wait(try bench.submit(.read(atMost: 1_000), on: reader), reader)
        #expect(value.status == .completed && value.bytes == [UInt8](repeating: 2, count: 512))
    }

    /// What a card answers to a Feitian reader comes here in the clear.
    @Test func whatWasNotifiedIsNowhereAnyMore() throws {
        let station = Station(.real)
        let secret = try UniqueBytes(count: 20)
        var link: BluetoothLink? = BluetoothLink(station.inbox, station.makeSource())
        let (first, second, third) = (TransferID(rawValue: 1), TransferID(rawValue: 2), TransferID(rawValue: 3))
        for (id, most) in [(first, 20), (second, 10), (third, 20)] { link?.read(id, atMost: most) }
        // The last of them nobody has asked for.
        for _ in 0..<4 { link?.notified(Secret(secret.bytes)) }
        var bytes: [UInt8] = []
        #expect(link?.collect(first, into: &bytes) == .completed)
        #expect(bytes.count == 20)
        bytes.wipe()
        #expect(link?.collect(second, into: &bytes) == .overflow)
        link?.abort(third)
        link = nil
        #expect(try secret.copies() == 0)
    }

    // MARK: Watching

    @Test func aWatchTellsWhoComesAndGoes() throws {
        let bench = try Bench(Self.script { $0.isFoundBySearch = true })
        let watch = try #require(try bench.source.watch(on: bench.station))
        func next() throws -> AttachmentChange? {
            guard case .event(let event) = bench.station.next(until: bench.station.now + .seconds(60)) else { throw BenchError("nothing") }
            return event.payload as? AttachmentChange
        }
        guard case .arrived(let reader) = try next() else { throw BenchError("no arrival") }
        #expect(reader.name == BlueZScript.address)
        bench.service.removeReader()
        #expect(try next() == .left(reader))
        watch.stop()
    }
}
