/// A value with fields of a person or the number of a card: printing, interpolating or reflecting it shows none of them.
public protocol PersonalData: Sendable, Hashable, CustomStringConvertible, CustomReflectable {}

extension PersonalData {
    /// Never the fields.
    public var description: String { "personal data" }
    /// Never the fields.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The sex as the card codes it (ISO/IEC 5218).
public enum Sex: UInt8, Sendable, Hashable, CaseIterable {
    /// Not known, or not given.
    case none = 0x30
    /// Male.
    case male = 0x31
    /// Female.
    case female = 0x32
    /// Not applicable.
    case other = 0x39
}
