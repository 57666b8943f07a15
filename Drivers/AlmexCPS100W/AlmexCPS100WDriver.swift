import FaceReaderKit
import ReaderKit
import ReaderTransport
import Station

/// The driver of the Almex Sma-pa CPS-100W, by the reference protocol of PROTOCOL.md, which is assumed.
///
/// The presence that it reports is that of cards with an IC. A card without one goes to the device's camera as an old insurance card, without
/// a beep (published by the maker); what the camera makes of it is acknowledged and dropped for now.
public struct AlmexCPS100WDriver: ReaderDriver {
    /// How often a device is greeted that does not acknowledge: one that starts anew is silent for 5 s, and a try takes more than one.
    private static let mostTries = 6

    private let passcodes = PasscodeMemory()

    /// The driver. Keep one for as long as readers restart: it remembers which of them have been told of a passcode.
    public init() {}

    /// A `FacetedReader`. Throws `.readerUnusable` without a serial lane, and what is wrong where the device is not ready in time.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        guard let lane = attachment.lanes.first(where: { $0.kind == .serial }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no serial lane")
        }
        var last = ReaderError(.readerGone)
        for _ in 0..<Self.mostTries {
            let line = SerialLine(lane, of: attachment, on: station)
            let reader = LineReader(attachment, line, name: name, passcodes, on: station)
            do throws(ReaderError) {
                try reader.greet()
                return reader
            } catch {
                line.stop()
                guard error.reason == .readerGone else { throw error }
                last = error
            }
        }
        throw last
    }
}
