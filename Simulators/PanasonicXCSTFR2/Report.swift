import FaceTerminal

/// Reports of the control lane, read from the document on its own.
enum Report {
    static let length = 64
    static let header = 4
    static let room = length - header

    static let command: UInt8 = 0x01
    static let response: UInt8 = 0x02
    static let event: UInt8 = 0x03

    static let first: UInt8 = 0x80
    static let last: UInt8 = 0x40

    /// A message from the device: none of them is longer than a report.
    static func message(_ kind: UInt8, _ number: UInt8, _ body: [UInt8]) -> [UInt8] {
        let message = body.prefix(room - 4) + Self.number(CyclicCheck.crc32C(([kind, number] + body).span))
        let report = [kind, number, first | last, UInt8(truncatingIfNeeded: message.count)] + message
        return report + [UInt8](repeating: 0, count: length - report.count)
    }

    /// Four bytes, least significant first.
    static func number(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
}

/// Puts commands together from their reports.
struct CommandAssembly {
    /// What a report comes to.
    enum Outcome {
        /// Nothing to say yet.
        case nothing
        /// It was against the book; there is nothing to answer.
        case flaw(String)
        /// A command has ended that cannot be read (NAK).
        case unreadable(String)
        /// A whole command: its number and its body.
        case command(UInt8, [UInt8])
    }

    private static let longestBody = 4_200

    /// The message that is coming; `nil` between messages, and after one was broken.
    private var coming: (number: UInt8, bytes: [UInt8], reports: UInt8)?
    private var before: [UInt8] = []

    mutating func take(_ report: [UInt8]) -> Outcome {
        guard report.count == Report.length, report[0] == Report.command, Int(report[3]) <= Report.room else {
            coming = nil
            before = []
            return .unreadable("a report of \(report.count) bytes that is none")
        }
        let (number, flags, count) = (report[1], report[2], Int(report[3]))
        guard count > 0 else { return .nothing }
        let isFirst = flags & Report.first != 0
        let header = Array(report[..<Report.header])
        if !isFirst, header == before { return .flaw("a report came twice") }
        before = header
        if isFirst {
            coming = flags & 0x3F == 0 ? (number, [], 0) : nil
        } else if let message = coming, message.number != number || message.reports & 0x3F != flags & 0x3F {
            coming = nil
        }
        if var message = coming {
            message.bytes += report[Report.header..<(Report.header + count)]
            message.reports &+= 1
            coming = message.bytes.count <= Self.longestBody + 4 ? message : nil
        }
        guard flags & Report.last != 0 else { return .nothing }
        defer { coming = nil }
        guard let message = coming else { return .unreadable("reports are missing of command \(number), or it is too long") }
        let body = Array(message.bytes.dropLast(4))
        guard !body.isEmpty, Report.number(CyclicCheck.crc32C(([Report.command, number] + body).span)) == Array(message.bytes.suffix(4))
        else {
            return .unreadable("the CRC of a command is wrong")
        }
        return .command(number, body)
    }
}
