import CCIDDevice
import SimulationKit
import Station
import TestSupport
import Testing
import USBDevice

@testable import USBIP

/// USB/IP by the byte, from the Linux kernel's description of the protocol.
@Suite struct USBIPTests {
    let device = CCIDReaderModel.genericExtended.makeDevice(timing: CCIDTiming(link: .contact)).device

    private func session(isAttached: Bool = true, isFree: Bool = true) -> USBIPSession {
        USBIPSession(device, isAttached: isAttached, isFree: { isFree })
    }

    /// Sends bytes, lets a minute pass and returns what comes back.
    private func exchange(_ session: USBIPSession, _ bytes: [UInt8], from now: Instant = .zero) -> [UInt8] {
        session.receive(bytes, at: now)
        device.advance(to: now + .seconds(60)) { id, status, bytes in session.complete(id, status, bytes) }
        let output = session.output
        session.didSend(output.count)
        return output
    }

    /// USBIP_CMD_SUBMIT.
    private func submit(
        _ sequence: UInt8, endpoint: UInt8, isInput: Bool, length: Int, setup: String = "00 00 00 00 00 00 00 00", flags: UInt8 = 0,
        _ data: [UInt8] = []
    ) -> [UInt8] {
        hex("00000001 000000") + [sequence] + hex("00010002 000000") + [isInput ? 1 : 0] + hex("000000") + [endpoint]
            + hex("000000") + [flags] + hex("0000") + [UInt8(length >> 8), UInt8(length & 0xFF)]
            + hex("00000000 FFFFFFFF 00000000") + hex(setup) + data
    }

    // MARK: Before the device is imported

    @Test func theListHasTheDeviceAndItsInterfaces() {
        let reply = exchange(session(isAttached: false), hex("0111 8005 00000000"))
        #expect(reply.count == 12 + 312 + 4)
        #expect(hex(reply.prefix(12)) == digits("0111 0005 00000000 00000001"))
        #expect(hex(reply[(12 + 256)...].prefix(4)) == "312D3100")  // 1-1
        // Bus 1, device 2, full speed, identifiers, release, classes, configuration, configurations, interfaces; then the interface.
        #expect(hex(reply.suffix(28)) == digits("00000001 00000002 00000002 054C 0DC8 0100 00 00 00 00 01 01 0B000000"))
    }

    @Test func theDeviceIsImportedOnce() {
        let request = hex("0111 8003 00000000 312D31") + [UInt8](repeating: 0, count: 29)
        let taken = session(isAttached: false)
        let reply = exchange(taken, request)
        #expect(hex(reply.prefix(8)) == digits("0111 0003 00000000"))
        #expect(reply.count == 8 + 312)
        #expect(taken.isAttached)
        let late = session(isAttached: false, isFree: false)
        #expect(hex(exchange(late, request)) == digits("0111 0003 00000001"))
        #expect(!late.isAttached)
        let other = session(isAttached: false)
        #expect(hex(exchange(other, hex("0111 8003 00000000 322D31") + [UInt8](repeating: 0, count: 29))) == digits("0111 0003 00000001"))
    }

    @Test func aDeviceThatIsPulledIsNotListed() {
        device.unplug(at: .zero)
        #expect(hex(exchange(session(isAttached: false), hex("0111 8005 00000000"))) == digits("0111 0005 00000000 00000000"))
    }

    // MARK: Requests

    @Test func aDescriptorIsRead() {
        let reply = exchange(session(), submit(1, endpoint: 0, isInput: true, length: 18, setup: "80 06 00 01 00 00 12 00"))
        #expect(
            hex(reply.prefix(48)) == digits("00000003 00000001 00000000 00000000 00000000 00000000 00000012")
                + String(repeating: "0", count: 40))
        #expect(hex(reply.dropFirst(48)) == digits("12 01 00 02 00 00 00 40 4C 05 C8 0D 00 01 01 02 03 01"))
    }

    @Test func aStallIsEPIPE() {
        let reply = exchange(session(), submit(1, endpoint: 0, isInput: true, length: 10, setup: "80 06 00 06 00 00 0A 00"))
        #expect(reply.count == 48)
        #expect(hex(reply[20..<28]) == digits("FFFFFFE0 00000000"))
    }

    @Test func aMessageAndItsAnswerInAnyPieces() {
        let session = session()
        _ = exchange(session, submit(1, endpoint: 0, isInput: false, length: 0, setup: "00 09 01 00 00 00 00 00"))
        let message = submit(2, endpoint: 1, isInput: false, length: 10, hex("65 00000000 00 07 000000"))
        for byte in message { session.receive([byte], at: .zero) }
        let reply = exchange(session, submit(3, endpoint: 2, isInput: true, length: 64))
        #expect(hex(reply.prefix(28)) == digits("00000003 00000002 00000000 00000000 00000000 00000000 0000000A"))
        #expect(hex(reply[48..<76]) == digits("00000003 00000003 00000000 00000000 00000000 00000000 0000000A"))
        #expect(hex(reply[96...]) == digits("81 00000000 00 07 02 00 01"))
    }

    @Test func aRequestGivenUpIsECONNRESET() {
        let session = session()
        _ = exchange(session, submit(1, endpoint: 0, isInput: false, length: 0, setup: "00 09 01 00 00 00 00 00"))
        #expect(exchange(session, submit(2, endpoint: 3, isInput: true, length: 8)) == [])
        let unlink = hex("00000002 00000009 00010002 00000000 00000000 00000002") + [UInt8](repeating: 0, count: 24)
        let reply = exchange(session, unlink)
        #expect(hex(reply) == digits("00000004 00000009 00000000 00000000 00000000 FFFFFF98") + String(repeating: "0", count: 48))
        // It was answered: there is nothing to give up any more.
        #expect(hex(exchange(session, unlink)[20..<24]) == "00000000")
    }

    @Test func aShortAnswerIsAnErrorOnlyForWhoSaysSo() {
        let session = session()
        let plain = exchange(session, submit(1, endpoint: 0, isInput: true, length: 255, setup: "80 06 00 03 00 00 FF 00"))
        #expect(hex(plain[20..<28]) == digits("00000000 00000004"))
        let strict = exchange(session, submit(2, endpoint: 0, isInput: true, length: 255, setup: "80 06 00 03 00 00 FF 00", flags: 1))
        #expect(hex(strict[20..<28]) == digits("FFFFFF87 00000004"))
    }

    // MARK: Hostile

    @Test(arguments: [
        "0110 8005 00000000",  // another version
        "0111 8004 00000000",
    ])
    func whoAsksForNothingKnownIsTurnedOut(_ bytes: String) {
        let session = session(isAttached: false)
        #expect(exchange(session, hex(bytes)) == [])
        #expect(session.isToBeEnded)
    }

    @Test(arguments: [
        "00000005 00000001 00010002 00000000 00000000 00000000 00000000 00000000 00000000 00000000",  // no command
        "00000001 00000001 00010002 00000002 00000000 00000000 00000000 00000000 00000000 00000000",  // no direction
        "00000001 00000001 00010002 00000000 00000010 00000000 00000000 00000000 00000000 00000000",  // no endpoint
        "00000001 00000001 00010002 00000000 00000001 00000000 FFFFFFFF 00000000 00000000 00000000",  // four gigabytes
        "00000001 00000001 00010002 00000001 00000001 00000000 00000000 00000000 00000002 00000000",  // isochronous
        "00000001 00000001 00010003 00000000 00000001 00000000 00000000 00000000 00000000 00000000",  // another device
    ])
    func whoSendsNoRequestIsTurnedOut(_ header: String) {
        let session = session()
        #expect(exchange(session, hex(header) + [UInt8](repeating: 0, count: 8)) == [])
        #expect(session.isToBeEnded)
    }

    @Test func whoAsksWithoutEndIsTurnedOut() {
        let session = session()
        _ = exchange(session, submit(1, endpoint: 0, isInput: false, length: 0, setup: "00 09 01 00 00 00 00 00"))
        for number in 0..<1_024 { session.receive(submit(UInt8(number & 0xFF), endpoint: 3, isInput: true, length: 8), at: .zero) }
        #expect(!session.isToBeEnded)
        session.receive(submit(0, endpoint: 3, isInput: true, length: 8), at: .zero)
        #expect(session.isToBeEnded)
    }

    @Test func randomBytesTrapNothing() {
        var random = SeededGenerator(seed: 4)
        for round in 0..<2_000 {
            let session = session(isAttached: round % 2 == 0)
            var bytes = submit(1, endpoint: UInt8(round % 4), isInput: round % 3 == 0, length: 8, random.bytes(8))
            for _ in 0..<3 { bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            _ = exchange(session, bytes + random.bytes(100), from: .zero + .seconds(61 * round))
            session.end(at: .zero + .seconds(61 * round + 60))
        }
        #expect(device.isPlugged)
    }

    // MARK: The kernel's table of ports

    @Test func theFirstFreePortOfFullSpeed() {
        let table = """
            hub port sta spd dev      sockfd local_busid
            hs  0000 006 002 00010002 000003 1-1
            hs  0001 004 000 00000000 000000 0-0
            ss  0008 004 000 00000000 000000 0-0
            """
        #expect(VirtualHostController.freePort(in: table) == 1)
        #expect(VirtualHostController.freePort(in: "ss  0008 004 000 00000000 000000 0-0") == nil)
    }
}
