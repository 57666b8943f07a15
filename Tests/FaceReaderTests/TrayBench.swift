import AlmexCPS100W
import ReaderKit
import ReaderTransport
import Station
import TestSupport

/// A CPS-100W by script: the line as it should be, its messages as told.
final class TrayBench {
    static let line = LaneID(rawValue: 0)

    let station = Station(.virtual)
    let device: ScriptedDevice
    /// The bodies that came, each once: code and what follows.
    private(set) var bodies: [[UInt8]] = []
    /// The numbers of all messages that came, repetitions too.
    private(set) var numbers: [UInt8] = []
    /// How often it was asked.
    private(set) var polls = 0
    private(set) var acknowledged: [UInt8] = []
    private(set) var refusals = 0
    /// What the device has to say in answer to a message: bodies without their numbers.
    var answer: (_ body: [UInt8]) -> [[UInt8]] = { _ in [] }
    /// What becomes of what the device sends: all of it at once, or otherwise.
    var spoil: (_ bytes: [UInt8]) -> [[UInt8]] = { [$0] }
    /// Whether a message of the host arrives.
    var arrives: (_ count: Int) -> Bool = { _ in true }
    /// Whether it is answered at all.
    var isSilent = false

    private var lastNumber: UInt8?
    private var waiting: [[UInt8]] = []
    private var unacknowledged: [UInt8]?
    private var nextNumber: UInt8 = 0
    private var messages = 0
    let features: UInt8

    init(features: UInt8 = 0x03, tray: String = "0") {
        self.features = features
        device = ScriptedDevice([Lane(id: Self.line, kind: .serial, slots: 1)], on: station)
        device.script = { [unowned self] _, bytes in
            if !isSilent { take(bytes, tray) }
        }
    }

    func open(by driver: AlmexCPS100WDriver = AlmexCPS100WDriver()) throws -> any FacetedReader {
        guard let reader = try driver.open(device, name: "sim:cps", on: station) as? any FacetedReader else {
            throw BenchError("no facets")
        }
        return reader
    }

    var soon: Instant { station.now + .seconds(20) }

    /// The codes of the messages that came.
    var codes: String { String(decoding: bodies.map { $0[0] }, as: UTF8.self) }

    /// What the device says at the next poll.
    func say(_ body: [UInt8]) { waiting.append(body) }

    func say(_ text: String, _ rest: [UInt8] = []) { say(Array(text.utf8) + rest) }

    private func take(_ bytes: [UInt8], _ tray: String) {
        switch bytes[0] {
        case 0x05:
            polls += 1
            speak()
        case 0x06:
            acknowledged.append(bytes[1])
            if let message = unacknowledged, message[3] == bytes[1] { unacknowledged = nil }
        case 0x15:
            refusals += 1
            if unacknowledged != nil { speak() }
        case 0x02:
            messages += 1
            guard arrives(messages) else { return }
            let number = bytes[3]
            numbers.append(number)
            let body = Array(bytes[4..<bytes.count - 5])
            if number != lastNumber || body == [0x52] { carryOut(body, tray) }
            lastNumber = body == [0x52] ? nil : number
            send([0x06, number])
        default: break
        }
    }

    private func carryOut(_ body: [UInt8], _ tray: String) {
        bodies.append(body)
        if body == [0x52] {
            (waiting, unacknowledged, nextNumber) = ([], nil, 0)
            say("r1.4", [features])
            say("t" + tray)
        }
        waiting += answer(body)
    }

    private func speak() {
        if unacknowledged == nil, !waiting.isEmpty {
            unacknowledged = message([nextNumber] + waiting.removeFirst())
            nextNumber &+= 1
        }
        send(unacknowledged ?? [0x04])
    }

    private func send(_ bytes: [UInt8]) {
        for part in spoil(bytes) { device.reply(part, on: Self.line) }
    }
}

/// A message by hand: STX, length, body, ETX, and the CRC of all after STX.
func message(_ body: [UInt8]) -> [UInt8] {
    let checked = [UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body + [0x03]
    return [0x02] + checked + crc32(checked)
}
