import Cards
import DriverCatalog
import ISO7816
import ReaderKit
import ReaderTransport
import SimulationKit
import SimulatorCatalog
import Staging
import Station
import Testing

/// The reader with every part there is: each part is there, and is gone when it is left out.
struct ExhibitTests {
    private func open(without missing: Set<SimulatorModel.Part>, on station: Station, slot: Int = 0) throws -> any FacetedReader {
        let model = SimulatorModel.exhibit(without: missing)
        let simulated = model.makeReader()
        simulated.useSlot(slot)
        simulated.stage(StagedEvent(.shown(.placeCard, after: .seconds(1)), .place(StagedCard(VirtualCard(holder: .hanako)))))
        let attachment = InProcessHost(simulated, on: station)
        let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
        let driver = try DriverCatalog().driver(for: attachment, described: description)
        return try #require(try driver.open(attachment, name: "sim:exhibit", on: station) as? any FacetedReader)
    }

    /// The parts that a program can find, each by what it is found by.
    private func parts(of reader: any FacetedReader) -> Set<SimulatorModel.Part> {
        var parts: Set<SimulatorModel.Part> = []
        if reader.patientScreen != nil { parts.insert(.screen) }
        if reader.face != nil { parts.insert(.camera) }
        if reader.pinPad != nil { parts.insert(.keypad) }
        if reader.staffPanel != nil { parts.insert(.staffPanel) }
        if reader.escape != nil { parts.insert(.escapes) }
        if reader.facilitySign != nil { parts.insert(.facilityName) }
        if reader.slotNames == ["contactless", "contact"] { parts.insert(.contactSlot) }
        return parts
    }

    private static let found: [SimulatorModel.Part] = [
        .screen, .camera, .keypad, .staffPanel, .escapes, .facilityName, .contactSlot,
    ]

    @Test func everyPartIsThere() throws {
        let reader = try open(without: [], on: Station(.virtual))
        #expect(parts(of: reader) == Set(Self.found))
        reader.close()
    }

    @Test(arguments: found)
    func aPartThatIsLeftOutIsGoneAndNoOther(_ part: SimulatorModel.Part) throws {
        let reader = try open(without: [part], on: Station(.virtual))
        var expected = Set(Self.found)
        expected.remove(part)
        // A keypad without a screen is nowhere to be seen.
        if part == .screen { expected.remove(.keypad) }
        #expect(parts(of: reader) == expected)
        #expect(reader.slotCount == (part == .contactSlot ? 1 : 2))
        reader.close()
    }

    /// The two escapes are published in the manual of the ACR1255U.
    @Test func theMakersOwnCommandsAnswer() throws {
        let station = Station(.virtual)
        let reader = try open(without: [], on: station)
        let lane = try #require(reader.escape)
        let soon = station.now + .seconds(5)
        #expect(
            try lane.escape([0xE0, 0, 0, 0x18, 0], until: soon) == [0xE1, 0, 0, 0, 17] + Array("EXHIBIT SIM 2.1.0".utf8))
        #expect(try lane.escape([0xE0, 0, 0, 0x21, 1, 0x05], until: soon) == [0xE1, 0, 0, 0, 1, 5])
        #expect(throws: ReaderError.self) { _ = try lane.escape([0xE0, 0, 0, 0xFF, 0], until: soon) }
        reader.close()
    }

    @Test("The slot with contacts carries a command, by its name and by its number; its card has no keypad", arguments: ["contact", "1"])
    func theOtherSlot(_ name: String) throws {
        let station = Station(.virtual)
        let whole = try open(without: [], on: station, slot: 1)
        let reader = try SlotReader.slot(name, of: whole)
        #expect(reader.name == "sim:exhibit#\(name)" && reader.slotNames == ["contact"] && reader.slotCount == 1)
        #expect(!(reader is any FacetedReader))
        try reader.waitForCard(on: station, until: station.now + .seconds(30))
        let channel = try reader.connect(slot: 0, until: station.now + .seconds(10))
        var response: [UInt8] = []
        let select: [UInt8] = [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]
        try channel.transmit(select.span, into: &response, until: station.now + .seconds(10))
        #expect(response == [0x90, 0x00])
        channel.close()
        let error = #expect(throws: ReaderError.self) { _ = try reader.connect(slot: 1, until: station.now + .seconds(10)) }
        #expect(error?.reason == .readerUnusable)
        let header = CommandHeader(cla: 0, ins: 0x20, p1: 0, p2: 0x80)
        let pad = #expect(throws: ReaderError.self) { _ = try whole.pinPad?.verify(header, digits: 4, slot: 1) }
        #expect(pad?.reason == .notSupported)
        reader.close()
    }

    @Test func theFirstSlotIsTheReaderItself() throws {
        let reader = try open(without: [], on: Station(.virtual))
        #expect(try SlotReader.slot("contactless", of: reader) === reader)
        #expect(try SlotReader.slot("0", of: reader) === reader)
        for name in ["SAM", "", "2", "-1", "+0", "-0", "0 ", "999", "contac"] {
            let error = #expect(throws: ReaderError.self) { _ = try SlotReader.slot(name, of: reader) }
            #expect(error?.reason == .readerNotFound && error?.cause?.contains("1 (contact)") == true)
        }
        reader.close()
    }
}
