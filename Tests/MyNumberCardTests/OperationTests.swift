import Cards
import Certificates
import Diagnosis
import ISO7816
import JapaneseCalendar
import MyNumberCard
import ReaderKit
import Station
import TestSupport
import Testing

/// Every operation on a simulated card: what it brings and which commands it takes, byte by byte.
@Suite struct OperationTests {
    private let card = Hanako.holder.card

    private func bench(_ profile: CardProfile = .quick()) throws -> Bench { try Bench(VirtualCard(profile, holder: Hanako.holder)) }

    @Test func fourItems() throws {
        let bench = try bench()
        let items = try #require(try bench.card.readFourItems(pin: Hanako.textPIN).content)
        #expect(bench.commands == [Hanako.selectText, hex("00200091"), verify(0x11, "2345"), hex("00B08200000000")])
        #expect(items.name == "試験　花子" && items.address == "試験県試験市試験町一丁目１番１号")
        #expect(items.birth == CalendarDay(year: 1990, month: 5, day: 5) && items.sex == .female)
        // In the same application, by the other secret, without a look at the counter.
        let again = try bench.card.readFourItems(visualCode: Hanako.visualCode, lastTry: .spend)
        #expect(again == .opened(items))
        #expect(bench.commands.dropFirst(4) == [verify(0x15, card.verificationNumberB), hex("00B08200000000")])
        #expect(try bench.card.checkSignature(of: items, checker: Hanako.checker()) == .valid(.synthetic))
        #expect(bench.commands.dropFirst(6) == [hex("00B08300000000"), hex("00B08400000000")])
    }

    @Test func face() throws {
        let bench = try bench()
        let face = try #require(try bench.card.readCardFace(visualCode: Hanako.visualCode).content)
        #expect(
            bench.commands == [
                Hanako.selectFace, hex("00200092"), verify(0x12, card.verificationNumberB), hex("00B08200000000"),
            ])
        #expect(face.photograph == card.pictures.photo && face.nameImage == card.pictures.name)
        #expect(face.addressImage == card.pictures.address && face.securityCodeImage == card.pictures.securityCode)
        #expect(face.birth == CalendarDay(year: 1990, month: 5, day: 5) && face.sex == .female)
        #expect(face.expiry == CalendarDay(year: 2035, month: 5, day: 5))
        #expect(try bench.card.checkSignature(of: face, checker: Hanako.checker()) == .valid(.synthetic))
        #expect(try bench.card.checkGenuineness(by: face, challenge: Challenge(), checker: Hanako.checker()) == .valid(.synthetic))
        // Certificate and certificate again, then the signature by the key that asks for no PIN.
        #expect(bench.commands.dropFirst(4).map { Array($0.prefix(4)) } == [hex("00B08400"), hex("00B08400"), hex("802A0000")])
    }

    @Test("In short form as many commands as blocks")
    func shortFace() throws {
        let bench = try Bench(VirtualCard(.quick(.myNumberCardShortLength), holder: Hanako.holder, interface: .contact))
        let face = try #require(try bench.card.readCardFace(visualCode: Hanako.visualCode, lastTry: .spend).content)
        #expect(face.photograph == card.pictures.photo)
        let file = try Hanako.faceFile()
        let count = 5 + Int(file[3]) << 8 + Int(file[4])
        #expect(bench.session.tally.apdus == 2 + (count + 255) / 256)
    }

    @Test func age() throws {
        let bench = try bench()
        let record = try #require(try bench.card.readAgeRecord(birthKey: Hanako.birthKey).content)
        #expect(bench.commands == [Hanako.selectFace, hex("00200091"), verify(0x11, "020505"), hex("00B08100000000")])
        #expect(record.birth.age(on: try #require(CalendarDay(year: 2026, month: 5, day: 4))) == 35)
        #expect(try bench.card.checkGenuineness(by: record, challenge: Challenge(), checker: Hanako.checker()) == .valid(.synthetic))
    }

    @Test func textKey() throws {
        let bench = try bench()
        let key = try #require(try bench.card.readTextCardKey(pin: Hanako.textPIN).content)
        #expect(try bench.card.checkGenuineness(by: key, challenge: Challenge(), checker: Hanako.checker()) == .valid(.synthetic))
        #expect(bench.commands.map { Array($0.prefix(4)) }.suffix(2) == [hex("00B08400"), hex("802A0000")])
    }

    @Test func whatIsFreeToRead() throws {
        let bench = try bench()
        let record = try bench.card.readIssueRecord()
        #expect(bench.commands == [Hanako.selectCommon, hex("00B2010C00")])
        #expect(record.serial == card.serial && record.municipality == "99101")
        #expect(!record.isExpired(on: try #require(CalendarDay(year: 2035, month: 5, day: 5))))
        #expect(record.isExpired(on: try #require(CalendarDay(year: 2035, month: 5, day: 6))))
        let token = try bench.card.readTokenInformation()
        #expect(bench.commands.dropFirst(2) == [select, hex("00B08600A0")])
        #expect(token.kind == .myNumberCard && token.pinLengths == 6...16 && token.manufacturer == "KAZASU SYNTHETIC")
        #expect(try bench.card.readFaceInformation().municipality == "99101")
        let text = try bench.card.readTextInformation()
        #expect(text.version == 1 && text.extendedLength == 3 && text.keyIdentifier.count == 16)
        #expect(bench.commands.dropFirst(4) == [Hanako.selectFace, hex("00B08300000000"), Hanako.selectText, hex("00B08500000000")])
    }

    @Test func certificates() throws {
        let bench = try bench()
        let holder = Hanako.holder
        #expect(try bench.card.readCertificate(.authentication) == holder.authenticationCertificate)
        #expect(try bench.card.readCertificate(.authenticationAuthority) == holder.authenticationAuthority)
        #expect(try bench.card.readCertificate(.signatureAuthority) == holder.signatureAuthority)
        #expect(throws: CardError.refused(.securityStatusNotSatisfied, command: "READ BINARY")) {
            try bench.card.readCertificate(.signature)
        }
        let password = Secret("ABC123".utf8)
        let certificate = try bench.card.readCertificate(.signature, opening: .signaturePassword, with: password, lastTry: .spend)
        #expect(certificate == .opened(holder.signatureCertificate))
        #expect(
            bench.commands.map { Array($0.prefix(4)) } == [
                Array(select.prefix(4)), hex("00B08A00"), hex("00B08B00"), hex("00B08200"), hex("00B08100"), hex("0020009B"),
                hex("00B08100"),
            ])
    }

    @Test func aSignatureWithEitherKey() throws {
        let bench = try bench()
        for (key, secret, certificate, parameter) in [
            (CardSigningKey.authentication, "1234", Hanako.holder.authenticationCertificate, UInt8(0x97)),
            (.signature, "ABC123", Hanako.holder.signatureCertificate, 0x9A),
        ] {
            let signature = try #require(try bench.card.sign(digestInfo: digestInfo, with: key, secret: Secret(secret.utf8)).content)
            #expect(try bench.card.signatureScheme(of: key).verifies(signature, of: [], by: Certificate(der: certificate)))
            #expect(bench.commands.last?[3] == parameter)
        }
        #expect(bench.commands.count == 1 + 3 + 3)
        #expect(throws: CardError.notOnThisCard("a secret for this key")) {
            try bench.card.sign(digestInfo: digestInfo, with: .faceCard, secret: Hanako.textPIN)
        }
    }

    @Test("A card without an application says so, and the counter of nothing is nothing")
    func anOlderCard() throws {
        var profile = CardProfile.quick()
        profile.applications.removeAll { $0.identifier != CardApplication.jpkiIdentifier }
        let bench = try self.bench(profile)
        #expect(throws: CardError.applicationMissing(.fileNotFound)) { try bench.card.readIssueRecord() }
        let counters = try bench.card.counters()
        #expect(counters.map(\.state) == [.left(3), .left(5), nil, nil, nil, nil, nil, nil])
        // The first failure, JPKI and its two counters, then once each of the four that are not there.
        #expect(bench.commands.count == 1 + 3 + 4)
        // What was selected before a refused SELECT is not taken to be selected still.
        #expect(try bench.card.authenticationPINState() == .left(3))
        #expect(bench.commands.suffix(2) == [select, inquire])
    }

    @Test("Whatever takes long is one operation with one deadline")
    func deadline() throws {
        let file = try Hanako.faceFile()
        let slow = ScriptedCard.selected(computing: .seconds(1)) { command in
            guard command[1] == 0xB0 else { return [0x90, 0x00] }
            let offset = command[2] & 0x80 == 0 ? Int(command[2]) << 8 | Int(command[3]) : 0
            return file[offset..<min(file.count, offset + 256)] + [0x90, 0x00]
        }
        let bench = try Bench(slow)
        let began = bench.station.now
        #expect(throws: CardError.reader(ReaderError(.timedOut))) { try bench.card.readCardFace(visualCode: Hanako.visualCode) }
        // A picture has twice the time of anything else.
        #expect(bench.station.now - began == .seconds(20))
    }
}
