import Glibc
import TestSupport
import Testing

/// `kazasu run` as a person or a build server uses it.
@Suite struct RunCommandTests {
    let folder = TemporaryFolder()

    private func run(_ words: [String], variables: [String] = ["LC_ALL=C"]) throws -> ProgramResult {
        try ChildProcess([builtProgram("kazasu"), "run"] + words, environment: ChildProcess.searchPath + variables).result()
    }

    /// What an expression in Python makes of a file of XML.
    private func ofXML(_ name: String, _ expression: String) throws -> String {
        let program = "import sys, xml.etree.ElementTree as E; r = E.parse(sys.argv[1]).getroot(); print((\(expression)))"
        return try runProgram(["python3", "-c", program, folder / name]).checked().output
    }

    @Test("What passes is counted, and what came otherwise is told with its line and the last exchanges")
    func endings() throws {
        let good = try folder.write("good.yaml", passing)
        let bad = try folder.write("bad.yaml", try changed("contribution: 30", "contribution: 10"))
        let other = try folder.write("other.yaml", try changed("card: hanako", "reader: canon-hicara"))
        let one = try run([good])
        #expect(one.status == 0 && one.output == "1 scenarios: 1 passed, 0 failed, 0 skipped\n", "\(one)")
        let all = try run(["--reader", "sim:fujitsu-caora", folder.path])
        #expect(all.status == 1)
        let lines = all.output.split(separator: "\n")
        #expect(lines.prefix(2) == ["failed  \(bad) [sim:fujitsu-caora]", "\(bad):18:44: expected eligibility.contribution 10, got 30"])
        #expect(lines.dropFirst(2).dropLast().count == 4 && lines[2].hasPrefix("    ") && lines[2].contains(" -> "), "\(lines)")
        #expect(lines.last == "3 scenarios: 1 passed, 1 failed, 1 skipped")
        #expect(try run([other]).status == 0, "by default it is played at the model that it is about")
        #expect(try run([bad, "--language", "ja"]).output.contains("\(bad):18:44: 期待：eligibility.contribution 10、実際：30\n"))
    }

    @Test("A file that is wrong is told line by line, and nothing is played")
    func wrongFiles() throws {
        _ = try folder.write("a.yaml", try changed("exit: 0", "exit: zero"))
        _ = try folder.write("b.yaml", try changed("identity: pin\npeople", "identiti: pin\npeople"))
        let result = try run([folder.path])
        #expect(result.status == 65 && result.output.isEmpty)
        let lines = result.error.split(separator: "\n")
        #expect(lines.count == 2, "\(result.error)")
        #expect(lines[0].hasPrefix("kazasu: \(folder.path)/a.yaml:11:9: a whole number is needed"))
        #expect(lines[1] == "kazasu: \(folder.path)/b.yaml:5:1: this key is unknown; did you mean 'identity'? [scenario-malformed]")
    }

    @Test(
        "Wrong use",
        arguments: [
            [], ["--reader", "pcsc:*", "--parallel", "2", "x.yaml"], ["--reader", "sim:none", "x.yaml"], ["--parallel", "0", "x.yaml"],
            ["--repeat", "0"],
        ])
    func wrongUse(_ words: [String]) throws {
        let result = try run(words)
        #expect(result.status == 64 && result.output.isEmpty, "\(result)")
    }

    @Test("A file that is not there")
    func noFile() throws { #expect(try run([folder / "none.yaml"]).status == 66) }

    @Test("As many threads as one likes: the same bytes, also of the traces")
    func parallel() throws {
        for number in 1...3 { _ = try folder.write("\(number).yaml", passing.replacing("seed: 4", with: "seed: \(number)")) }
        let runs = try ["1", "4"].map { count in
            let traces = folder / "traces\(count)"
            let result = try run(
                ["--reader", "sim:*", "--json", "--parallel", count, "--trace", traces] + (1...3).map { folder / "\($0).yaml" })
            #expect(result.status == 0)
            let names = folder.names(in: "traces\(count)")
            #expect(names.count == 18 && names.first == "1.almex-cps100w.jsonl", "\(names)")
            return [result.output] + (try names.map { String(decoding: try folder.read("traces\(count)/\($0)"), as: UTF8.self) })
        }
        #expect(runs[0] == runs[1])
        #expect(!runs[0].joined().contains("試験 花子"))
        #expect(!runs[0].joined().contains("31323334"), "the PIN")
    }

    /// What must hold whatever goes wrong does, at two counters of each kind; the rule that is broken here is told with the seed.
    @Test("With a fault at some moment")
    func faults() throws {
        let files = ["certified-reader/pin", "certified-reader/face", "home-consent/pin", "web-reception/remote", "emergency/disaster"]
            .map { "\(LibraryTests.root)/\($0).yaml" }
        let result = try run(["--faults", "--repeat", "12", "--seed", "3"] + files)
        #expect(result.status == 0 && result.output == "60 scenarios: 60 passed, 0 failed, 0 skipped\n", "\(result)")
        let file = try folder.write("x.yaml", try changed("absent: [試験 花子]", "absent: [confirmed]"))
        let broken = try run(["--faults", "--seed", "1", file])
        #expect(broken.status == 1 && broken.output.hasPrefix("failed  \(file) [sim:fujitsu-caora, seed 1]\n"), "\(broken)")
    }

    @Test("Each repetition has other pauses, and its seed repeats it")
    func repetitions() throws {
        let file = try folder.write("x.yaml", passing.replacing("placing: 1s, ", with: ""))
        let many = try run(["--repeat", "3", "--seed", "7", "--json", file]).output
        let times = try runProgram(
            [
                "python3", "-c", "import sys, json; print([(s['seed'], s['milliseconds']) for s in json.loads(sys.argv[1])['scenarios']])",
                many,
            ]
        ).checked().output
        let again = try run(["--seed", "9", "--json", file]).output
        let last = try runProgram(
            [
                "python3", "-c", "import sys, json; print([(s['seed'], s['milliseconds']) for s in json.loads(sys.argv[1])['scenarios']])",
                again,
            ]
        ).checked().output
        #expect(times.hasPrefix("[(7, "))
        #expect(times.hasSuffix(", " + last.dropFirst()), "\(times) \(last)")
        let numbers = times.split { "[](), \n".contains($0) }.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        #expect(Set(numbers).count == 3, "\(times)")
        let bad = try folder.write("bad.yaml", try changed("exit: 0", "exit: 3"))
        #expect(try run(["--repeat", "2", "--seed", "7", bad]).output.hasPrefix("failed  \(bad) [sim:fujitsu-caora, seed 7]\n"))
    }

    @Test("JUnit: well-formed, whatever stands in the scenarios")
    func junit() throws {
        _ = try folder.write("a.yaml", passing.replacing("A visit by PIN", with: "<A> & \"visit\" ]]> 𠮷"))
        _ = try folder.write("b.yaml", try changed("name: 試験 花子", "name: <&>\\u0007"))
        _ = try folder.write("c.yaml", try changed("card: hanako", "reader: canon-hicara"))
        #expect(try run(["--reader", "sim:fujitsu-caora", "--junit", folder / "r.xml", folder.path]).status == 1)
        #expect(
            try ofXML("r.xml", "r.tag, r.attrib['tests'], r.attrib['failures'], r.attrib['skipped']") == "('testsuite', '3', '1', '1')\n")
        #expect(
            try ofXML("r.xml", "[c.tag for c in r], [[d.tag for d in c] for c in r]")
                == "(['testcase', 'testcase', 'testcase'], [[], ['failure'], ['skipped']])\n")
        #expect(try ofXML("r.xml", "'<A> & \"visit\" ]]> 𠮷 [sim:fujitsu-caora]' in r[0].attrib['name']") == "True\n")
        #expect(try ofXML("r.xml", "'expected eligibility.name <&>' in r[1][0].text, float(r[0].attrib['time']) > 1") == "(True, True)\n")
    }

    @Test("The log of rules has a line for each scenario that was played")
    func ruleLog() throws {
        let good = try folder.write("good.yaml", passing)
        let bad = try folder.write("bad.yaml", try changed("exit: 0", "exit: 3"))
        let skipped = try folder.write("skipped.yaml", try changed("card: hanako", "reader: canon-hicara"))
        _ = try run(["--reader", "sim:fujitsu-caora", "--rule-log", folder / "log", good, bad])
        _ = try run(["--reader", "sim:fujitsu-caora", "--rule-log", folder / "log", skipped])
        let log = String(decoding: try folder.read("log"), as: UTF8.self)
        #expect(
            log == """
                {"scenario":"\(good)","rules":["R064"],"passed":true}
                {"scenario":"\(bad)","rules":["R064"],"passed":false}

                """)
    }

    @Test("The day is that of Japan, wherever the machine stands")
    func elsewhere() throws {
        let file = try folder.write(
            "x.yaml",
            """
            scenario: midnight in Japan
            at: 2026-12-01 00:10:00
            expect: {outcome: confirmed, eligibility: {day: 2026-12-01}}
            """)
        for zone in ["America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"] {
            #expect(try run([file], variables: ["TZ=\(zone)"]).status == 0, "\(zone)")
        }
    }
}
