import CCID
import CaptureFile
import ReaderTransport
import Recordings
import Station
import TestSupport
import Testing
import USBCapture

/// An exported capture, held against Wireshark's dissectors of USB, CCID and ISO/IEC 7816, with our script between the last two.
@Suite struct CaptureExportTests {
    let folder = TemporaryFolder()

    private func dissect(_ recording: Recording) throws -> Dissection {
        let export = try CaptureExport(recording) { _ in USBProduct(vendor: 0x054C, product: 0x0DC8) }
        return try Dissection(try folder.write("c.pcapng", export.bytes), in: folder)
    }

    private func record(_ reader: String, _ more: [String]) throws -> Recording {
        let words =
            [try builtProgram("kazasu"), "record", folder / "r", "--", "visit", "--reader", reader, "--centre", folder / "centre"] + more
        _ = try runProgram(words, environment: ChildProcess.searchPath + ["HOME=\(folder.path)"])
        return try RecordingFile.parse(try folder.read("r"))
    }

    /// The messages of CCID in a recording, in the order in which they crossed the cable.
    private func messages(_ recording: Recording) -> [[UInt8]] {
        var (transfers, found): ([Int: Transfer], [[UInt8]]) = ([:], [])
        let lanes = Set(lanes(recording).filter { $0.kind == .ccid }.map(\.id))
        for record in recording.records {
            switch record.event {
            case .submit(_, let number, let transfer, let payload) where lanes.contains(transfer.lane):
                transfers[number] = transfer
                if transfer.operation == .write, let bytes = payload.bytes { found.append(bytes) }
            case .complete(_, let number, _, let payload):
                switch transfers[number]?.operation {
                case .read, .readInterrupt: if let bytes = payload.bytes, !bytes.isEmpty { found.append(bytes) }
                default: break
                }
            default: break
            }
        }
        return found
    }

    private func lanes(_ recording: Recording) -> [Lane] {
        recording.records.lazy.compactMap { if case .open(_, _, let lanes) = $0.event { lanes } else { nil } }.first ?? []
    }

    /// Of these Wireshark 4.0 tells the type and no other field: Secure, ResetParameters, IccClock, Mechanical, Abort.
    private static let opaque: Set<UInt8> = [0x69, 0x6D, 0x6E, 0x71, 0x72]
    /// Those whose data it hands on: XfrBlock, DataBlock, Escape both ways; and SetParameters, whose data it shows as bytes.
    private static let blocks: Set<UInt8> = [0x6F, 0x80, 0x6B, 0x83]
    private static let setParameters: UInt8 = 0x61

    private func agree(_ recording: Recording) throws {
        let own = messages(recording)
        #expect(own.count > 10)
        let dissection = try dissect(recording)
        let dissected = dissection.frames.filter { $0.layers.contains("usbccid") && $0["usb.transfer_type"] != "0x02" }
        #expect(dissected.count == own.count)
        var card = CarriedBytes(lanes(recording).first?.descriptor ?? [])
        for (frame, message) in zip(dissected, own) {
            let parsed = MessageHeader(message.span)
            let header = try #require(parsed)
            #expect(UInt8(frame["usbccid.bMessageType"].dropFirst(2), radix: 16) == header.type)
            if message.count >= 10, !Self.opaque.contains(header.type) {
                #expect(frame["usbccid.bSlot"] == header.slot.map(String.init))
                #expect(frame["usbccid.bSeq"] == header.sequence.map(String.init))
                #expect(frame["usbccid.dwLength"] == header.length.map(String.init))
            }
            let carries = Self.blocks.contains(header.type) && message.count > 10
            #expect(frame.layers.contains("ccid_card") == carries, "\(header)")
            card.check(frame, message, carries: carries)
            #expect(frame.layers.contains("data") == (header.type == Self.setParameters))
        }
        for frame in dissection.frames {
            for name in ["_ws.malformed", "_ws.expert.message"] { #expect(frame[name] == "", "\(name)") }
            // What crosses a lane of the maker's own is shown as it is.
            let isOfMaker = ["0xff", "0x03"].contains(frame["usb.bInterfaceClass"])
            if !isOfMaker { #expect(frame["usb.capdata"] == "") }
            if !frame.layers.contains("usbccid") { #expect(frame.layers == ["usb"] || isOfMaker && frame.layers == ["usb", "usbhid"]) }
        }
    }

    @Test func aWholeSessionIsDissectedAsWeReadIt() throws { try agree(Session.whole.recording) }

    @Test(arguments: [
        ("sim:generic-ccid", []), ("sim:generic-ccid-short", []), ("sim:generic-ccid", ["--stage", "apdu#4:remove"]),
        ("sim:generic-ccid-short", ["--card", "expired"]), ("sim:generic-ccid", ["--card", "android-token"]),
        ("sim:generic-ccid-tpdu", []), ("sim:generic-ccid-tpdu", ["--card", "expired"]), ("sim:fujitsu-caora", ["--identity", "face"]),
        ("sim:panasonic-xcstfr2", ["--identity", "face"]), ("sim:canon-hicara", ["--identity", "face"]),
        ("sim:canon-hicara", ["--identity", "visual"]),
    ])
    func soAreVisits(_ reader: String, _ more: [String]) throws { try agree(try record(reader, more)) }

    /// Each transfer is two frames, at the moments of the recording to the nanosecond, with its status as Linux has it.
    @Test func everyTransferHasItsBeginningAndEnd() throws {
        let recording = Session.whole.recording
        let frames = try dissect(recording).frames
        let descriptors = Array(frames.prefix(4))
        #expect(descriptors.map { $0["usb.transfer_type"] } == ["0x02", "0x02", "0x02", "0x02"])
        #expect(descriptors[1]["usb.idVendor"] == "0x054c")
        #expect(descriptors[3]["usb.bInterfaceClass"] == "0x0b")
        let times = frames.dropFirst(4).map { $0["frame.time_epoch"] }
        func time(_ index: Int) -> String {
            let fraction = String(recording.records[index].at.nanoseconds % 1_000_000_000)
            return "1700000000." + String(repeating: "0", count: 9 - fraction.count) + fraction
        }
        #expect(times[0] == time(1))
        // CLEAR_FEATURE is two requests, one after the other; the close ends one transfer.
        #expect(frames.count == 4 + recording.records.count - 1 + 2)
        #expect(times.last == time(recording.records.count - 1))
        let endings = frames.filter { $0["usb.urb_type"] == "'C'" }.map { $0["usb.urb_status"] }
        #expect(endings.filter { $0 == "-32" }.count == 1)
        #expect(endings.filter { $0 == "-2" }.count == 1)
        #expect(endings.filter { $0 == "-104" }.count == 1)
        #expect(frames.filter { $0["usb.urb_type"] == "'S'" }.count == endings.count)
    }

    /// Bytes that were withheld are missing, with their count, and nothing is in their place.
    @Test func withheldBytesAreCut() throws {
        var session = Session()
        session.complete(session.submit(.write, .init(withheld: 21)))
        session.complete(session.submit(.read(atMost: 271)), .completed, .init(withheld: 12))
        session.close()
        let frames = try dissect(session.recording).frames.dropFirst(4)
        #expect(frames.map { $0["frame.cap_len"] } == ["64", "64", "64", "64"])
        #expect(frames.map { $0["frame.len"] } == ["85", "64", "64", "76"])
        #expect(frames.map { $0["usb.data_len"] } == ["0", "0", "0", "0"])
        #expect(frames.allSatisfy { $0["_ws.malformed"] == "" })
    }

    @Test func whatIsNotAtUSBIsCounted() throws {
        let other = LaneID(rawValue: 4)
        var session = Session(Session.reader + [Lane(id: other, kind: .serial, slots: 0)])
        session.exchange("65 00000000 00 00 000000", "81 00000000 00 00 02 00 01")
        session.complete(session.submit(.write, .init([1, 2]), lane: other))
        session.submit(.read(atMost: 9), lane: other)
        let export = try CaptureExport(session.recording) { _ in nil }
        #expect(export.leftOut == [.serial: 2])
        #expect(throws: CaptureExportError.noUSB) {
            _ = try CaptureExport(Session([Lane(id: other, kind: .card, slots: 1)]).recording) { _ in nil }
        }
    }
}
