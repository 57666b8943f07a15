import Diagnosis
import TestSupport
import Testing

@testable import Commands
@testable import SampleProgram

@Suite struct HelpTests {
    @Test func english() {
        #expect(Sample.program.help(of: ["sample", "visit"], in: .english, width: 80) == Self.english)
    }

    @Test func japanese() {
        #expect(Sample.program.help(of: ["sample", "visit"], in: .japanese, width: 80) == Self.japanese)
    }

    @Test(arguments: Language.allCases, [60, 70, 80])
    func noLineIsTooLong(_ language: Language, _ width: Int) {
        for path in [["sample"], ["sample", "visit"], ["sample", "trace"], ["sample", "trace", "show"], ["sample", "help"]] {
            let lines = Sample.program.help(of: path, in: language, width: width).split(separator: "\n")
            #expect(lines.count > 8)
            for line in lines {
                #expect(TextLayout.width(String(line)) <= width, "\(line)")
            }
        }
    }

    @Test func hiddenCommandsAreNotShown() {
        let help = Sample.program.help(of: ["sample"], in: .english, width: 80)
        #expect(help.contains("  trace "))
        #expect(!help.contains("slots"))
    }

    @Test func linesDoNotBeginOrEndWithTheWrongMark() {
        // 10 columns: the closing mark takes the character before it along.
        #expect(TextLayout.wrapped("あいうえお。かき", to: 10) == ["あいうえ", "お。かき"])
        #expect(TextLayout.wrapped("あいうえ「かき」", to: 10) == ["あいうえ", "「かき」"])
        #expect(TextLayout.wrapped("JSONで出力する", to: 10) == ["JSONで出力", "する"])
        #expect(TextLayout.wrapped("a bb ccc\n\ndddd", to: 4) == ["a bb", "ccc", "", "dddd"])
        #expect(TextLayout.wrapped("immeasurable x", to: 4) == ["immeasurable", "x"])
        #expect(TextLayout.cut("あいう", to: 5) == "あい")
    }

    /// The widths of Python, an independent reading of the Unicode tables.
    @Test func widthsAgreeWithPython() throws {
        let program = """
            import unicodedata as u
            blocks = [(0x20, 0x7E), (0xC0, 0x17F), (0x391, 0x3C9), (0x2010, 0x2027), (0x3000, 0x30FF), (0x4E00, 0x9FEF),
                (0xAC00, 0xD7A3), (0xFF01, 0xFFE6), (0x20000, 0x2A6D6)]
            for number in (n for first, last in blocks for n in range(first, last + 1) if u.category(chr(n)) != 'Cn'):
                character = chr(number)
                mark = u.category(character) in ('Mn', 'Me')
                print(number, 0 if mark else 2 if u.east_asian_width(character) in 'WF' else 1)
            """
        let lines = try runProgram(["python3", "-c", program]).output.split(separator: "\n")
        #expect(lines.count > 70_000)
        for line in lines {
            let numbers = line.split(separator: " ").compactMap { UInt32($0) }
            let scalar = try #require(Unicode.Scalar(numbers[0]))
            #expect(TextLayout.width(scalar) == Int(numbers[1]), "U+\(String(numbers[0], radix: 16))")
        }
    }

    private static let english = """
        sample visit - Carry out a visit

        Usage: sample visit [OPTIONS] [MODE]

        Puts the card on the reader, checks the PIN and asks for the eligibility. The
        result goes to standard output and the log to standard error.

        Operands:
          MODE                     How fast: fast, slow

        Options:
          -r, --reader SELECTOR    The reader to use (default: sim:card)
              --colour COLOUR      A colour: red, green, blue
              --seed NUMBER        A seed (default: 7)
          -s, --send HEX           Bytes to send (may be repeated)
              --[no-]beep          Beep
              --save FILE          Where to save
              --folder DIR         A folder
              --slot SLOT          A slot
              --pin-fd N           Descriptor to read the PIN from

        Common options:
              --json               Print the result as JSON
          -v, --verbose            Log what happens to standard error
              --language LANGUAGE  Language of texts, by default that of LC_ALL,
                                   LC_MESSAGES or LANG: ja, en
          -h, --help               Show this help

        Environment:
          SAMPLE_PIN               The PIN

        Examples:
          sample visit --reader sim:card
              Try it with a simulated card

        """

    private static let japanese = """
        sample visit - 来院を行う

        使い方: sample visit [オプション] [MODE]

        カードを読み取り機に置き、暗証番号を確認して、資格を照会します。結果は標準出力に
        表示され、経過は標準エラー出力に記録されます。

        引数:
          MODE                     速さ：fast、slow

        オプション:
          -r, --reader SELECTOR    使う読み取り機（既定値 sim:card）
              --colour COLOUR      色：red、green、blue
              --seed NUMBER        種（既定値 7）
          -s, --send HEX           送るバイト列（繰り返し可）
              --[no-]beep          音を鳴らす
              --save FILE          保存先
              --folder DIR         フォルダ
              --slot SLOT          口
              --pin-fd N           暗証番号を読むファイル記述子

        共通オプション:
              --json               結果をJSONで出力する
          -v, --verbose            経過を標準エラー出力に記録する
              --language LANGUAGE  表示の言語（指定がなければLC_ALL、LC_MESSAGES、LANGに
                                   従う）：ja、en
          -h, --help               この説明を表示する

        環境変数:
          SAMPLE_PIN               暗証番号

        例:
          sample visit --reader sim:card
              模擬カードで試す

        """
}
