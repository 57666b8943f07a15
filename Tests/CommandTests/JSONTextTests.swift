import Diagnosis
import TestSupport
import Testing

@testable import kazasu

@Suite struct JSONTextTests {
    /// Python reads back what was written, every scalar of the plane that people use and some above it.
    @Test func pythonReadsItBack() throws {
        let scalars = (0...0xFFFF).compactMap(Unicode.Scalar.init) + [0x1F600, 0x20BB7, 0x10FFFF].compactMap(Unicode.Scalar.init)
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        let folder = TemporaryFolder()
        try folder.write("quoted", JSONText.quoted(text))
        let program = """
            import json, sys
            text = json.loads(open(sys.argv[1], 'rb').read().decode('utf-8'))
            print(len(text), text == ''.join(map(chr, [*range(0xD800), *range(0xE000, 0x10000), 0x1F600, 0x20BB7, 0x10FFFF])))
            """
        let result = try runProgram(["python3", "-c", program, "\(folder.path)/quoted"])
        #expect(result.error == "")
        #expect(result.output == "\(0x10000 - 0x800 + 3) True\n")
    }

    @Test func known() {
        #expect(JSONText.quoted("\u{0}\u{1F}\u{7F}\"\\/\n\r\tカード") == #""\u0000\u001f\u007f\"\\/\n\r\tカード""#)
        #expect(JSONText.quoted("") == "\"\"")
        // A line feed after a carriage return is one character in Swift, but two in JSON.
        #expect(JSONText.quoted("a\r\nb") == #""a\r\nb""#)
    }

    /// CSI in one character, as terminals take it (ECMA-48 clause 8.3.16), and what stands beside the C1 controls.
    @Test func noControlCharacterIsLeft() throws {
        let text = "\u{1B}\u{7E}\u{7F}\u{80}\u{9B}31m\u{9F}\u{A0}é"
        #expect(JSONText.quoted(text) == #""\u001b~\u007f\u0080\u009b31m\u009f\#u{A0}é""#)
        #expect(try jsonLine([text]) == #"["\u001b~\u007f\u0080\u009b31m\u009f\#u{A0}é"]"#)
        #expect(JSONText.escapingHighControls("{\n\"a\u{9B}\":1}") == "{\n\"a\\u009b\":1}")
    }
}
