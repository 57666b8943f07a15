import AtlasEXC9000
import ReaderKit
import ReaderTransport
import Station
import TestSupport

/// An EXC-9000 by script: the link as it should be, its messages as told.
final class PairBench {
    static let lane = LaneID(rawValue: 0)

    let station = Station(.virtual, startUnixTime: 0x0102)
    let device: ScriptedDevice
    /// The messages that came on each channel, each once.
    private(set) var messages: [[UInt8]] = []
    /// Every DATA frame that came: channel and number.
    private(set) var numbers: [[UInt8]] = []
    /// What the device says in answer to a message: channel and message.
    var answer: (_ channel: UInt8, _ message: [UInt8]) -> [(UInt8, [UInt8])] = { _, _ in [] }
    /// What becomes of a frame of the device.
    var spoil: (_ frame: [UInt8]) -> [[UInt8]] = { [$0] }
    /// Whether a DATA frame of the host arrives.
    var arrives: (_ count: Int) -> Bool = { _ in true }
    /// How much the device takes.
    var credit: UInt8 = 4
    var firmware: [UInt8] = [3, 1, 0]

    private var session: [UInt8] = [0, 0]
    private var awaited: [UInt8: UInt16] = [:]
    private var next: [UInt8: UInt16] = [:]
    private var coming: [UInt8: [UInt8]] = [:]
    private var count = 0

    init() {
        device = ScriptedDevice([Lane(id: Self.lane, kind: .bulk, slots: 0, packetSize: 64)], on: station)
        device.script = { [unowned self] _, bytes in take(bytes) }
    }

    func open(by driver: AtlasEXC9000Driver = AtlasEXC9000Driver()) throws -> any FacetedReader {
        guard let reader = try driver.open(device, name: "sim:exc", on: station) as? any FacetedReader else {
            throw BenchError("no facets")
        }
        return reader
    }

    var soon: Instant { station.now + .seconds(20) }

    /// What was written, as hexadecimal digits.
    var seen: [String] { (device.seen[Self.lane] ?? []).map { hex($0) } }

    /// The device says a message now.
    func say(_ channel: UInt8, _ message: [UInt8]) {
        let number = next[channel, default: 0]
        next[channel] = number &+ 1
        send([channel, 1] + session + two(number) + [3] + two(UInt16(message.count)) + message)
    }

    /// The device sends a frame without its CRC.
    func send(_ frame: [UInt8]) { for bytes in spoil(frame + crc32c(frame)) { device.reply(bytes, on: Self.lane) } }

    func two(_ number: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)] }

    private func take(_ bytes: [UInt8]) {
        let (channel, number) = (bytes[0], UInt16(bytes[4]) | UInt16(bytes[5]) << 8)
        switch bytes[1] {
        case 4:
            session = Array(bytes[2..<4])
            (awaited, next, coming) = ([:], [:], [:])
            send([0, 5] + session + [0, 0, 0, 10, 0] + [0, 0, 0, 0, credit, credit] + firmware + [0x58])
            say(1, [0x81, 1])
        case 1:
            count += 1
            guard arrives(count) else { return }
            numbers.append([channel, bytes[4]])
            if number == awaited[channel, default: 0] {
                awaited[channel] = number &+ 1
                acknowledge(channel)
                coming[channel, default: []] += bytes[9..<bytes.count - 4]
                guard bytes[6] & 2 != 0, let message = coming.removeValue(forKey: channel) else { return }
                messages.append(message)
                for (channel, message) in answer(channel, message) { say(channel, message) }
            } else {
                acknowledge(channel)
            }
        default: break
        }
    }

    func acknowledge(_ channel: UInt8) { send([channel, 2] + session + two(awaited[channel, default: 0]) + [credit, 0, 0]) }
}

/// CRC-32C, bit by bit, least significant byte first.
func crc32c(_ bytes: [UInt8]) -> [UInt8] {
    var crc = UInt32.max
    for bit in bytes.flatMap({ byte in (0..<8).map { UInt32(byte >> UInt8($0)) & 1 } }) {
        crc = (crc ^ bit) & 1 != 0 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~crc >> (8 * $0)) }
}
