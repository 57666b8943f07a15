import Glibc
import ISO7816
import TransmissionProtocols

/// What a card sends on a line of T=1 or T=0. The first byte chooses the protocol, then come the answers, each behind its length; 255 is for
/// none. Half of the blocks get the right code, or nothing would get far.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTransmission(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var answers = Answers(Array(UnsafeBufferPointer(start: start, count: count)))
    guard let kind = answers.next() else { return 0 }
    if kind & 1 == 0 { blocks(kind, &answers) } else { units(kind, &answers) }
    return 0
}

private struct Answers {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> UInt8? {
        guard place < bytes.count else { return nil }
        defer { place += 1 }
        return bytes[place]
    }

    /// The next answer; an empty one at the end.
    mutating func answer() -> [UInt8]? {
        guard let length = next(), length < 255 else { return nil }
        let end = min(place + Int(length), bytes.count)
        defer { place = end }
        return Array(bytes[place..<end])
    }

    var isAtEnd: Bool { place >= bytes.count }
}

private let command: [UInt8] = [0x00, 0x2A, 0x00, 0xBE, 0x64] + (0..<100).map { $0 } + [0x00]

/// Two commands by T=1. What goes out are blocks by the book, the response is what error-free I-blocks carried, and it ends.
private func blocks(_ kind: UInt8, _ answers: inout Answers) {
    // IFSC of the kind; CRC where its second bit is set.
    guard let answer = try? AnswerToReset(bytes: [0x3B, 0x80, 0x81, 0x51, kind, kind >> 1 & 1]) else { return }
    let settings = BlockProtocol.Settings(answer, blockSize: 261)
    var line = BlockProtocol(settings)
    for _ in 0..<2 {
        var carried: [UInt8] = []
        var step = line.begin(command.span)
        var count = 0
        while case .send = step {
            count += 1
            guard count < 20_000 else { abort() }
            guard line.block.count >= 4, line.block[0] == 0, Int(line.block[2]) + 3 + (kind & 2 == 0 ? 1 : 2) == line.block.count else {
                abort()
            }
            if kind & 2 == 0, line.block.reduce(0, ^) != 0 { abort() }
            guard var bytes = answers.answer() else {
                step = line.receiveNothing(isGarbled: kind & 4 == 0)
                continue
            }
            if kind & 2 == 0, let last = bytes.last, last & 1 == 0 {
                bytes[bytes.count - 1] = bytes.dropLast().reduce(0, ^)
            }
            step = line.receive(bytes.span)
            if bytes.count >= 4, bytes[1] & 0x80 == 0, line.response.count > carried.count || step == .finished {
                carried += bytes[3..<bytes.count - (kind & 2 == 0 ? 1 : 2)]
            }
            if line.response.isEmpty { carried = [] }
        }
        guard !(step == .finished) || line.response == carried else { abort() }
        guard step == .finished || line.response.isEmpty, line.block.isEmpty else { abort() }
    }
}

/// Two commands by T=0: the response has a status word, and no more data than was asked for.
private func units(_ kind: UInt8, _ answers: inout Answers) {
    var line = CommandTPDUs(takesEnvelopes: kind & 2 != 0)
    for _ in 0..<2 {
        var step = line.begin(command.span)
        var count = 0
        while step == .send {
            count += 1
            guard count < 2_000, line.tpdu.count >= 5, line.tpdu.count <= 260 else { abort() }
            let answer = answers.answer() ?? []
            step = line.receive(answer.span)
        }
        guard step != .finished || (2...258).contains(line.response.count) else { abort() }
    }
}
