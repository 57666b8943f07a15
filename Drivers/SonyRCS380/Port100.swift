/// Frames of the Port-100 command set (PROTOCOL.md, "Frames").
enum Port100 {
    /// What is asked of the device (PROTOCOL.md, "Commands").
    enum Command {
        case setRF([UInt8])
        case setProtocol([UInt8])
        /// Bytes for the card, and how long it may take, in units of 0.1 ms.
        case communicate([UInt8], timeout: UInt16)
        case switchRF(on: Bool)
        case getFirmware
        case setCommandType(UInt8)

        var code: UInt8 {
            switch self {
            case .setRF: 0x00
            case .setProtocol: 0x02
            case .communicate: 0x04
            case .switchRF: 0x06
            case .getFirmware: 0x20
            case .setCommandType: 0x2A
            }
        }

        var data: [UInt8] {
            switch self {
            case .setRF(let settings), .setProtocol(let settings): settings
            case .communicate(let bytes, let timeout): [UInt8(truncatingIfNeeded: timeout), UInt8(timeout >> 8)] + bytes
            case .switchRF(let on): [on ? 1 : 0]
            case .getFirmware: []
            case .setCommandType(let type): [type]
            }
        }
    }

    /// What has come.
    enum Message: Equatable {
        case acknowledgement
        /// An answer: the code of its command, and its data.
        case answer(code: UInt8, [UInt8])
    }

    static let acknowledgement: [UInt8] = [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00]
    /// Type B at 106 kbit/s, both ways.
    static let typeB: [UInt8] = [0x03, 0x07, 0x0F, 0x07]
    static let typeBProtocol: [UInt8] = [0x00, 0x14, 0x01, 0x01, 0x02, 0x01, 0x09, 0x01, 0x0A, 0x01, 0x0B, 0x01, 0x0C, 0x01]
    static let noAnswer: UInt32 = 0x80
    static let mostAnswer = 1_024

    private static let start: [UInt8] = [0x00, 0x00, 0xFF, 0xFF, 0xFF]

    static func frame(_ command: Command) -> [UInt8] {
        let body = [0xD6, command.code] + command.data
        let length = [UInt8(truncatingIfNeeded: body.count), UInt8(truncatingIfNeeded: body.count >> 8)]
        return start + length + [check(length)] + body + [check(body), 0x00]
    }

    /// What is in a bulk message; `nil` for nothing that the command set knows.
    static func message(_ bytes: [UInt8]) -> Message? {
        if bytes == acknowledgement { return .acknowledgement }
        let end = bytes.count - 2
        guard end >= 10, bytes.starts(with: start), check(bytes[5..<7]) == bytes[7], Int(bytes[5]) | Int(bytes[6]) << 8 == end - 8,
            check(bytes[8..<end]) == bytes[end], bytes[end + 1] == 0, bytes[8] == 0xD7, bytes[9] & 1 == 1
        else { return nil }
        return .answer(code: bytes[9] - 1, Array(bytes[10..<end]))
    }

    private static func check(_ bytes: some Sequence<UInt8>) -> UInt8 { 0 &- bytes.reduce(0, &+) }
}
