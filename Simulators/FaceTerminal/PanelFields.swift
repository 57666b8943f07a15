import Staging

/// The fields of a command, read one after the other; what is missing or left over shows in `isAll`.
public struct PanelFields {
    private var rest: ArraySlice<UInt8>
    private var isShort = false

    /// Fields in bytes.
    public init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

    /// Whether everything was there and nothing is left.
    public var isAll: Bool { rest.isEmpty && !isShort }

    /// Everything that is left.
    public mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }

    /// One byte.
    public mutating func byte() -> UInt8 { bytes(1).first ?? 0 }

    /// So many bytes, the most significant first.
    public mutating func bigEndian(_ count: Int = 4) -> UInt32 { bytes(count).reduce(0) { $0 << 8 | UInt32($1) } }

    /// So many bytes, the least significant first.
    public mutating func littleEndian(_ count: Int = 4) -> UInt32 { bytes(count).reversed().reduce(0) { $0 << 8 | UInt32($1) } }

    /// A text of UTF-8 behind its length in `lengthCount` bytes, least significant first; `nil` for one that is longer than `most` or no text.
    public mutating func text(atMost most: Int, lengthCount: Int) -> String? {
        let count = Int(littleEndian(lengthCount))
        guard count <= most else { return nil }
        return String(validating: bytes(count), as: UTF8.self)
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        guard rest.count >= count else {
            isShort = true
            return []
        }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// What stands on a screen of this kind, where nothing is missing, left over or impossible.
    public mutating func screen(_ kind: StagedScreen, mostName: Int, mostSentence: Int, lengthCount: Int) -> PanelScreen? {
        let screen: PanelScreen?
        switch kind {
        case .placeCard: screen = .placeCard
        case .chooseMethod:
            let methods = byte()
            screen = (1...3).contains(methods) ? .chooseMethod(face: methods & 1 != 0, pin: methods & 2 != 0) : nil
        case .camera: screen = .camera
        case .keypad:
            let left = byte()
            screen = .keypad(triesLeft: left == 0xFF ? nil : left)
        case .chooseConsent: screen = .chooseConsent
        case .consent:
            let group = byte()
            screen = (1...5).contains(group) ? .consent(group: group) : nil
        case .done: screen = text(atMost: mostName, lengthCount: lengthCount).map { .done(name: $0.isEmpty ? nil : $0) }
        case .removeCard: screen = .removeCard
        case .message:
            let japanese = text(atMost: mostSentence, lengthCount: lengthCount)
            let english = text(atMost: mostSentence, lengthCount: lengthCount)
            screen = if let japanese, let english { .message(japanese, english) } else { nil }
        case .passcode: screen = .passcode
        case .visualCheck: screen = .visualCheck
        }
        return isAll ? screen : nil
    }
}
