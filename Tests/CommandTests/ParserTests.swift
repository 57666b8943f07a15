import Diagnosis
import Testing

@testable import Commands
@testable import SampleProgram

@Suite struct ParserTests {
    private func invocation(_ arguments: String...) throws -> Invocation {
        guard case .run(let parsed) = try CommandLineParser.parse(arguments, of: Sample.program) else {
            throw UsageError(code: "no-run", sentence: Sentence(ja: "", en: ""), path: [])
        }
        return Invocation(program: Sample.program, parsed: parsed, environment: Environment([:]), streams: StandardStreams())
    }

    @Test func valuesInBothFormsAndDefaults() throws {
        let plain = try invocation("visit")
        #expect(plain.path == ["sample", "visit"])
        #expect(plain[Sample.reader] == "sim:card")
        #expect(!plain.isGiven(Sample.reader))
        #expect(plain[Sample.seed] == 7)
        #expect(plain[Sample.colour] == nil)
        #expect(plain[Sample.send] == [])
        #expect(!plain.json && !plain.verbose)

        let given = try invocation("visit", "--reader", "pcsc:*", "--seed=41", "--colour=green", "-v", "--json")
        #expect(given[Sample.reader] == "pcsc:*")
        #expect(given.isGiven(Sample.reader))
        #expect(given[Sample.seed] == 41)
        #expect(given[Sample.colour] == .green)
        #expect(given.json && given.verbose)
    }

    @Test func anEqualsSignBelongsToTheValueAfterTheFirst() throws {
        #expect(try invocation("visit", "--reader=a=b")[Sample.reader] == "a=b")
        #expect(try invocation("visit", "--reader=")[Sample.reader] == "")
        #expect(try invocation("visit", "--reader=--json")[Sample.reader] == "--json")
    }

    @Test func repeatedValuesKeepTheirOrder() throws {
        #expect(try invocation("visit", "--send", "01", "-s", "02", "--send=01")[Sample.send] == ["01", "02", "01"])
    }

    @Test func negatedFlags() throws {
        #expect(try !invocation("visit").isGiven(Sample.beep))
        let negated = try invocation("visit", "--no-beep")
        #expect(negated.isGiven(Sample.beep) && !negated[Sample.beep])
        #expect(try invocation("visit", "--no-beep", "--beep")[Sample.beep])
    }

    @Test func optionsStandBeforeOrAfterOperandsUntilTwoHyphens() throws {
        let mixed = try invocation("trace", "show", "a.jsonl", "--json", "b", "--", "--json", "-x")
        #expect(mixed.operands == ["a.jsonl", "b", "--json", "-x"])
        #expect(mixed[Sample.file] == ["a.jsonl"])
        #expect(mixed[Sample.more] == ["b", "--json", "-x"])
        #expect(try invocation("--json", "trace", "--verbose", "show", "-").operands == ["-"])
    }

    @Test func aNegativeNumberIsAValue() throws {
        #expect(try invocation("visit", "--pin-fd", "-1")[Sample.pinDescriptor] == -1)
    }

    struct Wrong: CustomTestStringConvertible {
        let line: String
        let code: String
        let english: String
        var testDescription: String { line }

        init(_ line: String, _ code: String, _ english: String) {
            (self.line, self.code, self.english) = (line, code, english)
        }
    }

    @Test(arguments: [
        Wrong("vist", "unknown-command", "there is no command 'vist'; did you mean 'visit'?"),
        Wrong("comp", "unknown-command", "there is no command 'comp'; did you mean 'completion'?"),
        Wrong("zzzzzz", "unknown-command", "there is no command 'zzzzzz'"),
        Wrong("slot", "unknown-command", "there is no command 'slot'"),
        Wrong("trace shwo", "unknown-command", "there is no command 'shwo'; did you mean 'show'?"),
        Wrong("visit --raeder x", "unknown-option", "there is no option '--raeder'; did you mean '--reader'?"),
        Wrong("visit --no-json", "unknown-option", "there is no option '--no-json'; did you mean '--json'?"),
        Wrong("visit --pin=1234", "unknown-option", "there is no option '--pin'; did you mean '--pin-fd'?"),
        Wrong("visit -x", "unknown-option", "there is no option '-x'"),
        Wrong("visit -r=x", "unknown-option", "there is no option '-r'"),
        Wrong("visit --version", "unknown-option", "there is no option '--version'"),
        Wrong("visit --reader", "missing-value", "--reader needs a value (--reader SELECTOR)"),
        Wrong("visit --reader --json", "missing-value", "--reader needs a value (--reader SELECTOR)"),
        Wrong("visit --json=yes", "unexpected-value", "--json takes no value"),
        Wrong("visit --no-beep=1", "unexpected-value", "--no-beep takes no value"),
        Wrong("visit --seed 1 --seed 2", "repeated-option", "--seed can be given only once"),
        Wrong("visit --seed many", "bad-value", "the value of --seed is not a valid NUMBER: A seed"),
        Wrong("visit --seed 4294967296", "bad-value", "the value of --seed is not a valid NUMBER: A seed"),
        Wrong("visit --colour geren", "bad-value", "--colour must be one of red, green, blue; did you mean 'green'?"),
        Wrong("visit quick", "bad-value", "MODE must be one of fast, slow"),
        Wrong("visit fast 1234", "superfluous-operand", "operand 2 is one too many"),
        Wrong("trace show", "missing-operand", "FILE is missing"),
    ])
    func wrongUse(_ wrong: Wrong) throws {
        let error = try #require(throws: UsageError.self) {
            try CommandLineParser.parse(wrong.line.split(separator: " ").map(String.init), of: Sample.program)
        }
        #expect(error.code == wrong.code)
        #expect(error.sentence.english == wrong.english)
        #expect(error.category.exitStatus == 64)
    }

    @Test func controlCharactersOfAWrongWordDoNotReachTheTerminal() throws {
        let error = try #require(throws: UsageError.self) {
            try CommandLineParser.parse(["a\u{1B}[2J\n" + String(repeating: "b", count: 100)], of: Sample.program)
        }
        #expect(
            error.line(of: "sample", in: .english) == "sample: there is no command 'a?[2J?" + String(repeating: "b", count: 34) + "...'")
    }

    @Test func faultsOfATable() {
        #expect(Sample.program.faults == [])
        let summary = Sentence(ja: "", en: "")
        let flag = Flag("json", short: "v", summary)
        let command = Command("help", summary, options: [flag], operands: [Sample.more, Sample.file]) { _ in 0 }
        let program = Program(name: "wrong", version: "0", summary: summary, commands: [command])
        #expect(
            program.faults == [
                "wrong: the command help is declared twice", "wrong help: --json is declared twice", "wrong help: -v is declared twice",
                "wrong help: MORE may be there or not, so nothing can follow it",
            ])
    }

    @Test func distances() {
        func distance(_ left: String, _ right: String) -> Int { editDistance(Array(left), Array(right)) }
        #expect(distance("", "abc") == 3)
        #expect(distance("kitten", "sitting") == 3)
        #expect(distance("raeder", "reader") == 1)
        #expect(distance("visit", "visit") == 0)
    }

    @Test func helpWinsWhereverItStands() throws {
        func path(_ arguments: String...) throws -> [String]? {
            if case .help(let path) = try CommandLineParser.parse(arguments, of: Sample.program) { path } else { nil }
        }
        #expect(try path("--help") == ["sample"])
        #expect(try path("-h", "trace", "show") == ["sample", "trace", "show"])
        #expect(try path("trace", "show", "--help", "--bogus") == ["sample", "trace", "show"])
        #expect(try path("visit", "--", "fast") == nil)
    }
}
