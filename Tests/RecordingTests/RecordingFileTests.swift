import Diagnosis
import ReaderTransport
import Recordings
import Station
import TestSupport
import Testing

/// Files that anybody may have written.
@Suite struct RecordingFileTests {
    private static let start =
        #"{"event": "recording", "version": 1, "at": 5, "program": "p", "clock": "virtual", "unixTime": 7, "options": {"a": "b"}}"#
    private static let open =
        #"{"event": "open", "at": 5, "device": 0, "name": "x", "lanes": [{"id": 1, "kind": "serial", "slots": 1, "packetSize": 0, "descriptor": ""}]}"#
    private static let submit =
        #"{"event": "submit", "at": 6, "device": 0, "transfer": 1, "lane": 1, "slot": 0, "operation": "write", "length": 1, "bytes": "05"}"#
    private static let complete = #"{"event": "complete", "at": 7, "device": 0, "transfer": 1, "status": "completed", "length": 0}"#
    private static let end = #"{"event": "end", "at": 9, "outcome": "over", "records": 5}"#

    private static func file(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

    private func error(_ lines: [String]) -> RecordingFileError? {
        do throws(RecordingFileError) {
            _ = try RecordingFile.parse(Self.file(lines))
            return nil
        } catch { return error }
    }

    @Test func aWholeFile() throws {
        let recording = try RecordingFile.parse(Self.file([Self.start, Self.open, Self.submit, Self.complete, Self.end]))
        #expect(recording.program == "p" && recording.clock == .virtual && recording.startUnixTime == 7 && recording.options == ["a": "b"])
        #expect(recording.outcome == "over" && recording.records.map(\.line) == [2, 3, 4])
        #expect(
            recording.records[1].event
                == .submit(
                    device: 0, number: 1, Transfer(lane: LaneID(rawValue: 1), slot: 0, operation: .write), Recording.Payload([5])))
    }

    @Test(arguments: 0..<5)
    func aCutFileIsNoticed(_ count: Int) {
        let lines = Array([Self.start, Self.open, Self.submit, Self.complete, Self.end].prefix(count))
        #expect(error(lines)?.line == max(1, count + (count == 0 ? 0 : 1)))
        #expect(RecordingFile.read(Self.file(lines)).recording?.records.count == (count == 0 ? nil : count - 1))
    }

    @Test func everyPrefixIsAnErrorOrTheWhole() {
        let whole = Self.file([Self.start, Self.open, Self.submit, Self.complete, Self.end])
        for count in 0..<whole.count - 1 {
            #expect(RecordingFile.read(Array(whole.prefix(count))).error != nil)
        }
        #expect(RecordingFile.read(whole).error == nil)
    }

    @Test(arguments: [
        ("", "not JSON"), ("[]", "no JSON object"), ("{", "not JSON"), (#"{"at": 5}"#, "'event' is missing"),
        (#"{"event": "cancel"}"#, "'at' is missing"), (#"{"event": "cancel", "at": 4}"#, "before the line above"),
        (#"{"event": "cancel", "at": -1}"#, "out of range"), (#"{"event": "cancel", "at": 9223372036854775807}"#, "out of range"),
        (#"{"event": "cancel", "at": 9223372036854775808}"#, "does not fit"), (#"{"event": "cancel", "at": 1e300}"#, "does not fit"),
        (#"{"event": "cancel", "at": "6"}"#, "'at' is of the wrong type"), (#"{"event": "nonsense", "at": 6}"#, "does not know"),
        (#"{"event": "recording", "version": 1, "at": 6}"#, "does not know"),
        (#"{"event": "open", "at": 6, "device": 1, "name": "y", "lanes": []}"#, nil),
        (#"{"event": "open", "at": 6, "device": 2, "name": "y", "lanes": []}"#, "not the next number"),
        (#"{"event": "open", "at": 6, "device": 1, "name": "y"}"#, "'lanes' is missing"),
        (
            #"{"event": "open", "at": 6, "device": 1, "name": "y", "lanes": [{"id": 256, "kind": "hid", "slots": 0, "packetSize": 0, "descriptor": ""}]}"#,
            "does not fit"
        ),
        (
            #"{"event": "open", "at": 6, "device": 1, "name": "y", "lanes": [{"id": 1, "kind": "x", "slots": 0, "packetSize": 0, "descriptor": ""}]}"#,
            "no kind of lane"
        ),
        (
            #"{"event": "open", "at": 6, "device": 1, "name": "y", "lanes": [{"id": 1, "kind": "hid", "slots": 0, "packetSize": 0, "descriptor": "0"}]}"#,
            "not hexadecimal"
        ),
        (#"{"event": "close", "at": 6, "device": 0}"#, nil), (#"{"event": "close", "at": 6, "device": -1}"#, "was not opened"),
        (#"{"event": "close", "at": 6, "device": 9223372036854775807}"#, "was not opened"),
        (#"{"event": "abort", "at": 6, "device": 0, "transfer": 1}"#, "not under way"),
        (#"{"event": "complete", "at": 6, "device": 0, "transfer": 1, "status": "completed", "length": 0}"#, "not under way"),
        (#"{"event": "submit", "at": 6, "device": 0, "transfer": 1, "lane": 1, "slot": 0, "operation": "read 64", "length": 0}"#, nil),
        (
            #"{"event": "submit", "at": 6, "device": 0, "transfer": 2, "lane": 1, "slot": 0, "operation": "read 64", "length": 0}"#,
            "not the next"
        ),
        (
            #"{"event": "submit", "at": 6, "device": 0, "transfer": 1, "lane": 1, "slot": 0, "operation": "read -64", "length": 0}"#,
            "no operation"
        ),
        (
            #"{"event": "submit", "at": 6, "device": 0, "transfer": 1, "lane": 1, "slot": 0, "operation": "write ", "length": 0}"#,
            "no operation"
        ),
        (#"{"event": "submit", "at": 6, "device": 0, "transfer": 1, "lane": 1, "slot": 0, "operation": "", "length": 0}"#, "no operation"),
        (
            #"{"event": "submit", "at": 6, "device": 0, "transfer": 1, "lane": 1, "slot": 300, "operation": "write", "length": 0}"#,
            "does not fit"
        ),
        (#"{"event": "submit", "at": 6, "device": 0, "transfer": 1, "lane": 1, "slot": 0, "operation": "write"}"#, "'length' is missing"),
        (#"{"event": "post", "at": 6, "name": "n", "length": -1}"#, "negative"),
        (#"{"event": "post", "at": 6, "name": "n", "length": 9223372036854775807}"#, nil),
        (#"{"event": "post", "at": 6, "name": "n", "length": 2, "bytes": "05"}"#, "not as long"),
        (#"{"event": "post", "at": 6, "name": "n", "length": 1, "bytes": "0G"}"#, "not hexadecimal"),
        (#"{"event": "payload", "line": 2, "bytes": "05"}"#, "held back"),
        (#"{"event": "payload", "line": 99, "bytes": "05"}"#, "held back"),
        (#"{"event": "end", "at": 6, "outcome": "o", "records": 9}"#, "too many"),
    ])
    func aLineIsRightOrNamed(_ line: String, _ reason: String?) {
        let lines = [Self.start, Self.open, line]
        let found = error(lines)
        #expect(found?.line == (reason == nil ? 4 : 3))
        #expect(found?.reason.contains(reason ?? "cut") == true, "\(found?.reason ?? "")")
    }

    @Test func endsAreOnce() {
        let ended = [Self.start, Self.open, Self.submit, Self.complete]
        #expect(error(ended + [Self.complete])?.reason.contains("ended before") == true)
        let abort = #"{"event": "abort", "at": 8, "device": 0, "transfer": 1}"#
        #expect(error(ended + [abort, abort])?.line == 6)
        #expect(error(ended + [Self.end, Self.end])?.reason.contains("after the last line") == true)
        let close = #"{"event": "close", "at": 8, "device": 0}"#
        #expect(error(ended + [close, abort])?.reason.contains("was closed") == true)
    }

    @Test func lateBytesComeOnceAndFit() {
        let held = #"{"event": "post", "at": 6, "name": "n", "length": 1}"#
        let late = #"{"event": "payload", "line": 3, "bytes": "05"}"#
        let end = #"{"event": "end", "at": 9, "outcome": "over", "records": 5}"#
        #expect(error([Self.start, Self.open, held, late, end]) == nil)
        #expect(error([Self.start, Self.open, held, late, late])?.line == 5)
        #expect(error([Self.start, Self.open, held, #"{"event": "payload", "line": 3, "bytes": "0505"}"#])?.line == 4)
    }

    @Test(arguments: [
        ("\"version\": 1", "\"version\": 2"), ("virtual", "lunar"), ("\"unixTime\": 7", "\"unixTime\": -7"),
        ("\"unixTime\": 7", "\"unixTime\": 9223372036854775807"), ("\"recording\"", "\"start\""), ("\"at\": 5", "\"at\": -5"),
    ])
    func theFirstLineIsRight(_ old: String, _ new: String) {
        let line = Self.start.replacing(old, with: new)
        #expect(line != Self.start)
        let (recording, found) = RecordingFile.read(Self.file([line, Self.open]))
        #expect(recording == nil && found?.line == 1)
    }

    @Test func thousandsOfLanesAreTooMany() {
        let lane = #"{"id": 1, "kind": "hid", "slots": 0, "packetSize": 0, "descriptor": ""}"#
        let lanes = [String](repeating: lane, count: 20_000).joined(separator: ", ")
        #expect(error([Self.start, #"{"event": "open", "at": 6, "device": 0, "name": "y", "lanes": [\#(lanes)]}"#])?.line == 2)
    }

    @Test func noPartOfALineIsInAnError() {
        let canary = "73159264"
        for line in [
            "\(canary)", #"{"event": "\#(canary)", "at": 6}"#,
            #"{"event": "post", "at": 6, "name": "n", "length": 1, "bytes": "\#(canary)"}"#,
        ] {
            let found = error([Self.start, Self.open, line])
            #expect(found != nil && found?.description.contains(canary) == false)
        }
    }

    @Test func everyOperationAndStatusIsReadAsItWasWritten() {
        let operations: [Transfer.Operation] = [
            .powerCard(.cold), .powerCard(.warm), .powerOffCard, .exchange,
            .watchPresence(known: CardPresence(isPresent: true, changes: .max)),
            .write, .read(atMost: 65_546), .readInterrupt(atMost: 0), .clearHalt,
            .control(ControlRequest(requestType: 0xA1, request: 2, value: 0xFFFF, length: 256)),
        ]
        for operation in operations { #expect(Transfer.Operation(text: operation.text) == operation) }
        #expect(Set(operations.map(\.text)).count == operations.count)
        let statuses: [TransferStatus] = [
            .completed, .aborted, .noCard, .cardReset, .mute(.min), .heldByAnother, .abandoned, .unplugged, .silent, .stalled, .overflow,
            .failed(.max),
        ]
        for status in statuses { #expect(TransferStatus(text: status.text) == status) }
        #expect(Set(statuses.map(\.text)).count == statuses.count && !statuses.map(\.text).contains(""))
        for text in [
            "read", "read 1 2", "read +1", "read 0x1", "read 4294967296", "control 1 2 3", "watch-presence 2 0", "write 0", "WRITE",
            " write",
        ] {
            #expect(Transfer.Operation(text: text) == nil)
        }
    }
}
