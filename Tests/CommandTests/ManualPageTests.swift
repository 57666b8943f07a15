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

    @Test("A long Japanese list can be read in every locale", arguments: ["C", "C.UTF-8", "ja_JP.UTF-8"])
    func longJapaneseList(_ locale: String) throws {
        let list = (1...40).map { "my-number-card-\($0)" }.joined(separator: "、")
        let summary = Sentence(ja: list, en: "x")
        let program = Program(
            name: "list", version: "1", summary: summary, commands: [Command("run", summary, discussion: summary) { _ in 0 }])
        let folder = TemporaryFolder()
        let path = try folder.write("list.1", ManualPage(program: program, path: ["list", "run"], language: .japanese).text)
        let shown = try runProgram(
            ["timeout", "60", "man", "--encoding=UTF-8", "--local-file", path], environment: Self.terminal + ["LC_ALL=\(locale)"])
        #expect(shown.status == 0)
        #expect(shown.output.contains("my-number-card-40"))
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
