import CCIDOverGATT

/// CCID messages as they are, one after the other in the notifications of one characteristic (M).
///
/// Nothing says where a message ends but its own length, so a message begins where the last one has ended. RDR_to_PC_NotifySlotChange is 50 03
/// for a card that has come and 50 02 for one that has left (M); that neither comes inside of another message is assumed.
final class PlainCCID: CCIDTranslation {
    /// The longest message: the bR500's 516 bytes (H: `dwMaxCCIDMessageLength` at USB).
    static let longestMessage = 516

    /// `bSeq` comes back as USB CCID 1.1 clause 6.2 has it (M).
    let tellsAnswersApart = true
    private var received: [UInt8] = []

    var isInside: Bool { !received.isEmpty }

    func reset() { received.removeAll(keepingCapacity: true) }

    func encode(_ command: Span<UInt8>) -> [[UInt8]]? { [command.withUnsafeBufferPointer { Array($0) }] }

    func take(_ value: [UInt8]) -> [CCIDReport] {
        received += value
        var reports: [CCIDReport] = []
        while let type = received.first {
            guard let count = count(of: type) else {
                reset()
                // What ended in the middle of a notification with nonsense behind it did not end there.
                return [.broken]
            }
            guard received.count >= count else { break }
            let message = Array(received[..<count])
            received.removeFirst(count)
            reports.append(type >= 0x80 ? .response(message) : .notification(message))
        }
        return reports
    }

    /// How long the message is that begins in `received`, as far as is known; `nil` where none begins so.
    private func count(of type: UInt8) -> Int? {
        switch type {
        // RDR_to_PC_NotifySlotChange and RDR_to_PC_HardwareError (USB CCID 1.1 clause 6.3) of a reader with one slot.
        case 0x50: return received.count < 2 || received[1] == 0x02 || received[1] == 0x03 ? 2 : nil
        case 0x51: return 4
        case 0x80...0x84:
            guard received.count >= 5 else { return 5 }
            let length = (1...4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(received[$1]) }
            guard length <= UInt32(Self.longestMessage - CCIDWords.headerCount) else { return nil }
            return CCIDWords.headerCount + Int(length)
        default: return nil
        }
    }
}
