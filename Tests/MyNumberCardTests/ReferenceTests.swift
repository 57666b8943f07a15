import Cards
import Diagnosis
import JapaneseCalendar
import MyNumberCard
import ReaderKit
import TestSupport
import Testing

/// Counters, last tries, changes of PINs.
@Suite struct ReferenceTests {
    private func start() throws -> (card: VirtualCard, bench: Bench) {
        let card = VirtualCard(.quick(), holder: Hanako.holder)
        return (card, try Bench(card))
    }

    @Test("All counters cost no try, and one command each and one for each application")
    func counters() throws {
        let (card, bench) = try start()
        card.preset(triesLeft: 0, of: .signaturePassword)
        card.preset(triesLeft: 1, of: .textPIN)
        for _ in 0..<2 {
            let counters = try bench.card.counters()
            #expect(counters.map(\.reference) == CardReference.allCases)
            #expect(counters.map(\.state) == [.left(3), .blocked, .left(1), .left(10), .left(10), .left(10), .left(3), .left(3)])
        }
        #expect(
            bench.commands.prefix(13) == [
                select, inquire, hex("0020009B"), Hanako.selectText, hex("00200091"), hex("00200095"), Hanako.selectFace, hex("00200092"),
                hex("00200091"), Hanako.selectCommon, hex("0020009C"), Hanako.selectResident, hex("0020009C"),
            ])
        #expect(bench.commands.count == 2 * 13)
    }

    @Test("The last try is kept, and a blocked reference not tried, unless the caller spends it")
    func lastTry() throws {
        let (card, bench) = try start()
        card.preset(triesLeft: 1, of: .textPIN)
        #expect(try bench.card.readFourItems(pin: Secret("0000".utf8)) == .refused(.lastTryKept))
        #expect(bench.commands == [Hanako.selectText, hex("00200091")])
        #expect(card.triesLeft(of: .textPIN) == 1)
        #expect(try bench.card.readFourItems(pin: Secret("0000".utf8), lastTry: .spend) == .refused(.blocked))
        #expect(bench.commands.count == 3)
        #expect(try bench.card.readFourItems(pin: Hanako.textPIN) == .refused(.blocked))
        #expect(bench.commands.dropFirst(3) == [hex("00200091")])
        // A wrong one with tries left is told, and nothing read.
        let wrong = Secret("02050520350000".utf8)
        #expect(try bench.card.readFourItems(visualCode: wrong) == .refused(.rejected(triesLeft: 9)))
        #expect(bench.commands.count == 6)
    }

    @Test(
        "Changing a PIN: selected, counted, verified, changed; the new one counts and the old one does not",
        arguments: [
            (CardReference.authenticationPIN, "1234", "5678", "D392F000260100000001", UInt8(0x18), "00240180"),
            (.signaturePassword, "ABC123", "NEW456PASSWORD78", "D392F000260100000001", 0x1B, "00240180"),
            (.textPIN, "2345", "5678", "D3921000310001010408", 0x11, "00240180"),
            (.commonPIN, "4567", "5678", "D3921000310001010100", 0x1C, "80320080"),
            (.residentPIN, "3456", "5678", "D3921000310001010401", 0x1C, "80320080"),
        ])
    func change(_ reference: CardReference, _ old: String, _ new: String, _ application: String, _ file: UInt8, _ command: String) throws {
        let bench = try start().bench
        #expect(try bench.card.change(reference, from: Secret(old.utf8), to: Secret(new.utf8)).content != nil)
        let sent: [[UInt8]] = [
            hex("00A4040C0A" + application), hex("00A4020C0200") + [file], hex("00200080"), verify(0x00, old),
            hex(command) + [UInt8(new.utf8.count)] + Array(new.utf8),
        ]
        #expect(bench.commands == sent)
        guard case .rejected = try bench.card.verify(reference, with: Secret(old.utf8)) else {
            Issue.record("the old one still counts")
            return
        }
        #expect(try bench.card.verify(reference, with: Secret(new.utf8)) == .verified)
    }

    @Test func aWrongOldPINChangesNothing() throws {
        let (_, bench) = try start()
        let result = try bench.card.change(.authenticationPIN, from: Secret("9999".utf8), to: Secret("5678".utf8))
        #expect(result.refusal == .rejected(triesLeft: 2))
        #expect(bench.commands.last == verify(0x00, "9999"))
        #expect(try bench.card.verifyAuthenticationPIN(Secret("1234".utf8)) == .verified)
    }

    @Test("What is not of the form is not sent: not the old one, not the new one")
    func malformed() throws {
        let (_, bench) = try start()
        for (old, new) in [("1234", "567"), ("1234", "56a8"), ("123", "5678"), ("1234", "")] {
            #expect(throws: CardError.secretMalformed(.digits(4))) {
                try bench.card.change(.authenticationPIN, from: Secret(old.utf8), to: Secret(new.utf8))
            }
        }
        for new in ["ABC12", "ABCDEF", "123456", "abc123", "ABC 123", "ABCDEFGH123456789", "ＡＢＣ１２３", "ABC12\u{0}"] {
            let error = #expect(throws: CardError.self) {
                try bench.card.change(.signaturePassword, from: Secret("ABC123".utf8), to: Secret(new.utf8))
            }
            #expect(error?.code == "password-malformed", "\(new)")
        }
        #expect(throws: CardError.secretMalformed(.digits(14))) { try bench.card.readCardFace(visualCode: Hanako.birthKey) }
        #expect(throws: CardError.secretMalformed(.digits(6))) { try bench.card.readAgeRecord(birthKey: Hanako.visualCode) }
        for fixed in [CardReference.textVisualCode, .faceVisualCode, .birthKey] {
            let error = #expect(throws: CardError.self) { try bench.card.change(fixed, from: Hanako.birthKey, to: Hanako.birthKey) }
            #expect(error?.code == "not-on-this-card")
        }
        #expect(bench.commands.isEmpty)
    }

    @Test func smallLettersBecomeCapitalsOnlyWhenAsked() throws {
        let bench = try start().bench
        let typed = Secret("abc123".utf8)
        #expect(throws: CardError.secretMalformed(.signaturePassword)) { try bench.card.verify(.signaturePassword, with: typed) }
        #expect(try bench.card.verify(.signaturePassword, with: SecretForm.folded(typed)) == .verified)
        #expect(!SecretForm.signaturePassword.fits(SecretForm.folded(Secret("äbc12345".utf8))))
    }

    @Test("A card that leaves during the change may have either PIN, and that is said")
    func uncertain() throws {
        let bench = try Bench(ScriptedCard.answering { $0[1] == 0x24 ? nil : [0x90, 0x00] })
        let error = #expect(throws: CardError.self) {
            try bench.card.change(.authenticationPIN, from: Secret("1234".utf8), to: Secret("5678".utf8))
        }
        #expect(error == .changeUncertain(ReaderError(.timedOut)) && error?.code == "pin-change-uncertain")
        // Before that command nothing is uncertain.
        let early = try Bench(ScriptedCard.answering { $0[1] == 0x20 ? nil : [0x90, 0x00] })
        #expect(throws: CardError.reader(ReaderError(.timedOut))) {
            try early.card.change(.authenticationPIN, from: Secret("1234".utf8), to: Secret("5678".utf8))
        }
    }

    // MARK: 照合番号B

    @Test(
        "What is printed on the simulated cards makes their 照合番号B, by another reading of the rule",
        arguments: [
            SyntheticHolder.hanako, .taro, .expired, .child, .expiring,
        ])
    func visualCode(_ holder: SyntheticHolder) throws {
        let birth = try #require(CalendarDay(digits: holder.card.birth.digits))
        let code = try VisualCode.make(
            birth: birth, expiryYear: holder.card.expiry.year, securityCode: Secret(holder.card.securityCode.utf8))
        #expect(text(code) == holder.card.verificationNumberB)
        #expect(text(try VisualCode.birthKey(birth)) == holder.card.birthKey)
    }

    @Test(arguments: [
        ("19900505", "02050520354271"), ("20010203", "13020320354271"), ("19890107", "64010720354271"), ("20200229", "02022920354271"),
    ])
    func visualCodeByHand(_ birth: String, _ digits: String) throws {
        let code = try VisualCode.make(
            birth: try #require(CalendarDay(digits: birth)), expiryYear: 2035, securityCode: Secret("4271".utf8))
        #expect(text(code) == digits)
    }

    @Test func aVisualCodeOfNothing() throws {
        let birth = try #require(CalendarDay(digits: "19900505"))
        for code in ["427", "42711", "427x"] {
            #expect(throws: CardError.secretMalformed(.digits(4))) {
                try VisualCode.make(birth: birth, expiryYear: 2035, securityCode: Secret(code.utf8))
            }
        }
        for year in [Int.min, -1, 0, 35, 10_000, Int.max] {
            #expect(throws: CardError.secretMalformed(.digits(14))) {
                try VisualCode.make(birth: birth, expiryYear: year, securityCode: Secret("4271".utf8))
            }
        }
        let old = try #require(CalendarDay(digits: "18001231"))
        #expect(throws: CardError.birthUnusable) { try VisualCode.birthKey(old) }
    }

    private func text(_ secret: Secret) -> String {
        secret.withBytes { bytes in String(decoding: bytes.withUnsafeBufferPointer { Array($0) }, as: UTF8.self) }
    }
}
