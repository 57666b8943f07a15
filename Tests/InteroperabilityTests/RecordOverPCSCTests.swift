import TestSupport
import Testing

extension OpenSCTests {
    /// Recordings at a stock pcscd, where a card must first prove that it is a synthetic one.
    @Suite(.serialized) struct RecordOverPCSC {
        private static let card = ["--card", "my-number-card", "--interface", "contact", "--at-once"]

        /// Records a visit with this PIN, and returns how it ended and what was written.
        private static func record(_ pin: String, _ bench: PrivatePCSC) throws -> (result: ProgramResult, lines: [Substring]) {
            let visit = ["visit", "--json", "--reader", VisitOverPCSC.reader, "--centre", bench.folder / "centre"]
            let result = try bench.run(
                [try builtProgram("kazasu"), "record", bench.folder / "r", "--"] + visit, environment: ["KAZASU_PIN=\(pin)"])
            return (result, String(decoding: try bench.folder.read("r"), as: UTF8.self).split(separator: "\n"))
        }

        @Test("a card that has proved to be synthetic is written with its bytes, late, and replays without pcscd")
        func proven() throws {
            try PrivatePCSC.with(card: Self.card) { bench, card in
                let (result, lines) = try Self.record("1234", bench)
                #expect(result.status == 0, "\(result.error)")
                #expect(try card.number("pinTriesLeft") == 3)
                let first = try #require(lines.firstIndex { $0.contains(#""bytes": ""#) })
                #expect(lines[..<first].contains { $0.contains(#""event": "close""#) }, "nothing is written before the proof")
                #expect(lines[first...].dropLast().allSatisfy { $0.contains(#""event": "payload""#) })
                #expect(lines.contains { $0.contains(#""event": "post""#) && $0.hasSuffix(#""name": "pin", "length": 0}"#) })
                bench.killDaemon()
                let replayed = try bench.run([try builtProgram("kazasu"), "replay", bench.folder / "r"])
                #expect(replayed.status == 0, "\(replayed.error)")
                for part in [
                    #""outcome":"confirmed""#, #""certificate":"valid-synthetic""#, #""apdus":5"#, #""reader":"pcsc:Virtual PCD 00 00""#,
                ] {
                    #expect(result.output.contains(part) && replayed.output.contains(part), "\(part)")
                }
            }
        }

        @Test(
            "without the proof, or with another PIN than the published one, no byte is written",
            arguments: [
                ("my-number-card", "9999", "pin-rejected"), ("my-number-card", "83z1", "pin-malformed"),
                ("expired", "1234", "certificate-expired"), ("my-number-card", "8246", "confirmed"),
            ])
        func unproven(_ kind: String, _ pin: String, _ outcome: String) throws {
            try PrivatePCSC.with(card: ["--card", kind, "--interface", "contact", "--at-once"]) { bench, _ in
                if outcome == "confirmed" {
                    let changed = try bench.run(
                        [try builtProgram("kazasu"), "card", "change-pin", "--reader", VisitOverPCSC.reader],
                        environment: ["KAZASU_PIN=1234", "KAZASU_NEW_PIN=\(pin)"])
                    #expect(changed.status == 0, "\(changed.error)")
                }
                let (result, lines) = try Self.record(pin, bench)
                #expect(result.output.contains("\"outcome\":\"\(outcome)\""), "\(result.output)")
                #expect(lines.count > 5)
                #expect(!lines.contains { $0.contains("bytes") || $0.contains("payload") })
                let replayed = try bench.run([try builtProgram("kazasu"), "replay", bench.folder / "r"])
                #expect(replayed.status == 65)
                #expect(replayed.error.contains("[recording-without-payload]"), "\(replayed.error)")
            }
        }
    }
}
