/// The serial number of a certificate: the key under which the centre knows an insured person.
///
/// It identifies a person, so it is never printed: description and reflection show no digit of it.
public struct CertificateSerial: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The magnitude, big-endian, without leading zeros (RFC 5280 clause 4.1.2.2).
    public let bytes: [UInt8]

    /// The serial with this magnitude; leading zeros are dropped.
    public init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes.drop { $0 == 0 })
    }

    /// Never the number.
    public var description: String { "certificate serial" }
    /// Never the number.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
