/// The UUIDs by which a Bluetooth reader is used (Bluetooth Core Specification, Vol. 3 Part G): its service, and two characteristics of it.
public struct GATTProfile: Sendable, Hashable {
    /// The service; the `descriptor` of a `.gatt` lane is its bytes.
    public let service: GATTUUID
    /// The characteristic that commands are written to.
    public let write: GATTUUID
    /// The characteristic that notifies what the reader says.
    public let notify: GATTUUID
    /// What the names of such readers begin with, where that is known: not every one advertises its service. Nothing else does.
    public let nameStart: String?

    /// A profile.
    public init(service: GATTUUID, write: GATTUUID, notify: GATTUUID, nameStart: String? = nil) {
        self.service = service
        self.write = write
        self.notify = notify
        self.nameStart = nameStart
    }
}

/// A UUID of 128 bits (RFC 9562 clause 4), as makers of readers choose them for their services.
public struct GATTUUID: Sendable, Hashable, CustomStringConvertible {
    /// How many bytes it has.
    public static let count = 16

    /// The bytes, in the order of the text.
    public let bytes: [UInt8]

    /// The UUID with these bytes, the first of its text first; `nil` where they are not 16.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes
    }

    /// The UUID that `text` writes, such as `3c4afff0-4783-3de5-a983-d348718ef133`, in letters of either case; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == Self.groups.map({ $0 * 2 }) else { return nil }
        let digits = groups.joined().utf8.map(Self.value)
        bytes = stride(from: 0, to: digits.count, by: 2).compactMap { index in
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            return high << 4 | low
        }
        guard bytes.count == Self.count else { return nil }
    }

    /// The text, in small letters, as BlueZ writes it.
    public var description: String {
        var rest = bytes[...]
        return Self.groups.map { count in
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }.joined(separator: "-")
    }

    /// How many bytes each group of the text has.
    private static let groups = [4, 2, 2, 2, 6]

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
