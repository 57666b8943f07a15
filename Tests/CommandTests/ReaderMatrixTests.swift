import DriverCatalog
import ReaderClaims
import ReaderTransport
import SimulatorCatalog
import TestSupport
import Testing

@testable import kazasu

@Suite struct ReaderMatrixTests {
    /// README's table is the one that the catalogs give: `kazasu matrix` prints what belongs between the marks.
    @Test func theTableInTheReadMeIsThatOfTheCatalogs() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let readMe = String(decoding: try TestSupport.readFile("\(root)/README.md"), as: UTF8.self)
        let parts = readMe.split(separator: "<!-- matrix: printed by `kazasu matrix` -->\n", omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        let table = parts[1].prefix(upTo: parts[1].ranges(of: "\n<!-- end of matrix -->").first?.lowerBound ?? parts[1].startIndex)
        #expect(table == ReaderMatrix.markdown)
        let result = try runProgram([builtProgram("kazasu"), "matrix"]).checked()
        #expect(result.output == ReaderMatrix.markdown + "\n")
    }

    /// A cell cannot break its row, every model has a row, and nobody claims a device.
    @Test func everyModelHasItsClaims() {
        let rows = ReaderMatrix.markdown.split(separator: "\n")
        #expect(rows.count == 2 + SimulatorModel.all.count + ReaderWay.all.count)
        for row in rows { #expect(row.split(separator: "|").count == 5) }
        for claims in SimulatorModel.all.map(\.claims) + ReaderWay.all.map(\.claims) {
            #expect(!claims.identity.isEmpty && !claims.evidence.isEmpty && !claims.source.isEmpty)
            #expect(!claims.evidence.contains { $0.rung == .hardware } || claims.provenance == .recorded)
        }
    }

    /// Each lane has its exchange level, and no lane stands there twice.
    @Test func lanesAreToldWithTheirLevels() {
        func words(_ name: String) -> String? { SimulatorModel.named(name)?.capabilities }
        #expect(words("generic-ccid-tpdu") == "CCID (TPDUs)")
        #expect(words("generic-ccid-short") == "CCID (short APDUs)")
        #expect(words("canon-hicara") == "CCID (short APDUs), screen, camera, keypad")
        #expect(words("exhibit") == "CCID (extended APDUs; TPDUs), bulk USB, screen, camera, keypad")
        #expect(words("acr1255u") == "Bluetooth (extended APDUs)")
        for model in SimulatorModel.all {
            let parts = model.capabilities.split(separator: ", ")
            #expect(Set(parts.map { $0.prefix { $0 != "(" } }).count == parts.count, "\(model.capabilities)")
        }
    }

    private func claims(_ vendor: UInt16, _ product: UInt16, _ lanes: Set<Lane.Kind>, _ scheme: String = "usb") -> ModelClaims? {
        let usb = USBProduct(vendor: vendor, product: product)
        return ReaderMatrix.claims(of: AttachmentDescription(name: "x", product: "x", usb: usb, lanes: lanes), scheme: scheme)
    }

    /// At USB a reader has the claims of the model whose driver it gets; another one is any CCID reader, whoever's numbers a simulated one
    /// announces.
    @Test func readersAtUSBHaveTheClaimsOfTheirDriver() {
        #expect(claims(0x04C5, 0xFFC0, [.ccid, .bulk])?.identity == [.face, .pin, .visual])
        #expect(claims(0x054C, 0x0DC8, [.ccid])?.source == "USB CCID 1.1, ISO/IEC 7816-3")
        // No CCID: its command set is partly assumed (PROTOCOL.md); both that are sold.
        for product: UInt16 in [0x06C1, 0x06C3] {
            let front = claims(0x054C, product, [.bulk])
            #expect(front?.provenance == .assumed && front?.source.contains("command set partly published") == true)
        }
        // A number for tests is anybody's: only without CCID it is the face reader.
        #expect(claims(0x1209, 0x0001, [.bulk])?.identity == [.face, .pin, .visual])
        #expect(claims(0x1209, 0x0001, [.ccid])?.identity == [.pin])
        #expect(claims(0x1209, 0x0001, [.ccid])?.provenance == .published)
        #expect(claims(0, 0, [], "new") == nil)
    }

    /// Whoever can be named has claims, and every model that a driver says it is for is one.
    @Test func everyWayHasClaims() {
        let plain = AttachmentDescription(name: "x", product: "x")
        for source in ReaderBench().sources {
            guard source.scheme != "sim" else { continue }
            #expect(ReaderMatrix.claims(of: plain, scheme: source.scheme) != nil, "\(source.scheme)")
        }
        let drivers = DriverCatalog()
        for model in SimulatorModel.all {
            let lanes = Set(model.makeReader().lanes.map(\.kind))
            let name = drivers.model(of: AttachmentDescription(name: "", product: "", usb: model.usb, lanes: lanes))
            #expect(name == nil || name == model.name)
            if model.hasTerminal || model.name == "rcs380" { #expect(name == model.name) }
        }
    }

    @Test(
        "What a profile says of itself is claimed of its simulated reader",
        arguments: [
            ("lsusb -v, by us", "assumed", "lsusb -v, by us"), ("published: a data sheet", "published", "a data sheet"),
            ("recorded:lsusb -v", "recorded", "lsusb -v"), ("published, I believe", "assumed", "published, I believe"),
            ("recorded at a friend's", "assumed", "recorded at a friend's"), ("published:", "assumed", "published:"),
        ])
    func aProfileHasClaims(_ provenance: String, _ stated: String, _ source: String) throws {
        let folder = TemporaryFolder()
        let path = try folder.write(
            "x.yaml",
            """
            {name: X, model: acme-x1, usb: "1209:0002", provenance: "\(provenance)",
            interfaces: [{protocols: [T=1], features: 000404BE, max-message: 263, max-ifsd: 254}]}
            """)
        let surroundings = ChildProcess.searchPath + ["LC_ALL=C"]
        let list = try runProgram([builtProgram("kazasu"), "readers", "--profile", path], environment: surroundings).output
        let line = try #require(list.split(separator: "\n").first { $0.hasPrefix("sim:acme-x1") })
        #expect(line.split(separator: " ", omittingEmptySubsequences: true)[1...3] == ["pin", "together", Substring(stated)])
        let json = try runProgram([builtProgram("kazasu"), "readers", "--json", "--profile", path], environment: surroundings).output
        #expect(json.contains(#""provenance":"\#(stated)","source":"\#(source)"},"product":"simulated X""#), "\(json)")
    }

    @Test func theListOfReadersHasThem() throws {
        let result = try runProgram([builtProgram("kazasu"), "readers"], environment: ChildProcess.searchPath + ["LC_ALL=C"])
        let lines = result.output.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        let caora = try #require(lines.first { $0[0] == "sim:fujitsu-caora" })
        #expect(caora[1...3] == ["face,pin,visual", "stock-software", "assumed"])
        let json = try runProgram([builtProgram("kazasu"), "readers", "--json"], environment: ChildProcess.searchPath + ["LC_ALL=C"]).output
        #expect(json.contains(#""provenance":"published","source":"USB CCID 1.1"},"product":"simulated CCID reader, short APDUs""#))
        #expect(json.contains(#"{"by":"","rung":"together"}"#))
    }
}
