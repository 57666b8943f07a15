/// The two bytes that end every response (ISO/IEC 7816-4 clause 5.6).
public struct StatusWord: RawRepresentable, Hashable, Sendable {
    /// SW1 in the upper byte, SW2 in the lower.
    public let rawValue: UInt16

    /// A status word from its value, such as `0x9000`.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// A status word from its two bytes.
    @inlinable
    public init(sw1: UInt8, sw2: UInt8) {
        rawValue = UInt16(sw1) << 8 | UInt16(sw2)
    }

    /// The first byte.
    @inlinable
    public var sw1: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8) }
    /// The second byte.
    @inlinable
    public var sw2: UInt8 { UInt8(truncatingIfNeeded: rawValue) }

    /// Exactly `9000`; a `61xx` still has bytes to fetch and is not counted.
    @inlinable
    public var isSuccess: Bool { rawValue == 0x9000 }

    /// How many tries are left after a failed comparison: `63Cx`, 0...15.
    @inlinable
    public var remainingTries: Int? { rawValue & 0xFFF0 == 0x63C0 ? Int(rawValue & 0x000F) : nil }

    /// How many bytes GET RESPONSE can fetch now: `61xx`, 1...256 (`6100` is 256 or more).
    @inlinable
    public var bytesAvailable: Int? { sw1 == 0x61 ? StatusWord.length(sw2) : nil }

    /// The length that the command should have asked for: `6Cxx`, 1...256 (`6C00` is 256).
    @inlinable
    public var correctLength: Int? { sw1 == 0x6C ? StatusWord.length(sw2) : nil }

    /// Whether the reference data is blocked: `6983` by the standard, `6984` by JICSAP cards.
    public var isBlocked: Bool { self == .blocked || self == .blockedISO }

    @inlinable
    static func length(_ sw2: UInt8) -> Int { sw2 == 0 ? 256 : Int(sw2) }
}

extension StatusWord: CustomStringConvertible {
    /// Four hexadecimal digits.
    public var description: String { hexadecimal(rawValue) }
}

extension StatusWord {
    /// Done.
    public static let success = StatusWord(rawValue: 0x9000)
    /// The file ended before Le bytes were read.
    public static let endOfFile = StatusWord(rawValue: 0x6282)
    /// The selected file is invalidated.
    public static let fileInvalidated = StatusWord(rawValue: 0x6283)
    /// The comparison failed; no counter is told.
    public static let comparisonFailed = StatusWord(rawValue: 0x6300)
    /// Lc or Le is wrong, or extended length fields are not supported.
    public static let wrongLength = StatusWord(rawValue: 0x6700)
    /// Logical channels are not supported.
    public static let channelNotSupported = StatusWord(rawValue: 0x6881)
    /// Secure messaging is not supported.
    public static let secureMessagingNotSupported = StatusWord(rawValue: 0x6882)
    /// The command does not suit the kind of file.
    public static let wrongFileType = StatusWord(rawValue: 0x6981)
    /// A credential is missing.
    public static let securityStatusNotSatisfied = StatusWord(rawValue: 0x6982)
    /// The reference data is blocked, as ISO/IEC 7816-4 says it.
    public static let blockedISO = StatusWord(rawValue: 0x6983)
    /// The reference data is blocked, as JICSAP cards say it.
    public static let blocked = StatusWord(rawValue: 0x6984)
    /// The conditions of use are not met.
    public static let conditionsNotSatisfied = StatusWord(rawValue: 0x6985)
    /// No elementary file is selected.
    public static let noCurrentFile = StatusWord(rawValue: 0x6986)
    /// The data field is wrong.
    public static let wrongData = StatusWord(rawValue: 0x6A80)
    /// The function is not supported.
    public static let functionNotSupported = StatusWord(rawValue: 0x6A81)
    /// There is no such file or application.
    public static let fileNotFound = StatusWord(rawValue: 0x6A82)
    /// There is no such record.
    public static let recordNotFound = StatusWord(rawValue: 0x6A83)
    /// P1 or P2 is wrong.
    public static let wrongParameters = StatusWord(rawValue: 0x6A86)
    /// There is no such reference data or key.
    public static let referenceNotFound = StatusWord(rawValue: 0x6A88)
    /// The offset lies outside the file.
    public static let offsetOutsideFile = StatusWord(rawValue: 0x6B00)
    /// The instruction is not supported.
    public static let instructionNotSupported = StatusWord(rawValue: 0x6D00)
    /// The class is not supported.
    public static let classNotSupported = StatusWord(rawValue: 0x6E00)
    /// An error without a diagnosis.
    public static let noDiagnosis = StatusWord(rawValue: 0x6F00)
}
