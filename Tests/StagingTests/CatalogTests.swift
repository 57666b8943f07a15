import AtlasEXC9000
import Cards
import DriverCatalog
import GenericCCID
import ReaderKit
import ReaderTransport
import SimulationKit
import SimulatorCatalog
import Staging
import Station
import Testing

struct CatalogTests {
    /// SELECT of the authentication application (JPKI AP).
    private static let select: [UInt8] = [
        0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01,
    ]

    private func open(_ model: SimulatorModel, _ reader: SimulatedReader, on station: Station) throws -> any Reader {
        let attachment = InProcessHost(reader, on: station)
        let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
        return try DriverCatalog().driver(for: attachment, described: description).open(attachment, name: "sim:\(model.name)", on: station)
    }

    @Test(
        "every simulated reader has a driver, and carries a command to the card that is placed", arguments: SimulatorModel.all.map(\.name))
    func drives(_ name: String) throws {
        let model = try #require(SimulatorModel.named(name))
        let station = Station(.virtual)
        let simulated = model.makeReader()
        simulated.stage(StagedEvent(.at(.zero + .seconds(1)), .place(StagedCard(VirtualCard(holder: .hanako)))))
        let reader = try open(model, simulated, on: station)
        defer { reader.close() }
        #expect(((reader as? any FacetedReader)?.patientScreen != nil) == model.hasTerminal)
        try reader.waitForCard(on: station, until: station.now + .seconds(30))
        let channel = try reader.connect(slot: 0, until: station.now + .seconds(10))
        var response: [UInt8] = []
        try channel.transmit(Self.select.span, into: &response, until: station.now + .seconds(10))
        #expect(response == [0x90, 0x00])
        #expect(simulated.exchanges == 1)
        channel.close()
        #expect(simulated.complaints.isEmpty)
    }

    @Test("a card that is taken away during a command", arguments: SimulatorModel.all.map(\.name))
    func pulls(_ name: String) throws {
        let model = try #require(SimulatorModel.named(name))
        let station = Station(.virtual)
        let simulated = model.makeReader()
        simulated.stage(StagedEvent(.at(.zero), .place(StagedCard(VirtualCard(holder: .hanako)))))
        simulated.stage(StagedEvent(.exchange(number: 2), .remove))
        let reader = try open(model, simulated, on: station)
        defer { reader.close() }
        try reader.waitForCard(on: station, until: station.now + .seconds(30))
        let channel = try reader.connect(slot: 0, until: station.now + .seconds(10))
        defer { channel.close() }
        var response: [UInt8] = []
        try channel.transmit(Self.select.span, into: &response, until: station.now + .seconds(10))
        let error = #expect(throws: ReaderError.self) {
            try channel.transmit(Self.select.span, into: &response, until: station.now + .seconds(10))
        }
        #expect(error?.reason == .cardRemoved)
    }

    /// Its number is one for tests, which a CCID reader may have as well.
    @Test("the number of the EXC-9000 belongs to it only where there is no CCID", arguments: [true, false])
    func numberForTests(_ hasCCID: Bool) throws {
        let lane = Lane(id: LaneID(rawValue: 0), kind: hasCCID ? .ccid : .bulk, slots: hasCCID ? 1 : 0)
        let attachment = UnusedAttachment(source: Station(.virtual).makeSource(), lanes: [lane])
        let description = AttachmentDescription(name: "test", product: "", usb: USBProduct(vendor: 0x1209, product: 0x0001))
        let driver = try DriverCatalog().driver(for: attachment, described: description)
        #expect(driver is GenericCCIDDriver == hasCCID)
        #expect(driver is AtlasEXC9000Driver == !hasCCID)
    }

    @Test("an attachment that nobody knows")
    func unknown() throws {
        let nothing = UnusedAttachment(source: Station(.virtual).makeSource(), lanes: [])
        let error = #expect(throws: ReaderError.self) {
            try DriverCatalog().driver(for: nothing, described: AttachmentDescription(name: "none", product: ""))
        }
        #expect(error?.reason == .readerUnusable)
    }
}

private final class UnusedAttachment: ReaderTransport.Attachment {
    let source: SourceID
    let lanes: [Lane]
    init(source: SourceID, lanes: [Lane]) { (self.source, self.lanes) = (source, lanes) }
    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID { TransferID(rawValue: 0) }
    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus { .aborted }
    func abort(_ transfer: TransferID) {}
    func close() {}
}
