import Diagnosis
import TestSupport
import Testing

@testable import Commands

@Suite struct PrintableTests {
    @Test(arguments: [
        ("カード card é 🪪 か\u{3099}", "カード card é 🪪 か\u{3099}"), ("a\u{1B}[2Jb\u{7}", "a?[2Jb?"), ("one\r\ntwo\tthree", "one??two?three"),
        // C1 controls (ECMA-48 clause 5.3), what some software takes for the end of a line, and what turns the direction of writing.
        ("\u{9B}31m\u{85}\u{7F}\u{0}", "?31m???"), ("a\u{2028}b\u{2029}c", "a?b?c"), ("a\u{202E}b\u{2066}c", "a?b?c"), ("", ""),
    ])
    func whatCouldMoveTheCursorIsAQuestionMark(_ text: String, _ shown: String) {
        #expect(printable(text) == shown)
    }

    @Test func anErrorIsOneHarmlessLine() {
        struct Foreign: DiagnosedError {
            let code = "foreign"
            let sentence = Sentence(ja: "読取機\u{1B}c", en: "reader\u{1B}c")
            let cause: String? = "name\n\u{1B}]0;title\u{7}"
            let category = FailureCategory.unavailable
        }
        #expect(Foreign().line(of: "sample", in: .english) == "sample: reader?c [foreign] (name??]0;title?)")
        #expect(Foreign().line(of: "sample", in: .japanese) == "sample: 読取機?c [foreign] (name??]0;title?)")
    }

    @Test func theLogIsHarmless() throws {
        let command = Command("log", Sentence(ja: "", en: "")) { invocation in
            invocation.log("reader\u{1B}c\nfound")
            return 0
        }
        let program = Program(name: "logger", version: "1", summary: Sentence(ja: "", en: ""), commands: [command])
        let error = try MemoryFile()
        #expect(program.run(["log", "-v"], environment: Environment([:]), streams: StandardStreams(error: error.descriptor)) == 0)
        #expect(error.text == "reader?c?found\n")
    }
}
