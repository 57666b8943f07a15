import FujitsuCaora
import ReaderKit
import ReaderTransport
import Station
import TestSupport

/// A frame of the control lane by hand, from the tables of the document: kind, number, elements.
func frame(_ kind: UInt8, _ number: UInt8, _ elements: [(tag: UInt8, value: [UInt8])]) -> [UInt8] {
    let payload = elements.flatMap { [$0.tag, UInt8($0.value.count >> 8), UInt8($0.value.count & 0xFF)] + $0.value }
    let count = payload.count
    let checked = [1, kind, number, UInt8(count >> 16), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)] + payload
    // The division of the CRC as in a text book: the message with two zero bytes behind it, begun with all ones.
    var rest: UInt32 = 0
    for (index, byte) in (checked + [0, 0]).enumerated() {
        for bit in 0..<8 {
            rest = rest << 1 | UInt32(byte >> (7 - UInt8(bit)) & 1 ^ (index < 2 ? 1 : 0))
            if rest & 0x1_0000 != 0 { rest ^= 0x1_1021 }
        }
    }
    return [0x4B, 0x46] + checked + [UInt8(rest >> 8), UInt8(rest & 0xFF)]
}

/// A command that the device got.
struct SentCommand {
    let number: UInt8
    let code: UInt8
    let elements: [UInt8: [UInt8]]

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 14, bytes[3] == 1 else { return nil }
        number = bytes[4]
        var elements: [UInt8: [UInt8]] = [:]
        var rest = bytes[8..<bytes.count - 2]
        while rest.count >= 3 {
            let start = rest.startIndex
            let end = start + 3 + (Int(rest[start + 1]) << 8 | Int(rest[start + 2]))
            elements[rest[start]] = Array(rest[start + 3..<end])
            rest = rest[end...]
        }
        code = elements[1]?.first ?? 0
        self.elements = elements
    }

    /// Done.
    func done(_ results: [(tag: UInt8, value: [UInt8])] = []) -> [UInt8] { status(0, results) }

    func status(_ status: UInt8, _ results: [(tag: UInt8, value: [UInt8])] = []) -> [UInt8] { frame(2, number, [(2, [status])] + results) }

    /// An event about the prompt of this command.
    func event(_ code: UInt8, _ results: [(tag: UInt8, value: [UInt8])] = []) -> [UInt8] {
        frame(3, 0, [(3, [code]), (4, elements[4] ?? [])] + results)
    }
}

/// A Caora by script, opened by the driver.
final class CaoraBench {
    static let cards = LaneID(rawValue: 0)
    static let control = LaneID(rawValue: 1)

    let station = Station(.virtual, startUnixTime: 1_800_000_000)
    let device: ScriptedDevice
    private(set) var commands: [SentCommand] = []
    /// What answers a command, from the one after HELLO on.
    var answer: (_ bench: CaoraBench, _ command: SentCommand) -> [[UInt8]] = { [$1.done()] }
    /// What answers a message on the CCID interface.
    var answerCard: (_ command: [UInt8]) -> [[UInt8]] = { [CaoraBench.obey($0)] }

    /// Opens it; `features` and what answers HELLO are as told. Of an interface that another program holds there is no lane.
    init(features: UInt8 = 0x07, hello: ((SentCommand) -> [[UInt8]])? = nil, cardsAreHeld: Bool = false) {
        let cards = Lane(id: Self.cards, kind: .ccid, slots: 1, descriptor: Self.descriptor, packetSize: 64)
        let control = Lane(id: Self.control, kind: .bulk, slots: 0, packetSize: 64)
        device = ScriptedDevice(cardsAreHeld ? [control] : [cards, control], on: station)
        device.script = { [unowned self] lane, bytes in
            if lane == Self.cards {
                for message in answerCard(bytes) { device.reply(message, on: lane) }
            } else if let command = SentCommand(bytes) {
                commands.append(command)
                let frames = command.code == 1 ? (hello ?? { [Self.greeting($0, features)] })(command) : answer(self, command)
                for frame in frames { device.reply(frame, on: lane) }
            }
        }
    }

    func open(by driver: FujitsuCaoraDriver = FujitsuCaoraDriver()) throws -> any FacetedReader {
        guard let reader = try driver.open(device, name: "sim:caora", on: station) as? any FacetedReader else {
            throw BenchError("no facets")
        }
        return reader
    }

    var soon: Instant { station.now + .seconds(10) }

    static func greeting(_ command: SentCommand, _ features: UInt8 = 0x07) -> [UInt8] {
        command.done([(0x10, Array("1.2.3".utf8)), (0x11, [features]), (0x12, Array("CA-0001".utf8))])
    }

    /// The class descriptor of the document: extended APDUs, one slot, PIN verification.
    static let descriptor = hex(
        """
        36 21 10 01 00 07 03 00 00 00  A0 0F 00 00  20 4E 00 00  00  80 25 00 00  40 42 0F 00  00
        FC 00 00 00  00 00 00 00  00 00 00 00  BE 04 04 00  0F 01 00 00  FF FF 00 00 01 01
        """)

    /// A CCID reader with a card that answers 9000.
    static func obey(_ command: [UInt8]) -> [UInt8] {
        switch command[0] {
        case 0x62: card(0x80, command, hex("3B80800101"))
        case 0x6F, 0x69: card(0x80, command, hex("9000"))
        case 0x63: card(0x81, command, status: 1)
        case 0x65: card(0x81, command, status: 1)
        default: card(0x81, command)
        }
    }

    /// A message of a CCID reader (USB CCID 1.1 clause 6.2).
    static func card(_ type: UInt8, _ command: [UInt8], status: UInt8 = 0, error: UInt8 = 0, _ data: [UInt8] = []) -> [UInt8] {
        [type, UInt8(data.count), 0, 0, 0, command[5], command[6], status, error, 0] + data
    }
}
