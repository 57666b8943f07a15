/// A command with its own copy of the data field, for callers that are not in a hurry.
///
/// Printing it shows header and lengths only: the data may be a PIN.
public struct CommandAPDU: Hashable, Sendable {
    /// The four header bytes.
    public var header: CommandHeader
    /// The data field.
    public var data: [UInt8]
    /// How many bytes may come back (Ne): 0 for none, 1...65536.
    public var expected: Int

    /// A command from its fields; whether they fit shows when it is encoded.
    public init(_ header: CommandHeader, data: [UInt8] = [], expected: Int = 0) {
        self.header = header
        self.data = data
        self.expected = expected
    }

    /// A command from its bytes, in any of the seven forms (ISO/IEC 7816-3 clause 12.1.3).
    ///
    /// - Throws: `APDUError` when the bytes are not exactly one command.
    public init(bytes: [UInt8]) throws(APDUError) {
        let layout = try CommandLayout(bytes.span)
        self.init(layout.header, data: Array(bytes[layout.data]), expected: layout.expected)
    }

    /// The bytes of the command.
    ///
    /// - Throws: `APDUError` when the lengths do not fit the form.
    public func encoded(form: APDUForm = .automatic) throws(APDUError) -> [UInt8] {
        let extended = try form.isExtended(dataCount: data.count, expected: expected)
        let count = CommandHeader.encodedCount(dataCount: data.count, expected: expected, extended: extended)
        var bytes = [UInt8](repeating: 0, count: count)
        var buffer = bytes.mutableSpan
        _ = try header.encode(data: data.span, expected: expected, form: extended ? .extended : .short, into: &buffer)
        return bytes
    }
}

extension CommandAPDU: CustomStringConvertible, CustomReflectable {
    /// Header, Lc and Le; never the data.
    public var description: String {
        "CLA \(hexadecimal(header.cla)) INS \(hexadecimal(header.ins)) P1 \(hexadecimal(header.p1)) P2 \(hexadecimal(header.p2))"
            + " Lc \(data.count) Ne \(expected)"
    }

    /// Never the data.
    public var customMirror: Mirror { Mirror(self, children: ["command": description]) }
}
