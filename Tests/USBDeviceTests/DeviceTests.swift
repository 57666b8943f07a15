import CCIDDevice
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing
import USBDevice

/// The device below its class: bytes written by hand from chapter 9 of USB 2.0.
@Suite struct DeviceTests {
    let bus = Bus.with().bus

    @Test func deviceDescriptor() {
        #expect(bus.control(hex("80 06 00 01 00 00 12 00")) == hex("12 01 00 02 00 00 00 40 4C 05 C8 0D 00 01 01 02 03 01"))
        // No more than is asked for.
        #expect(bus.control(hex("80 06 00 01 00 00 08 00")) == hex("12 01 00 02 00 00 00 40"))
    }

    @Test func configurationDescriptor() {
        // 9 of the configuration, 9 of the interface, 54 of the class, three endpoints of 7: 93 bytes.
        let expected = """
            09 02 5D 00 01 01 00 80 32
            09 04 00 00 03 0B 00 00 00
            36 21 10 01 00 07 03 00 00 00 A0 0F 00 00 A0 0F 00 00 00 00 2A 00 00 16 40 05 00 00 FE 00 00 00
            00 00 00 00 00 00 00 00 BA 04 04 00 0F 01 00 00 FF FF 00 00 00 01
            07 05 01 02 40 00 00
            07 05 82 02 40 00 00
            07 05 83 03 08 00 10
            """
        #expect(bus.control(hex("80 06 00 02 00 00 FF 00")) == hex(expected))
    }

    @Test func strings() {
        #expect(bus.control(hex("80 06 00 03 00 00 FF 00")) == hex("04 03 09 04"))
        #expect(bus.control(hex("80 06 01 03 09 04 FF 00")) == hex("0E 03 4B 00 61 00 7A 00 61 00 73 00 75 00"))
        #expect(bus.control(hex("80 06 04 03 09 04 FF 00")) == nil)
    }

    @Test func whatAFullSpeedDeviceDoesNotHaveIsStalled() {
        #expect(bus.control(hex("80 06 00 06 00 00 0A 00")) == nil)  // device qualifier
        #expect(bus.control(hex("80 06 00 07 00 00 09 00")) == nil)  // other speed
        #expect(bus.control(hex("00 03 01 00 00 00 00 00")) == nil)  // remote wake-up
        #expect(bus.control(hex("80 06 01 02 00 00 FF 00")) == nil)  // a second configuration
        #expect(bus.control(hex("82 0C 00 00 81 00 02 00")) == nil)  // synch frame
        #expect(bus.control(hex("C0 01 00 00 00 00 02 00")) == nil)  // a vendor's
        #expect(bus.control(hex("A1 02 00 00 00 00 04 00")) == nil)  // clock frequencies: the descriptor announces none
    }

    @Test func configurations() {
        #expect(bus.control(hex("80 08 00 00 00 00 01 00")) == [1])
        #expect(bus.control(hex("00 09 02 00 00 00 00 00")) == nil)
        #expect(bus.control(hex("00 09 00 00 00 00 00 00")) == [])
        #expect(bus.control(hex("80 08 00 00 00 00 01 00")) == [0])
        // Without a configuration there is no interface and no endpoint but the control endpoint.
        #expect(bus.control(hex("81 00 00 00 00 00 02 00")) == nil)
        #expect(bus.write(hex("65 00000000 00 00 000000")) == .failed(0))
    }

    @Test func interfacesAndTheirAlternateSetting() {
        #expect(bus.control(hex("81 0A 00 00 00 00 01 00")) == [0])
        #expect(bus.control(hex("01 0B 00 00 00 00 00 00")) == [])
        #expect(bus.control(hex("01 0B 01 00 00 00 00 00")) == nil)
        #expect(bus.control(hex("81 0A 00 00 01 00 01 00")) == nil)
    }

    @Test func aHaltedEndpointStallsUntilItIsCleared() {
        let waiting = bus.submit(USBRequest(endpoint: 0x82, length: 64))
        #expect(bus.control(hex("02 03 00 00 82 00 00 00")) == [])
        #expect(bus.wait(waiting)?.status == .stalled)
        #expect(bus.control(hex("82 00 00 00 82 00 02 00")) == [1, 0])
        #expect(bus.wait(bus.submit(USBRequest(endpoint: 0x82, length: 64)))?.status == .stalled)
        #expect(bus.control(hex("02 01 00 00 82 00 00 00")) == [])
        #expect(bus.control(hex("82 00 00 00 82 00 02 00")) == [0, 0])
        #expect(bus.ask("65 00000000 00 00 000000") != nil)
    }

    @Test func everythingEndsWhenTheDeviceIsPulled() {
        let waiting = bus.submit(USBRequest(endpoint: 0x82, length: 64))
        bus.device.unplug(at: bus.now)
        #expect(bus.wait(waiting)?.status == .unplugged)
        #expect(bus.wait(bus.submit(USBRequest(endpoint: 0x82, length: 64)))?.status == .unplugged)
        bus.device.plug(at: bus.now)
        #expect(bus.control(hex("80 08 00 00 00 00 01 00")) == [0])
        #expect(bus.control(hex("00 09 01 00 00 00 00 00")) == [])
        #expect(bus.ask("65 00000000 00 07 000000") == "81000000000007020001")
    }

    @Test func aRequestGivenUpCompletesNoMore() {
        let waiting = bus.submit(USBRequest(endpoint: 0x82, length: 64))
        bus.device.abort(waiting, at: bus.now)
        #expect(bus.ask("65 00000000 00 00 000000") != nil)
        #expect(bus.completions[waiting] == nil)
    }

    // MARK: Time: a frame of 1 ms holds nineteen packets of 64 bytes (USB 2.0 table 5-9)

    @Test func anOutputTakesItsPackets() {
        let start = bus.now
        let id = bus.submit(USBRequest(endpoint: 0x01, addsEmptyPacket: true), [UInt8](repeating: 0, count: 19 * 64))
        #expect(bus.wait(id)?.at == start + .milliseconds(1))
    }

    @Test func theInterruptEndpointIsLookedAtEverySixteenFrames() throws {
        let (bus, reader) = Bus.with()
        let id = bus.submit(USBRequest(endpoint: 0x83, length: 8))
        reader.place(ScriptedCard { _, _ in nil }, at: .zero + .milliseconds(17))
        let completion = try #require(bus.wait(id))
        #expect(completion.bytes == hex("50 03"))
        #expect((.zero + .milliseconds(32)...(.zero + .milliseconds(33))).contains(completion.at))
    }

    // MARK: Pieces

    /// A reply of 64 bytes, an ATR of 54 being impossible, comes from the vendor's command.
    @Test func aTransferOfWholePacketsEndsWithAnEmptyOne() {
        let (bus, reader) = Bus.with()
        reader.escape = { _, _, _ in ([UInt8](repeating: 0x5A, count: 54), .zero) }
        #expect(bus.write(hex("6B 00000000 00 01 000000")) == .completed)
        #expect(bus.read(64)?.count == 64)
        #expect(bus.read(64) == [])
        // With room for more the empty packet has ended it.
        #expect(bus.write(hex("6B 00000000 00 02 000000")) == .completed)
        #expect(bus.read(65)?.count == 64)
    }

    @Test func whatDoesNotFitIsAnOverflow() {
        #expect(bus.write(hex("65 00000000 00 00 000000")) == .completed)
        #expect(bus.wait(bus.submit(USBRequest(endpoint: 0x82, length: 9)))?.status == .overflow)
    }

    @Test func aMessageMayComeInPieces() {
        let (bus, reader) = Bus.with()
        var lengths: [Int] = []
        reader.escape = { _, data, _ in
            lengths.append(data.count)
            return ([], .zero)
        }
        let message = hex("6B A0000000 00 01 000000") + [UInt8](repeating: 1, count: 160)
        for piece in [message[..<64], message[64..<128], message[128...]] { #expect(bus.write(Array(piece)) == .completed) }
        #expect(bus.read() == hex("83 00000000 00 01 02 00 00"))
        #expect(lengths == [160])
        #expect(reader.complaints == [])
    }

    @Test func aHostThatNeverReadsIsHeldBack() {
        var taken = 0
        for number in 0..<100 {
            let id = bus.submit(USBRequest(endpoint: 0x01), hex("65 00000000 00") + [UInt8(number)] + hex("000000"))
            if bus.wait(id, atMost: .milliseconds(10)) == nil { break }
            taken += 1
        }
        #expect(taken == 16)
        for number in 0..<17 { #expect(bus.read()?[6] == UInt8(number)) }
    }
}
