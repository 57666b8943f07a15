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

    /// At USB a reader with a screen is known by its numbers; another one is any CCID reader, whoever's numbers a simulated one announces.
    @Test func readersAtUSBHaveTheClaimsOfTheirKind() {
        func claims(_ vendor: UInt16, _ product: UInt16, _ scheme: String = "usb") -> ModelClaims? {
            let usb = USBProduct(vendor: vendor, product: product)
            return ReaderMatrix.claims(of: AttachmentDescription(name: "x", product: "x", usb: usb), scheme: scheme)
        }
        #expect(claims(0x04C5, 0xFFC0)?.identity == [.face, .pin, .visual])
        #expect(claims(0x054C, 0x0DC8)?.identity == [.pin])
        #expect(claims(0x054C, 0x0DC8)?.source == "USB CCID 1.1")
        #expect(claims(0, 0, "new") == nil)
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
