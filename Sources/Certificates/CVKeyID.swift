/// The 16 bytes that name a key of card-verifiable certificates: seven digits, `08 05`, three digits, four bytes that vary.
///
/// The form was measured on cards by a public open-source project. Two keys are the same only when all 16 bytes are: the last byte is
/// not always zero.
public struct CVKeyID: Sendable, Hashable, CustomStringConvertible {
    /// How many bytes a key identifier has.
    public static let count = 16

    /// All bytes.
    public let bytes: [UInt8]

    /// A key identifier.
    ///
    /// - Throws: `cv-certificate-malformed` unless there are 16 bytes of the form above.
    public init(_ bytes: [UInt8]) throws(CertificateError) {
        guard bytes.count == Self.count else { throw .malformedCV("a key identifier of \(bytes.count) bytes") }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard bytes[..<7].allSatisfy(digits.contains), bytes[7...8] == [0x08, 0x05], bytes[9..<12].allSatisfy(digits.contains) else {
            throw .malformedCV("a key identifier of an unknown form")
        }
        self.bytes = bytes
    }

    /// The seven digits, such as `6000023`.
    public var number: String { String(decoding: bytes[..<7], as: UTF8.self) }

    /// Whether the key belongs to the test hierarchy, whose numbers begin with 6; those of real cards begin with 5 (measured by a
    /// public open-source project; that there are no other first digits is assumed, and they are no test keys here).
    public var isTest: Bool { bytes[0] == UInt8(ascii: "6") }

    /// The first digit with a word for the rest: the number of a card's own key may identify the card.
    public var description: String { isTest ? "test key" : "key" }
}

extension CVKeyID: CustomReflectable {
    /// Without the bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
