import TestSupport
import Testing

/// By what a reader reaches its card, and by which protocol.
@Suite struct CardInterfaceTests {
    let folder = TemporaryFolder()

    private func kazasu(_ words: [String]) throws -> ProgramResult {
        let surroundings = ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(folder.path)"]
        return try ChildProcess([builtProgram("kazasu")] + words, environment: surroundings).result()
    }

    @Test(
        "A card is used by an interface that the reader has, or not at all",
        arguments: [
            ("card", "contact", 0), ("card", "contactless", 0), ("generic-ccid", "contact", 0), ("generic-ccid", "contactless", 0),
            ("generic-ccid-tpdu", "contact", 0), ("generic-ccid-tpdu", "contactless", 64), ("rcs380", "contact", 64),
            ("rcs380", "contactless", 0), ("acr1255u", "contact", 64), ("fujitsu-caora", "contact", 64), ("exhibit", "contact", 64),
            ("exhibit#contact", "contact", 0), ("exhibit#contact", "contactless", 64), ("feitian-ble", "contactless", 64),
        ] as [(String, String, Int32)])
    func interfaces(_ reader: String, _ interface: String, _ status: Int32) throws {
        for command in [["visit"], ["card", "info"]] {
            let result = try kazasu(command + ["--reader", "sim:\(reader)", "--interface", interface])
            #expect(result.status == status, "\(command) \(result.error)")
            #expect(result.error.contains("[interface-not-possible]") == (status == 64))
        }
    }

    @Test func theInterfaceIsThatOfTheReaderWithTheCard() throws {
        let beside = ["visit", "--reader", "sim:fujitsu-caora", "--identity", "face", "--second-reader"]
        #expect(try kazasu(beside + ["sim:card", "--interface", "contact"]).status == 0)
        #expect(try kazasu(beside + ["sim:rcs380", "--interface", "contact"]).status == 64)
        let shown = try kazasu(["simulate", "reader", "rcs380", "--vhci", "--interface", "contact"])
        #expect(shown.status == 64 && shown.error.contains("does not reach cards by that --interface"), "\(shown.error)")
        let slot = try kazasu(["simulate", "reader", "exhibit#contact", "--vhci", "--interface", "contactless"])
        #expect(slot.status == 64 && slot.error.contains("does not reach cards by that --interface"), "\(slot.error)")
        let none = try kazasu(["simulate", "reader", "exhibit#UIM", "--vhci"])
        #expect(none.status == 64 && none.error.contains("must be one of contactless, contact"), "\(none.error)")
    }

    @Test func aSlotOfAProfileHasTheInterfaceThatItIsNamedAfter() throws {
        let path = try profile(protocols: "T=1", features: "000200BA", slots: "[contactless, contact]")
        func status(_ slot: String, _ interface: String) throws -> Int32 {
            try kazasu(["card", "info", "--reader", "sim:acme-x1#\(slot)", "--profile", path, "--interface", interface]).status
        }
        #expect(try status("contactless", "contactless") == 0 && status("contact", "contact") == 0)
        #expect(try status("contactless", "contact") == 64 && status("contact", "contactless") == 64)
    }

    private func profile(protocols: String, features: String, slots: String = "[a]") throws -> String {
        try folder.write(
            "x.yaml",
            """
            {name: X, model: acme-x1, usb: "1209:0002",
            interfaces: [{protocols: [\(protocols)], features: \(features), max-message: 271, max-ifsd: 254, slots: \(slots)}]}
            """)
    }

    private func visit(_ reader: String, _ words: [String] = []) throws -> ProgramResult {
        try kazasu(["visit", "--reader", reader, "--json", "--card", "my-number-card-t0"] + words)
    }

    /// Ten as for every card without extended length: GET RESPONSE and what is sent again with another P3 belong to T=0.
    @Test("A card with T=0 only is used at every level", arguments: ["generic-ccid-tpdu", "generic-ccid-short", "generic-ccid", "card"])
    func byT0(_ model: String) throws {
        let result = try visit("sim:\(model)")
        #expect(result.status == 0 && result.output.contains("\"outcome\":\"confirmed\""), "\(result.error)")
        #expect(result.output.contains("\"apdus\":10"), "\(result.output)")
    }

    /// Without and with the reader's own PPS; T=0 is all that the reader has, or not among what it has.
    @Test(
        arguments: [("T=0", "00010032", 0), ("T=0, T=1", "000100B2", 0), ("T=0", "000200BA", 0), ("T=1", "00010032", 69)]
            as [(String, String, Int32)])
    func byT0AtTheReaderOfAProfile(_ protocols: String, _ features: String, _ status: Int32) throws {
        let path = try profile(protocols: protocols, features: features)
        let result = try visit("sim:acme-x1", ["--profile", path])
        #expect(result.status == status, "\(result.error)")
    }

    /// What T=0 does stands in a recording: more messages than APDUs, and PPS (ISO/IEC 7816-3 clause 9: FF, 4 bytes) before the first.
    @Test func theProtocolIsSeen() throws {
        let path = try profile(protocols: "T=0", features: "00010032")
        let recording = folder / "t0.rec"
        let words = ["--card", "my-number-card-t0", "--reader", "sim:acme-x1", "--profile", path]
        let result = try kazasu(["record", recording, "--", "visit"] + words)
        #expect(result.status == 0, "\(result.error)")
        let shown = try kazasu(["trace", "show", recording]).output
        let blocks = shown.split(separator: "\n").filter { $0.contains("PC_to_RDR_XfrBlock") }
        #expect(blocks.first?.contains("length 4") == true, "\(shown)")
        // SELECT, VERIFY and so on, and one GET RESPONSE at least.
        #expect(blocks.count > 11, "\(blocks)")
    }
}
