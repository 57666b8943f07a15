import Diagnosis
import Glibc
import TestSupport
import Testing

@testable import Commands
@testable import SampleProgram

@Suite struct RunTests {
    @Test func aCommandWritesAndReturnsItsStatus() throws {
        #expect(try run("visit", "--seed", "9") == Outcome(status: 0, output: "reader sim:card seed 9\n", error: ""))
        #expect(try run("trace", "check", "x").status == 3)
    }

    @Test func version() throws {
        #expect(try run("--version") == Outcome(status: 0, output: "sample 1.2.3\n", error: ""))
        #expect(try run("-V").output == "sample 1.2.3\n")
        #expect(try run("--json", "--version").output == "{\"program\":\"sample\",\"version\":\"1.2.3\"}\n")
    }

    @Test func wrongUseIsTwoLinesAndStatus64() throws {
        let english = try run("visit", "--raeder", "x")
        #expect(english.status == 64)
        #expect(english.output == "")
        #expect(english.error == "sample: there is no option '--raeder'; did you mean '--reader'?\nsee 'sample help visit'\n")
        let japanese = try run("trace", "shwo", environment: ["LANG": "ja_JP.UTF-8"])
        #expect(japanese.error == "sample: 'shwo' というコマンドはありません（'show' でしょうか）\n'sample help trace' を参照してください\n")
    }

    @Test func withoutACommandTheHelpIsAnError() throws {
        let outcome = try run()
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(outcome.error.hasPrefix("sample - A program to try things with\n\nUsage: sample [OPTIONS] COMMAND\n"))
        #expect(try run("trace").error.contains("Usage: sample trace [OPTIONS] COMMAND"))
        #expect(try run("trace", "--json").output.contains("\"code\":\"missing-command\""))
    }

    @Test func aDiagnosedErrorIsOneLine() throws {
        let english = try run("fail")
        #expect(english == Outcome(status: 75, output: "before\n", error: "sample: the card was \"removed\" [card-removed] (SW 6F00)\n"))
        let japanese = try run("fail", environment: ["LC_MESSAGES": "ja_JP.UTF-8", "LANG": "C"])
        #expect(japanese.error == "sample: カードが外れました [card-removed] (SW 6F00)\n")
    }

    @Test func underJSONAnErrorIsAnObjectToo() throws {
        let outcome = try run("fail", "--json")
        #expect(
            outcome.output
                == "before\n{\"error\":{\"code\":\"card-removed\",\"message\":\"the card was \\\"removed\\\"\",\"cause\":\"SW 6F00\"}}\n")
        #expect(outcome.status == 75)
        #expect(try run("visit", "--json", "--reader").output.contains("\"cause\":null"))
        #expect(try run("visit", "--", "--json", "x").output == "")
    }

    @Test func aForeignErrorShowsOnlyItsType() throws {
        let outcome = try run("fail", "fast")
        #expect(outcome.status == 70)
        #expect(outcome.error == "sample: Something unexpected went wrong in the program. [unexpected] (ForeignError)\n")
    }

    @Test(arguments: [
        (["LC_ALL": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"], Language.japanese),
        (["LC_ALL": "", "LC_MESSAGES": "ja", "LANG": "C"], .japanese),
        (["LC_ALL": "C", "LC_MESSAGES": "ja", "LANG": "ja"], .english),
        (["LANG": "ja_JP.eucJP"], .japanese),
        ([:], .english),
    ])
    func languageInTheOrderOfPOSIX(_ table: [String: String], _ language: Language) {
        #expect(Environment(table).language == language)
    }

    @Test func theOptionBeatsTheEnvironment() throws {
        #expect(try run("fail", "--language", "ja").error.contains("カード"))
        #expect(try run("--language=en", "--bogus", environment: ["LANG": "ja"]).error.hasPrefix("sample: there is no option"))
        #expect(try run("help", "visit", "--language=ja").output.contains("使い方"))
    }

    @Test func helpCommand() throws {
        let byCommand = try run("help", "trace", "show")
        #expect(byCommand.status == 0)
        #expect(byCommand.output == (try run("trace", "show", "--help").output))
        #expect(try run("help", "vist").error.hasPrefix("sample: there is no command 'vist'; did you mean 'visit'?"))
        #expect(try run("help", "visit", "more").status == 64)
    }

    @Test func aFullDiskIsAnErrorOfOneLine() throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        let error = try MemoryFile()
        let streams = StandardStreams(output: full, error: error.descriptor)
        #expect(Sample.program.run(["visit"], environment: Environment([:]), streams: streams) == 74)
        #expect(
            error.text
                == "sample: The output could not be written because the disk is full. [output-failed] (No space left on device)\n")
    }

    @Test func aReaderThatLeavesIsNoError() throws {
        StandardStreams.prepareProcess()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let error = try MemoryFile()
        let streams = StandardStreams(output: ends[1], error: error.descriptor)
        #expect(Sample.program.run(["--help"], environment: Environment([:]), streams: streams) == 141)
        #expect(error.text == "")
    }

    @Test func aClosedStreamIsAnError() throws {
        let error = try MemoryFile()
        let streams = StandardStreams(output: 9999, error: error.descriptor)
        #expect(Sample.program.run(["visit"], environment: Environment([:]), streams: streams) == 74)
        #expect(error.text.contains("Bad file descriptor"))
    }
}
