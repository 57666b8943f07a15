import Diagnosis
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@testable import SonyRCS380

/// The driver of the RC-S380 at a device by script: frames by hand, checksums by Python.
@Suite struct Port100Tests {
    private static let lane = LaneID(rawValue: 0)
    private let station = Station(.virtual)
    private let device: ScriptedDevice

    init() {
        device = ScriptedDevice([Lane(id: Self.lane, kind: .bulk, slots: 0, packetSize: 64)], on: station)
        device.script = { [device] _, bytes in
            guard bytes.count > 6 else { return }
            device.reply(hex("0000FF00FF00"), on: Self.lane)
            device.reply(Self.answer(bytes[9]), on: Self.lane)
        }
    }

    /// Status 00, or no card.
    private static func answer(_ code: UInt8) -> [UInt8] {
        switch code {
        case 0x20: hex("0000FFFFFF0400FCD7211101F600")
        case 0x04: hex("0000FFFFFF0700F9D7058000000000A400")
        default: hex("0000FFFFFF0300FDD7") + [code + 1, 0, 0 &- (0xD7 &+ code &+ 1), 0]
        }
    }

    private var seen: [String] { (device.seen[Self.lane] ?? []).map { hex($0) } }

    @Test func theBytesAreThoseOfTheDocument() throws {
        let reader = try SonyRCS380Driver().open(device, name: "usb:rcs380", on: station)
        #expect(
            seen == [
                "0000FF00FF00", "0000FFFFFF0300FDD62A01FF00", "0000FFFFFF0200FED6200A00", "0000FFFFFF0300FDD606002400",
                "0000FFFFFF0600FAD60003070F070A00", "0000FFFFFF1000F0D60200140101020109010A010B010C01E100",
            ])
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: station.now + .seconds(5)) } == .noCard)
        // Field off and on, WUPB three times, field off.
        #expect(seen[6...].map { $0.dropFirst(16).prefix(6) } == ["D60600", "D60601", "D60432", "D60432", "D60432", "D60600"])
        #expect(seen[8] == "0000FFFFFF0700F9D6043200050008E700")
    }

    /// A device that takes everything and keeps nothing.
    private final class DeafDevice: ReaderTransport.Attachment {
        let source: SourceID
        let lanes = [Lane(id: Port100Tests.lane, kind: .bulk, slots: 0, packetSize: 64)]
        private var last: UInt64 = 0
        init(on station: Station) { source = station.makeSource() }
        func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
            last += 1
            return TransferID(rawValue: last)
        }
        func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus { .aborted }
        func abort(_ transfer: TransferID) {}
        func close() {}
    }

    @Test(arguments: [false, true])
    func whatACardWasToldIsNowhereAnyMore(_ isRepeated: Bool) throws {
        let station = Station(.virtual)
        let device = DeafDevice(on: station)
        let link = Port100Link(device.lanes[0], of: device, on: station)
        let secret = try UniqueBytes(count: 32)
        link.send(.communicate(Secret(secret.bytes), timeout: 1)) { _ in }
        #expect(try secret.copies() == 1, "the command that is under way")
        if isRepeated { _ = station.next(until: station.now + .seconds(2)) } else { link.stop() }
        #expect(try secret.copies() == 0)
        link.stop()
    }

    @Test func aDeviceThatSaysNothingIsGone() {
        device.script = { _, _ in }
        let begin = station.now
        #expect(
            reason { () throws(ReaderError) in _ = try SonyRCS380Driver().open(device, name: "usb:rcs380", on: station) } == .readerGone)
        #expect(station.now - begin == .seconds(1))
    }

    @Test(
        "A device that lies gets a clear error, soon",
        arguments: [
            "", "00", "0000FF00FF00", "0000FFFFFF0300FDD72B00FF00", "0000FFFFFF0300FDD72B01FD00", "0000FFFFFFFFFF02D72B00FE00",
            "0000FFFFFF000000",
        ])
    func aDeviceThatLies(_ lie: String) {
        device.script = { [device] _, bytes in
            guard bytes.count > 6 else { return }
            device.reply(hex("0000FF00FF00"), on: Self.lane)
            device.reply(hex(lie), on: Self.lane)
        }
        let begin = station.now
        let failure = reason { () throws(ReaderError) in _ = try SonyRCS380Driver().open(device, name: "usb:rcs380", on: station) }
        #expect(failure == .readerGone || failure == .readerUnusable)
        #expect(station.now - begin < .seconds(6))
    }

    @Test func aFloodIsGivenUp() throws {
        let reader = try SonyRCS380Driver().open(device, name: "usb:rcs380", on: station)
        for _ in 0..<300 { device.reply(hex("0000FFFFFF0300FDD72B00FE00"), on: Self.lane) }
        pass(.seconds(1), on: station)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: station.now + .seconds(5)) } == .inputOutput)
    }
}
