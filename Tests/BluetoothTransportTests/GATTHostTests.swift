import Diagnosis
import Glibc
import ReaderTransport
import SimulationKit
import Station
import Synchronization
import SystemBus
import TestSupport
import Testing

@testable import BluetoothTransport
@testable import GATT

/// The host of simulated Bluetooth readers before a bluetoothd that comes and goes, on a bus of the test's own.
@Suite struct GATTHostTests {
    /// A device that does nothing.
    private final class StillDevice: PassiveDevice {
        let lanes = [Lane(id: LaneID(rawValue: 0), kind: .gatt, slots: 1, packetSize: 20)]
        func submit(_ transfer: Transfer, id: TransferID, sending bytes: Span<UInt8>, at now: Instant) {}
        func abort(_ transfer: TransferID, at now: Instant) {}
        var nextDue: Instant? { nil }
        func advance(to now: Instant, complete: (TransferID, TransferStatus, [UInt8]) -> Void) {}
    }

    /// A bluetoothd that takes every reader, as long as it is held.
    private final class Taker {
        private let thread: pthread_t
        private let flag: Flag

        final class Flag: Sendable {
            let isStopping = Atomic<Bool>(false)
            let isReady = Atomic<Bool>(false)
            let applications = Atomic<Int>(0)
        }

        /// With `unit` it has the reader's first value come with that ATT_MTU, and calls `told` once the reader has answered something else.
        init(_ address: String, unit: Int64? = nil, told: WakeUp = WakeUp()) throws {
            let flag = Flag()
            self.flag = flag
            thread = startThread {
                guard let bus = try? SystemBus(at: address) else { return }
                try? bus.export("/") { [unowned bus] message, reply in
                    if message.member == "RegisterApplication" { flag.applications.add(1, ordering: .sequentiallyConsistent) }
                    reply.answer()
                    guard let unit, message.member == "RegisterApplication" else { return }
                    let options = BusValue.properties([("mtu", .number(unit, .int64))])
                    let write = BusCall(
                        message.sender, GATTApplication.write, GATTApplication.characteristic, "WriteValue",
                        [.bytes(Secret([1])), options])
                    bus.call(write, timeout: .seconds(60)) { _ in }
                    let question = BusCall(message.sender, GATTApplication.write, GATTApplication.properties, "GetAll", [.string("")])
                    bus.call(question, timeout: .seconds(60)) { answer in
                        if case .success = answer { told.call() }
                    }
                }
                try? bus.takeName("org.bluez")
                flag.isReady.store(true, ordering: .sequentiallyConsistent)
                while !flag.isStopping.load(ordering: .sequentiallyConsistent) {
                    _ = try? bus.wait(for: .milliseconds(5)) { false }
                }
            }
            try Deadline().wait(for: "bluetoothd") { flag.isReady.load(ordering: .sequentiallyConsistent) }
        }

        var applications: Int { flag.applications.load(ordering: .sequentiallyConsistent) }

        deinit {
            flag.isStopping.store(true, ordering: .sequentiallyConsistent)
            pthread_join(thread, nil)
        }
    }

    /// Lets a host run until `isDone`; `.quit` where that takes too long.
    private func run(_ host: GATTHost, until isDone: WakeUp) -> HostEnding {
        let (hasEnded, isTooLate) = (WakeUp(), WakeUp())
        let guardian = startThread { if !Deadline().wait(for: hasEnded.descriptor) { isTooLate.call() } }
        defer {
            hasEnded.call()
            pthread_join(guardian, nil)
        }
        return host.run(cancellation: isDone.descriptor, control: isTooLate.descriptor) { ControlOutcome.quit }
    }

    private func host(_ address: String, report: @escaping (GATTReport) -> Void) throws -> GATTHost {
        let uuid = try #require(GATTUUID("3c4afff0-4783-3de5-a983-d348718ef133"))
        return try GATTHost(
            StillDevice(), profile: GATTProfile(service: uuid, write: uuid, notify: uuid), name: "Reader", adapter: "hci0", at: address,
            report: report)
    }

    @Test func aBluetoothdThatGoesIsToldAndTheNextOneHasTheReader() throws {
        let bus = try PrivateBus()
        var service: Taker? = try Taker(bus.address)
        let isDone = WakeUp()
        var reports: [GATTReport] = []
        let host = try host(bus.address) { report in
            reports.append(report)
            if report == .lost { service = try? Taker(bus.address) }
            if reports.count == 3 { isDone.call() }
        }
        try host.plug()
        #expect(service?.applications == 1)
        service = nil
        #expect(run(host, until: isDone) == .cancelled)
        #expect(reports == [.advertising, .lost, .advertising])
        #expect(host.failure == nil)
        #expect(service?.applications == 1)
    }

    /// On some buses anybody may write to the reader, and say anything.
    @Test(arguments: [Int64.min, -1, 0, .max])
    func noValueSizeThatIsToldEndsTheHost(_ unit: Int64) throws {
        let bus = try PrivateBus()
        let isTold = WakeUp()
        let service = try Taker(bus.address, unit: unit, told: isTold)
        let host = try host(bus.address) { _ in }
        try host.plug()
        #expect(run(host, until: isTold) == .cancelled)
        #expect(host.failure == nil)
        withExtendedLifetime(service) {}
    }

    @Test func whereTheBusGoesTheHostEndsAndSaysWhy() throws {
        var bus: PrivateBus? = try PrivateBus()
        let service = try Taker(try #require(bus).address)
        let host = try host(try #require(bus).address) { _ in }
        try host.plug()
        bus = nil
        #expect(run(host, until: WakeUp()) == .cancelled)
        #expect(host.failure?.code == "bluetooth-no-bus")
        withExtendedLifetime(service) {}
    }

    @Test func withoutABusThatIsWhatIsToldAndNotThatBluetoothdDoesNotRun() throws {
        do {
            _ = try host("unix:path=/nonexistent") { _ in }
            Issue.record("there is no bus")
        } catch let error as GATTHostError {
            #expect(error.code == "bluetooth-no-bus")
            #expect(error.cause?.hasPrefix("System.Error.2: ") == true)
        }
    }
}
