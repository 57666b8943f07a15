import DualInterfaceSimulator
import ReaderKit
import ReaderTransport
import SimulationKit
import Station
import TestSupport

/// A simulated reader on a station of its own, opened by the driver.
final class Bench {
    let station: Station
    let device: DualInterfaceReaderSimulator
    let attachment: any Attachment
    let reader: any Reader

    /// A reader on which `card`, if any, lies from the beginning; with `faults` even an empty list puts the decorator in between.
    init(
        _ card: (any SimulatedCard)? = nil, time: Station.Time = .virtual, timing: CardLinkTiming = .contactless,
        faults: [CardLaneFault]? = nil, name: String = "sim:bench"
    ) throws(ReaderError) {
        let station = Station(time, startUnixTime: 1_775_001_600)
        self.station = station
        device = DualInterfaceReaderSimulator(timing: timing)
        if let card { device.place(card, at: .zero) }
        let host = InProcessHost(device, on: station)
        attachment = faults.map { FaultyAttachment(host, faults: $0, on: station) } ?? host
        reader = try CardLaneDriver().open(attachment, name: name, on: station)
    }

    func connect() throws(ReaderError) -> any CardChannel {
        try reader.waitForCard(on: station, until: after(.seconds(60)))
        return try reader.connect(slot: 0, until: after(.seconds(10)))
    }

    func session(memory: SharedLengthMemory = SharedLengthMemory(), observer: (any ExchangeObserver)? = nil) throws(ReaderError)
        -> CardSession
    {
        CardSession(try connect(), on: station, memory: memory, observer: observer)
    }

    func after(_ duration: Duration) -> Instant { station.now + duration }

    /// Lets virtual time pass; whatever happens meanwhile is for nobody.
    func pass(until moment: Instant) {
        while case .event = station.next(until: moment) {}
    }
}

/// A test double of a channel that hands on whatever it was given, as one written by somebody else may.
final class CannedChannel: CardChannel {
    let readerName: String
    let slot: UInt8
    let answerToReset: [UInt8] = hex("3B 80 80 01 01")
    let carriesExtendedLength: Bool? = nil
    private let response: [UInt8]

    init(_ response: [UInt8] = [0x90, 0x00], readerName: String = "canned", slot: UInt8 = 0) {
        self.response = response
        self.readerName = readerName
        self.slot = slot
    }

    func transmit(_ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant) throws(ReaderError) {
        response = self.response
    }

    func warmReset(until deadline: Instant) throws(ReaderError) {}
    func close() {}
}

extension CardChannel {
    /// Sends the bytes that `text` writes.
    func ask(_ text: String, until deadline: Instant = .zero + .seconds(3_600)) throws(ReaderError) -> [UInt8] {
        let command = hex(text)
        var response: [UInt8] = []
        try transmit(command.span, into: &response, until: deadline)
        return response
    }
}

/// Why `body` failed; `nil` where it did not.
func reason(_ body: () throws -> Void) -> ReaderError.Reason? {
    do { try body() } catch { return (error as? ReaderError)?.reason }
    return nil
}

let selectJPKI = "00A4040C0AD392F000260100000001"
let verify1234 = "002000980431323334"
