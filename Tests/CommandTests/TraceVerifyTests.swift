import TestSupport
import Testing

/// `kazasu trace verify` and `kazasu trace diff`, on traces that the program has written and on others.
@Suite struct TraceVerifyTests {
    let folder = TemporaryFolder()

    private func kazasu(_ arguments: String...) throws -> ProgramResult {
        let environment = ChildProcess.searchPath + ["HOME=\(folder.path)", "LC_ALL=C"]
        return try runProgram([builtProgram("kazasu")] + arguments, environment: environment)
    }

    private func visit(_ name: String, _ arguments: String...) throws -> String {
        let words = ["visit", "--reader", "sim:card", "--trace", folder / name] + arguments
        _ = try runProgram(
            [builtProgram("kazasu")] + words, environment: ChildProcess.searchPath + ["HOME=\(folder.path)"])
        return folder / name
    }

    private static let good = [
        #"{"event":"start","at":0,"program":"p","reader":"r","clock":"real","unixTime":0}"#,
        #"{"event":"card","at":1,"reader":"r","slot":0,"answerToReset":"3B00"}"#,
        #"{"event":"exchange","at":2,"took":3,"reader":"r","slot":0,"command":"0020009804","commandHidden":4,"answerHidden":0,"status":"9000"}"#,
        #"{"event":"end","at":9,"outcome":"confirmed"}"#,
    ]

    @Test func whatTheProgramWritesIsInOrder() throws {
        let result = try kazasu("trace", "verify", try visit("a"))
        #expect(result.status == 0)
        #expect(result.output.hasSuffix(" records, nothing wrong\n"))
    }

    @Test(arguments: [
        ([1, 2, 3], "1: 'start'"), ([0, 1, 2], "3: 'end'"), ([0, 2, 3], "2: an exchange without a card"),
        ([0, 1, 3, 2], "4: it happens before"),
        ([0, 0, 1, 2, 3], "2: 'start'"),
    ])
    func namesTheLine(_ lines: [Int], _ problem: String) throws {
        let path = try folder.write("t", lines.map { Self.good[$0] + "\n" }.joined())
        let result = try kazasu("trace", "verify", path)
        #expect(result.status == 65)
        #expect(result.output.contains(problem), "\(result.output)")
    }

    @Test func aLostLineIsMissed() throws {
        let path = try visit("a")
        var lines = String(decoding: try folder.read("a"), as: UTF8.self).split(separator: "\n")
        lines.remove(at: 5)
        let result = try kazasu("trace", "verify", try folder.write("b", lines.joined(separator: "\n")))
        #expect(result.status == 65)
        #expect(result.output == "\(lines.count): there are not as many lines as it counts; some were lost or added\n")
        #expect(try kazasu("trace", "verify", path).status == 0)
    }

    @Test(arguments: [
        (#""command":"002000980431323334","commandHidden":0"#, "3: data of a command"),
        (#""command":"00200098043132","commandHidden":2"#, "3: data"),
        (#""command":"00","commandHidden":3"#, "3: data"), (#""command":"0020009804","commandHidden":-4"#, "3: a length"),
        (#""command":"0020009804","commandHidden":9223372036854775807"#, "3: data"),
    ])
    func findsASecretThatWasNotHidden(_ shown: String, _ problem: String) throws {
        var lines = Self.good
        lines[2].replace(#""command":"0020009804","commandHidden":4"#, with: shown)
        let result = try kazasu("trace", "verify", try folder.write("t", lines.joined(separator: "\n")))
        #expect(result.status == 65)
        #expect(result.output.hasPrefix(problem), "\(result.output)")
    }

    @Test func twoVisitsWithTheSameCardAgreeAndAWrongPINIsSeen() throws {
        let first = try visit("a")
        let second = try visit("b", "--seed", "7", "--holder", "taro")
        let same = try kazasu("trace", "diff", first, second)
        #expect(same.status == 0)
        #expect(same.output.isEmpty)

        let blocked = try kazasu("trace", "diff", first, try visit("c", "--tries-left", "0"))
        #expect(blocked.status == 1)
        let marks = blocked.output.split(separator: "\n").map { String($0.prefix(1)) }
        #expect(marks.contains("-") && marks.contains("+"))
        #expect(blocked.output.contains("6984"))
        #expect(blocked.output.contains("63C3"))
    }

    @Test func longTracesThatAreUnlikeDoNotTakeForEver() throws {
        let line = Self.good[2] + "\n"
        let other = line.replacing("9000", with: "6982")
        let first = try folder.write("a", Self.good[0] + "\n" + String(repeating: line, count: 20_000))
        let second = try folder.write("b", Self.good[0] + "\n" + String(repeating: other, count: 20_000))
        let result = try kazasu("trace", "diff", first, second)
        #expect(result.status == 1)
        #expect(result.output.split(separator: "\n").count == 40_000)
    }
}
