import Diagnosis
import TestSupport
import Testing

@testable import Commands
@testable import SampleProgram

/// The manual pages as the man of Debian (man-db over groff) reads them.
@Suite struct ManualPageTests {
    @Test func allPagesAreWrittenAndGroffHasNoComplaint() throws {
        let folder = TemporaryFolder()
        #expect(try run("manual", folder / "man") == Outcome(status: 0, output: "", error: ""))
        for language in Language.allCases {
            let pages = Sample.program.manualPages(in: language)
            #expect(pages.contains { $0.fileName == "sample-trace-show.1" })
            for page in pages {
                let path = folder / (language == .japanese ? "man/ja/man1/\(page.fileName)" : "man/man1/\(page.fileName)")
                let words = ["man", "--warnings=w,all", "--encoding=UTF-8", "--local-file", path]
                let result = try runProgram(words, environment: Self.terminal)
                #expect(result.status == 0)
                #expect(result.error == "", "\(path)")
                #expect(result.output.contains("sample"))
            }
        }
    }

    @Test func whatIsTypedCanBeCopiedFromThePage() throws {
        let page = ManualPage(program: Self.awkward, path: ["awkward", "run"], language: .english)
        let folder = TemporaryFolder()
        let path = try folder.write(page.fileName, page.text)
        let shown = try runProgram(["man", "--encoding=UTF-8", "--local-file", path], environment: Self.terminal).output
        #expect(shown.contains(#"awkward run --odd 'a~b^c' \back `tick` "quoted""#))
        #expect(shown.contains(".begins with a full stop"))
        #expect(shown.contains("77     Refused: a credential was wrong, blocked or missing"))
    }

    @Test func aPlaceThatCannotBeWrittenIsAnError() throws {
        let outcome = try run("manual", "/proc/nowhere")
        #expect(outcome.status == 73)
        #expect(outcome.error.contains("/proc/nowhere"))
    }

    private static let terminal = ["MANWIDTH=100", "PATH=/usr/bin:/bin", "TERM=dumb"]

    private static let awkward = Program(
        name: "awkward", version: "1", summary: Sentence(ja: "x", en: "x"),
        commands: [
            Command(
                "run", Sentence(ja: "x", en: "x"), discussion: Sentence(ja: "x", en: ".begins with a full stop"),
                examples: [Example(#"awkward run --odd 'a~b^c' \back `tick` "quoted""#, Sentence(ja: "x", en: "x"))]
            ) { _ in 0 }
        ])
}
