import Diagnosis
import TestSupport
import Testing

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
}
