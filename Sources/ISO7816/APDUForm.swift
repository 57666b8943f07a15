/// How the length fields of a command are written (ISO/IEC 7816-3 clause 12.1.3).
public enum APDUForm: Sendable, Hashable, CaseIterable {
    /// Lc and Le of one byte: at most 255 bytes out and 256 back.
    case short
    /// Lc and Le of two bytes behind a zero byte: at most 65535 bytes out and 65536 back.
    case extended
    /// The shortest form that can carry the command.
    case automatic

    /// Whether the command is written with extended length fields.
    ///
    /// - Throws: `APDUError` when the lengths do not fit the form, or no form at all.
    @inlinable
    func isExtended(dataCount: Int, expected: Int) throws(APDUError) -> Bool {
        guard dataCount <= APDULimits.extendedData else { throw .dataTooLong(dataCount) }
        guard expected >= 0, expected <= APDULimits.extendedExpected else { throw .expectedLengthOutOfRange(expected) }
        let fitsShort = dataCount <= APDULimits.shortData && expected <= APDULimits.shortExpected
        switch self {
        case .automatic: return !fitsShort
        case .extended: return true
        case .short:
            guard fitsShort else { throw .needsExtendedForm(data: dataCount, expected: expected) }
            return false
        }
    }
}

/// The largest values that the length fields can carry (ISO/IEC 7816-3 clause 12.1.3), in bytes.
public enum APDULimits {
    /// The most data that a short command carries.
    public static let shortData = 255
    /// The most data that a short command can ask for (Le `00`).
    public static let shortExpected = 256
    /// The most data that an extended command carries.
    public static let extendedData = 65535
    /// The most data that an extended command can ask for (Le `0000`).
    public static let extendedExpected = 65536
    /// The longest command: header, extended Lc, data, extended Le.
    public static let command = 4 + 3 + 65535 + 2
    /// The longest response: data and status word.
    public static let response = 65536 + 2
}

/// Why bytes are not a command or a response, or why a command cannot be written.
public enum APDUError: Error, Hashable, Sendable {
    /// The data field is longer than 65535 bytes.
    case dataTooLong(Int)
    /// The expected length is not one of 0...65536.
    case expectedLengthOutOfRange(Int)
    /// The lengths need the extended form, and the short one was asked for.
    case needsExtendedForm(data: Int, expected: Int)
    /// The buffer is smaller than the encoded command.
    case bufferTooSmall(needed: Int, available: Int)
    /// A command of fewer than four bytes.
    case commandTooShort(Int)
    /// The length fields of a command and its size disagree.
    case lengthFieldsDisagree(count: Int)
    /// A response of fewer than two bytes.
    case responseTooShort(Int)
    /// A response of more than 65538 bytes.
    case responseTooLong(Int)
    /// A chain block that no command can carry.
    case blockSizeOutOfRange(Int)
}
