import ReaderTransport
import TestSupport
import Testing
import USBCapture

@testable import CaptureFile

/// `kazasu trace import`: captures of our own writer, of Wireshark's tools, and by hand.
@Suite struct CaptureImportTests {
    let folder = TemporaryFolder()

    private func run(_ words: [String]) throws -> ProgramResult {
        try runProgram(words, environment: ChildProcess.searchPath + ["HOME=\(folder.path)", "LC_ALL=C"])
    }

    private func kazasu(_ words: String...) throws -> ProgramResult { try run([builtProgram("kazasu")] + words) }

    private func record(_ reader: String, _ more: [String] = []) throws -> ProgramResult {
        let words = ["record", folder / "r", "--", "visit", "--reader", reader, "--centre", folder / "centre"] + more
        return try run([builtProgram("kazasu")] + words)
    }

    private func text(_ name: String) throws -> String { String(decoding: try folder.read(name), as: UTF8.self) }

    /// The bytes of a recording, line by line.
    private func shownBytes(_ name: String) throws -> Int { try text(name).components(of: "\"bytes\":") }

    // MARK: Our own captures

    @Test(arguments: [
        ("sim:generic-ccid", []), ("sim:generic-ccid-short", ["--card", "my-number-card"]), ("sim:generic-ccid", ["--card", "expired"]),
        ("sim:generic-ccid-tpdu", []), ("sim:generic-ccid-tpdu", ["--card", "expired"]),
    ])
    func anExportedVisitComesBack(_ reader: String, _ more: [String]) throws {
        let visit = try record(reader, more)
        #expect(try kazasu("trace", "export", "--pcapng", folder / "r", folder / "c").checked().error == "")
        let result = try kazasu("trace", "import", folder / "c", folder / "i")
        #expect(result.status == 0, "\(result.error)")
        // The certificate of an expired card is checked before anything is signed, so nothing proves the card.
        let isProven = more != ["--card", "expired"]
        #expect(result.output.contains("bytes kept                   \(isProven ? "yes" : "no")"))
        #expect(try kazasu("trace", "diff", folder / "r", folder / "i").output == "")
        #expect(result.output.contains("no card has proven to be synthetic") == !isProven)
        guard isProven else { return #expect(try shownBytes("i") == 0) }
        let replayed = try kazasu("replay", folder / "i")
        #expect(replayed.output == visit.output)
        #expect(replayed.status == visit.status)
    }

    /// What people type at a reader's own screen crosses its other lanes or its escapes, and no card can prove that away.
    @Test(arguments: [
        ("sim:fujitsu-caora", "other-lanes"), ("sim:panasonic-xcstfr2", "other-lanes"), ("sim:canon-hicara", "escapes"),
    ])
    func aReaderWithAScreenLeavesNoByte(_ reader: String, _ reason: String) throws {
        _ = try record(reader, ["--identity", "pin"])
        _ = try kazasu("trace", "export", "--pcapng", folder / "r", folder / "c").checked()
        let result = try kazasu("trace", "import", "--json", folder / "c", folder / "i")
        #expect(result.output.contains("\"bytes\":false"))
        #expect(result.output.contains("\"reason\":\"\(reason)\""), "\(result.output)")
        #expect(try shownBytes("i") == 0)
        #expect(try kazasu("trace", "diff", folder / "r", folder / "i").status == 0)
    }

    /// What the end of the use gives up is not given up one by one.
    @Test func closingEndsEverythingAtOnce() throws {
        var session = Session()
        session.submit(.readInterrupt(atMost: 4))
        session.exchange("65 00000000 00 00 000000", "81 00000000 00 00 02 00 01")
        session.abort(session.submit(.read(atMost: 271)))
        session.submit(.read(atMost: 271))
        session.close()
        try folder.write("c", CaptureExport(session.recording) { _ in nil }.bytes)
        _ = try kazasu("trace", "import", folder / "c", folder / "i").checked()
        let lines = try kazasu("trace", "show", folder / "i").checked().output.split(separator: "\n").map { $0.dropFirst(24) }
        #expect(lines.filter { $0.hasSuffix("not ended") }.count == 2)
        #expect(lines.filter { $0.hasSuffix("given-up") }.count == 1)
        #expect(lines.last == "close  0")
    }

    /// Other PINs than the published one, and a signature that is none, leave no byte; nor does a card that was exchanged meanwhile.
    @Test(arguments: [
        ("0020009804 31323334", "0020009804 39393939"), ("3031300D0609608648016503040201", "3031300D0609608648016503040202"),
        ("62 00000000 00 02 000000", "6B 00000000 00 02 000000"), ("00200098", "00240098"), ("00B08A00000000", "0CB08A00000000"),
    ])
    func withoutProofNoByteIsKept(_ old: String, _ new: String) throws {
        _ = try record("sim:generic-ccid")
        _ = try kazasu("trace", "export", "--pcapng", folder / "r", folder / "c").checked()
        let capture = try folder.read("c")
        let changed = capture.replacing(hex(old), with: hex(new))
        #expect(changed != capture)
        try folder.write("c", changed)
        #expect(try kazasu("trace", "import", folder / "c", folder / "i").output.contains("bytes kept                   no"))
        #expect(try shownBytes("i") == 0)
        #expect(try kazasu("trace", "diff", folder / "r", folder / "i").status == 0)
    }

    /// The same in blocks of T=1, whose check byte is right again: another PIN, a block that is sent again and says something else, a VERIFY in
    /// parts, another instruction, secure messaging, the protocol T=0, an escape, a signature that is none, and a check byte that is wrong.
    @Test(arguments: [
        ("00 40 09 0020009804 31323334 F1", "00 40 09 0020009804 39393939 F5", "secret"),
        ("00 40 09 0020009804 31323334 F1", "00 00 09 0020009804 31323334 B1", "unreadable"),
        ("00 40 09 0020009804 31323334 F1", "00 60 09 0020009804 31323334 D1", "unreadable"),
        ("00 40 09 0020009804 31323334 F1", "00 40 09 0024009804 31323334 F5", "unreadable"),
        ("00 40 09 0020009804 31323334 F1", "00 40 09 0C20009804 31323334 FD", "unreadable"),
        ("00 40 09 0020009804 31323334 F1", "00 40 09 0020009804 31323334 F2", "unreadable"),
        ("61 07000000 00 03 010000", "61 07000000 00 03 000000", "unreadable"), ("62 00000000", "6B 00000000", "escapes"),
        ("03040201 0500 0420", "03040202 0600 0420", "not-proven"),
    ])
    func blocksWithoutProofLeaveNoByte(_ old: String, _ new: String, _ reason: String) throws {
        _ = try record("sim:generic-ccid-tpdu")
        _ = try kazasu("trace", "export", "--pcapng", folder / "r", folder / "c").checked()
        let capture = try folder.read("c")
        let place = try #require(capture.ranges(of: hex(old)).last, "none of it is there")
        try folder.write("c", capture[..<place.lowerBound] + hex(new) + capture[place.upperBound...])
        let result = try kazasu("trace", "import", "--json", folder / "c", folder / "i")
        #expect(result.output.contains("\"reason\":\"\(reason)\""), "\(result.output)")
        #expect(try shownBytes("i") == 0)
    }

    // MARK: Captures by others

    /// What a kernel's usbmon shows of a reader that was there before the capture began.
    private static func frames(_ isBig: Bool) -> [[UInt8]] {
        let tail = [UInt8](repeating: 0, count: 24)
        func frame(_ type: String, _ kind: UInt8, _ endpoint: UInt8, _ flags: String, _ status: Int32, _ count: Int, _ data: String)
            -> [UInt8]
        {
            USBFrameTests.header(
                isBig, type: type, kind: kind, endpoint: endpoint, flags: flags, status: status, count: UInt32(count),
                captured: UInt32(hex(data).count)) + tail + hex(data)
        }
        return [
            // The end of what began earlier, then a command, its answer, more time, a slot that is empty.
            frame("C", 1, 0x83, "2D 00", 0, 2, "5003"), frame("S", 3, 0x02, "2D 00", -115, 10, "62 00000000 00 05 010000"),
            frame("C", 3, 0x02, "2D 3E", 0, 10, ""), frame("S", 3, 0x81, "2D 3C", -115, 271, ""),
            frame("C", 3, 0x81, "2D 00", 0, 10, "80 00000000 00 05 80 01 00"), frame("S", 3, 0x81, "2D 3C", -115, 271, ""),
            frame("C", 3, 0x81, "2D 00", 0, 10, "80 00000000 00 05 42 FE 00"), frame("S", 3, 0x02, "2D 00", -115, 3, "010203"),
            frame("C", 3, 0x02, "2D 3E", -71, 0, ""), frame("S", 3, 0x81, "2D 3C", -115, 271, ""), frame("C", 3, 0x81, "2D 3C", -2, 0, ""),
        ]
    }

    /// As text2pcap, mergecap and editcap write it: options, comments, statistics, and packets of another kind in between.
    @Test func capturesOfWiresharksToolsAreRead() throws {
        let dump = Self.frames(false).map { "000000 " + hex($0, separator: " ") }.joined(separator: "\n")
        try folder.write("dump", dump + "\n")
        try folder.write("other", "000000 00 01 02 03 04 05 00 01 02 03 04 05 08 00 45 00\n")
        _ = try run(["text2pcap", "-q", "-l", "220", "-N", "usbmon2", folder / "dump", folder / "a"]).checked()
        _ = try run(["text2pcap", "-q", folder / "other", folder / "b"]).checked()
        _ = try run(["mergecap", "-a", "-w", folder / "ab", folder / "a", folder / "b"]).checked()
        let comments = ["--capture-comment", "hello", "-a", "2:a command"]
        _ = try run(["editcap"] + comments + [folder / "ab", folder / "c"]).checked()
        let result = try kazasu("trace", "import", folder / "c", folder / "i")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.error.contains("1 transfers that began before the capture were left out"))
        #expect(result.error.contains("1 packets are not of usbmon"))
        #expect(try shownBytes("i") == 0)
        try compare("i")
        // The older format is named, with what to do.
        _ = try run(["editcap", "-F", "pcap", folder / "a", folder / "old"]).checked()
        let older = try kazasu("trace", "import", folder / "old", folder / "x")
        #expect(older.status == 65)
        #expect(older.error.contains("editcap -F pcapng"))
        #expect(!folder.has("x"))
    }

    /// What was cut by the one who captured is told, and its length is kept.
    @Test func cutPacketsAreTold() throws {
        _ = try record("sim:generic-ccid")
        _ = try kazasu("trace", "export", "--pcapng", folder / "r", folder / "e").checked()
        _ = try run(["editcap", "-s", "200", folder / "e", folder / "s"]).checked()
        let result = try kazasu("trace", "import", folder / "s", folder / "i")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.error.contains(" transfers were cut when they were captured, so no byte is kept"))
        #expect(result.output.contains("why not                      packets were cut"), "\(result.output)")
        #expect(try shownBytes("i") == 0)
        // Lengths are those of the whole transfers, so the sessions agree.
        #expect(try kazasu("trace", "diff", folder / "r", folder / "i").status == 0)
    }

    /// A capture of a machine whose numbers have the highest byte first, in both link types.
    @Test(arguments: [220, 189])
    func captureOfABigEndianMachineIsRead(_ linkType: UInt16) throws {
        let big = ByteOrder.big
        func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
            let length = big.bytes(UInt32(body.count + 12))
            return big.bytes(type) + length + body + length
        }
        var capture = block(0x0A0D_0D0A, hex("1A2B3C4D 0001 0000 FFFFFFFFFFFFFFFF"))
        capture += block(1, big.bytes(linkType) + hex("0000 00040000"))
        for (index, frame) in Self.frames(true).enumerated() {
            let packet = linkType == 220 ? frame : Array(frame[..<48] + frame[64...])
            let head = [0, 0, UInt32(index + 1), UInt32(packet.count), UInt32(packet.count)].flatMap { big.bytes($0) }
            capture += block(6, head + packet + [UInt8](repeating: 0, count: (4 - packet.count % 4) % 4))
        }
        try folder.write("c", capture)
        let result = try kazasu("trace", "import", folder / "c", folder / "i")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.contains("guessed without descriptors  yes"))
        try compare("i")
        // One that ends in the middle is read as far as it goes.
        try folder.write("cut", capture.dropLast(5))
        let cut = try kazasu("trace", "import", folder / "cut", folder / "j")
        #expect(cut.status == 0)
        #expect(cut.error.contains("[capture-malformed]"))
    }

    /// The steps without their moments. Bytes are withheld, so a message has no name there.
    private func compare(_ name: String) throws {
        let lines = try kazasu("trace", "show", folder / name).checked().output.split(separator: "\n").map { $0.dropFirst(24) }
        #expect(
            lines == [
                "open  0 usb:2.5, lanes: 0 ccid", "0.0  write  10 bytes withheld",
                "0.0  read 271  10 bytes withheld", "0.0  read 271  10 bytes withheld", "0.0  write  3 bytes withheld  failed -71",
                "0.0  read 271  0 bytes  given-up", "close  0",
            ])
    }

    /// Where several readers are in a capture one must be named, and then only that one counts.
    @Test func oneOfSeveralReadersIsNamed() throws {
        let second = Self.frames(false).map { frame in frame[..<11] + [9] + frame[12...] }
        let dump = (Self.frames(false) + second.map { Array($0) }).map { "000000 " + hex($0, separator: " ") }.joined(separator: "\n")
        try folder.write("dump", dump + "\n")
        _ = try run(["text2pcap", "-q", "-l", "220", folder / "dump", folder / "c"]).checked()
        let refused = try kazasu("trace", "import", folder / "c", folder / "i")
        #expect(refused.status == 65)
        #expect(refused.error.contains("readers: 2.5, 2.9"))
        #expect(try kazasu("trace", "import", folder / "c", folder / "i", "--device", "2.9").output.contains("2.9"))
        #expect(try kazasu("trace", "import", folder / "c", folder / "i", "--device", "2.7").status == 65)
        #expect(try kazasu("trace", "import", folder / "c", folder / "i", "--device", "2").status == 64)
    }

    @Test func whatHasNoReaderIsRefused() throws {
        _ = try record("sim:card")
        let refused = try kazasu("trace", "export", "--pcapng", folder / "r", folder / "c")
        #expect(refused.status == 65)
        #expect(refused.error.contains("[nothing-at-usb]"))
        #expect(!folder.has("c"))
        for reader in ["sim:rcs380", "sim:atlas-exc9000"] {
            _ = try record(reader)
            _ = try kazasu("trace", "export", "--pcapng", folder / "r", folder / "c").checked()
            #expect(
                try kazasu("trace", "import", folder / "c", folder / "i").error.contains("only readers with a CCID interface can be taken"))
        }
        #expect(try kazasu("trace", "import", folder / "r", folder / "i").status == 65)
        #expect(try kazasu("trace", "import", folder / "missing", folder / "i").status == 66)
        #expect(try kazasu("trace", "export", folder / "r", folder / "c").status == 64)
        #expect(!folder.has("i"))
    }

    /// Packets of USBPcap and of Ethernet, and packets of usbmon that were all cut, are named for what they are.
    @Test func capturesOfAnotherKindAreNamed() throws {
        try folder.write("dump", "000000 1C 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E\n")
        for (linkType, name) in [("249", "249 (USBPcap)"), ("1", "1 (Ethernet)"), ("147", "147")] {
            _ = try run(["text2pcap", "-q", "-l", linkType, folder / "dump", folder / "c"]).checked()
            let refused = try kazasu("trace", "import", folder / "c", folder / "i")
            #expect(refused.status == 65)
            #expect(refused.error.contains("no capture by usbmon (link types 189, 220)"))
            #expect(refused.error.contains("[capture-link-type] (link types: \(name))"), "\(refused.error)")
        }
        _ = try record("sim:generic-ccid")
        _ = try kazasu("trace", "export", "--pcapng", folder / "r", folder / "e").checked()
        for length in ["80", "40"] {
            _ = try run(["editcap", "-s", length, folder / "e", folder / "c"]).checked()
            let refused = try kazasu("trace", "import", folder / "c", folder / "i")
            #expect(refused.status == 65)
            #expect(refused.error.contains("Packets were cut"), "\(refused.error)")
        }
        #expect(!folder.has("i"))
    }
}

extension String {
    /// How often a text is in it.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
