import Testing

@testable import Cards

@Suite("VERIFY and CHANGE REFERENCE DATA")
struct VerifyTests {
    let terminal = Terminal()

    init() { terminal.selectApplication() }

    @Test("The authentication PIN has 3 tries, the signature password 5 (measured by public open-source projects)")
    func triesOfTheProfile() {
        #expect(terminal.status("0020 0098") == 0x63C3)
        #expect(terminal.status("0020 009B") == 0x63C5)
        #expect(terminal.card.triesLeft(of: .authenticationPIN) == 3)
        #expect(terminal.card.triesLeft(of: .signaturePassword) == 5)
        #expect(terminal.card.triesLeft(of: .authenticationPIN, in: CardApplication.jpkiIdentifier) == 3)
        #expect(terminal.card.triesLeft(of: .authenticationPIN, in: [1]) == nil)
    }

    @Test("Asking for the counter costs no try and takes no status away (measured by public open-source projects)")
    func inquiryIsFree() {
        for _ in 0..<10 { #expect(terminal.status("0020 0098") == 0x63C3) }
        #expect(terminal.status("0020 0098 04 31323334") == 0x9000)
        for _ in 0..<10 { #expect(terminal.status("0020 0098") == 0x9000) }
    }

    @Test("The exhausting try answers 63C0, the next 6984, the right PIN and the inquiry too (measured by a public open-source project)")
    func blocking() {
        #expect(terminal.status("0020 0098 04 39393939") == 0x63C2)
        #expect(terminal.status("0020 0098") == 0x63C2)
        #expect(terminal.status("0020 0098 04 39393939") == 0x63C1)
        #expect(terminal.status("0020 0098 04 39393939") == 0x63C0)
        #expect(terminal.status("0020 0098 04 39393939") == 0x6984)
        #expect(terminal.status("0020 0098 04 31323334") == 0x6984)
        #expect(terminal.status("0020 0098") == 0x6984)
        #expect(!terminal.card.isVerified(.authenticationPIN))
        #expect(terminal.status("0020 009B 06 414243313233") == 0x9000, "the other counter is another counter")
    }

    @Test("A right PIN sets the counter back (measured: only a right VERIFY does)")
    func rightSetsBack() {
        terminal.status("0020 0098 04 39393939")
        terminal.status("0020 0098 04 39393939")
        #expect(terminal.status("0020 0098 04 31323334") == 0x9000)
        #expect(terminal.card.triesLeft(of: .authenticationPIN) == 3)
        #expect(terminal.card.isVerified(.authenticationPIN))
    }

    @Test("A wrong PIN takes away what the right one gave (ISO/IEC 7816-4, security status)")
    func wrongTakesAway() {
        terminal.status("0020 0098 04 31323334")
        #expect(terminal.status("0020 0098 04 39393939") == 0x63C2)
        #expect(!terminal.card.isVerified(.authenticationPIN))
        #expect(terminal.status("0020 0098") == 0x63C2)
    }

    @Test("The current file is the reference with P2=80 (measured by public open-source projects)")
    func currentFile() {
        terminal.status("00A4 020C 02 001B")
        #expect(terminal.status("0020 0080") == 0x63C5)
        #expect(terminal.status("0020 0080 06 414243313233") == 0x9000)
        #expect(terminal.card.isVerified(.signaturePassword))
        #expect(!terminal.card.isVerified(.authenticationPIN))
    }

    @Test("A reference named by its short identifier becomes current, right or wrong (ISO/IEC 7816-4; assumed for VERIFY)")
    func shortIdentifierSelects() {
        terminal.status("0020 0098 04 39393939")
        #expect(terminal.status("0020 0080") == 0x63C2)
    }

    @Test("A PIN of the wrong length is a wrong PIN and costs a try; one of over 16 bytes is 6700 and costs none (assumed)")
    func lengths() {
        #expect(terminal.status("0020 0098 03 313233") == 0x63C2)
        #expect(terminal.status("0020 0098 05 3132333400") == 0x63C1)
        #expect(terminal.status("0020 0098 11 3132333431323334313233343132333431") == 0x6700)
        #expect(terminal.card.triesLeft(of: .authenticationPIN) == 1)
        #expect(terminal.status("0020 0098 10 31323334313233343132333431323334") == 0x63C0)
    }

    @Test(
        "A malformed VERIFY is refused and costs no try (ISO/IEC 7816-3 clause 12.1, ISO/IEC 7816-4 status bytes)",
        arguments: [
            ("0020 0098 00", 0x6700), ("0020 0098 04 393939", 0x6700), ("0020 0098 04 39393939 0000", 0x6700),
            ("0020 0098 04 39393939 00", 0x6700), ("0020 0098 000004 39393939 0000", 0x6700), ("0020 0098 000000 39393939", 0x6700),
            ("0020 0198 04 39393939", 0x6A86), ("0020 0018 04 39393939", 0x6A86), ("0020 00B8 04 39393939", 0x6A86),
            ("0020 0000 04 39393939", 0x6A88), ("0020 0080 04 39393939", 0x6986), ("0020 008A 04 39393939", 0x6981),
            ("0020 0097 04 39393939", 0x6981), ("8020 0098 04 39393939", 0x6E00), ("0120 0098 04 39393939", 0x6881),
        ] as [(String, UInt16)])
    func malformed(command: String, status: UInt16) {
        #expect(terminal.status(command) == status)
        #expect(terminal.card.triesLeft(of: .authenticationPIN) == 3)
        #expect(terminal.card.triesLeft(of: .signaturePassword) == 5)
        #expect(terminal.card.complaints.count == 1)
    }

    @Test("A short identifier without a file is 6A82 and no complaint (ISO/IEC 7816-4)")
    func unknownShortIdentifier() {
        #expect(terminal.status("0020 0083") == 0x6A82)
        #expect(terminal.card.complaints.isEmpty)
    }

    @Test("CHANGE REFERENCE DATA after VERIFY makes a new PIN, and it outlives power (measured by a public open-source project)")
    func change() {
        #expect(terminal.status("0024 0198 04 35363738") == 0x6982)
        terminal.status("0020 0098 04 31323334")
        #expect(terminal.status("0024 0180 04 35363738") == 0x9000)
        terminal.powerCycle()
        terminal.selectApplication()
        #expect(terminal.status("0020 0098 04 31323334") == 0x63C2)
        #expect(terminal.status("0020 0098 04 35363738") == 0x9000)
    }

    @Test(
        "CHANGE REFERENCE DATA takes only the form of the profile, and refuses without losing the status (assumed)",
        arguments: [
            ("0024 0198 05 3536373839", 0x6A80), ("0024 0198 04 4142434445", 0x6700), ("0024 0198 04 41424344", 0x6A80),
            ("0024 0098 04 35363738", 0x6A86), ("0024 0198", 0x6700), ("0024 0198 04 35363738 00", 0x6700),
            ("0024 0198 11 3132333431323334313233343132333431", 0x6700), ("0024 0100 04 35363738", 0x6A88),
            ("0024 019B 06 414243343536", 0x6982),
        ] as [(String, UInt16)])
    func changeRefused(command: String, status: UInt16) {
        terminal.status("0020 0098 04 31323334")
        #expect(terminal.status(command) == status)
        #expect(terminal.status("0020 0098") == 0x9000)
        terminal.powerCycle()
        terminal.selectApplication()
        #expect(terminal.status("0020 0098 04 31323334") == 0x9000)
    }

    @Test("A blocked reference cannot be changed (measured: 6984 once blocked)")
    func changeBlocked() {
        terminal.card.preset(triesLeft: 0, of: .signaturePassword)
        #expect(terminal.status("0024 019B 06 414243343536") == 0x6984)
    }

    @Test("A card may come with one try left, or blocked")
    func preset() {
        terminal.card.preset(triesLeft: 1, of: .authenticationPIN)
        #expect(terminal.status("0020 0098") == 0x63C1)
        #expect(terminal.status("0020 0098 04 31323334") == 0x9000)
        terminal.card.preset(triesLeft: 0, of: .authenticationPIN)
        #expect(terminal.status("0020 0098") == 0x6984)
        terminal.card.preset(triesLeft: 99, of: .authenticationPIN)
        #expect(terminal.status("0020 0098") == 0x63C3)
    }

    @Test("A holder without the secret has a reference that nothing opens")
    func noSecret() {
        var credentials = CardCredentials(authenticationPIN: "0000")
        credentials[.signaturePassword] = nil
        let terminal = Terminal(credentials: credentials)
        terminal.selectApplication()
        #expect(terminal.status("0020 0098 04 30303030") == 0x9000)
        #expect(terminal.status("0020 009B 06 414243313233") == 0x63C4)
    }

    @Test("Credentials print nothing of themselves")
    func silence() {
        let credentials = CardCredentials(authenticationPIN: "7654", signaturePassword: "SECRET9")
        var text = ""
        dump(credentials, to: &text)
        text += "\(credentials) \(String(reflecting: credentials))"
        #expect(!text.contains("7654") && !text.contains("SECRET9"))
        #expect(!text.contains("55"), "nor as numbers")
    }
}
