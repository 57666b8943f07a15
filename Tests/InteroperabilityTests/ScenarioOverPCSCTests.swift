import TestSupport
import Testing

extension OpenSCTests {
    /// Scenarios at a real reader: a stock pcscd with a card in its virtual one.
    @Suite(.serialized) struct ScenarioOverPCSC {
        private static let library = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Simulators/Scenarios"

        private func play(_ bench: PrivatePCSC, _ names: [String], pin: String) throws -> ProgramResult {
            try bench.run(
                [try builtProgram("kazasu"), "run", "--reader", VisitOverPCSC.reader] + names.map { "\(Self.library)/\($0).yaml" },
                environment: ["KAZASU_PIN=\(pin)", "LC_ALL=C"])
        }

        @Test("one that passes at every simulated reader passes there too; what needs a screen or other people is skipped")
        func passes() throws {
            try PrivatePCSC.with(card: VisitOverPCSC.myNumberCard) { bench, card in
                let result = try play(bench, ["plain-reader/pin", "plain-reader/wrong-pin", "certified-reader/face"], pin: "1234")
                #expect(result.status == 0, "\(result)")
                #expect(result.output == "3 scenarios: 1 passed, 0 failed, 2 skipped\n")
                #expect(try card.afterVisit().text("power") == "off")
            }
        }

        @Test("what comes otherwise is told, and the PIN that was typed is not")
        func fails() throws {
            try PrivatePCSC.with(card: VisitOverPCSC.myNumberCard) { bench, card in
                let result = try play(bench, ["plain-reader/pin"], pin: "8642")
                #expect(result.status == 1, "\(result)")
                #expect(result.output.contains("expected outcome confirmed, got pin-rejected"))
                #expect(result.output.contains("-> 63C2"), "the last exchanges")
                #expect(!(result.output + result.error).contains("8642") && !result.output.contains("38363432"))
                #expect(try card.afterVisit().number("pinTriesLeft") == 2)
            }
        }
    }
}
