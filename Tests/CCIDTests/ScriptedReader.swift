import CCID
import ReaderKit
import ReaderTransport
import Station
import TestSupport

/// A test double of a CCID interface: it answers as told, well or badly. Its time passes on the station.
final class ScriptedReader: Attachment, TimeDriven {
    let source: SourceID
    let lanes: [Lane]
    /// What was written, and class requests as `C` with their setup bytes, in order.
    private(set) var seen: [[UInt8]] = []
    /// Where the last command lay that was written. It is the driver's, who uses it again.
    private(set) var place: UnsafeBufferPointer<UInt8>?
    private(set) var isClosed = false
    private(set) var haltsCleared = 0
    /// How often a transfer was given up, by what it was.
    private(set) var aborted: [String] = []
    /// What a class request ends with.
    var requestStatus = TransferStatus.completed
    /// How long a class request takes.
    var requestDelay = Duration.zero
    /// What a write ends with.
    var writeStatus: (_ number: Int) -> TransferStatus? = { _ in .completed }
    /// What ends an interrupt read at once: `nil` for an endpoint that says something only by `notify`.
    var interruptStatus: TransferStatus?

    private let station: Station
    private let script: (_ reader: ScriptedReader, _ command: [UInt8]) -> Void
    private var replies: [(due: Instant, status: TransferStatus, bytes: [UInt8])] = []
    private var notifications: [(due: Instant, bytes: [UInt8])] = []
    private var reads: [TransferID] = []
    private var interrupts: [TransferID] = []
    private var ended: [TransferID: (TransferStatus, [UInt8])] = [:]
    private var writes = 0

    /// A reader with `descriptor`, whose script is asked at every command.
    init(_ descriptors: [[UInt8]], on station: Station, _ script: @escaping (_ reader: ScriptedReader, _ command: [UInt8]) -> Void) {
        self.station = station
        self.script = script
        source = station.makeSource()
        lanes = descriptors.enumerated().map { index, bytes in
            Lane(
                id: LaneID(rawValue: UInt8(index)), kind: .ccid, slots: bytes.count > 4 ? bytes[4] &+ 1 : 1, descriptor: bytes,
                packetSize: 64)
        }
        station.attach(self)
    }

    /// What the reader sends next on its response pipe.
    func reply(_ bytes: [UInt8], status: TransferStatus = .completed, after delay: Duration = .milliseconds(1)) {
        replies.append((max(station.now + delay, replies.last?.due ?? .zero), status, bytes))
    }

    /// What the reader sends next on its interrupt endpoint.
    func notify(_ bytes: [UInt8], after delay: Duration = .zero) {
        notifications.append((station.now + delay, bytes))
    }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        switch transfer.operation {
        case .write:
            writes += 1
            guard let status = writeStatus(writes) else { return id }
            end(id, status)
            guard status == .completed else { return id }
            let command = bytes.withUnsafeBufferPointer { Array($0) }
            place = bytes.withUnsafeBufferPointer { $0 }
            seen.append(command)
            script(self, command)
        case .read: reads.append(id)
        case .readInterrupt:
            if let interruptStatus { end(id, interruptStatus) } else { interrupts.append(id) }
        case .control(let request):
            let value = request.value
            seen.append([0x43, request.requestType, request.request, UInt8(value & 0xFF), UInt8(value >> 8)])
            end(id, requestStatus, after: requestDelay)
        case .clearHalt:
            haltsCleared += 1
            end(id, .completed)
        case .powerCard, .powerOffCard, .exchange, .watchPresence: end(id, .failed(0))
        }
        return id
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        buffer.removeAll(keepingCapacity: true)
        guard let (status, bytes) = ended.removeValue(forKey: transfer) else { return .aborted }
        buffer.append(contentsOf: bytes)
        return status
    }

    func abort(_ transfer: TransferID) {
        aborted.append(reads.contains(transfer) ? "read" : interrupts.contains(transfer) ? "interrupt" : "other")
        reads.removeAll { $0 == transfer }
        interrupts.removeAll { $0 == transfer }
        ended[transfer] = nil
    }

    func close() {
        isClosed = true
        station.detach(self)
    }

    var nextDue: Instant? {
        let reply = reads.isEmpty ? nil : replies.first?.due
        let notification = interrupts.isEmpty ? nil : notifications.first?.due
        return [reply, notification].compactMap { $0.map { max($0, station.now) } }.min()
    }

    func advance(to now: Instant) {
        if let reply = replies.first, reply.due <= now, !reads.isEmpty {
            replies.removeFirst()
            end(reads.removeFirst(), reply.status, reply.bytes)
        }
        if let notification = notifications.first, notification.due <= now, !interrupts.isEmpty {
            notifications.removeFirst()
            end(interrupts.removeFirst(), .completed, notification.bytes)
        }
    }

    private func end(_ id: TransferID, _ status: TransferStatus, _ bytes: [UInt8] = [], after delay: Duration = .zero) {
        ended[id] = (status, bytes)
        station.schedule(Event(source: source, token: id.rawValue), at: station.now + delay)
    }
}

/// A CCID class descriptor by hand (USB CCID 1.1 clause 5.1), with the fields that tests change.
func descriptor(
    lastSlot: UInt8 = 0, voltages: UInt8 = 0x07, features: UInt32 = 0x0004_04BE, messageLength: UInt32 = 271
) -> [UInt8] {
    func four(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
    return hex("36 21 10 01") + [lastSlot, voltages] + hex("03 00 00 00  A0 0F 00 00  20 4E 00 00  00  80 25 00 00  40 42 0F 00  00")
        + hex("FC 00 00 00  00 00 00 00  00 00 00 00") + four(features) + four(messageLength) + hex("FF FF 00 00 00 01")
}

/// A message of a reader by hand: type, slot and sequence of the command, status, error, parameter, data (clause 6.2).
func message(
    _ type: UInt8, to command: [UInt8], status: UInt8 = 0, error: UInt8 = 0, parameter: UInt8 = 0, _ data: [UInt8] = []
) -> [UInt8] {
    let count = data.count
    return [type, UInt8(count & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count >> 16), 0, command[5], command[6], status, error, parameter]
        + data
}

/// A reader as it should be, with a card that answers every APDU by `answer`.
struct Obedient {
    var answerToReset = hex("3B 80 80 01 01")
    var answer: (_ apdu: [UInt8]) -> [UInt8] = { _ in hex("90 00") }
    /// bStatus of GetSlotStatus.
    var slotStatus: UInt8 = 1

    func respond(to command: [UInt8]) -> [UInt8] {
        switch command[0] {
        case 0x62: message(0x80, to: command, answerToReset)
        case 0x63: message(0x81, to: command, status: 1)
        case 0x65: message(0x81, to: command, status: slotStatus)
        case 0x6F: message(0x80, to: command, answer(Array(command[10...])))
        case 0x61: message(0x82, to: command, parameter: command[7], Array(command[10...]))
        case 0x6B: message(0x83, to: command, Array(command[10...].reversed()))
        case 0x72: message(0x81, to: command)
        default: message(0x81, to: command, status: 0x40)
        }
    }
}

/// A scripted reader on a station of its own, opened by the driver.
final class Bench {
    let station: Station
    let device: ScriptedReader
    let reader: any Reader

    init(
        _ descriptors: [[UInt8]] = [descriptor()], interrupts: TransferStatus? = nil,
        _ script: @escaping (_ reader: ScriptedReader, _ command: [UInt8]) -> Void = { $0.reply(Obedient().respond(to: $1)) }
    ) throws(ReaderError) {
        let station = Station(.virtual)
        self.station = station
        device = ScriptedReader(descriptors, on: station, script)
        device.interruptStatus = interrupts
        reader = try CCIDDriver().open(device, name: "usb:bench", on: station)
    }

    var soon: Instant { station.now + .seconds(10) }

    func connect(slot: UInt8 = 0) throws(ReaderError) -> any CardChannel { try reader.connect(slot: slot, until: soon) }

    /// The types of the messages that were written, `C` for a class request.
    var types: [String] { device.seen.map { $0[0] == 0x43 ? "C" : hex([$0[0]]) } }
}

extension CardChannel {
    /// Sends the bytes that `text` writes.
    func ask(_ text: String, until deadline: Instant) throws(ReaderError) -> [UInt8] { try ask(hex(text), until: deadline) }

    func ask(_ command: [UInt8], until deadline: Instant) throws(ReaderError) -> [UInt8] {
        var response: [UInt8] = [0xEE]
        try transmit(command.span, into: &response, until: deadline)
        return response
    }
}

/// Why `body` failed; `nil` where it did not.
func reason(_ body: () throws(ReaderError) -> Void) -> ReaderError.Reason? {
    do {
        try body()
        return nil
    } catch { return error.reason }
}
