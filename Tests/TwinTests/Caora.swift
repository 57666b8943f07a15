import FaceTerminal
import FujitsuCaoraSimulator
import Staging
import Station
import TestSupport

/// A host of the control lane that numbers its commands by the book.
final class Caora {
    let twin: FujitsuCaoraSimulator
    let bench: Bench
    /// Payloads of events that came while a response was waited for.
    private var events: [[UInt8]] = []
    private var number: UInt8 = 0

    init(_ stage: [StagedEvent] = [], firmware: StagedFirmware = StagedFirmware()) {
        twin = FujitsuCaoraSimulator(stage: stage, firmware: firmware)
        bench = Bench(twin)
    }

    /// A frame with the CRC of the document, in the form without a loop over bits; golden frames hold it to Python's binascii.crc_hqx.
    static func frame(_ number: UInt8, _ payload: [UInt8], kind: UInt8 = 1) -> [UInt8] {
        let covered =
            [1, kind, number, UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 0xFF), UInt8(payload.count & 0xFF)] + payload
        var crc: UInt16 = 0xFFFF
        for byte in covered {
            var mixed = crc >> 8 ^ UInt16(byte)
            mixed ^= mixed >> 4
            crc = crc << 8 ^ mixed << 12 ^ mixed << 5 ^ mixed
        }
        return [0x4B, 0x46] + covered + [UInt8(crc >> 8), UInt8(crc & 0xFF)]
    }

    static func element(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] { [tag, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value }

    /// Sends a command's payload in hexadecimal, and the payload of its response.
    func ask(_ payload: String) -> String? { ask(hex(payload)) }

    func ask(_ payload: [UInt8]) -> String? {
        defer { number &+= 1 }
        guard bench.write(Self.frame(number, payload), lane: 1) == .completed else { return nil }
        while let frame = bench.read(lane: 1, atMost: .seconds(2)) {
            if frame[3] == 2, frame[4] == number { return hex(frame[8..<(frame.count - 2)]) }
            if frame[3] == 3 { events.append(Array(frame[8..<(frame.count - 2)])) }
        }
        return nil
    }

    /// The payload of the next event without the event's own tag, length: `event prompt results`.
    func event(atMost limit: Duration = .seconds(100)) -> String? {
        let payload: [UInt8]
        if events.isEmpty {
            guard let frame = bench.read(lane: 1, atMost: limit), frame[3] == 3 else { return nil }
            payload = Array(frame[8..<(frame.count - 2)])
        } else {
            payload = events.removeFirst()
        }
        return hex(payload)
    }

    /// The device was away: numbers begin anew.
    func begin() {
        number = 0
        events = []
    }

    /// SHOW of a screen with prompt 11 and parameters; its status.
    func show(_ screen: String, _ parameters: String = "", prompt: String = "00000011") -> String? {
        ask("01 0001 02 04 0004 \(prompt) 20 0001 \(screen) \(parameters)")
    }

    static let done = "02000100"
}
