import Cards
import Certificates
import Diagnosis
import MyNumberCard
import TestSupport
import Testing

/// The 12-digit number (個人番号) and what it opens are out of reach.
@Suite struct NumberTests {
    /// File identifiers that nothing may name: the number as text and its 照合番号A, the number as a picture and its 照合番号A.
    private static let forbidden: [[UInt8]: Set<UInt8>] = [
        hex("D3921000310001010408"): [0x01, 0x14], hex("D3921000310001010402"): [0x05, 0x13],
    ]

    @Test(.holds("R047")) func theLayoutDoesNotNameThem() {
        let layout = CardLayout.myNumberCard
        let places = layout.files.values.map { $0 } + layout.references.values.map(\.place)
        for place in places { #expect(Self.forbidden[place.application]?.contains(place.file) != true) }
        #expect(layout.references.values.allSatisfy { $0.form != .digits(12) })
        #expect(
            CardFile.allCases.allSatisfy { layout.files[$0] != nil } && CardReference.allCases.allSatisfy { layout.references[$0] != nil })
    }

    @Test("No command of any operation selects, reads or compares them", .holds("R047"), arguments: [true, false])
    func noCommandNamesThem(_ extended: Bool) throws {
        let bench = try Bench(
            VirtualCard(.quick(extended ? .myNumberCard : .myNumberCardShortLength), holder: Hanako.holder, interface: .contact))
        try everyOperation(bench.card)
        #expect(bench.commands.count > 40)
        var application: [UInt8] = []
        var seen: Set<[UInt8]> = []
        for command in bench.commands {
            if command.starts(with: [0x00, 0xA4, 0x04]) {
                application = Array(command.dropFirst(5))
                seen.insert(application)
            }
            for file in Self.files(namedBy: command) {
                #expect(Self.forbidden[application]?.contains(file) != true, "\(command.prefix(4))")
            }
        }
        #expect(seen.count == 5)
    }

    @Test func thisTestWouldSeeThem() {
        let commands = ["00B08100000000", "00A4020C020001", "0020009400", "00200014", "00B2010C00", "00CA0045"]
        #expect(commands.map { Self.files(namedBy: hex($0)) } == [[0x01], [0x01], [0x14], [0x14], [0x01], []])
    }

    /// The short identifiers that a command names.
    private static func files(namedBy command: [UInt8]) -> [UInt8] {
        switch command[1] {
        case 0xA4 where command[2] == 0x02: [command[6] & 0x1F]
        case 0xB0 where command[2] & 0x80 != 0: [command[2] & 0x1F]
        case 0xB2: [command[3] >> 3]
        case 0x20, 0x24, 0x32, 0x2A: command[3] & 0x1F == 0 ? [] : [command[3] & 0x1F]
        default: []
        }
    }

    private func everyOperation(_ card: MyNumberCard) throws {
        let checker = try Hanako.checker()
        try card.select()
        _ = try card.counters()
        _ = try card.readTokenInformation()
        _ = try card.readIssueRecord()
        _ = try card.readTextInformation()
        _ = try card.readFaceInformation()
        for certificate in CardCertificate.allCases where certificate != .signature { _ = try card.readCertificate(certificate) }
        let password = Secret("ABC123".utf8)
        #expect(try card.readCertificate(.signature, opening: .signaturePassword, with: password).content != nil)
        #expect(try card.sign(digestInfo: digestInfo, with: .signature, secret: password).content != nil)
        #expect(try card.sign(digestInfo: digestInfo, with: .authentication, secret: Secret("1234".utf8)).content != nil)
        let items = try #require(try card.readFourItems(pin: Hanako.textPIN).content)
        #expect(try card.readFourItems(visualCode: Hanako.visualCode).content == items)
        #expect(try card.checkSignature(of: items, checker: checker) == .valid(.synthetic))
        let key = try #require(try card.readTextCardKey(pin: Hanako.textPIN).content)
        #expect(try card.checkGenuineness(by: key, challenge: Challenge(), checker: checker) == .valid(.synthetic))
        let face = try #require(try card.readCardFace(visualCode: Hanako.visualCode).content)
        #expect(try card.checkGenuineness(by: face, challenge: Challenge(), checker: checker) == .valid(.synthetic))
        let age = try #require(try card.readAgeRecord(birthKey: Hanako.birthKey).content)
        #expect(try card.checkSignature(of: age, checker: checker) == .valid(.synthetic))
        for (reference, old) in [
            (CardReference.authenticationPIN, "1234"), (.textPIN, "2345"), (.commonPIN, "4567"), (.residentPIN, "3456"),
        ] { #expect(try card.change(reference, from: Secret(old.utf8), to: Secret("7890".utf8)).content != nil) }
    }
}
