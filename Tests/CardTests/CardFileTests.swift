import Glibc
import TestSupport
import Testing

@testable import Cards

@Suite("Files of the text, surface and common applications, judged by python and openssl")
struct CardFileTests {
    static let people: [SyntheticHolder] = SyntheticHolder.all + [.child, .expiring]
    private static let here = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
    private static let fixtures = here + "/../../Simulators/Cards/Fixtures"

    /// Every file of three applications, and answers of the two keys that need no PIN, as a folder of files.
    private func folder(of terminal: Terminal) throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        let message = Array("a challenge of the test".utf8)
        try folder.write("message", message)
        func write(_ application: String, _ files: ClosedRange<UInt8>) throws {
            for file in files { try folder.write("\(application)-000\(file)", terminal.file(file)) }
            let answer = terminal.send([0x80, 0x2A, 0x03, 0x00, UInt8(message.count)] + message + [0x00])
            try folder.write("\(application)-answer", answer.data)
        }
        #expect(terminal.log(in: .textPIN) == 0x9000)
        try write("text", 1...8)
        #expect(terminal.log(in: .verificationNumberA) == 0x9000)
        #expect(terminal.log(in: .birthKey) == 0x9000)
        try write("surface", 1...6)
        terminal.select(CardApplication.commonIdentifier)
        try folder.write("common-0001", terminal.send("00B2 010C 00").data)
        return folder
    }

    @Test(
        """
        Offset tables, filler, digests over filler, the three-digest signature, certificates of the test range, one key in three files and \
        a number that is nobody's (measured by public open-source projects)
        """,
        arguments: people)
    func files(holder: SyntheticHolder) throws {
        let folder = try folder(of: Terminal(holder: holder))
        let said = try runProgram(["python3", Self.here + "/judge-files.py", folder.path, Self.fixtures]).checked().output
        let card = holder.card
        #expect(said == [card.name, card.address, card.birth.digits, card.sex.rawValue, card.expiry.digits, ""].joined(separator: "\n"))
    }

    @Test(
        "The judge finds one flipped bit in any of these files",
        arguments: ["text-0001", "text-0002", "text-0003", "text-0004", "text-0007", "surface-0001", "surface-0002", "surface-0004"])
    func judge(file: String) throws {
        let folder = try folder(of: Terminal())
        var bytes = try folder.read(file)
        let last = bytes.lastIndex { $0 != 0xFF } ?? 0
        bytes[min(last, 40)] ^= 0x01
        try folder.write(file, bytes)
        #expect(try runProgram(["python3", Self.here + "/judge-files.py", folder.path, Self.fixtures]).status == 1)
    }

    @Test("The photo is a grey JPEG 2000 picture that OpenJPEG decodes, and the face has 10 to 20 kB (measured)", arguments: people)
    func photo(holder: SyntheticHolder) throws {
        let terminal = Terminal(holder: holder)
        #expect(terminal.log(in: .verificationNumberB) == 0x9000)
        #expect((10_000...20_000).contains(terminal.file(2).count))
        guard access("/usr/bin/opj_decompress", X_OK) == 0 else { return }
        let folder = TemporaryFolder()
        try folder.write("photo.jp2", holder.card.pictures.photo)
        _ = try runProgram(["opj_decompress", "-i", "photo.jp2", "-o", "photo.pgm"], in: folder.path).checked()
        #expect(String(decoding: try folder.read("photo.pgm").prefix(2), as: UTF8.self) == "P5")
    }

    @Test("EF 0005 of the text application says whether extended length is taken (seen 01 03 0E 01; 00 is assumed)")
    func extendedLengthFlag() {
        for (profile, flag) in [(CardProfile.myNumberCard, UInt8(0x03)), (.myNumberCardShortLength, 0x00)] {
            let terminal = Terminal(profile)
            terminal.select(CardApplication.textIdentifier)
            #expect(Array(terminal.send("00B0 8500 0B").data.suffix(4)) == [0x01, flag, 0x0E, 0x01])
        }
    }

    @Test("The record of the common card is read by number after SELECT and by short identifier (measured by public open-source projects)")
    func record() {
        let terminal = Terminal()
        terminal.select(CardApplication.commonIdentifier)
        let expected = [0x01, 0x1C] + Array("9904312758601179910120350505".utf8)
        #expect(terminal.send("00B2 010C 00").data == expected)
        #expect(terminal.send("00B2 0104 00").data == expected, "it has become current")
        #expect(terminal.send("00B2 0104 1E").status == 0x9000)
        #expect(terminal.send("00B2 0104 1F").status == 0x6282)
        #expect(terminal.send("00B2 0104 02").data == [0x01, 0x1C])
        #expect(terminal.status("00B0 8100 00") == 0x6981, "records are not read as bytes")
        #expect(terminal.status("00B2 0114 00") == 0x6981, "bytes are not read as records")
        #expect(terminal.status("00B2 020C 00") == 0x6A83)
        #expect(terminal.status("00B2 000C 00") == 0x6A83)
        #expect(terminal.status("00B2 010D 00") == 0x6A86)
        #expect(terminal.status("00B2 012C 00") == 0x6A82)
        #expect(terminal.status("00B2 010C") == 0x6700)
        terminal.selectApplication()
        #expect(terminal.status("00B2 0104 00") == 0x6986)
    }

    @Test(
        "照合番号B is the birth in its era, the year of expiry and the code (several independent open-source projects)",
        arguments: [
            (SyntheticHolder.hanako, "02050520354271"), (.taro, "28112020338035"), (.expired, "54031520291569"), (.child, "28070820296904"),
        ])
    func verificationNumber(holder: SyntheticHolder, number: String) {
        #expect(holder.card.verificationNumberB == number)
        #expect(holder.card.birthKey == String(number.prefix(6)))
    }

    @Test(
        "Eras change on their days (政令: 明治 1868-01-25 to 令和 2019-05-01)",
        arguments: [
            (CardDay(2019, 4, 30), "310430"), (CardDay(2019, 5, 1), "010501"), (CardDay(1989, 1, 7), "640107"),
            (CardDay(1989, 1, 8), "010108"), (CardDay(1926, 12, 24), "151224"), (CardDay(1926, 12, 25), "011225"),
            (CardDay(1912, 7, 29), "450729"), (CardDay(1912, 7, 30), "010730"),
        ])
    func eras(day: CardDay, text: String) { #expect(day.inEra == text) }

    @Test("The check digit of the number is the law's, plus one: an example of public documentation has the right one")
    func checkDigit() {
        // 1234 5678 9018 is the number that the authorities print on samples.
        #expect(WrongNumber.checkDigit(Array("12345678901".utf8)) == 8)
        #expect(WrongNumber(serial: "999912345678901").digits == Array("123456789019".utf8))
        #expect(WrongNumber(serial: "").digits.count == 12)
    }

    @Test("A holder, numbers, credentials and keys print nothing of themselves")
    func silence() {
        let holder = SyntheticHolder.hanako
        var text = ""
        dump(holder.card, to: &text)
        dump(holder.card.wrongNumber, to: &text)
        dump(holder.keys, to: &text)
        text += "\(holder.card) \(String(reflecting: holder.card.wrongNumber)) \(holder.keys)"
        #expect(!text.contains("花子") && !text.contains("4271") && !text.contains("43127586") && text.count < 200)
    }

    @Test("A card without printed data is without the files that hold it")
    func noPersonalData() {
        var contents = CardContents(.hanako)
        contents.personal = nil
        let card = VirtualCard(contents: contents)
        card.powerOn(at: .zero)
        var response: [UInt8] = []
        for (command, status) in [
            ("00A4040C0AD3921000310001010408", "9000"), ("00A4020C020002", "6A82"), ("00A4020C020004", "9000"), ("00A4020C020013", "6A82"),
        ] {
            _ = card.process(hex(command).span, into: &response, at: .zero)
            #expect(response == hex(status), "\(command)")
        }
    }
}
