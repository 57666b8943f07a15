import FujitsuCaora
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// A Caora whose card interface pcscd holds: the control lane is ours, the cards come by another reader.
@Suite struct CaoraCardsElsewhereTests {
    private static let slots = Lane(id: LaneID(rawValue: 0), kind: .card, slots: 1)

    @Test func aReaderIsMadeOfBoth() throws {
        let bench = CaoraBench(cardsAreHeld: true)
        bench.answer = { $1.code == 2 ? [$1.done(), $1.event(1, [(0x50, [1])])] : [$1.done()] }
        let service = ScriptedDevice([Self.slots], on: bench.station)
        var asked: [String] = []
        let reader = try bench.open(
            by: FujitsuCaoraDriver { serialNumber, station throws(ReaderError) in
                asked.append(serialNumber)
                return try CardLaneDriver().open(service, name: "pcsc:caora", on: station)
            })
        #expect(asked == ["CA-0001"])
        #expect(reader.name == "sim:caora")
        // One source for the cards and for what people answer.
        #expect(reader.source == service.source)
        let screen = try #require(reader.patientScreen)
        let prompt = try screen.show(.chooseMethod([.face]))
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(try screen.answer(to: prompt) == .method(.face))
        // The keypad is that of the interface that somebody else has.
        #expect(reader.pinPad == nil)
        reader.close()
        #expect(bench.device.isClosed && service.isClosed)
    }

    @Test func itIsRefusedWhereNobodyKnowsItsCards() throws {
        let why = { (driver: FujitsuCaoraDriver) in
            let bench = CaoraBench(cardsAreHeld: true)
            return reason { () throws(ReaderError) in _ = try driver.open(bench.device, name: "usb:caora", on: bench.station) }
        }
        #expect(why(FujitsuCaoraDriver()) == .readerHeld)
        #expect(why(FujitsuCaoraDriver { _, _ throws(ReaderError) in throw ReaderError(.readerNotFound) }) == .readerNotFound)
    }
}
