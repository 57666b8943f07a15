import CaptureFile
import TestSupport
import Testing

/// Frames of usbmon, written by hand from the structure in the kernel's Documentation/usb/usbmon.rst.
@Suite struct USBFrameTests {
    /// The fields one by one: id; type, transfer type, endpoint, device; bus; flags of setup and data; seconds; microseconds; status; length;
    /// captured length; setup. Both byte orders.
    static func header(
        _ isBig: Bool, type: String, kind: UInt8, endpoint: UInt8, flags: String, status: Int32, count: UInt32, captured: UInt32
    )
        -> [UInt8]
    {
        func number<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
            withUnsafeBytes(of: isBig ? value.bigEndian : value.littleEndian) { Array($0) }
        }
        let place = number(0x0102_0304_0506_0708 as UInt64) + Array(type.utf8) + [kind, endpoint, 5] + number(2 as UInt16)
        let time = number(1_700_000_000 as Int64) + number(123_456 as Int32)
        return place + hex(flags) + time + number(status) + number(count) + number(captured)
    }

    @Test(arguments: [false, true])
    func everyFieldIsWhereTheKernelPutsIt(_ isBig: Bool) throws {
        let order = isBig ? ByteOrder.big : .little
        func frame(_ bytes: [UInt8], _ linkType: UInt16) -> USBFrame? {
            USBFrame(CapturedPacket(linkType: linkType, order: order, time: 0, bytes: bytes, originalCount: bytes.count))
        }
        let rest = [UInt8](repeating: 0, count: 16)
        // A bulk request to the device that carries ten bytes.
        let sent = Self.header(isBig, type: "S", kind: 3, endpoint: 0x01, flags: "2D 00", status: -115, count: 10, captured: 10)
        let command = hex("65 00000000 00 07 000000")
        for (bytes, linkType) in [(sent + hex("0000000000000000") + rest + command, 220), (sent + hex("0000000000000000") + command, 189)] {
            let read = try #require(frame(bytes, UInt16(linkType)))
            #expect(read.id == 0x0102_0304_0506_0708)
            #expect(read.device == USBFrame.Device(bus: 2, address: 5))
            #expect((read.event, read.kind, read.endpoint) == (.submission, .bulk, 0x01))
            #expect((read.status, read.count, read.data) == (-115, 10, command))
            #expect(read.setup == nil)
            #expect(!read.isCut)
        }
        // A control request whose setup packet is there (flag 0).
        let asked = Self.header(isBig, type: "S", kind: 2, endpoint: 0x80, flags: "00 3C", status: -115, count: 18, captured: 0)
        let control = try #require(frame(asked + hex("8006000100001200") + rest, 220))
        #expect(control.setup == hex("8006000100001200"))
        #expect(control.data == [])
        #expect(!control.isCut)
        // An answer of which three bytes of 271 were captured, and one that was not submitted.
        let answer = Self.header(isBig, type: "C", kind: 3, endpoint: 0x81, flags: "2D 00", status: 0, count: 271, captured: 3)
        let cut = try #require(frame(answer + hex("0000000000000000") + rest + hex("800501"), 220))
        #expect(cut.data == hex("800501"))
        #expect(cut.isCut)
        let refused = Self.header(isBig, type: "E", kind: 1, endpoint: 0x82, flags: "2D 00", status: -19, count: 8, captured: 0)
        #expect(frame(refused + hex("0000000000000000") + rest, 220)?.event == .refusal)
        #expect(frame(refused + hex("0000000000000000") + rest, 220)?.isCut == false)
    }

    @Test func whatIsNoFrameIsNone() {
        let whole =
            Self.header(false, type: "S", kind: 3, endpoint: 1, flags: "2D00", status: 0, count: 0, captured: 0)
            + [UInt8](repeating: 0, count: 24)
        func frame(_ bytes: [UInt8], _ linkType: UInt16 = 220) -> USBFrame? {
            USBFrame(CapturedPacket(linkType: linkType, order: .little, time: 0, bytes: bytes, originalCount: bytes.count))
        }
        #expect(frame(whole) != nil)
        #expect(frame(whole, 1) == nil)
        #expect(frame(Array(whole.dropLast())) == nil)
        #expect(frame(Array(whole.prefix(48)), 189) != nil)
        #expect(frame(Array(whole.prefix(47)), 189) == nil)
        for (index, value) in [(8, 0x58), (9, 4)] as [(Int, UInt8)] {
            var wrong = whole
            wrong[index] = value
            #expect(frame(wrong) == nil)
        }
    }
}
