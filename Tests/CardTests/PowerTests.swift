import Station
import TestSupport
import Testing

@testable import Cards

@Suite("Power, reset and interfaces")
struct PowerTests {
    @Test("What was verified survives a warm reset and not a loss of power (measured by a public open-source project)")
    func securityStatus() {
        let terminal = Terminal()
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        terminal.card.warmReset(at: .zero)
        terminal.selectApplication()
        #expect(terminal.status("0020 0098") == 0x9000)
        #expect(terminal.status("802A 0097 01 2A 00") == 0x9000)
        terminal.card.powerOff()
        #expect(!terminal.card.isVerified(.authenticationPIN))
        terminal.card.powerOn(at: .zero)
        terminal.selectApplication()
        #expect(terminal.status("0020 0098") == 0x63C3)
        #expect(terminal.status("802A 0097 01 2A 00") == 0x6982)
    }

    @Test("A second power-on without a power-off is a cold reset too (ISO/IEC 7816-3 clause 6.2)")
    func coldReset() {
        let terminal = Terminal()
        #expect(terminal.log(in: .authenticationPIN) == 0x9000)
        terminal.card.powerOn(at: .zero)
        #expect(!terminal.card.isVerified(.authenticationPIN))
    }

    @Test("Counters and blocking outlive power (measured by public open-source projects)")
    func counters() {
        let terminal = Terminal()
        terminal.selectApplication()
        terminal.status("0020 0098 04 39393939")
        terminal.powerCycle()
        terminal.selectApplication()
        #expect(terminal.status("0020 0098") == 0x63C2)
        terminal.status("0020 0098 04 39393939")
        terminal.status("0020 0098 04 39393939")
        terminal.powerCycle()
        terminal.selectApplication()
        #expect(terminal.status("0020 0098 04 31323334") == 0x6984)
    }

    @Test("A reset selects the issuer security domain (measured after power-up; assumed after a warm reset)")
    func applicationAfterReset() {
        let terminal = Terminal()
        terminal.selectApplication()
        terminal.status("00A4 020C 02 000A")
        terminal.card.warmReset(at: .zero)
        #expect(terminal.status("00B0 0000 00") == 0x6986)
        #expect(terminal.status("00A4 020C 02 000A") == 0x6A82)
    }

    @Test("What SELECT does to the security status is a switch of the profile, kept unless said otherwise")
    func statusOnSelect() {
        let keeping = Terminal()
        #expect(keeping.log(in: .authenticationPIN) == 0x9000)
        keeping.status(.selectIssuer)
        keeping.selectApplication()
        #expect(keeping.status("0020 0098") == 0x9000)

        var profile = CardProfile.myNumberCard
        profile.securityStatusOnSelect = .cleared
        let clearing = Terminal(profile)
        #expect(clearing.log(in: .authenticationPIN) == 0x9000)
        #expect(clearing.status("00A4 040C 0A D3921000310001010499") == 0x6A82)
        #expect(clearing.status("0020 0098") == 0x9000, "a SELECT that fails clears nothing")
        clearing.selectApplication()
        #expect(clearing.status("0020 0098") == 0x63C3)
    }

    @Test("The first command after power-up may answer 6F00 and do nothing (measured by a public open-source project)")
    func firstCommand() {
        var profile = CardProfile.myNumberCard
        profile.failsFirstCommand = true
        let terminal = Terminal(profile)
        #expect(terminal.status(.selectJPKI) == 0x6F00)
        #expect(terminal.status("0020 0098") == 0x6986)
        #expect(terminal.status(.selectJPKI) == 0x9000)
        terminal.card.warmReset(at: .zero)
        #expect(terminal.status(.selectJPKI) == 0x9000)
        terminal.powerCycle()
        #expect(terminal.status(.selectJPKI) == 0x6F00)
    }

    @Test("A card without power is mute")
    func mute() {
        let terminal = Terminal()
        terminal.card.powerOff()
        let answer = terminal.send(.selectJPKI)
        #expect(answer.computing == nil)
        #expect(answer.data.isEmpty && answer.status == 0)
        terminal.card.warmReset(at: .zero)
        #expect(terminal.send(.selectJPKI).computing == nil)
        #expect(terminal.card.complaints.count == 2)
    }

    @Test("The answer to reset is that of the interface; moving the card takes its power away")
    func interfaces() {
        let terminal = Terminal(.myNumberCard)
        #expect(terminal.card.answerToReset == hex("3B8880010000 05E0B381A1007F"))
        terminal.card.place(on: .contact)
        #expect(terminal.card.answerToReset == hex("3BDA13FF8131FB468012392F31C173C601C03B"))
        #expect(terminal.send(.selectJPKI).computing == nil)
        #expect(
            Terminal(.myNumberCardKnownToOpenSC, interface: .contact).card.answerToReset == hex("3BE000FF8131FE4514"))
        #expect(Terminal(.myNumberCardShortLength, interface: .contact).card.answerToReset == hex("3BC5FF8131FB458073C6010000"))
    }

    @Test("Every answer to reset is right by its check byte (ISO/IEC 7816-3 clause 8.2.5)")
    func checkBytes() {
        for profile in CardProfile.all {
            for answer in [profile.contactAnswerToReset, profile.contactlessAnswerToReset] {
                #expect(answer.count <= 33)
                #expect(answer.dropFirst().reduce(0, ^) == 0, "\(profile.name)")
            }
        }
    }

    @Test("Each command computes as long as the profile says; the length of a read counts")
    func computingTimes() {
        let times = ComputingTimes(
            select: .milliseconds(1), read: .milliseconds(10), readPerByte: .milliseconds(1), inquire: .milliseconds(3),
            verify: .milliseconds(4), change: .milliseconds(5), challenge: .milliseconds(6), sign: .milliseconds(7),
            refuse: .milliseconds(8))
        var profile = CardProfile.myNumberCard
        profile.computingTimes = times
        let terminal = Terminal(profile)
        let expected: [(String, Int)] = [
            (.selectJPKI, 1), ("00A4 020C 02 000A", 1), ("00B0 0000 05", 15), ("0020 0098", 3), ("0020 0098 04 39393939", 4),
            ("0020 0098 04 31323334", 4), ("0024 0198 04 31323334", 5), ("0084 0000 08", 6), ("802A 0097 01 2A 00", 7),
            ("0000 0000", 8), ("00A4 020C 02 0003", 8),
        ]
        for (command, milliseconds) in expected {
            #expect(terminal.send(command).computing == .milliseconds(milliseconds), "\(command)")
        }
    }
}
