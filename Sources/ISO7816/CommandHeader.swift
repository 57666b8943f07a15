/// The four mandatory bytes of a command (ISO/IEC 7816-4 clause 5.2).
public struct CommandHeader: Hashable, Sendable {
    /// Class byte: logical channel, secure messaging, chaining.
    public var cla: UInt8
    /// Instruction byte.
    public var ins: UInt8
    /// First parameter byte.
    public var p1: UInt8
    /// Second parameter byte.
    public var p2: UInt8

    /// A header from its four bytes.
    @inlinable
    public init(cla: UInt8, ins: UInt8, p1: UInt8, p2: UInt8) {
        self.cla = cla
        self.ins = ins
        self.p1 = p1
        self.p2 = p2
    }

    /// GET RESPONSE on the logical channel of `cla` (ISO/IEC 7816-4 clause 5.3.4).
    ///
    /// Chaining and secure messaging bits do not carry over; a proprietary class such as `80` is continued with `00`.
    public static func getResponse(following cla: UInt8) -> CommandHeader {
        let isFurtherInterindustry = cla & 0xC0 == 0x40
        return CommandHeader(cla: isFurtherInterindustry ? 0x40 | cla & 0x0F : cla & 0x03, ins: 0xC0, p1: 0, p2: 0)
    }
}

extension CommandHeader {
    /// Writes a whole command to the front of `buffer`, without allocating.
    ///
    /// Cases 1 to 4 follow from `data` and `expected` (ISO/IEC 7816-3 clause 12.1): no data and nothing expected is case 1, which has
    /// one form only.
    ///
    /// - Parameters:
    ///   - data: The command data field, 0...65535 bytes.
    ///   - expected: How many bytes may come back (Ne): 0 for none, 1...65536. 256 is Le `00`, 65536 is Le `0000`.
    ///   - form: How the length fields are written.
    ///   - buffer: Where the command goes; what is behind it is left alone.
    /// - Returns: The number of bytes written.
    /// - Throws: `APDUError` when the lengths do not fit the form or the buffer; then nothing is written.
    @inlinable
    public func encode(
        data: Span<UInt8>, expected: Int, form: APDUForm = .automatic, into buffer: inout MutableSpan<UInt8>
    ) throws(APDUError) -> Int {
        let extended = try form.isExtended(dataCount: data.count, expected: expected)
        let needed = CommandHeader.encodedCount(dataCount: data.count, expected: expected, extended: extended)
        guard needed <= buffer.count else { throw .bufferTooSmall(needed: needed, available: buffer.count) }

        buffer[0] = cla
        buffer[1] = ins
        buffer[2] = p1
        buffer[3] = p2
        var next = 4
        if extended && (data.count > 0 || expected > 0) {
            buffer[next] = 0
            next += 1
        }
        if data.count > 0 {
            next = CommandHeader.write(length: data.count, extended: extended, at: next, into: &buffer)
            for index in 0..<data.count { buffer[next + index] = data[index] }
            next += data.count
        }
        if expected > 0 {
            next = CommandHeader.write(length: expected, extended: extended, at: next, into: &buffer)
        }
        return next
    }

    /// How many bytes the command takes.
    @inlinable
    static func encodedCount(dataCount: Int, expected: Int, extended: Bool) -> Int {
        let lengthField = extended ? 2 : 1
        let marker = extended && (dataCount > 0 || expected > 0) ? 1 : 0
        return 4 + marker + (dataCount > 0 ? lengthField + dataCount : 0) + (expected > 0 ? lengthField : 0)
    }

    /// Writes Lc or Le; the greatest Le wraps to zero, as the standard wants.
    @inlinable
    static func write(length: Int, extended: Bool, at position: Int, into buffer: inout MutableSpan<UInt8>) -> Int {
        guard extended else {
            buffer[position] = UInt8(truncatingIfNeeded: length)
            return position + 1
        }
        buffer[position] = UInt8(truncatingIfNeeded: length >> 8)
        buffer[position + 1] = UInt8(truncatingIfNeeded: length)
        return position + 2
    }
}
