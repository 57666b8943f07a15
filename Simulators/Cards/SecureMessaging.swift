/// Secure messaging of the 券面事項入力補助AP, as measured by a public open-source project: a terminal sends a session key encrypted to the
/// card, and then the data of commands and answers is encrypted. Nothing is authenticated, and counters of PINs count as ever.
struct MessagingSession {
    let key: [UInt8]
    /// Every command counts, from 1 for the first after the key; a plain one in between does not.
    var counter: UInt64 = 1

    /// The counter as 16 bytes big endian, encrypted under the key.
    var initialVector: [UInt8] {
        var block = [UInt8](repeating: 0, count: 16)
        for index in 0..<8 { block[15 - index] = UInt8(truncatingIfNeeded: counter >> (8 * UInt64(index))) }
        return AES128.encrypt(block, key: key, initialVector: [UInt8](repeating: 0, count: 16)) ?? block
    }

    /// `86`, the padding indicator `01`, and the data under `80 00...` padding (ISO/IEC 7816-4, secure messaging).
    func sealed(_ data: [UInt8]) -> [UInt8] {
        let padded = data + [0x80] + [UInt8](repeating: 0, count: 15 - data.count % 16)
        return tlv(0x86, [0x01] + (AES128.encrypt(padded, key: key, initialVector: initialVector) ?? []))
    }

    /// The data in such an object, which has to be all there is; `nil` where anything about it is wrong.
    func opened(_ object: Span<UInt8>) -> [UInt8]? {
        guard let value = Self.value(of: 0x86, in: object), value.count >= 17, value.count % 16 == 1, value[0] == 0x01 else { return nil }
        guard let padded = AES128.decrypt(Array(value.dropFirst()), key: key, initialVector: initialVector) else { return nil }
        guard let end = padded.lastIndex(where: { $0 != 0 }), padded[end] == 0x80, padded.count - end <= 16 else { return nil }
        return Array(padded[..<end])
    }

    /// The Le in `96 03 00 xx xx`, which has to be all there is; `nil` where anything about it is wrong.
    static func expected(_ object: Span<UInt8>) -> Int? {
        guard let value = value(of: 0x96, in: object), value.count == 3, value[0] == 0x00 else { return nil }
        return Int(value[1]) << 8 | Int(value[2])
    }

    /// The value of the only object in a message; short and long forms of the length are taken.
    private static func value(of tag: UInt8, in object: Span<UInt8>) -> [UInt8]? {
        guard object.count >= 2, object[0] == tag else { return nil }
        var start = 2
        var length = Int(object[1])
        if length > 0x7F {
            guard length == 0x81 || length == 0x82, object.count >= length - 0x80 + 2 else { return nil }
            start = length - 0x80 + 2
            length = (2..<start).reduce(0) { $0 << 8 | Int(object[$1]) }
        }
        guard object.count - start == length else { return nil }
        return (start..<object.count).map { object[$0] }
    }
}

extension VirtualCard {
    /// A command of class `08`: its data field is one object, `96` with the Le for READ BINARY and `86` with encrypted data for all others.
    ///
    /// `6882` where the application has no secure messaging; `69FC` without a session. An object that is wrong in any way is `6988` and
    /// ends the session. A command that the application refuses counts like any other. That class `88` does not exist, `6882`, and that an
    /// answer longer than Le is `6700`, is assumed.
    func performSecured(
        _ instruction: Instruction, _ command: CommandMessage, _ data: Span<UInt8>, into response: inout [UInt8]
    ) throws(Refusal) -> Answer {
        let unsupported = Refusal(.secureMessagingNotSupported, "the application has no secure messaging")
        guard case .offered = try currentApplication(or: unsupported).messaging else { throw unsupported }
        guard let messaging = session?.messaging else { throw Refusal(.messagingBroken) }
        guard let plain = Self.unwrapped(instruction, command, data, messaging) else {
            session?.messaging = nil
            throw Refusal(.messagingObjectWrong)
        }
        session?.messaging?.counter += 1
        var answered: [UInt8] = []
        let answer = try perform(instruction, plain.command, plain.data.span, into: &answered)
        guard !answered.isEmpty else { return answer }
        let sealed = messaging.sealed(answered)
        guard sealed.count <= command.expected else { throw Refusal(.wrongLength, "Le is too small for the encrypted answer") }
        response.append(contentsOf: sealed)
        return answer
    }

    /// The command inside a message.
    private static func unwrapped(
        _ instruction: Instruction, _ command: CommandMessage, _ data: Span<UInt8>, _ messaging: MessagingSession
    ) -> (command: CommandMessage, data: [UInt8])? {
        if instruction == .readBinary {
            return MessagingSession.expected(data).map { (command.expecting($0 == 0 ? nil : $0), []) }
        }
        return messaging.opened(data).map { (command.carrying($0.count).withoutLe, $0) }
    }
}
