import CCIDDevice
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing
import USBDevice

/// The same device as the lanes of an attachment, on a station in virtual time.
@Suite struct LaneTests {
    let station = Station(.virtual)
    let reader: CCIDFunction
    let attachment: InProcessHost
    let device: USBDevice

    init() {
        (device, reader) = CCIDReaderModel.genericExtended.makeDevice(timing: CCIDTiming(link: .contactless))
        attachment = InProcessHost(device, on: station)
    }

    private func transfer(_ operation: Transfer.Operation, _ bytes: [UInt8] = []) -> (status: TransferStatus, bytes: [UInt8])? {
        let transfer = Transfer(lane: attachment.lanes[0].id, slot: 0, operation: operation)
        let id = attachment.submit(transfer, sending: bytes.span)
        guard case .event = station.next(from: attachment.source, token: id.rawValue, until: station.now + .seconds(5)) else {
            attachment.abort(id)
            return nil
        }
        var buffer: [UInt8] = []
        return (attachment.collect(id, into: &buffer), buffer)
    }

    @Test func theLaneTellsTheReader() {
        #expect(attachment.lanes.map(\.kind) == [.ccid])
        #expect(attachment.lanes[0].slots == 1)
        #expect(attachment.lanes[0].packetSize == 64)
        #expect(attachment.lanes[0].descriptor.count == 54)
    }

    @Test func aDialogueTakesTheTimeOfBusLinkAndCard() throws {
        let card = ScriptedCard(answerToReset: hex("3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F"), computing: .milliseconds(30)) { _, _ in
            [UInt8](repeating: 0, count: 256) + [0x90, 0x00]
        }
        reader.place(card, at: station.now + .milliseconds(100))
        let change = try #require(transfer(.readInterrupt(atMost: 8)))
        #expect(change.bytes == hex("50 03"))
        #expect(station.now >= .zero + .milliseconds(100))
        #expect(transfer(.write, hex("62 00000000 00 01 000000"))?.status == .completed)
        #expect(transfer(.read(atMost: 271))?.bytes == hex("80 0D000000 00 01 00 00 00") + card.answerToReset)
        let start = station.now
        #expect(transfer(.write, hex("6F 05000000 00 02 00 0000 00B0000000"))?.status == .completed)
        #expect(transfer(.read(atMost: 271))?.bytes.count == 268)
        // One packet out, five in, nineteen a millisecond; the link's two ways; the card.
        let link = CardLinkTiming.contactless
        let expected =
            .milliseconds(1) / 19 + link.duration(ofBytes: 5) + .milliseconds(30) + link.duration(ofBytes: 258) + .milliseconds(5) / 19
        // The clock counts whole nanoseconds.
        #expect((expected - .nanoseconds(10)...expected).contains(station.now - start))
    }

    @Test func aHaltIsEndedByTheLane() {
        #expect(transfer(.write, [1, 2, 3])?.status == .completed)
        #expect(transfer(.write, hex("65 00000000 00 01 000000"))?.status == .stalled)
        #expect(transfer(.clearHalt)?.status == .completed)
        #expect(transfer(.write, hex("65 00000000 00 01 000000"))?.status == .completed)
        #expect(transfer(.read(atMost: 271))?.bytes == hex("81 00000000 00 01 02 00 01"))
    }

    @Test func aRequestGoesToTheInterfaceOfTheLane() {
        let abort = ControlRequest(requestType: 0x21, request: 0x01, value: 0x0700, length: 0)
        #expect(transfer(.control(abort))?.status == .completed)
        let clocks = ControlRequest(requestType: 0xA1, request: 0x02, value: 0, length: 4)
        #expect(transfer(.control(clocks))?.status == .stalled)
    }

    @Test func whatALaneIsNotIsRefused() {
        #expect(transfer(.exchange, [0, 0])?.status == .failed(0))
        #expect(device.complaints == ["a USB interface is no card lane"])
    }

    @Test func withoutTheDeviceEverythingFails() {
        let nothing: [UInt8] = []
        let waiting = Transfer(lane: attachment.lanes[0].id, slot: 0, operation: .readInterrupt(atMost: 8))
        let pending = attachment.submit(waiting, sending: nothing.span)
        device.unplug(at: station.now)
        guard case .event = station.next(from: attachment.source, token: pending.rawValue, until: .distantFuture) else {
            Issue.record("the transfer never completes")
            return
        }
        var buffer: [UInt8] = []
        #expect(attachment.collect(pending, into: &buffer) == .unplugged)
        #expect(transfer(.write, [0])?.status == .unplugged)
    }
}
