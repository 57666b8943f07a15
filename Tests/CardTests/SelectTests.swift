import TestSupport
import Testing

@testable import Cards

@Suite("SELECT")
struct SelectTests {
    @Test("An application is found by its full name and by nothing shorter (ISO/IEC 7816-4; several names share a prefix)")
    func byName() {
        let terminal = Terminal()
        #expect(terminal.status(.selectJPKI) == 0x9000)
        #expect(terminal.send(.selectJPKI).data.isEmpty)
        #expect(terminal.status("00A4 040C 05 D392F00026") == 0x6A82)
        #expect(terminal.status("00A4 040C 0A D3921000310001010499") == 0x6A82)
        #expect(terminal.status("00A4 040C 0B D392F00026010000000100") == 0x6A82)
    }

    @Test("A profile may find an application by the first bytes of its name (ISO/IEC 7816-4, partial DF name)")
    func byPrefix() {
        var profile = CardProfile.myNumberCard
        profile.selectsByPrefix = true
        let terminal = Terminal(profile)
        #expect(terminal.status("00A4 040C 05 D392F00026") == 0x9000)
        #expect(terminal.status("0020 0098") == 0x63C3)
        #expect(terminal.status("00A4 040C 0B D392F00026010000000100") == 0x6A82)
    }

    @Test("P2=00 with Le answers an FCI with the name (measured: an FCI comes; its content is ours)")
    func controlInformation() {
        let terminal = Terminal()
        let answer = terminal.send("00A4 0400 0A D392F000260100000001 00")
        #expect(answer.status == 0x9000)
        #expect(answer.data == hex("6F0C 840A D392F000260100000001"))
        #expect(terminal.send("00A4 0400 0A D392F000260100000001").data.isEmpty)
        #expect(terminal.send("00A4 040C 0A D392F000260100000001 00").data.isEmpty)
        #expect(terminal.status("00A4 0400 0A D392F000260100000001 05") == 0x6C0E)
    }

    @Test("After power-up the issuer security domain is selected and has none of the files (measured by a public open-source project)")
    func afterPowerUp() {
        let terminal = Terminal()
        #expect(terminal.status("00A4 020C 02 000A") == 0x6A82)
        #expect(terminal.status("0020 0098") == 0x6986)
        #expect(terminal.status("00B0 8A00 00") == 0x6986)
        terminal.selectApplication()
        #expect(terminal.status("00A4 020C 02 000A") == 0x9000)
        #expect(terminal.status(.selectIssuer) == 0x9000)
        #expect(terminal.status("00B0 0000 00") == 0x6986)
    }

    @Test("SELECT of an application leaves no current file (measured by a public open-source project)")
    func noCurrentFile() {
        let terminal = Terminal()
        terminal.selectApplication()
        #expect(terminal.status("00B0 0000 00") == 0x6986)
        #expect(terminal.status("0020 0080") == 0x6986)
        #expect(terminal.status("00A4 020C 02 000A") == 0x9000)
        #expect(terminal.status("00B0 0000 00") == 0x9000)
        terminal.selectApplication()
        #expect(terminal.status("00B0 0000 00") == 0x6986)
    }

    @Test("A SELECT that fails changes nothing (ISO/IEC 7816-4, SELECT)")
    func failureChangesNothing() {
        let terminal = Terminal()
        terminal.selectApplication()
        terminal.status("00A4 020C 02 0018")
        #expect(terminal.status("00A4 020C 02 0003") == 0x6A82)
        #expect(terminal.status("00A4 040C 0A D3921000310001010499") == 0x6A82)
        #expect(terminal.status("0020 0080") == 0x63C3)
    }

    @Test("3F00 is 6A82; without data 6A86 after reset and 9000 without effect later (measured by a public open-source project)")
    func root() {
        let terminal = Terminal()
        #expect(terminal.status("00A4 0000 02 3F00") == 0x6A82)
        #expect(terminal.status("00A4 0000") == 0x6A86)
        terminal.selectApplication()
        terminal.status("00A4 020C 02 0018")
        #expect(terminal.status("00A4 0000 02 3F00") == 0x6A82)
        #expect(terminal.status("00A4 020C 02 3F00") == 0x6A82)
        #expect(terminal.status("00A4 0000") == 0x9000)
        #expect(terminal.status("0020 0080") == 0x63C3)
    }

    @Test(
        "Other parameters are 6A86 and wrong lengths 6700 (ISO/IEC 7816-4, status bytes)",
        arguments: [
            ("00A4 010C 02 0018", 0x6A86), ("00A4 0200 02 0018", 0x6A86), ("00A4 0402 0A D392F000260100000001", 0x6A86),
            ("00A4 020C 01 18", 0x6700), ("00A4 020C 03 001800", 0x6700), ("00A4 020C", 0x6700), ("00A4 040C", 0x6700),
            ("00A4 040C 04 D392F000", 0x6700), ("00A4 040C 11 D392F00026010000000100000000000000", 0x6700),
        ] as [(String, UInt16)])
    func wrongForms(command: String, status: UInt16) {
        let terminal = Terminal()
        terminal.selectApplication()
        #expect(terminal.status(command) == status)
        #expect(terminal.card.complaints.count == 1)
    }
}
