import CCID
import Cards
import Diagnosis
import DriverCatalog
import GenericCCID
import ReaderKit
import ReaderTransport
import SimulationKit
import SimulatorCatalog
import Staging
import Station
import TestSupport
import Testing

@testable import kazasu

/// A plain CCID reader is added by one data file.
@Suite struct ReaderProfileTests {
    let folder = TemporaryFolder()

    private func start(_ words: [String]) throws -> ProgramResult {
        let surroundings = ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(folder.path)"]
        return try ChildProcess([builtProgram("kazasu")] + words, environment: surroundings).result()
    }

    /// A reader that nobody has heard of: of the maker's own class, with messages too short for an extended APDU.
    private static let unknown = """
        name: Acme X1
        model: acme-x1
        usb: 1209:0002
        provenance: made up
        interfaces:
          - protocols: [T=1]
            features: 000404BE
            max-message: 263
            max-ifsd: 254
            slots: [contactless]
            quirks: [vendor-class]
        """

    private func profiles(_ text: String) throws -> [ReaderProfile] {
        try ReaderProfile.read(Array(text.utf8), path: "p", taken: ["card"], owned: DriverCatalog.ownProducts)
    }

    @Test func aFileAddsAReader() throws {
        let file = try profiles(Self.unknown)[0]
        #expect(file.model == "acme-x1" && file.name == "Acme X1" && file.interfaces[0].quirks == [.vendorClass])
        #expect(file.usb == USBProduct(vendor: 0x1209, product: 0x0002))
        #expect(file.slotNames == ["contactless"] && [file].unmarkedReaders == [file.usb])
    }

    @Test("The simulated reader of a file is listed and carries visits and card commands, over blocks of 263 bytes")
    func theReaderOfAFileIsUsed() throws {
        let path = try folder.write("x1.yaml", Self.unknown)
        let list = try start(["readers", "--selectors", "--profile", path])
        #expect(list.output.split(separator: "\n").contains("sim:acme-x1"))
        #expect(!(try start(["readers", "--selectors"]).output.contains("acme-x1")))
        let visit = try start(["visit", "--reader", "sim:acme-x1", "--profile", path, "--json"])
        #expect(visit.status == 0 && visit.output.contains("\"outcome\":\"confirmed\""), "\(visit.error)")
        let info = try start(["card", "info", "--reader", "sim:acme-x1", "--profile", path])
        #expect(info.status == 0, "\(info.error)")
        #expect(try start(["visit", "--reader", "sim:acme-x1", "--json"]).status == 69)
    }

    @Test("A recording keeps what is in the file, and so does a capture of it: the replay needs no file and changes nothing")
    func aRecordedVisitNeedsNoFile() throws {
        let path = try folder.write("x1.yaml", Self.unknown)
        let words = ["record", folder / "r", "--", "visit", "--reader", "sim:acme-x1", "--profile", path, "--json"]
        let visit = try start(words + ["--centre", folder / "centre"])
        #expect(visit.status == 0, "\(visit.error)")
        #expect(try start(["trace", "export", "--pcapng", folder / "r", folder / "c"]).status == 0)
        #expect(try start(["trace", "import", folder / "c", folder / "i"]).status == 0)
        try folder.write("x1.yaml", "this is no profile")
        for recording in ["r", "i"] {
            let replayed = try start(["replay", folder / recording])
            #expect(replayed.output == visit.output && replayed.status == 0, "\(replayed.error)")
        }
        // Nor is one opened that somebody else's recording names, whether it says what is in it or not.
        let other = String(decoding: try folder.read("r"), as: UTF8.self).replacing("\(path)\"", with: "/etc/passwd\"")
        #expect(other.contains(#""profile": "/etc/passwd""#))
        for text in [other, other.replacing(#""profile-file":"#, with: #""profile-x":"#)] {
            try folder.write("o", text)
            let replayed = try start(["replay", folder / "o"])
            #expect(replayed.output == visit.output && replayed.status == 0, "\(replayed.error)")
        }
    }

    private static let two = """
        {name: Acme X2, model: acme-x2, usb: "1209:0003", interfaces: [
          {protocols: [T=1], features: 0004007E, max-message: 522, max-ifsd: 254, slots: [contactless]},
          {protocols: [T=0, T=1], features: 000200BA, max-message: 288, max-ifsd: 254, slots: [SAM]}]}
        """

    @Test func aReaderOfTwoInterfacesHasNamesForItsSlots() throws {
        let file = try profiles(Self.two)[0]
        let model = try #require(SimulatorModel(file))
        let station = Station(.virtual)
        let host = InProcessHost(model.makeReader(), on: station)
        let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
        let named = try DriverCatalog(profiles: [file]).driver(for: host, described: description)
        let reader = try named.open(host, name: "sim:acme-x2", on: station)
        #expect(reader.slotCount == 2 && reader.slotNames == ["contactless", "SAM"])
        reader.close()
        // Without the file it is used all the same.
        let other = InProcessHost(model.makeReader(), on: station)
        let plain = try DriverCatalog().driver(for: other, described: description).open(other, name: "sim:acme-x2", on: station)
        #expect(plain.slotCount == 2 && plain.slotNames == [])
        plain.close()
    }

    @Test func aProductStandsInAFileOnce() throws {
        let entry = "{usb: \"1209:0002\", name: X, interfaces: [{protocols: [T=1], features: 00040000, max-message: 271, max-ifsd: 254}]}"
        #expect(try profiles("- \(entry)").count == 1)
        #expect(throws: ReaderProfileError.self) { _ = try profiles("- \(entry)\n- \(entry)") }
    }

    @Test func theTable() throws {
        let table = ReaderProfile.builtIn
        #expect(table.count == 29 && Set(table.map(\.usb)).count == table.count)
        #expect(table.allSatisfy { $0.interfaces.allSatisfy { $0.level != nil && !$0.protocols.isEmpty } })
        // Published: both readers of NTT Communications have the maker's own class.
        let unmarked = [USBProduct(vendor: 0x04E6, product: 0x511A), USBProduct(vendor: 0x04E6, product: 0x5120)]
        #expect(table.unmarkedReaders == Set(unmarked))
        #expect(DriverCatalog.products().unmarked == Set(unmarked))
        let dual = try #require(table.first { $0.usb == USBProduct(vendor: 0x072F, product: 0x221A) })
        #expect(dual.slotNames == ["contactless", "SAM"])
        #expect(dual.interfaces.map(\.maxMessageLength) == [522, 288])
    }

    @Test("An entry in the file of all readers is enough for everybody to find one")
    func theTableIsAFileOfTheSameForm() throws {
        var path = #filePath.split(separator: "/").dropLast(3).map(String.init)
        path += ["Drivers", "GenericCCID", "readers.yaml"]
        let table = try readFile("/" + path.joined(separator: "/"))
        #expect(try ReaderProfile.read(table, path: "readers.yaml") == ReaderProfile.builtIn)
        let entry = "- " + Self.unknown.split(separator: "\n").joined(separator: "\n  ") + "\n"
        let longer = try ReaderProfile.read(table + Array(entry.utf8), path: "readers.yaml")
        #expect(longer.count == ReaderProfile.builtIn.count + 1 && longer.last?.model == "acme-x1")
        #expect(longer.unmarkedReaders.contains(USBProduct(vendor: 0x1209, product: 0x0002)))
    }

    /// What a stranger copies has to work: the example of CONTRIBUTING.md and that of `kazasu help readers`.
    @Test func theExamplesAreProfiles() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let guide = String(decoding: try readFile(root + "/CONTRIBUTING.md"), as: UTF8.self)
        let block = guide.split(separator: "```").first { $0.contains("name: Acme X1") }
        let copied = try profiles(String(try #require(block)))
        #expect(copied[0].model == "acme-x1" && copied[0].interfaces[0].quirks == [.vendorClass])
        for language in ["LC_ALL=C", "LC_ALL=ja_JP.UTF-8"] {
            let surroundings = ChildProcess.searchPath + [language, "HOME=\(folder.path)"]
            let help = try ChildProcess([builtProgram("kazasu"), "help", "readers"], environment: surroundings).result().output
            let lines = help.split(separator: "\n").drop { !$0.contains("name: Acme X1") }.prefix(3)
            #expect(try profiles(lines.joined(separator: "\n")) == copied)
        }
    }

    @Test("Slots are listed and chosen by name or number at every command that opens a reader", arguments: ["SAM", "1"])
    func slotsAreChosen(_ slot: String) throws {
        let path = try folder.write("x2.yaml", Self.two)
        let list = try start(["readers", "--selectors", "--profile", path]).output.split(separator: "\n")
        #expect(list.suffix(3) == ["sim:acme-x2", "sim:acme-x2#contactless", "sim:acme-x2#SAM"])
        for command in [["visit"], ["card", "info"], ["apdu", "--send", "00A4040C0AD392F000260100000001"], ["doctor"]] {
            let result = try start(command + ["--reader", "sim:acme-x2#\(slot)", "--profile", path])
            #expect(result.status == 0, "\(command) \(result.error)")
            #expect(try start(command + ["--reader", "sim:acme-x2#UIM", "--profile", path]).status == 69)
        }
    }

    @Test("What a reader says of itself is put right, and the reader is used so", arguments: ["chains-apdus", "short-apdus-only"])
    func quirksAreActedOn(_ quirk: String) throws {
        // The one says short and takes more, the other the other way round: without the quirk one of the two fails or needs more APDUs.
        let features = quirk == "chains-apdus" ? "000200BA" : "000404BA"
        let text = """
            {name: Acme X3, model: acme-x3, usb: "1209:0004", interfaces: [
              {protocols: [T=1], features: \(features), max-message: 522, max-ifsd: 254, quirks: [\(quirk), no-pin-entry]}]}
            """
        let file = try profiles(text)[0]
        let model = try #require(SimulatorModel(file))
        let station = Station(.virtual)
        let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
        func carriesExtendedLength(_ profiles: [ReaderProfile]) throws -> Bool? {
            let simulated = model.makeReader()
            simulated.stage(StagedEvent(.at(.zero), .place(StagedCard(VirtualCard(holder: .hanako)))))
            let host = InProcessHost(simulated, on: station)
            let driver = try DriverCatalog(profiles: profiles).driver(for: host, described: description)
            let reader = try driver.open(host, name: "sim:acme-x3", on: station)
            defer { reader.close() }
            // A keypad that is announced and is none.
            #expect(((reader as? CCIDReader)?.pinPad == nil) == !profiles.isEmpty)
            try reader.waitForCard(on: station, until: station.now + .seconds(9))
            return try reader.connect(slot: 0, until: station.now + .seconds(9)).carriesExtendedLength
        }
        #expect(try carriesExtendedLength([]) == (quirk != "chains-apdus"))
        #expect(try carriesExtendedLength([file]) == (quirk == "chains-apdus"))
        let path = try folder.write("x3.yaml", text)
        let visit = try start(["visit", "--reader", "sim:acme-x3", "--profile", path])
        #expect(visit.status == 0, "\(visit.error)")
    }

    @Test(
        "A file that is no profile ends every command alike",
        arguments: [
            ("", "x.yaml: it is empty"), ("\t- name: x", "x.yaml:1:1: "), ("name: \u{0}", "x.yaml:1:"), ("- &a [*a]", "x.yaml:1:3: "),
            ("[]", "x.yaml:1:1: there is no reader in it"), ("name: [[[[", "x.yaml:"), ("- 1", "x.yaml:1:3: keys with values"),
            ("name: !!binary aGFsbG8=", "x.yaml:1:7: anchors and tags"), ("--- 1\n--- 2", "x.yaml:2:1: there is a second document"),
        ])
    func hostileFiles(_ text: String, _ cause: String) throws {
        let path = try folder.write("x.yaml", text)
        for command in Self.commands {
            let result = try start(command + ["--profile", path])
            #expect(result.status == 65 && result.error.contains(cause) && result.error.contains("[profile-malformed]"), "\(result.error)")
            #expect(try start(command + ["--profile", folder / "none.yaml"]).status == 66)
        }
    }

    /// Every command that takes `--profile`.
    private static let commands = [
        ["readers"], ["visit", "--reader", "sim:card"], ["card", "info", "--reader", "sim:card"], ["apdu", "--reader", "sim:card"],
        ["doctor", "--reader", "sim:card"], ["simulate", "reader", "generic-ccid", "--vhci"],
    ]

    @Test(
        "A profile that another reader stands in the way of is refused by every command",
        arguments: [
            ("model: acme-x1", "model: fujitsu-caora", "x.yaml:2:8: there is a model 'fujitsu-caora' already"),
            ("usb: 1209:0002", "usb: 04c5:ffc0", "x.yaml:3:6: this product has a driver of its own"),
        ])
    func namesAndNumbersOfOthers(_ right: String, _ wrong: String, _ cause: String) throws {
        let path = try folder.write("x.yaml", Self.unknown.replacing(right, with: wrong))
        for command in Self.commands {
            let result = try start(command + ["--profile", path])
            #expect(result.status == 65 && result.error.contains(cause), "\(result.error)")
        }
    }

    @Test func aBlockOfAReaderOfTPDUsIsThatOfT1() throws {
        func tpdu(_ size: Int) -> String {
            Self.unknown.replacing("000404BE", with: "000100BA").replacing("max-ifsd: 254", with: "max-ifsd: \(size)")
        }
        #expect(try profiles(tpdu(254)).count == 1)
        #expect(throws: ReaderProfileError.self) { _ = try profiles(tpdu(255)) }
    }

    /// A short APDU with its header fills 271 bytes, and nothing longer than a message is sent to such a reader (USB CCID 1.1 clause 3.2.2.1).
    @Test(arguments: [("000204BE", "vendor-class"), ("000404BE", "short-apdus-only"), ("000104BE", "short-apdus-only")])
    func aShortAPDUFitsAMessage(_ features: String, _ quirk: String) throws {
        func reader(_ length: Int, _ quirk: String) -> String {
            Self.unknown.replacing("000404BE", with: features).replacing("vendor-class", with: quirk)
                .replacing("max-message: 263", with: "max-message: \(length)")
        }
        #expect(try profiles(reader(271, quirk)).count == 1)
        let error = #expect(throws: ReaderProfileError.self) { _ = try profiles(reader(270, quirk)) }
        #expect(error?.cause == "p:8:18: 'max-message' is at least 271 for a reader that takes short APDUs only")
        // One that chains all the same has no need of that.
        #expect(try profiles(reader(270, "chains-apdus")).count == 1)
    }

    @Test("Slots without names are numbers, of which all are told")
    func slotsWithoutNames() throws {
        let unnamed = Self.two.replacing(", slots: [contactless]", with: "").replacing(", slots: [SAM]", with: "")
        for (text, known) in [(unnamed, "0, 1"), (Self.two.replacing(", slots: [SAM]", with: ""), "contactless, 1")] {
            let path = try folder.write("x2.yaml", text)
            for slot in ["2", "+1", "SAM"] {
                let result = try start(["simulate", "reader", "acme-x2#\(slot)", "--profile", path, "--vhci"])
                #expect(result.status == 64 && result.error.contains("must be one of \(known)."), "\(result.error)")
            }
        }
    }

    @Test func hugeAndBinaryFiles() throws {
        let long = try folder.write("x.yaml", String(repeating: "- [1]\n", count: 20_000))
        #expect(try start(["readers", "--profile", long]).status == 65)
        let bomb = try folder.write("x.yaml", String(repeating: "[", count: 60_000))
        #expect(try start(["readers", "--profile", bomb]).error.contains("nested more than 64 deep"))
        let program = try builtProgram("kazasu")
        #expect(try start(["readers", "--profile", program]).status == 65)
        #expect(try start(["readers", "--profile", folder.path]).status == 66)
        #expect(throws: ReaderProfileError.self) { _ = try ReaderProfile.read([0xFF, 0xFE, 0x00, 0x80], path: "p") }
    }

    @Test(
        "What is wrong is told with line and column",
        arguments: [
            ("usb: 1209:0002", "usb: 12090002", "p:3:6: 'usb' is vendor and product, such as 04e6:5120"),
            ("usb: 1209:0002", "usb: +209:0002", "p:3:6: 'usb' is vendor and product, such as 04e6:5120"),
            ("features: 000404BE", "features: 000604BE", "p:7:15: 'features' names more than one exchange level"),
            ("features: 000404BE", "features: +00404BE", "p:7:15: 'features' is dwFeatures, eight hexadecimal digits"),
            ("max-message: 263", "max-message: 10", "p:8:18: 'max-message' is a number from 11 to 65554"),
            ("max-ifsd: 254", "max-ifsd: [254]", "p:9:15: 'max-ifsd' wants a text of at most 200 bytes"),
            ("max-ifsd: 254", "max-ifsd: 264", "p:9:15: 'max-ifsd' is no more than 'max-message'"),
            ("protocols: [T=1]", "protocols: []", "p:6:16: there is nothing in 'protocols'"),
            ("protocols: [T=1]", "quirks: []", "p:11:5: the same key stands here twice"),
            ("slots: [contactless]", "slots: []", "p:10:12: there is nothing in 'slots'"),
            ("features: 000404BE", "features: 00000030", "p:7:15: 'features' names the level of characters, which is not supported"),
            ("usb: 1209:0002", "usb: 054c:06c1", "p:3:6: this product has a driver of its own, which asks for no profile"),
            ("protocols: [T=1]", "protocols: [T=2]", "p:6:17: 'protocols' are T=0 and T=1"),
            ("protocols: [T=1]", "protocols: [T=1, T=1]", "p:6:22: this stands here twice"),
            ("slots: [contactless]", "slots: [a#b]", "p:10:13: the name of a slot is printable and has no # in it"),
            ("slots: [contactless]", "slots: contactless", "p:10:12: 'slots' wants a list"),
            (
                "quirks: [vendor-class]", "quirks: [vendor-class, sticky]",
                "p:11:28: 'quirks' are vendor-class, no-pin-entry, chains-apdus, short-apdus-only"
            ),
            (
                "quirks: [vendor-class]", "quirks: [chains-apdus, short-apdus-only]",
                "p:11:13: chains-apdus and short-apdus-only exclude each other"
            ),
            ("model: acme-x1", "model: card", "p:2:8: there is a model 'card' already"),
            ("model: acme-x1", "model: Acme", "p:2:8: 'model' is made of a-z, 0-9 and -, at most 40 of them"),
            ("provenance: made up", "name: again", "p:4:1: the same key stands here twice"),
            ("name: Acme X1", "nam: Acme X1", "p:1:1: this key is none of: interfaces, model, name, provenance, usb"),
            ("name: Acme X1", "model: x", "p:2:1: the same key stands here twice"),
            ("usb: 1209:0002", "", "p:1:1: 'usb' is missing"),
            ("model: acme-x1", "model: [a", "p:"),
        ])
    func wrongFiles(_ right: String, _ wrong: String, _ cause: String) {
        let text = Self.unknown.split(separator: "\n").map { $0.hasSuffix(right) ? $0.dropLast(right.count) + wrong : $0 }.joined(
            separator: "\n")
        #expect {
            _ = try profiles(text)
        } throws: { error in
            (error as? ReaderProfileError)?.cause?.hasPrefix(cause) == true
        }
    }
}
