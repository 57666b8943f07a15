import FaceReaderKit

/// A report of the control lane (PROTOCOL.md, "Reports on the control lane", assumed).
enum Report {
    /// How long each is, in bytes.
    static let count = 64
    static let headerCount = 4
    /// How much of a message goes into one.
    static let room = count - headerCount
    static let checkCount = 4
    static let mostBody = 4_200

    static let first: UInt8 = 0x80
    static let last: UInt8 = 0x40
    static let placeMask: UInt8 = 0x3F

    /// The report's number.
    enum Kind: UInt8 {
        case command = 1
        case response = 2
        case event = 3
    }

    /// A command in reports; its body is at most `mostBody` bytes.
    static func reports(of body: [UInt8], number: UInt8) -> [[UInt8]] {
        let message = body + check(.command, number, body).littleEndianBytes
        return stride(from: 0, to: message.count, by: room).enumerated().map { place, offset in
            let part = message[offset..<min(offset + room, message.count)]
            let flags = (offset == 0 ? first : 0) | (part.endIndex == message.count ? last : 0) | UInt8(place & Int(placeMask))
            let padding = [UInt8](repeating: 0, count: room - part.count)
            return [Kind.command.rawValue, number, flags, UInt8(truncatingIfNeeded: part.count)] + part + padding
        }
    }

    /// CRC-32C over the report's number, the message's and the body.
    static func check(_ kind: Kind, _ number: UInt8, _ body: [UInt8]) -> UInt32 {
        let crc = CRC32.castagnoli
        return crc.check(of: body.span, after: crc.check(of: [kind.rawValue, number].span))
    }
}

/// Puts the messages of the device together from their reports.
struct MessageAssembly {
    /// What a report comes to.
    enum Outcome {
        /// A message goes on.
        case part
        /// It is nothing that belongs anywhere.
        case none
        /// A whole message.
        case whole(Report.Kind, number: UInt8, body: [UInt8])
    }

    private var kind = Report.Kind.response
    private var number: UInt8 = 0
    private var bytes: [UInt8] = []
    /// Where the next report must be; `nil` while no message goes on.
    private var next: Int?

    mutating func take(_ report: Span<UInt8>) -> Outcome {
        guard report.count == Report.count, let kind = Report.Kind(rawValue: report[0]), (1...Report.room).contains(Int(report[3])) else {
            return .none
        }
        let (flags, end) = (report[2], Report.headerCount + Int(report[3]))
        let wasUnfinished = next != nil
        if flags & Report.first != 0 {
            (self.kind, number, bytes, next) = (kind, report[1], [], 0)
        } else if let next, repeats(report, before: next) {
            return .none
        }
        guard let place = next, kind == self.kind, number == report[1], Int(flags & Report.placeMask) == place & Int(Report.placeMask),
            bytes.count + Int(report[3]) <= Report.mostBody + Report.checkCount
        else {
            next = nil
            return .none
        }
        for index in Report.headerCount..<end { bytes.append(report[index]) }
        next = place + 1
        guard flags & Report.last != 0 else {
            // One that was never finished is lost. A device that only ever begins says nothing.
            return wasUnfinished && place == 0 ? .none : .part
        }
        next = nil
        return finish()
    }

    /// Whether it is the report before once more.
    private func repeats(_ report: Span<UInt8>, before next: Int) -> Bool {
        report[0] == kind.rawValue && report[1] == number && Int(report[2]) == (next - 1) & Int(Report.placeMask) && next > 1
    }

    private mutating func finish() -> Outcome {
        defer {
            for index in bytes.indices { bytes[index] = 0 }
            bytes = []
        }
        let body = Array(bytes.dropLast(Report.checkCount))
        guard !body.isEmpty, Array(bytes.suffix(Report.checkCount)) == Report.check(kind, number, body).littleEndianBytes else {
            return .none
        }
        return .whole(kind, number: number, body: body)
    }
}
