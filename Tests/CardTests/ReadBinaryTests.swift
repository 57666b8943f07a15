import TestSupport
import Testing

@testable import Cards

@Suite("READ BINARY")
struct ReadBinaryTests {
    let terminal = Terminal()
    let certificate = SyntheticHolder.hanako.authenticationCertificate
    let filler = CardProfile.myNumberCard.certificateFiller

    init() { terminal.selectApplication() }

    @Test("A certificate is read by offset in pieces of 256, and filler follows it (measured by public open-source projects)")
    func inPieces() {
        terminal.status("00A4 020C 02 000A")
        var file: [UInt8] = []
        var pieces = 0
        while true {
            let answer = terminal.send([0x00, 0xB0, UInt8(file.count >> 8), UInt8(file.count & 0xFF), 0x00])
            guard answer.status == 0x9000 else {
                #expect(answer.status == 0x6B00)
                break
            }
            file += answer.data
            pieces += 1
        }
        #expect(pieces == (certificate.count + filler + 255) / 256)
        #expect(file == certificate + [UInt8](repeating: 0xFF, count: filler))
    }

    @Test("The first four bytes tell the length of a certificate (X.690 clause 8.1.3)")
    func lengthFirst() {
        terminal.status("00A4 020C 02 000A")
        let head = terminal.send("00B0 0000 04")
        #expect(head.status == 0x9000)
        #expect(head.data.prefix(2) == [0x30, 0x82])
        #expect((Int(head.data[2]) << 8 | Int(head.data[3])) + 4 == certificate.count)
    }

    @Test("One extended command by short identifier brings the whole file (used by public open-source projects)")
    func atOnce() {
        let answer = terminal.send("00B0 8A00 000000")
        #expect(answer.status == 0x9000)
        #expect(answer.data == certificate + [UInt8](repeating: 0xFF, count: filler))
    }

    @Test("A short Le of 00 is 256 bytes, an extended Le is what it says (ISO/IEC 7816-3 clause 12.1)")
    func expectedLengths() {
        #expect(terminal.send("00B0 8A00 00").data == Array(certificate.prefix(256)))
        #expect(terminal.send("00B0 8A00 01").data == Array(certificate.prefix(1)))
        #expect(terminal.send("00B0 8A00 00012C").data == Array(certificate.prefix(300)))
        #expect(terminal.send("00B0 8A10 05").data == Array(certificate[16..<21]))
    }

    @Test("A file read by its short identifier becomes current; one that is refused does not (ISO/IEC 7816-4, data units)")
    func shortIdentifierSelects() {
        #expect(terminal.status("00B0 8A00 01") == 0x9000)
        #expect(terminal.send("00B0 0001 03").data == Array(certificate[1..<4]))
        #expect(terminal.send("00B0 8001 03").data == Array(certificate[1..<4]))
        #expect(terminal.status("00B0 8100 01") == 0x6982)
        #expect(terminal.status("00B0 9800 01") == 0x6981)
        #expect(terminal.send("00B0 0001 03").data == Array(certificate[1..<4]))
    }

    @Test("At and behind the end 6B00 (measured); fewer bytes than asked 6282, but 9000 for an Le of zeros (ISO/IEC 7816-4)")
    func end() {
        let size = certificate.count + filler
        func read(_ offset: Int, _ le: String) -> Response {
            terminal.send([0x00, 0xB0, UInt8(offset >> 8), UInt8(offset & 0xFF)] + hex(le))
        }
        terminal.status("00A4 020C 02 000A")
        #expect(read(size - 1, "01").status == 0x9000)
        #expect(read(size, "01").status == 0x6B00)
        #expect(read(0x7FFF, "00").status == 0x6B00)
        #expect(read(size - 3, "04") == response("FFFFFF 6282", like: read(size - 3, "03")))
        #expect(read(size - 3, "000100").status == 0x6282)
        #expect(read(size - 3, "00") == response("FFFFFF 9000", like: read(size - 3, "03")))
        #expect(read(size - 3, "000000").status == 0x9000)
    }

    /// The expected bytes with the computing time of another answer.
    private func response(_ bytes: String, like other: Response) -> Response {
        Response(bytes: hex(bytes), computing: other.computing)
    }

    @Test("Internal files are selected but not read (measured: IEF; 6981 by ISO/IEC 7816-4)")
    func internalFiles() {
        for id in ["0005", "0010", "0016", "0017", "0018", "0019", "001A", "001B", "001C", "001E"] {
            #expect(terminal.status("00A4 020C 02 " + id) == 0x9000, "EF \(id)")
            #expect(terminal.status("00B0 0000 00") == 0x6981, "EF \(id)")
        }
    }

    @Test("EF 0008 says that both certificates are there (measured by a public open-source project)")
    func presence() { #expect(terminal.send("00B0 8800 00").data == [0x8F, 0x8F, 0x00]) }

    @Test("EF 0006 is a CK_TOKEN_INFO of 160 bytes with the label of the plastic card (measured; PKCS #11)")
    func tokenInformation() {
        let information = terminal.send("00B0 8600 00").data
        #expect(information.count == 160)
        #expect(Array(information.prefix(32)) == Array("JPKIAPICCTOKEN2                 ".utf8))
        #expect(Array(information[80..<96]) == Array("SYNTHETIC0000001".utf8))
        #expect(Array(information[116..<124]) == [0, 0, 0, 16, 0, 0, 0, 6], "longest and shortest PIN")
        #expect(information[124..<140].allSatisfy { $0 == 0xFF }, "unknown memory")
    }

    @Test(
        "Wrong forms (ISO/IEC 7816-4, status bytes)",
        arguments: [
            ("00B0 0000", 0x6700), ("00B0 0000 01 00", 0x6700), ("00B0 0000 01 00 04", 0x6700), ("00B0 8A00 000000 0100", 0x6700),
            ("00B0 CA00 04", 0x6A86),
            ("00B0 AA00 04", 0x6A86), ("00B0 0000 04", 0x6986),
        ] as [(String, UInt16)])
    func wrongForms(command: String, status: UInt16) {
        #expect(terminal.status(command) == status)
        #expect(terminal.card.complaints.count == 1)
    }

    @Test("A short identifier without a file is 6A82 (ISO/IEC 7816-4)")
    func unknownShortIdentifier() { #expect(terminal.status("00B0 8300 04") == 0x6A82) }
}
