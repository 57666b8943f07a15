/// Where the fields of a response lie (ISO/IEC 7816-4 clause 5.2); it holds positions, never bytes.
public struct ResponseLayout: Hashable, Sendable {
    /// Where the data field lies, always from the first byte; empty when there is none.
    public let data: Range<Int>
    /// The last two bytes.
    public let status: StatusWord

    /// Finds the fields of `bytes`, which must be exactly one response.
    ///
    /// - Throws: `APDUError.responseTooShort` below two bytes, `.responseTooLong` above 65538.
    @inlinable
    public init(_ bytes: Span<UInt8>) throws(APDUError) {
        guard bytes.count >= 2 else { throw .responseTooShort(bytes.count) }
        guard bytes.count <= APDULimits.response else { throw .responseTooLong(bytes.count) }
        data = 0..<bytes.count - 2
        status = StatusWord(sw1: bytes[bytes.count - 2], sw2: bytes[bytes.count - 1])
    }
}

/// A response with its own copy of the data field, for callers that are not in a hurry.
///
/// Printing it shows length and status word only: the data may be personal.
public struct ResponseAPDU: Hashable, Sendable {
    /// The data field.
    public var data: [UInt8]
    /// The status word.
    public var status: StatusWord

    /// A response from its fields.
    public init(data: [UInt8] = [], status: StatusWord) {
        self.data = data
        self.status = status
    }

    /// A response from its bytes.
    ///
    /// - Throws: `APDUError.responseTooShort` below two bytes, `.responseTooLong` above 65538.
    public init(bytes: [UInt8]) throws(APDUError) {
        let layout = try ResponseLayout(bytes.span)
        self.init(data: Array(bytes[layout.data]), status: layout.status)
    }

    /// The bytes of the response.
    public var encoded: [UInt8] { data + [status.sw1, status.sw2] }
}

extension ResponseAPDU: CustomStringConvertible, CustomReflectable {
    /// Length and status word; never the data.
    public var description: String { "\(data.count) bytes, SW \(status)" }

    /// Never the data.
    public var customMirror: Mirror { Mirror(self, children: ["response": description]) }
}
