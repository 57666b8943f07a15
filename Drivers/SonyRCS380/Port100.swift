import Diagnosis

/// Frames of the Port-100 command set (PROTOCOL.md, "Frames").
enum Port100 {
    /// What is asked of the device (PROTOCOL.md, "Commands").
    enum Command {
        case setRF([UInt8])
        case setProtocol([UInt8])
        /// Bytes for the card, which may hold a PIN, and how long it may take, in units of 0.1 ms.
        case communicate(Secret, timeout: UInt16)
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

        /// How many bytes of data it has.
        var count: Int {
            switch self {
            case .setRF(let settings), .setProtocol(let settings): settings.count
            case .communicate(let bytes, _): 2 + bytes.count
            case .switchRF, .setCommandType: 1
            case .getFirmware: 0
            }
        }

        /// Writes its data to the end of a frame, and nowhere else.
        func append(to frame: inout [UInt8]) {
            switch self {
            case .setRF(let settings), .setProtocol(let settings): frame += settings
            case .communicate(let bytes, let timeout):
                frame += [UInt8(truncatingIfNeeded: timeout), UInt8(timeout >> 8)]
                bytes.withBytes { bytes in for index in 0..<bytes.count { frame.append(bytes[index]) } }
            case .switchRF(let on): frame.append(on ? 1 : 0)
            case .getFirmware: break
            case .setCommandType(let type): frame.append(type)
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

    /// The frame of a command, in memory that nobody shares, for whoever wipes it.
    static func frame(_ command: Command) -> [UInt8] {
        let count = 2 + command.count
        let length = [UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8)]
        var frame: [UInt8] = []
        // Room for all of it: an array that grows leaves what it held behind.
        frame.reserveCapacity(start.count + 3 + count + 2)
        frame += start
        frame += length
        frame += [check(length), 0xD6, command.code]
        command.append(to: &frame)
        let sum = check(frame[(start.count + 3)...])
        frame += [sum, 0x00]
        return frame
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
