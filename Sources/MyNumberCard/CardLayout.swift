import Certificates
import ISO7816

/// Where a kind of card keeps what a visit needs, as data: another generation of the card is another value, not another code path.
public struct CardLayout: Sendable, Hashable {
    /// The identifier of the application, always sent whole: partial names are legal and several begin alike.
    public var application: [UInt8]
    /// Short identifier of the file with the authentication certificate (利用者証明用電子証明書).
    public var authenticationCertificate: UInt8
    /// Short identifier of the PIN of the authentication key.
    public var authenticationPIN: UInt8
    /// Short identifier of the authentication key (利用者証明用秘密鍵).
    public var authenticationKey: UInt8
    /// How many digits the PIN has.
    public var authenticationPINDigits: Int
    /// How the authentication key signs.
    public var signatureScheme: SignatureScheme

    /// The JPKI application (公的個人認証AP) of today's My Number Card.
    ///
    /// Identifier and files as several independent open-source projects found them on cards.
    public static let myNumberCard = CardLayout(
        application: [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01], authenticationCertificate: 0x0A,
        authenticationPIN: 0x18, authenticationKey: 0x17, authenticationPINDigits: 4, signatureScheme: .rsaPKCS1SHA256)
}

extension CommandHeader {
    /// SELECT by application identifier, no answer wanted (ISO/IEC 7816-4 clause 7.1.1).
    static let selectApplication = CommandHeader(cla: 0x00, ins: 0xA4, p1: 0x04, p2: 0x0C)

    /// READ BINARY from the beginning of the file with this short identifier, which it also selects (clause 7.2.3).
    static func readBinary(file: UInt8) -> CommandHeader {
        CommandHeader(cla: 0x00, ins: 0xB0, p1: 0x80 | file, p2: 0x00)
    }

    /// READ BINARY from the selected file; the offset has 15 bits.
    static func readBinary(offset: Int) -> CommandHeader {
        CommandHeader(cla: 0x00, ins: 0xB0, p1: UInt8(truncatingIfNeeded: offset >> 8) & 0x7F, p2: UInt8(truncatingIfNeeded: offset))
    }

    /// VERIFY; without data it only asks for the counter (clause 7.5.6).
    static func verify(reference: UInt8) -> CommandHeader {
        CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x80 | reference)
    }

    /// COMPUTE DIGITAL SIGNATURE in the card's own class (JICSAP).
    static func computeSignature(key: UInt8) -> CommandHeader {
        CommandHeader(cla: 0x80, ins: 0x2A, p1: 0x00, p2: 0x80 | key)
    }
}
