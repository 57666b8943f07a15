import ReaderTransport
import Recordings
import TestSupport
import Testing

/// `kazasu trace show` and `trace diff` of recordings.
@Suite struct SessionTests {
    let folder = TemporaryFolder()

    private func kazasu(_ words: String...) throws -> ProgramResult {
        try runProgram([builtProgram("kazasu")] + words, environment: ChildProcess.searchPath + ["HOME=\(folder.path)", "LC_ALL=C"])
    }

    @discardableResult
    private func record(_ name: String, _ more: String...) throws -> ProgramResult {
        let words = ["record", folder / name, "--", "visit", "--centre", folder / "centre"] + more
        return try runProgram([builtProgram("kazasu")] + words, environment: ChildProcess.searchPath + ["HOME=\(folder.path)", "LC_ALL=C"])
    }

    @Test func everyTransferIsALineWithoutItsBytes() throws {
        try record("r", "--reader", "sim:generic-ccid")
        let lines = try kazasu("trace", "show", folder / "r").checked().output.split(separator: "\n").map { $0.dropFirst(24) }
        #expect(lines.first == "open  0 sim:generic-ccid (usb 054C:0DC8), lanes: 0 ccid")
        #expect(lines[1] == "0.0  RDR_to_PC_NotifySlotChange")
        #expect(lines[2] == "0.0  PC_to_RDR_GetSlotStatus  slot 0  seq 0  length 0")
        #expect(lines.contains("0.0  PC_to_RDR_XfrBlock  slot 0  seq 11  length 9"))
        #expect(lines.last == "close  0")
        // VERIFY with the PIN, in hexadecimal.
        #expect(!lines.contains { $0.contains("31323334") })
        let json = try kazasu("trace", "show", "--json", folder / "r").checked().output
        #expect(!json.contains("31323334"))
        #expect(json.contains(#""message":{"length":9,"name":"PC_to_RDR_XfrBlock","sequence":11,"slot":0,"type":111}"#))
        // Three transfers a line of their own: as many as were submitted.
        let recording = try RecordingFile.parse(try folder.read("r"))
        let submitted = recording.records.filter { if case .submit = $0.event { true } else { false } }.count
        #expect(json.ranges(of: #""event":"transfer""#).count == submitted)
    }

    @Test func theFirstDifferenceIsNamed() throws {
        try record("a", "--reader", "sim:generic-ccid")
        try record("b", "--reader", "sim:generic-ccid", "--verbose", "--json")
        let same = try kazasu("trace", "diff", folder / "a", folder / "b")
        #expect((same.status, same.output) == (0, ""))
        // Another seed is another challenge, which is signed.
        try record("c", "--reader", "sim:generic-ccid", "--seed", "9")
        let other = try kazasu("trace", "diff", folder / "a", folder / "c")
        #expect(other.status == 1)
        let lines = other.output.split(separator: "\n")
        #expect(lines[0].hasSuffix("  0.0  PC_to_RDR_XfrBlock  slot 0  seq 12  length 57 (from byte 34 on)".dropFirst(2)), "\(lines[0])")
        #expect(lines[0].hasPrefix("-"))
        #expect(lines.map(\.first) == ["-", "-", "+", "+"])
        try record("d", "--reader", "sim:generic-ccid", "--stage", "apdu#3:remove")
        #expect(try kazasu("trace", "diff", folder / "a", folder / "d").status == 1)
        try record("short", "--reader", "sim:generic-ccid-short")
        #expect(try kazasu("trace", "diff", "--json", folder / "a", folder / "short").output.hasPrefix(#"{"differences":[{"line":"#))
    }

    @Test func aTraceAndARecordingAreNotCompared() throws {
        try record("r", "--reader", "sim:generic-ccid", "--trace", folder / "t")
        #expect(try kazasu("trace", "diff", folder / "r", folder / "t").status == 64)
        #expect(try kazasu("trace", "show", folder / "t").status == 0)
        // A recording that was cut is shown as far as it goes.
        let bytes = try folder.read("r")
        try folder.write("cut", bytes.prefix(bytes.count / 2))
        let cut = try kazasu("trace", "show", folder / "cut")
        #expect(cut.status == 65)
        #expect(cut.output.contains("PC_to_RDR_IccPowerOn"))
    }

    /// Where the bytes of one are withheld, only lengths count.
    @Test func withheldBytesDoNotDiffer() throws {
        var (shown, withheld, longer) = (Session(), Session(), Session())
        shown.complete(shown.submit(.write, .init([1, 2, 3])))
        withheld.complete(withheld.submit(.write, .init(withheld: 3)))
        longer.complete(longer.submit(.write, .init(withheld: 4)))
        #expect(RecordingComparison(shown.recording, withheld.recording).differences == [])
        #expect(RecordingComparison(shown.recording, longer.recording).differences.count == 2)
        #expect(RecordingComparison(shown.recording, longer.recording).uncompared == 1)
        #expect(RecordingComparison(shown.recording, shown.recording).uncompared == 0)
    }

    /// That bytes were not compared is told, and for how many transfers.
    @Test func uncomparedBytesAreTold() throws {
        try record("r", "--reader", "sim:generic-ccid", "--card", "expired")
        #expect(try kazasu("trace", "diff", folder / "r", folder / "r").error == "")
        _ = try kazasu("trace", "export", "--pcapng", folder / "r", folder / "c").checked()
        _ = try kazasu("trace", "import", folder / "c", folder / "i").checked()
        let told = try kazasu("trace", "diff", folder / "r", folder / "i")
        #expect((told.status, told.output) == (0, ""))
        var carriers: Set<Int> = []
        for record in try RecordingFile.parse(try folder.read("r")).records {
            switch record.event {
            case .submit(_, let number, _, let payload) where payload.count > 0: carriers.insert(number)
            case .complete(_, let number, _, let payload) where payload.count > 0: carriers.insert(number)
            default: break
            }
        }
        let count = carriers.count
        #expect(count > 20)
        #expect(told.error == "kazasu: bytes were withheld, so of \(count) transfers only the lengths were compared.\n")
    }
}
