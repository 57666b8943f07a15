import TestSupport
import Testing

@testable import Cards

@Suite("Access matrix of the 公的個人認証AP")
struct AccessMatrixTests {
    /// What READ BINARY of the file and COMPUTE DIGITAL SIGNATURE with it answer: with nothing verified, with the PIN, with the password.
    struct Row: CustomTestStringConvertible, Sendable {
        let file: UInt8
        let read: [UInt16]
        let sign: [UInt16]

        var testDescription: String { "EF \(file)" }
    }

    static let free: [UInt16] = [0x9000, 0x9000, 0x9000]
    static let never: [UInt16] = [0x6982, 0x6982, 0x6982]
    static let wrongKind: [UInt16] = [0x6981, 0x6981, 0x6981]
    static let absent: [UInt16] = [0x6A82, 0x6A82, 0x6A82]
    static let withPIN: [UInt16] = [0x6982, 0x9000, 0x6982]
    static let withPassword: [UInt16] = [0x6982, 0x6982, 0x9000]

    /// Measured by public open-source projects, two or more for the certificates and keys.
    static let rows: [Row] = (UInt8(0x01)...0x1E).map { file -> Row in
        switch file {
        case 0x01: Row(file: file, read: withPassword, sign: wrongKind)
        case 0x02, 0x06, 0x08, 0x0A, 0x0B: Row(file: file, read: free, sign: wrongKind)
        case 0x09: Row(file: file, read: never, sign: wrongKind)
        case 0x17: Row(file: file, read: wrongKind, sign: withPIN)
        case 0x1A: Row(file: file, read: wrongKind, sign: withPassword)
        case 0x05, 0x10, 0x16, 0x18, 0x19, 0x1B, 0x1C, 0x1E: Row(file: file, read: wrongKind, sign: wrongKind)
        default: Row(file: file, read: absent, sign: absent)
        }
    }

    @Test("Who may read which file and sign with which key", arguments: rows)
    func row(_ row: Row) {
        let credentials: [Credential?] = [nil, .authenticationPIN, .signaturePassword]
        for (column, credential) in credentials.enumerated() {
            let terminal = Terminal()
            terminal.selectApplication()
            if let credential { #expect(terminal.log(in: credential) == 0x9000) }
            #expect(terminal.send([0x00, 0xB0, 0x80 | row.file, 0x00, 0x01]).status == row.read[column])
            #expect(terminal.send([0x80, 0x2A, 0x00, 0x80 | row.file, 0x01, 0x2A, 0x00]).status == row.sign[column])
        }
    }

    @Test("A phone's token asks for the PIN before its certificate: the table is data (measured by public open-source projects)")
    func phone() {
        let application = CardApplication.jpki(
            token: TokenInformation(label: "JPKIAPGPSETOKEN"), authenticationCertificate: .verified(anyOf: [0x0018]))
        let terminal = Terminal(CardProfile(name: "phone", applications: [application]))
        terminal.selectApplication()
        #expect(terminal.status("00B0 8A00 01") == 0x6982)
        #expect(terminal.send("00B0 8600 0F").data == Array("JPKIAPGPSETOKEN".utf8))
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        #expect(terminal.status("00B0 8A00 01") == 0x9000)
    }

    @Test("One of several references is enough where the profile says so; applications do not share what was verified")
    func severalReferences() {
        let either = CardApplication(
            identifier: hex("F0000000010A"),
            files: [
                ElementaryFile(0x0001, .transparent(.bytes([0x2A]), read: .verified(anyOf: [0x0011, 0x0012]))),
                ElementaryFile(0x0011, .reference(ReferenceData(.authenticationPIN, tries: 3, lengths: 4...4, alphabet: .digits))),
                ElementaryFile(0x0012, .reference(ReferenceData(.signaturePassword, tries: 10, lengths: 6...16, alphabet: .digits))),
            ])
        let terminal = Terminal(CardProfile(name: "two", applications: [.jpki(), either]))
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        terminal.status("00A4 040C 06 F0000000010A")
        #expect(terminal.status("00B0 8100 00") == 0x6982, "the same PIN in another application is another reference")
        #expect(terminal.status("0020 0092") == 0x63CA)
        #expect(terminal.status("0020 0092 06 414243313233") == 0x9000)
        #expect(terminal.send("00B0 8100 00").data == [0x2A])
        #expect(terminal.card.isVerified(.signaturePassword, in: either.identifier))
        #expect(!terminal.card.isVerified(.signaturePassword))
    }

    @Test("A holder without a signature certificate has a card without it, its authority and its key")
    func under15() {
        var contents = CardContents(.taro)
        contents.signature = nil
        let card = VirtualCard(contents: contents)
        card.powerOn(at: .zero)
        var response: [UInt8] = []
        for (command, status) in [
            (.selectJPKI, "9000"), ("00A4020C020001", "6A82"), ("00A4020C02001A", "6A82"), ("00A4020C02000A", "9000"),
        ] {
            _ = card.process(hex(command).span, into: &response, at: .zero)
            #expect(response == hex(status), "\(command)")
        }
    }

    @Test("A key that is none is left out, and the card says so")
    func unreadableKey() {
        var contents = CardContents(.taro)
        contents.authentication?.key = [0x30, 0x00]
        let card = VirtualCard(contents: contents)
        #expect(card.complaints == ["EF 0017: the private key is not PKCS #8 that OpenSSL reads"])
    }

    @Test("Every synthetic holder's certificates and keys belong together on the card", arguments: SyntheticHolder.all)
    func holders(_ holder: SyntheticHolder) throws {
        let terminal = Terminal(holder: holder)
        for (credential, certificate, key) in [
            (Credential.authenticationPIN, "00B0 8A00 000000", "802A 0097 01 2A 00"),
            (.signaturePassword, "00B0 8100 000000", "802A 009A 01 2A 00"),
        ] {
            #expect(terminal.log(in: credential) == 0x9000)
            let publicKey = try #require(PublicKey(certificate: terminal.send(certificate).data))
            #expect(publicKey.recover(terminal.send(key).data) == [0x2A])
        }
        #expect(terminal.send("00B0 8B00 000000").data.starts(with: holder.authenticationAuthority))
        #expect(terminal.send("00B0 8200 000000").data.starts(with: holder.signatureAuthority))
    }
}
