import TestSupport
import Testing

@testable import ISO7816

/// Responses and status words (ISO/IEC 7816-4 clauses 5.2 and 5.6).
@Suite struct ResponseTests {
    @Test func splitsDataAndStatus() throws {
        let bytes = hex("6F03840101 9000")
        let layout = try ResponseLayout(bytes.span)
        #expect(layout.data == 0..<5)
        #expect(layout.status == .success)
        let response = try ResponseAPDU(bytes: bytes)
        #expect(response.data == hex("6F03840101"))
        #expect(response.encoded == bytes)
        #expect(try ResponseAPDU(bytes: hex("6A82")) == ResponseAPDU(status: .fileNotFound))
    }

    @Test func refusesWhatIsNoResponse() {
        #expect(throws: APDUError.responseTooShort(0)) { try ResponseAPDU(bytes: []) }
        #expect(throws: APDUError.responseTooShort(1)) { try ResponseAPDU(bytes: [0x90]) }
        let longest = [UInt8](repeating: 0x90, count: 65538)
        #expect(throws: Never.self) { try ResponseAPDU(bytes: longest) }
        #expect(throws: APDUError.responseTooLong(65539)) { try ResponseAPDU(bytes: longest + [0]) }
    }

    @Test func doesNotPrintItsData() {
        let response = ResponseAPDU(data: Array("YAMADA".utf8), status: .success)
        var dumped = ""
        dump(response, to: &dumped)
        for text in ["\(response)", String(reflecting: response), dumped] {
            #expect(text.contains("6 bytes") && text.contains("9000"))
            #expect(!text.contains("89") && !text.contains("YAMADA"))
        }
    }

    @Test func tellsTries() {
        #expect(StatusWord(rawValue: 0x63C0).remainingTries == 0)
        #expect(StatusWord(rawValue: 0x63CF).remainingTries == 15)
        for other in [0x6300, 0x63B3, 0x63D0, 0x6283, 0x9000] as [UInt16] { #expect(StatusWord(rawValue: other).remainingTries == nil) }
    }

    @Test func tellsLengths() {
        #expect(StatusWord(rawValue: 0x6100).bytesAvailable == 256)
        #expect(StatusWord(rawValue: 0x6101).bytesAvailable == 1)
        #expect(StatusWord(rawValue: 0x61FF).bytesAvailable == 255)
        #expect(StatusWord(rawValue: 0x6C00).correctLength == 256)
        #expect(StatusWord(rawValue: 0x6C10).correctLength == 16)
        #expect(StatusWord(rawValue: 0x6C10).bytesAvailable == nil)
        #expect(StatusWord(rawValue: 0x6110).correctLength == nil)
    }

    @Test func onlyNineThousandIsSuccess() {
        for value in UInt16.min...UInt16.max { #expect(StatusWord(rawValue: value).isSuccess == (value == 0x9000)) }
    }

    @Test func bothWordsForBlockedCount() {
        #expect(StatusWord.blocked.isBlocked && StatusWord.blockedISO.isBlocked)
        #expect(!StatusWord(rawValue: 0x63C0).isBlocked && !StatusWord.securityStatusNotSatisfied.isBlocked)
    }

    @Test func everyValueHasAMeaningInBothLanguages() {
        for value in UInt16.min...UInt16.max {
            let meaning = StatusWord(rawValue: value).meaning
            #expect(!meaning.english.isEmpty && meaning.english.utf8.allSatisfy { $0 < 0x80 })
            #expect(meaning.japanese.utf8.contains { $0 >= 0x80 })
        }
    }

    @Test(
        arguments: [
            (0x9000, "done", "正常終了"), (0x63C2, "comparison failed, 2 tries left", "照合不一致(残り2回)"),
            (0x6984, "reference data blocked", "参照データ(暗証番号など)が閉塞している"), (0x6983, "authentication method blocked", "認証方法が閉塞している"),
            (0x6986, "no current elementary file", "カレントEFがない"), (0x6100, "256 more bytes to fetch", "続きのデータが256バイトある"),
            (0x6C20, "wrong Le, 32 is right", "Leが正しくない(正しい長さは32)"), (0x69AB, "command not allowed", "コマンドが許されていない"),
            (0x1234, "unknown status word", "未知のステータスワード"),
        ] as [(UInt16, String, String)])
    func meanings(_ value: UInt16, _ english: String, _ japanese: String) {
        let meaning = StatusWord(rawValue: value).meaning
        #expect(meaning.english == english)
        #expect(meaning.japanese == japanese)
    }

    @Test func isPrintedInFourDigits() {
        #expect("\(StatusWord(sw1: 0x6A, sw2: 0x82))" == "6A82")
        #expect("\(StatusWord(rawValue: 0x000F))" == "000F")
    }
}
