import Diagnosis
import Glibc
import ReaderSessions
import ReaderTransport
import Recordings
import Station
import TestSupport
import Testing

@Suite struct RecorderTests {
    private let folder = TemporaryFolder()
    private let station = Station(.virtual, startUnixTime: 1_800_000_000)
    private let cable: Cable

    init() { cable = Cable(.ccid, on: station) }

    private func recorder(isSynthetic: Bool = false) throws -> Recorder {
        try Recorder(
            path: folder / "recording", program: "kazasu 1.0", options: ["method": "pin", "a\"b": "\n"], isSynthetic: isSynthetic,
            on: station)
    }

    private func text() throws -> String { String(decoding: try folder.read("recording"), as: UTF8.self) }

    // By hand, from the description of the format.
    @Test func theLinesAreThoseOfTheFormat() throws {
        let recorder = try recorder(isSynthetic: true)
        let tapped = recorder.tap(cable, name: "sim:x")
        cable.ready = [(.completed, [0xAB, 0x0C]), (.failed(-5), [])]
        #expect(tapped.perform(.write, [1, 2, 3], on: station) == Ended())
        #expect(tapped.perform(.read(atMost: 64), on: station) == Ended(bytes: [0xAB, 0x0C]))
        #expect(tapped.perform(.readInterrupt(atMost: 4), on: station) == Ended(status: .failed(-5)))
        recorder.post("answer", [0x41].span)
        #expect(tapped.perform(.read(atMost: 1), on: station) == nil)
        station.inbox.cancel()
        tapped.close()
        try recorder.end(outcome: "over")
        #expect(
            try text() == """
                {"event": "recording", "version": 1, "at": 0, "program": "kazasu 1.0", "clock": "virtual", "unixTime": 1800000000, \
                "options": {"a\\"b": "\\n", "method": "pin"}}
                {"event": "open", "at": 0, "device": 0, "name": "sim:x", "lanes": [{"id": 3, "kind": "ccid", "slots": 1, "packetSize": 64, \
                "descriptor": "3621"}]}
                {"event": "submit", "at": 0, "device": 0, "transfer": 1, "lane": 3, "slot": 0, "operation": "write", "length": 3, \
                "bytes": "010203"}
                {"event": "complete", "at": 1000000, "device": 0, "transfer": 1, "status": "completed", "length": 0}
                {"event": "submit", "at": 1000000, "device": 0, "transfer": 2, "lane": 3, "slot": 0, "operation": "read 64", "length": 0}
                {"event": "complete", "at": 2000000, "device": 0, "transfer": 2, "status": "completed", "length": 2, "bytes": "AB0C"}
                {"event": "submit", "at": 2000000, "device": 0, "transfer": 3, "lane": 3, "slot": 0, "operation": "read-interrupt 4", \
                "length": 0}
                {"event": "complete", "at": 3000000, "device": 0, "transfer": 3, "status": "failed -5", "length": 0}
                {"event": "post", "at": 3000000, "name": "answer", "length": 1, "bytes": "41"}
                {"event": "submit", "at": 3000000, "device": 0, "transfer": 4, "lane": 3, "slot": 0, "operation": "read 1", "length": 0}
                {"event": "abort", "at": 1003000000, "device": 0, "transfer": 4}
                {"event": "cancel", "at": 1003000000}
                {"event": "close", "at": 1003000000, "device": 0}
                {"event": "end", "at": 1003000000, "outcome": "over", "records": 14}

                """)
        #expect(try RecordingFile.parse(folder.read("recording")).records.count == 12)
    }

    // MARK: Without a proof

    /// A passcode that the staff type at a real reader is nobody's synthetic card's.
    @Test(arguments: [Lane.Kind.bulk, .serial, .hid])
    func aControlLaneOfARealReaderIsNeverProven(_ kind: Lane.Kind) throws {
        let recorder = try recorder()
        let control = Cable(kind, on: station)
        control.ready = [(.completed, [0x50, 0x0A, 0x51, 0x04])]
        #expect(recorder.tap(control, name: "usb:face").perform(.read(atMost: 64), on: station)?.bytes == [0x50, 0x0A, 0x51, 0x04])
        recorder.proveSynthetic()
        try recorder.end(outcome: "over")
        #expect(try !text().contains("bytes"))
    }

    /// The card that was proven lies at one of two devices.
    @Test func aSecondDeviceIsNeverProven() throws {
        let recorder = try recorder()
        let other = Cable(.ccid, on: station)
        other.ready = [(.completed, [0x90, 0x00])]
        _ = recorder.tap(cable, name: "usb:one").perform(.write, [1, 2], on: station)
        _ = recorder.tap(other, name: "usb:two").perform(.read(atMost: 64), on: station)
        recorder.proveSynthetic()
        try recorder.end(outcome: "over")
        #expect(try !text().contains("bytes"))
    }

    /// The bytes of a PIN and of a certificate, in every form in which a file could show them.
    private func shows(_ secret: [UInt8], _ text: String) -> Bool {
        let hexadecimal = hex(secret)
        let decimal = secret.map { "\($0)" }.joined(separator: ", ")
        let forms = [String(decoding: secret, as: UTF8.self), hexadecimal, hexadecimal.lowercased(), decimal, hex(secret, separator: " ")]
        return (forms + base64(secret)).contains(where: text.contains)
    }

    /// At each of the three places that bytes can have in a group of base64 (RFC 4648 clause 4), without what depends on their neighbours.
    private func base64(_ bytes: [UInt8]) -> [String] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        return (0..<3).map { offset in
            let bits = ([UInt8](repeating: 0, count: offset) + bytes).flatMap { byte in (0..<8).map { byte >> (7 - UInt8($0)) & 1 } }
            let first = (offset * 8 + 5) / 6
            return String((first..<bits.count / 6).map { alphabet[Int(bits[$0 * 6..<$0 * 6 + 6].reduce(0) { $0 << 1 | $1 })] })
        }
    }

    @Test func aRealCardLeavesNoByte() throws {
        let pin = Array("73159264".utf8)
        let certificate = hex("3082 05A1 CAFE F00D 8BAD F00D DEAD BEEF 1234")
        let recorder = try recorder()
        let tapped = recorder.tap(cable, name: "usb:reader")
        cable.ready = [(.completed, certificate + [0x90, 0x00])]
        _ = tapped.perform(.write, [0x00, 0x20, 0x00, 0x80, 0x08] + pin, on: station)
        _ = tapped.perform(.read(atMost: 64), on: station)
        recorder.post("answer", pin.span)
        try recorder.end(outcome: "over")
        let text = try text()
        #expect(!shows(pin, text) && !shows(certificate, text) && !text.contains("bytes"))
        // What is left: how much, when, and what was done with it.
        #expect(text.contains(#""operation": "write", "length": 13}"#) && text.contains(#""length": 20}"#))
        let recording = try RecordingFile.parse(folder.read("recording"))
        let error = #expect(throws: ReplayError.self) { _ = try Replay(recording, on: Station(.virtual)) }
        #expect(error?.line == 3)
        // The same with a proof shows all of it: the search above would have found it.
        let synthetic = try Recorder(path: folder / "recording", program: "p", isSynthetic: true, on: station)
        synthetic.post("answer", (pin + certificate).span)
        #expect(try shows(pin, self.text()) && shows(certificate, self.text()))
    }

    @Test func theSearchForSecretsFindsBase64() {
        // RFC 4648 clause 10: "foobar" is Zm9vYmFy.
        #expect(
            shows(Array("foobar".utf8), "xxxZm9vYmFyxxx") && shows(Array("oobar".utf8), "Zm9vYmFy") && shows(Array("obar".utf8), "Zm9vYmFy")
        )
    }

    @Test func aProofReleasesWhatWasHeldBack() throws {
        let recorder = try recorder()
        let tapped = recorder.tap(cable, name: "usb:reader")
        _ = tapped.perform(.write, [1, 2], on: station)
        #expect(try !text().contains("0102"))
        recorder.proveSynthetic()
        _ = tapped.perform(.write, [3, 4], on: station)
        try recorder.end(outcome: "over")
        let recording = try RecordingFile.parse(folder.read("recording"))
        #expect(recording.records.compactMap { $0.event.payload }.map(\.bytes) == [[1, 2], [], [3, 4], []])
        #expect(throws: Never.self) { _ = try Replay(recording, on: Station(.virtual)) }
    }

    @Test func theProofOfOneCardIsNoneForTheNext() throws {
        let recorder = try recorder()
        let tapped = recorder.tap(cable, name: "usb:reader")
        _ = tapped.perform(.write, [1, 2], on: station)
        // Another card before the first was proven: that will not be any more.
        recorder.doubt()
        _ = tapped.perform(.write, [3, 4], on: station)
        recorder.proveSynthetic()
        recorder.doubt()
        _ = tapped.perform(.write, [5, 6], on: station)
        try recorder.end(outcome: "over")
        let recording = try RecordingFile.parse(folder.read("recording"))
        #expect(recording.records.compactMap { $0.event.payload }.map(\.bytes) == [nil, [], [3, 4], [], nil, []])
    }

    @Test func whatIsSimulatedNeedsNoSecondProof() throws {
        let recorder = try recorder(isSynthetic: true)
        recorder.doubt()
        recorder.post("x", [7].span)
        #expect(try text().contains(#""bytes": "07""#))
    }

    @Test(arguments: [true, false])
    func afterTooMuchNoProofCounts(_ isTooMuch: Bool) throws {
        let recorder = try recorder()
        let half = [UInt8](repeating: 0x5A, count: Recorder.mostHeld / 2)
        recorder.post("x", half.span)
        recorder.post("x", half.span)
        if isTooMuch { recorder.post("x", [0x5A].span) } else { recorder.withhold() }
        recorder.proveSynthetic()
        recorder.post("x", [0x5A].span)
        recorder.doubt()
        recorder.proveSynthetic()
        recorder.post("x", [0x5A].span)
        try recorder.end(outcome: "over")
        #expect(try !text().contains("bytes"))
    }

    @Test func asMuchAsIsHeldIsReleased() throws {
        let recorder = try recorder()
        recorder.post("x", [UInt8](repeating: 0x5A, count: Recorder.mostHeld).span)
        recorder.proveSynthetic()
        try recorder.end(outcome: "over")
        #expect(try RecordingFile.parse(folder.read("recording")).records[0].event.payload?.bytes?.count == Recorder.mostHeld)
    }

    /// Two people with PINs and names of equal lengths leave the same file.
    @Test func whatIsWithheldDoesNotShow() throws {
        let files = try ["1234", "9876"].map { pin in
            let recorder = try recorder()
            recorder.post("PIN", Array(pin.utf8).span)
            try recorder.end(outcome: "over")
            return try text()
        }
        #expect(files[0] == files[1])
    }

    // MARK: Files

    @Test func whatAKillLeavesCanBeRead() throws {
        let recorder = try recorder(isSynthetic: true)
        let tapped = recorder.tap(cable, name: "sim:x")
        _ = tapped.perform(.write, [1], on: station)
        // Nothing waits in memory: the file is complete up to here.
        let (recording, error) = RecordingFile.read(try folder.read("recording"))
        #expect(recording?.records.count == 3 && recording?.outcome == nil)
        #expect(error?.line == 5 && error?.reason.contains("cut") == true)
    }

    @Test func aFileThatIsNoRecordingIsNotTouched() throws {
        let trace = "{\"event\": \"start\", \"at\": 0, \"trace\": 1}\n"
        try folder.write("recording", trace)
        let error = #expect(throws: RecordingError.self) { _ = try recorder() }
        #expect(error?.errorNumber == EEXIST && error?.category == .cannotCreate)
        #expect(try text() == trace)
        #expect(throws: RecordingError.self) { _ = try Recorder(path: folder / "no/such", program: "p", on: station) }
    }

    @Test func anEarlierRecordingIsReplaced() throws {
        let first = try recorder(isSynthetic: true)
        first.post("x", [UInt8](repeating: 1, count: 1_000).span)
        try first.end(outcome: "over")
        try recorder().end(outcome: "over")
        #expect(try RecordingFile.parse(folder.read("recording")).records.isEmpty)
    }

    @Test func aFullDiskIsTold() throws {
        let recorder = try Recorder(path: "/dev/full", program: "p", on: station)
        #expect(recorder.failure?.errorNumber == ENOSPC)
        recorder.post("x", [1].span)
        let error = #expect(throws: RecordingError.self) { try recorder.end(outcome: "over") }
        #expect(error?.errorNumber == ENOSPC && error?.category == .inputOutput && error?.code == "recording-not-written")
    }

    @Test func nothingIsWrittenAfterTheEnd() throws {
        let recorder = try recorder(isSynthetic: true)
        let tapped = recorder.tap(cable, name: "sim:x")
        try recorder.end(outcome: "over")
        let before = try text()
        _ = tapped.perform(.write, [1], on: station)
        recorder.post("x", [1].span)
        try recorder.end(outcome: "again")
        #expect(try text() == before)
    }
}
