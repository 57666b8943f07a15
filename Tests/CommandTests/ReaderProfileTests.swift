import Diagnosis
import DriverCatalog
import GenericCCID
import ReaderTransport
import SimulationKit
import SimulatorCatalog
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
          - class: vendor
            protocols: [T=1]
            features: 000404BE
            max-message: 263
            max-ifsd: 254
            slots: [contactless]
        """

    private func profile(_ text: String) throws -> ReaderProfileFile { try ReaderProfileFile(Array(text.utf8), path: "p") }

    @Test func aFileAddsAReader() throws {
        let file = try profile(Self.unknown)
        #expect(file.model == "acme-x1" && file.profile.name == "Acme X1")
        #expect(file.profile.usb == USBProduct(vendor: 0x1209, product: 0x0002))
        #expect(file.profile.slotNames == ["contactless"] && [file.profile].unmarkedReaders == [file.profile.usb])
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

    @Test func aReaderOfTwoInterfacesHasNamesForItsSlots() throws {
        let file = try profile(
            """
            {name: Acme X2, model: acme-x2, usb: "1209:0003", interfaces: [
              {class: ccid, protocols: [T=1], features: 0004007E, max-message: 522, max-ifsd: 254, slots: [contactless]},
              {class: ccid, protocols: [T=0, T=1], features: 000200BA, max-message: 288, max-ifsd: 254, slots: [SAM]}]}
            """)
        let model = try #require(SimulatorModel(file))
        let station = Station(.virtual)
        let host = InProcessHost(model.makeReader(), on: station)
        let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
        let named = try DriverCatalog(profiles: [file.profile]).driver(for: host, described: description)
        let reader = try named.open(host, name: "sim:acme-x2", on: station)
        #expect(reader.slotCount == 2 && reader.slotNames == ["contactless", "SAM"])
        reader.close()
        // Without the file it is used all the same.
        let other = InProcessHost(model.makeReader(), on: station)
        let plain = try DriverCatalog().driver(for: other, described: description).open(other, name: "sim:acme-x2", on: station)
        #expect(plain.slotCount == 2 && plain.slotNames == [])
        plain.close()
    }

    @Test func theTable() throws {
        let table = ReaderProfile.builtIn
        #expect(Set(table.map(\.usb)).count == table.count)
        #expect(table.allSatisfy { $0.interfaces.allSatisfy { $0.level != nil && !$0.protocols.isEmpty } })
        // Published: both readers of NTT Communications have the maker's own class.
        let unmarked = [USBProduct(vendor: 0x04E6, product: 0x511A), USBProduct(vendor: 0x04E6, product: 0x5120)]
        #expect(table.unmarkedReaders == Set(unmarked))
        #expect(DriverCatalog.products().unmarked == Set(unmarked))
        let dual = try #require(table.first { $0.usb == USBProduct(vendor: 0x072F, product: 0x221A) })
        #expect(dual.slotNames == ["contactless", "SAM"])
        #expect(dual.interfaces.map(\.maxMessageLength) == [522, 288])
    }

    @Test(
        "What is wrong is told with line and column",
        arguments: [
            ("usb: 1209:0002", "usb: 12090002", "p:3:6: 'usb' is vendor and product, such as 04e6:5120"),
            ("class: vendor", "class: FF", "p:6:12: 'class' is ccid (0B) or vendor (FF)"),
            ("features: 000404BE", "features: 000604BE", "p:8:15: 'features' names more than one exchange level"),
            ("max-message: 263", "max-message: 10", "p:9:18: 'max-message' is a number from 11 to 65554"),
            ("protocols: [T=1]", "protocols: [T=2]", "p:7:16: 'protocols' are T=0 and T=1"),
            ("name: Acme X1", "nam: Acme X1", "p:1:1: this key is none of: interfaces, model, name, provenance, usb"),
            ("model: acme-x1", "", "p:1:1: 'model' is missing"),
            ("model: acme-x1", "model: [a", "p:"),
        ])
    func wrongFiles(_ right: String, _ wrong: String, _ cause: String) {
        let text = Self.unknown.split(separator: "\n").map { $0.hasSuffix(right) ? $0.dropLast(right.count) + wrong : $0 }.joined(
            separator: "\n")
        #expect {
            _ = try profile(text)
        } throws: { error in
            (error as? ReaderProfileError)?.cause?.hasPrefix(cause) == true
        }
    }
}
