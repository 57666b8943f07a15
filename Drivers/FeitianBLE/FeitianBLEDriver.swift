import CCID
import CCIDOverGATT
import ReaderKit
import ReaderTransport
import Station

/// The driver of Feitian's bR301 BLE and bR500: plain CCID messages, in pieces, over a GATT service.
///
/// The UUIDs are published by several implementations (H), the framing by one (M). The maker publishes no document of it.
public struct FeitianBLEDriver: ReaderDriver {
    /// The services by which its readers are known: the families C4 (H) and C6 (M), and the new C4 with another end (M). The older families C3,
    /// E1 and E2 differ, and are not driven.
    public static let profiles: [GATTProfile] = ["00c4-0000-465453414645", "00c6-0000-465453414645", "00c4-0000-000000000001"].compactMap {
        guard let service = GATTUUID("46540001-0002-" + $0), let write = GATTUUID("46540002-0002-" + $0),
            let notify = GATTUUID("46540003-0002-" + $0)
        else { return nil }
        return GATTProfile(service: service, write: write, notify: notify)
    }

    /// What the reader says of itself at USB (H: descriptors of 096E:0624): T=0 and T=1, extended APDUs, 271 bytes. That it is the same by
    /// Bluetooth is assumed; the bR500, which takes 516 bytes, takes these too.
    static let descriptor = CCIDWords.descriptor(protocols: 3, features: 0x0004_04BA, messageLength: 271)

    /// How often it is asked whether a card is there while somebody waits for that: that it says so by itself is not published, and what a
    /// reader says in the moment in which somebody begins to listen may be lost.
    static let interval = Duration.seconds(1)

    /// The driver.
    public init() {}

    /// A `CCIDReader`. Throws `.readerUnusable` without a GATT lane.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        guard let lane = attachment.lanes.first(where: { $0.kind == .gatt }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no GATT lane")
        }
        let line = GATTLine(lane, of: attachment, on: station)
        let ccid = CCIDOverGATT(line, of: attachment, by: PlainCCID(), descriptor: Self.descriptor, on: station)
        return try CCIDReader(ccid, name: name, asksEvery: Self.interval, on: station)
    }
}
