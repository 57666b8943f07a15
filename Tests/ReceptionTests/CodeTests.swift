import TestSupport
import Testing
import TwoDimensionalCode

/// 2-D codes, read by an independent decoder (ZBar's zbarimg).
@Suite struct CodeTests {
    /// The address of the web reception, as it is handed out on paper or put on a page (R168, R169).
    @Test(
        .holds("R168", "R169"),
        arguments: [
            "https://mynazaitaku.example.jp/reception/4f0c2b7d9e", "https://example.jp/", String(repeating: "a", count: 2_000), "患者 1:2",
        ])
    func anotherProgramReadsIt(_ text: String) throws {
        let folder = TemporaryFolder()
        let path = try folder.write("code.png", try TwoDimensionalCode(text).png(scale: 3))
        let read = try runProgram(["zbarimg", "--raw", "--quiet", "--nodbus", "-Sdisable", "-Sqrcode.enable", path]).checked().output
        #expect(read == text + "\n")
    }

    /// The corner of a code is a finder pattern: seven dark modules, then a light one (ISO/IEC 18004 clause 7.3.2); around it all is light.
    @Test func theModules() throws {
        let code = try TwoDimensionalCode("https://example.jp/")
        #expect(code.size == 25)
        #expect((0..<8).map { code.isDark(row: 0, column: $0) } == [true, true, true, true, true, true, true, false])
        #expect(!code.isDark(row: -1, column: 0) && !code.isDark(row: 0, column: code.size))
    }

    @Test(arguments: ["", "a\0b", String(repeating: "a", count: 2_332)]) func whatCannotBeEncoded(_ text: String) {
        #expect(throws: CodeError.self) { try TwoDimensionalCode(text) }
    }

    @Test(arguments: [0, 65, .max, .min]) func scale(_ scale: Int) throws {
        let code = try TwoDimensionalCode("a")
        #expect(throws: CodeError.self) { try code.png(scale: scale) }
    }
}
