import TestSupport
import Testing

/// `kazasu run --record`: a visit that was played by hand becomes a scenario.
@Suite struct RecordingTests {
    let folder = TemporaryFolder()

    private func run(_ words: [String], variables: [String] = []) throws -> ProgramResult {
        let surroundings = ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(folder.path)"] + variables
        return try ChildProcess([builtProgram("kazasu"), "run"] + words, environment: surroundings).result()
    }

    @Test(
        "It passes",
        arguments: [
            (["--reader", "sim:fujitsu-caora", "--identity", "face"], 0, "outcome: confirmed"),
            (["--reader", "sim:canon*", "--identity", "visual", "--facility", "𠮷田: \"x\"", "--seed", "5"], 0, "seed: 5"),
            (
                [
                    "--reader", "sim:almex-cps100w", "--identity", "pin", "--stage", "keypad:type-wrong-pin", "--stage", "consent:remove",
                    "--at", "2026-11-21T09:30:00",
                ], 0, "\"keypad:type-wrong-pin\""
            ),
            (["--reader", "sim:atlas-exc9000", "--stage", "keypad#1:type-wrong-pin", "--stage", "choose-method#2:end"], 77, "exit: 77"),
            (
                ["--reader", "sim:fujitsu-caora", "--second-reader", "sim:generic-ccid", "--card", "android-token"], 0,
                "second-reader: generic-ccid"
            ),
            (["--reader", "sim:card", "--tries-left", "2", "--holder", "taro"], 0, "needs: []"),
            (["--reader", "sim:fujitsu-caora", "--identity", "face", "--stage", "apdu#5:remove"], 69, "consent: none"),
        ])
    func recorded(_ words: [String], _ status: Int32, _ part: String) throws {
        let file = folder / "mine.yaml"
        let visit = try run(["--record", file, "--", "visit"] + words)
        #expect(visit.status == status, "\(visit)")
        #expect(!visit.error.contains("expected"), "\(visit.error)")
        let text = String(decoding: try folder.read("mine.yaml"), as: UTF8.self)
        #expect(text.contains(part), "\(text)")
        #expect(!text.contains("花子") && !text.contains("consent:remove"), "\(text)")
        let played = try run([file])
        #expect(played.status == 0, "\(played.output)\n\(text)")
    }

    @Test(
        "What a scenario has no key for is refused before anything is done",
        arguments: [
            ["visit", "--reader", "sim:card", "--fault", "5:pull"], ["visit", "--reader", "sim:card", "--card", "./x.json"], ["readers"],
            [],
            ["visit", "--reader", "pcsc:*"], ["visit", "--reader", "sim:card", "--centre", "x"],
            ["visit", "--reader", "sim:generic-ccid#1"],
        ])
    func refused(_ words: [String]) throws {
        let result = try run(["--record", folder / "mine.yaml", "--"] + words)
        #expect(result.status == 64, "\(result)")
        #expect(!folder.has("mine.yaml"))
    }

    @Test("A PIN that is given beforehand is no synthetic card's")
    func givenPIN() throws {
        let words = ["--record", folder / "mine.yaml", "--", "visit", "--reader", "sim:card"]
        let result = try run(words, variables: ["KAZASU_PIN=8642"])
        #expect(result.status == 64 && !folder.has("mine.yaml"), "\(result)")
    }
}
