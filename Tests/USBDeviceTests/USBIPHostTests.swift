import CCIDDevice
import Glibc
import SimulationKit
import Station
import TestSupport
import Testing
import USBDevice
import USBIP

/// A device that leaves the bus by itself, as its host shows it to a client over TCP.
@Suite(.serialized) struct USBIPHostTests {
    private static let importDevice = hex("0111 8003 00000000 312D31") + [UInt8](repeating: 0, count: 29)

    /// Runs a host of a device that restarts as soon as one byte comes on `order`, and stops when one comes on `stop`.
    private static func run(_ port: UInt16, order: Int32, stop: Int32) {
        let device = CCIDReaderModel.genericExtended.makeDevice(timing: CCIDTiming(link: .contact)).device
        guard let address = NetworkAddress("127.0.0.1:\(port)") else { return }
        let host = USBIPHost(device, at: .server(address)) { _ in }
        do throws(USBIPHostError) { try host.plug() } catch { return }
        _ = host.run(cancellation: stop, control: order) {
            var word: UInt8 = 0
            guard read(order, &word, 1) == 1 else { return ControlOutcome.ended }
            switch word {
            case UInt8(ascii: "r"): device.leave(at: .now, backAfter: .milliseconds(300))
            // The cable is pulled while the device starts.
            case UInt8(ascii: "u"): host.unplug()
            // How it stands: something is still to happen, or it is in the socket, or not.
            default:
                let state = device.nextDue != nil ? "." : device.isPlugged ? "1" : "0"
                _ = send(order, state, 1, Int32(MSG_NOSIGNAL))
            }
            return .goOn
        }
    }

    /// The device, if the server lists one.
    private static func isListed(_ port: UInt16) throws -> Bool {
        let client = try Client(port)
        try client.send(hex("0111 8005 00000000"))
        return try client.receive(12).last == 1
    }

    private func withHost(_ body: (_ port: UInt16, _ line: Int32) throws -> Void) throws {
        let port = try freePort()
        let (order, orders) = try socketPair()
        let (stop, stops) = try socketPair()
        let thread = startThread { Self.run(port, order: orders, stop: stops) }
        defer {
            _ = send(stop, "q", 1, Int32(MSG_NOSIGNAL))
            pthread_join(thread, nil)
            for descriptor in [order, orders, stop, stops] { close(descriptor) }
        }
        try Deadline().wait(for: "the server") { (try? Self.isListed(port)) == true }
        try body(port, order)
    }

    /// Tells the host something by one letter.
    private func order(_ letter: String, _ line: Int32) { _ = send(line, letter, 1, Int32(MSG_NOSIGNAL)) }

    /// How the device stands.
    private func state(_ line: Int32) throws -> UInt8 {
        order("?", line)
        var state: UInt8 = 0
        guard Deadline().wait(for: line), read(line, &state, 1) == 1 else { throw BenchError("the host does not answer") }
        return state
    }

    @Test func aDeviceThatRestartsIsDetachedAndCanBeAttachedAgain() throws {
        try withHost { port, line in
            let client = try Client(port)
            try client.send(Self.importDevice)
            #expect(try hex(client.receive(8 + 312).prefix(8)) == "0111000300000000")
            order("r", line)
            // The kernel that had it loses it without asking anything.
            #expect(client.isEnded())
            try Deadline().wait(for: "the device's return") { try Self.isListed(port) }
            let next = try Client(port)
            try next.send(Self.importDevice)
            #expect(try hex(next.receive(8 + 312).prefix(8)) == "0111000300000000")
            try next.send(
                hex("00000001 00000001 00010002 00000001 00000000 00000000 00000012 00000000 FFFFFFFF 00000000 8006000100001200"))
            #expect(try hex(next.receive(48 + 18).suffix(18)) == "12010002000000404C05C80D000101020301")
        }
    }

    @Test func aDeviceWhoseCableIsPulledWhileItStartsStaysAway() throws {
        try withHost { port, line in
            order("r", line)
            try Deadline().wait(for: "the device's leaving") { try !Self.isListed(port) }
            order("u", line)
            try Deadline().wait(for: "the end of its start") { try state(line) != UInt8(ascii: ".") }
            #expect(try state(line) == UInt8(ascii: "0"))
            #expect(try !Self.isListed(port))
        }
    }
}
