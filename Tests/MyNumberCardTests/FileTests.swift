import Cards
import Certificates
import JapaneseCalendar
import MyNumberCard
import TestSupport
import Testing

/// The parsers of the card's files: pedantic, total, and silent about what they read.
@Suite struct FileTests {
    // MARK: Four items, by hand

    private static let name = Array("試験　花子".utf8)

    /// A file of four items; the offsets are counted here, not by the card.
    private func fourItems(
        name: [UInt8] = name, address: [UInt8] = Array("試験市１".utf8), birth: String = "19900505", sex: String = "2",
        offsets: (Int, Int) -> Int = { $1 }, extra: [UInt8] = [], filler: [UInt8] = [0xFF, 0xFF, 0x00]
    ) -> [UInt8] {
        let objects = [object("DF22", name), object("DF23", address), object("DF24", Array(birth.utf8)), object("DF25", Array(sex.utf8))]
        let count = objects.count + (extra.isEmpty ? 0 : 1)
        let body = objects + (extra.isEmpty ? [] : [extra])
        let length = 3 + 2 * count + body.joined().count
        // FF20 and its length, DF21 and its length.
        var position = (length < 0x80 ? 3 : length < 0x100 ? 4 : 5) + 3 + 2 * count
        var table: [UInt8] = []
        for (index, part) in body.enumerated() {
            let offset = offsets(index, position)
            table += [UInt8(truncatingIfNeeded: offset >> 8), UInt8(truncatingIfNeeded: offset)]
            position += part.count
        }
        return object("FF20", object("DF21", table) + body.joined()) + filler
    }

    private func object(_ tag: String, _ value: [UInt8]) -> [UInt8] {
        let length: [UInt8] =
            value.count < 0x80
            ? [UInt8(value.count)]
            : value.count < 0x100
                ? [0x81, UInt8(value.count)]
                : [0x82, UInt8(value.count >> 8), UInt8(value.count & 0xFF)]
        return hex(tag) + length + value
    }

    private func flaw(_ file: [UInt8]) -> CardDataError.Flaw? {
        do {
            _ = try FourItems(fileContents: file)
            return nil
        } catch { return error.flaw }
    }

    @Test func aGoodFile() throws {
        let items = try FourItems(fileContents: fourItems())
        #expect(items.name == "試験　花子" && items.address == "試験市１" && items.sex == .female)
        #expect(items.birth == CalendarDay(year: 1990, month: 5, day: 5))
        for (digit, sex) in [("0", Sex.none), ("1", .male), ("9", .other)] {
            #expect(try FourItems(fileContents: fourItems(sex: digit)).sex == sex)
        }
        // A reading of the name behind the sex, as later cards may have it, is let through, and is under the digest.
        let extra = object("DF26", Array("シケン".utf8))
        #expect(try FourItems(fileContents: fourItems(extra: extra)).digested == items.digested + extra)
    }

    @Test func whatIsWrongIsNamed() {
        #expect(flaw(fourItems(offsets: { $0 == 2 ? $1 + 1 : $1 })) == .offsetTable(entry: 2))
        #expect(flaw(fourItems(offsets: { _, _ in 0xFFFF })) == .offsetTable(entry: 0))
        #expect(flaw(fourItems(name: [0xE8, 0xA9])) == .notText(0xDF22))
        #expect(flaw(fourItems(name: Self.name + [0x1B])) == .notText(0xDF22))
        #expect(flaw(fourItems(address: [0xED, 0xA0, 0x80])) == .notText(0xDF23))
        #expect(flaw(fourItems(name: [])) == .length(of: 0xDF22, is: 0))
        #expect(flaw(fourItems(address: [UInt8](repeating: 0x41, count: 2_049))) == .length(of: 0xDF23, is: 2_049))
        #expect(flaw(fourItems(birth: "19900532")) == .notADay(0xDF24))
        #expect(flaw(fourItems(birth: "19900229")) == .notADay(0xDF24))
        #expect(flaw(fourItems(birth: "1990050")) == .length(of: 0xDF24, is: 7))
        #expect(flaw(fourItems(birth: "１９")) == .length(of: 0xDF24, is: 6))
        #expect(flaw(fourItems(birth: "1990050 ")) == .notADay(0xDF24))
        #expect(flaw(fourItems(sex: "3")) == .notASex(0xDF25))
        #expect(flaw(fourItems(sex: "22")) == .length(of: 0xDF25, is: 2))
        #expect(flaw(fourItems(filler: [0xFF, 0x01])).map { if case .notFiller = $0 { true } else { false } } == true)
        #expect(flaw(fourItems(extra: [0xDF])).map { if case .noObject = $0 { true } else { false } } == true)
        #expect(flaw([]) == .noObject(at: 0))
        #expect(flaw(hex("FF30 00")) == .unexpectedObject(at: 0, instead: 0xFF20))
        #expect(flaw(hex("FF20 00")) == .noObject(at: 3))
    }

    // MARK: Whole files of a simulated card

    @Test("Every beginning of a file is an error, up to the filler")
    func truncated() throws {
        let four = try Hanako.fourItemsFile()
        let age = try Hanako.ageFile()
        let face = try Hanako.faceFile()
        try check(four) { file throws(CardDataError) in _ = try FourItems(fileContents: file) }
        try check(age) { file throws(CardDataError) in _ = try AgeRecord(fileContents: file) }
        try check(face, by: 61) { file throws(CardDataError) in _ = try CardFace(fileContents: file) }
    }

    private func check(_ file: [UInt8], by step: Int = 1, _ parse: ([UInt8]) throws(CardDataError) -> Void) throws {
        try parse(file)
        let end = (file.lastIndex { $0 != 0xFF } ?? 0) + 1
        for count in stride(from: 0, to: end, by: step) {
            #expect(throws: CardDataError.self, "\(count) bytes") { try parse(Array(file[..<count])) }
        }
    }

    @Test("No byte of a signed record can be changed unseen")
    func tamperedRecords() throws {
        let age = try Hanako.ageFile()
        let key = try CVCertificate(fileContents: SyntheticPKI.cardVerifiableCertificate(.surface)).publicKey
        #expect(try AgeRecord(fileContents: age).isSigned(by: key))
        let end = 5 + Int(age[3]) << 8 + Int(age[4])
        for index in 0..<end {
            let file = changed(age, index)
            guard let record = try? AgeRecord(fileContents: file) else { continue }
            #expect(try !record.isSigned(by: key), "byte \(index)")
        }
    }

    @Test("Nor of the card's face, but for expiry and security code, which are not signed")
    func tamperedFace() throws {
        let file = try Hanako.faceFile()
        let key = try CVCertificate(fileContents: SyntheticPKI.cardVerifiableCertificate(.surface)).publicKey
        #expect(try CardFace(fileContents: file).isSigned(by: key))
        // Expiry, of 11 bytes, and what follows it: found from the end.
        let unsigned = try #require(file.indices.last { file[$0...].starts(with: [0xDF, 0x29, 0x08]) })
        for index in Array(0..<420) + Array(stride(from: 420, to: unsigned, by: 37)) + Array(unsigned - 262..<unsigned) {
            guard let face = try? CardFace(fileContents: changed(file, index)) else { continue }
            #expect(try !face.isSigned(by: key), "byte \(index)")
        }
        let late = changed(file, unsigned + 6)
        #expect(try CardFace(fileContents: late).isSigned(by: key))
    }

    private func changed(_ file: [UInt8], _ index: Int) -> [UInt8] {
        var file = file
        file[index] ^= 0x01
        return file
    }

    // MARK: Records and token information

    @Test func theRecordOfTheIssue() throws {
        let digits = Array("990431275860117991012035".utf8) + Array("0505".utf8)
        let record = try IssueRecord(record: [0x01, 0x1C] + digits + [0xFF, 0x00])
        #expect(record.serial == "990431275860117" && record.municipality == "99101")
        #expect(record.expiry == CalendarDay(year: 2035, month: 5, day: 5))
        for bad in [
            [], [0x01], [0x01, 0x1C], [0x01, 0x1C] + digits.dropLast(), [0x02, 0x1C] + digits, [0x01, 0x1D] + digits + [0x30],
            [0x01, 0x1C] + digits.dropLast(4) + Array("1332".utf8), [0x01, 0x1C] + digits + [0x31], [0x01, 0xFF, 0xFF, 0xFF] + digits,
            [0x01, 0x1C, 0x41] + digits.dropFirst(), [0x01, 0x1B] + digits.dropLast(),
        ] as [[UInt8]] {
            #expect(throws: CardDataError.self) { try IssueRecord(record: bad) }
        }
    }

    /// A `CK_TOKEN_INFO` by hand: texts of 32, 32, 16 and 16 characters, eleven integers, two versions, a clock of 16.
    private func token(_ label: String, most: [UInt8] = [0, 0, 0, 16], least: [UInt8] = [0, 0, 0, 6]) -> [UInt8] {
        func text(_ text: String, _ width: Int) -> [UInt8] { Array(text.utf8) + [UInt8](repeating: 0x20, count: width - text.utf8.count) }
        return text(label, 32) + text("MAKER", 32) + text("MODEL", 16) + text("SERIAL", 16) + [UInt8](repeating: 0, count: 20) + most
            + least
            + [UInt8](repeating: 0xFF, count: 16) + [1, 0, 2, 0] + text("", 16)
    }

    @Test func tokenKinds() throws {
        for (label, kind) in [
            ("JPKIAPICCTOKEN2", TokenDescription.Kind.myNumberCard), ("JPKIAPICCTOKEN", .residentCard), ("JPKIAPGPSETOKEN", .android),
            ("JPKIAPIOSTOKEN", .iPhone), ("JPKIAPICCTOKEN3", .unknown), ("", .unknown),
        ] {
            let token = try TokenDescription(fileContents: token(label))
            #expect(token.kind == kind && token.label == label && token.model == "MODEL" && token.serial == "SERIAL")
            #expect(token.pinLengths == 6...16)
        }
    }

    @Test func tokensThatCannotBe() {
        let good = token("JPKIAPICCTOKEN2")
        for bad in [
            [], Array(good.dropLast()), good + [0x31], token("A\u{1B}B"), token("é"), token("A", most: [0, 0, 0, 5]),
            token("A", least: [255, 255, 255, 255]),
        ] {
            #expect(throws: CardDataError.self) { try TokenDescription(fileContents: bad) }
        }
    }

    // MARK: Silence

    @Test("Neither printing nor reflecting, nor an error, shows a person")
    func silence() throws {
        let bench = try Bench(VirtualCard(.quick(), holder: Hanako.holder))
        let items = try FourItems(fileContents: Hanako.fourItemsFile())
        let face = try CardFace(fileContents: Hanako.faceFile())
        let values: [any PersonalData] = [
            items, face, try AgeRecord(fileContents: Hanako.ageFile()), try bench.card.readIssueRecord(),
            try bench.card.readTokenInformation(), try FourItemsIntegrity(fileContents: integrity()),
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            for shown in ["\(value)", String(reflecting: value), dumped, "\(Guarded.opened(value.description))"] {
                for secret in ["花子", "試験", "1990", "2035", "9904", "[", "SYNTHETIC"] where shown.contains(secret) {
                    Issue.record("\(type(of: value)) shows \(secret)")
                }
            }
            #expect(Mirror(reflecting: value).children.isEmpty)
        }
        let error = #expect(throws: CardDataError.self) { try FourItems(fileContents: fourItems(birth: "19900532")) }
        #expect(error?.cause == "four-items: object DF24 is no day" && error?.description.contains("1990") == false)
    }

    private func integrity() throws -> [UInt8] { try Hanako.file(Hanako.selectText, 0x03, opening: (0x11, "2345")) }
}
