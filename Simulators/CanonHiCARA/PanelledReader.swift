import CCIDDevice
import FaceTerminal
import PanelCards
import ReaderTransport
import Station
import USBDevice

/// The only interface: a card reader, with panel and camera behind its escapes.
final class PanelledReader: USBFunction {
    let reader: CCIDFunction
    let terminal: FaceTerminal
    let cards: PanelCards
    let orders: PanelOrders
    let serialNumber: String
    let timing: HiCARATiming
    /// The device that it is part of; set once that is made.
    weak var device: USBDevice?
    private(set) var complaints: [String] = []

    /// The last command's number and the response that it got.
    private var last: (number: UInt8, response: [UInt8])?
    /// What waits for POLL, oldest first.
    private var events: [[UInt8]] = []

    /// What is kept for a host that does not poll.
    private static let mostEvents = 64

    init(_ terminal: FaceTerminal, in reader: CCIDFunction, cards: PanelCards, serialNumber: String, timing: HiCARATiming) {
        self.reader = reader
        self.terminal = terminal
        self.cards = cards
        self.serialNumber = serialNumber
        self.timing = timing
        orders = PanelOrders(to: terminal)
        terminal.tell = { [unowned self] event, now in happened(event, at: now) }
        reader.escape = { [unowned self] _, command, now in (obey(command, at: now), self.timing.command) }
    }

    // MARK: The interface is the card reader's, the time also the panel's

    var interface: USBInterface { reader.interface }
    var laneKind: Lane.Kind { reader.laneKind }
    var slots: UInt8 { reader.slots }
    var takesOutput: Bool { reader.takesOutput }

    func answer(_ setup: SetupPacket, data: [UInt8], at now: Instant) -> [UInt8]? { reader.answer(setup, data: data, at: now) }
    func receive(_ bytes: [UInt8], endsTransfer: Bool, at now: Instant) { reader.receive(bytes, endsTransfer: endsTransfer, at: now) }

    var nextDue: Instant? { Instant.earliest(reader.nextDue, terminal.nextDue) }

    func advance(to now: Instant) {
        while let due = nextDue, due <= now {
            reader.advance(to: due)
            terminal.advance(to: due)
        }
    }

    func start(at now: Instant) { reader.start(at: now) }

    /// The host has let go, or power is gone, which is a restart.
    func stop(at now: Instant) {
        reader.stop(at: now)
        last = nil
        events = []
        if device?.isPlugged == false { orders.start() } else { orders.forget() }
    }

    // MARK: Escapes

    private func obey(_ bytes: [UInt8], at now: Instant) -> [UInt8] {
        guard bytes.count >= 4, EscapeFrame.isWhole(bytes) else {
            complain("an escape of \(bytes.count) bytes that is no command")
            return EscapeFrame.response(0, Status.wrong)
        }
        let (number, code, parameters) = (bytes[0], bytes[1], bytes[2..<(bytes.count - 2)])
        // HELLO begins anew: it is carried out whatever its number, so that a second host gets no answer of the first.
        let isHello = code == Command.hello.rawValue
        if let last, last.number == number, !isHello { return last.response }
        if let last, !isHello, number != last.number &+ 1 { complain("command \(number) follows command \(last.number)") }
        let (status, results) = carryOut(code, parameters, at: now)
        if status == .parameterWrong || status == .unknownCommand { complain("command \(number) is wrong (status \(status.rawValue))") }
        let response = EscapeFrame.response(number, status, results)
        last = (number, response)
        return response
    }

    /// The oldest event, or nothing.
    func takeEvent() -> [UInt8] { events.isEmpty ? [] : events.removeFirst() }

    /// Forgets what nobody has asked for.
    func forgetEvents() { events = [] }

    /// Keeps an event for POLL.
    func tell(_ event: Unicode.Scalar, prompt: UInt32, _ results: [UInt8] = []) {
        // Without a configuration nobody will ask.
        guard device?.configuration != 0, device?.isPlugged == true else { return }
        guard events.count < Self.mostEvents else { return complain("event \(event) is lost: nobody polls") }
        events.append([UInt8(ascii: event)] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: prompt >> $0) } + results)
    }

    func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }
}

/// What a command or a response is put in, read from the document on its own.
enum EscapeFrame {
    /// Whether the CRC in the last two bytes is right.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        let crc = crc(bytes.dropLast(2))
        return Array(bytes.suffix(2)) == [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
    }

    /// A response.
    static func response(_ number: UInt8, _ status: Status, _ results: [UInt8] = []) -> [UInt8] {
        let bytes = [number, status.rawValue] + results
        let crc = crc(bytes)
        return bytes + [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
    }

    /// CRC-16/X-25, by a table of bytes.
    static func crc(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var crc: UInt16 = 0xFFFF
        for byte in bytes { crc = crc >> 8 ^ table[Int(crc & 0xFF) ^ Int(byte)] }
        return ~crc
    }

    // The polynomial 1021, reflected: 8408.
    private static let table: [UInt16] = (0..<256).map { index in
        (0..<8).reduce(UInt16(index)) { rest, _ in rest & 1 != 0 ? rest >> 1 ^ 0x8408 : rest >> 1 }
    }
}
