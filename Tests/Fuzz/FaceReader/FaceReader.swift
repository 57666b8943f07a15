import Cards
import Diagnosis
import DriverCatalog
import Glibc
import ReaderKit
import ReaderTransport
import SimulationKit
import SimulatorCatalog
import Staging
import Station

/// A cable that says something else than was said, in either direction, between the driver of a face reader and its twin: neither traps or
/// hangs, and over a good cable the next session is as if nothing had been.
///
/// The first byte says which reader; then, again and again: which transfer, what is done to it, how many bytes follow, the bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFaceReader(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else { return 0 }
    let (name, frame) = readers[Int(first) % readers.count]
    guard let model = SimulatorModel.named(name) else { abort() }
    let station = Station(.virtual)
    let simulated = model.makeReader()
    simulated.stage(StagedEvent(.shown(.placeCard), .place(StagedCard(VirtualCard(holder: .hanako)))))
    simulated.stage(StagedEvent(.shown(.chooseMethod), .choose(.face)))
    let host = InProcessHost(simulated, on: station)
    defer { host.close() }
    let drivers = DriverCatalog()
    let cable = Cable(host, lies: Lie.lies(in: input.dropFirst()), frame: frame)
    _ = session(model, cable, drivers, on: station)
    cable.isHonest = true
    // What an aborted session has left behind is over by then, the longest patience of either side included.
    _ = station.next(until: station.now + .seconds(300))
    simulated.stage(StagedEvent(.at(station.now), .place(StagedCard(VirtualCard(holder: .hanako)))))
    simulated.stage(StagedEvent(.at(station.now), .plug))
    if let error = session(model, cable, drivers, on: station) {
        let text = "the next session: \(error)\n"
        _ = write(STDERR_FILENO, text, text.utf8.count)
        abort()
    }
    return 0
}

/// The readers, each with what makes a message of its device around a few bytes.
private let readers: [(name: String, frame: @Sendable ([UInt8]) -> [UInt8])] = [
    ("fujitsu-caora", caoraFrame),
    ("almex-cps100w", lineFrame),
    ("panasonic-xcstfr2", reportFrame),
    ("canon-hicara", escapeFrame),
    ("atlas-exc9000", pairFrame),
]

/// Opens the reader, shows two screens, compares a face, asks the card; the error that ended it. Aborts where it takes for ever.
private func session(_ model: SimulatorModel, _ cable: Cable, _ drivers: DriverCatalog, on station: Station) -> ReaderError? {
    let began = station.now
    defer { if station.now > began + .seconds(1_800) { abort() } }
    do throws(ReaderError) {
        let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
        let reader = try drivers.driver(for: cable, described: description).open(cable, name: "sim:\(model.name)", on: station)
        defer { reader.close() }
        guard let faceted = reader as? any FacetedReader, let screen = faceted.patientScreen, let face = faceted.face else { return nil }
        _ = try screen.show(.placeCard)
        try reader.waitForCard(on: station, until: station.now + .seconds(120))
        let chosen = try screen.show(.chooseMethod([.face, .pin]))
        try wait(for: chosen, of: reader, on: station)
        _ = try? screen.answer(to: chosen)
        let match = try face.match(photograph: [0xFF, 0x4F, 0xFF, 0x51])
        try wait(for: match, of: reader, on: station)
        _ = try? face.verdict(match)
        let channel = try reader.connect(slot: 0, until: station.now + .seconds(10))
        defer { channel.close() }
        var response: [UInt8] = []
        let select: [UInt8] = [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]
        try channel.transmit(select.span, into: &response, until: station.now + .seconds(10))
        return nil
    } catch {
        return error
    }
}

private func wait(for prompt: PromptID, of reader: any Reader, on station: Station) throws(ReaderError) {
    guard case .event = station.next(from: reader.source, token: prompt.rawValue, until: station.now + .seconds(600)) else { abort() }
}

/// What is said instead.
private struct Lie {
    let transfer: UInt8
    let kind: UInt8
    let bytes: [UInt8]

    static func lies(in input: ArraySlice<UInt8>) -> [Lie] {
        var rest = input
        var lies: [Lie] = []
        while rest.count >= 3, lies.count < 64 {
            let head = Array(rest.prefix(3))
            rest = rest.dropFirst(3)
            lies.append(Lie(transfer: head[0], kind: head[1], bytes: Array(rest.prefix(Int(head[2])))))
            rest = rest.dropFirst(Int(head[2]))
        }
        return lies
    }

    func apply(to bytes: [UInt8], frame: ([UInt8]) -> [UInt8]) -> [UInt8] {
        switch kind % 5 {
        case 0: self.bytes
        case 1: bytes.enumerated().map { $0.offset < self.bytes.count ? $0.element ^ self.bytes[$0.offset] : $0.element }
        case 2: frame(self.bytes)
        case 3: bytes + frame(self.bytes)
        default: Array(bytes.prefix(self.bytes.count))
        }
    }
}

private final class Cable: ReaderTransport.Attachment {
    var isHonest = false
    private let attachment: any ReaderTransport.Attachment
    private let frame: ([UInt8]) -> [UInt8]
    private var lies: [Lie]
    private var numbers: [TransferID: Int] = [:]
    private var count = 0

    init(_ attachment: any ReaderTransport.Attachment, lies: [Lie], frame: @escaping ([UInt8]) -> [UInt8]) {
        self.attachment = attachment
        self.lies = lies
        self.frame = frame
    }

    var source: SourceID { attachment.source }
    var lanes: [Lane] { attachment.lanes }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let number = count
        count += 1
        var sent = bytes.indices.map { bytes[$0] }
        if transfer.operation == .write, let lie = lie(number) { sent = lie.apply(to: sent, frame: frame) }
        let id = attachment.submit(transfer, sending: sent.span)
        if transfer.operation != .write { numbers[id] = number }
        return id
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        let status = attachment.collect(transfer, into: &buffer)
        if let number = numbers.removeValue(forKey: transfer), let lie = lie(number) { buffer = lie.apply(to: buffer, frame: frame) }
        return status
    }

    func abort(_ transfer: TransferID) { attachment.abort(transfer) }

    // The next session uses it again.
    func close() {}

    private func lie(_ number: Int) -> Lie? { isHonest ? nil : lies.first { Int($0.transfer) == number % 256 } }
}

/// A frame of the Caora around a kind, a number and a payload.
@Sendable private func caoraFrame(_ bytes: [UInt8]) -> [UInt8] {
    let payload = bytes.dropFirst(2)
    let covered = [1, bytes.first ?? 3, bytes.dropFirst().first ?? 0, 0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)] + payload
    var crc: UInt16 = 0xFFFF
    for byte in covered {
        crc ^= UInt16(byte) << 8
        for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
    }
    return [0x4B, 0x46] + covered + [UInt8(crc >> 8), UInt8(crc & 0xFF)]
}

/// A message of the CPS-100W around a body.
@Sendable private func lineFrame(_ body: [UInt8]) -> [UInt8] {
    let covered = [UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body + [0x03]
    var crc = UInt32.max
    for byte in covered {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 != 0 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return [0x02] + covered + withUnsafeBytes(of: (~crc).bigEndian) { Array($0) }
}

/// A report of the XC-STFR2JMN around a kind, a number and a body.
@Sendable private func reportFrame(_ bytes: [UInt8]) -> [UInt8] {
    let covered = [bytes.first ?? 3, bytes.dropFirst().first ?? 0] + bytes.dropFirst(2).prefix(56)
    let message = covered.dropFirst(2) + withUnsafeBytes(of: castagnoli(Array(covered)).littleEndian) { Array($0) }
    return covered.prefix(2) + [0xC0, UInt8(message.count)] + message + [UInt8](repeating: 0, count: 60 - message.count)
}

/// An answer to an escape of the Hi-CARA around a bSeq, a number, a status and results.
@Sendable private func escapeFrame(_ bytes: [UInt8]) -> [UInt8] {
    let covered = bytes.dropFirst().prefix(200)
    var crc = UInt16.max
    for byte in covered {
        crc ^= UInt16(byte)
        for _ in 0..<8 { crc = crc & 1 != 0 ? crc >> 1 ^ 0x8408 : crc >> 1 }
    }
    let data = covered + withUnsafeBytes(of: (~crc).littleEndian) { Array($0) }
    return [0x83, UInt8(data.count), 0, 0, 0, 0, bytes.first ?? 0, 0, 0, 0] + data
}

/// A frame of the EXC-9000 around channel and kind in one byte, a number, flags and a payload, in the first session: 0, as the clock begins.
@Sendable private func pairFrame(_ bytes: [UInt8]) -> [UInt8] {
    let (head, payload) = (bytes.first ?? 0x21, bytes.dropFirst(3))
    let (number, flags) = (bytes.dropFirst().first ?? 0, bytes.dropFirst(2).first ?? 3)
    let covered = [head >> 4, head & 0x0F, 0, 0, number, 0, flags, UInt8(payload.count), 0] + payload
    return covered + withUnsafeBytes(of: castagnoli(covered).littleEndian) { Array($0) }
}

/// CRC-32C, bit by bit.
private func castagnoli(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 != 0 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    return ~crc
}
