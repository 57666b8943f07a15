import FaceReaderKit
import ReaderKit
import ReaderTransport
import Station

/// The driver of the Atlas EXC-9000, by the reference protocol of PROTOCOL.md, all of which is assumed.
public struct AtlasEXC9000Driver: ReaderDriver {
    private let passcodes = PasscodeMemory()

    /// The driver. Keep one for as long as readers restart: it remembers which of them have been told of a passcode.
    public init() {}

    /// A `FacetedReader`. Throws `.readerUnusable` without a bulk pair, and what is wrong where the device does not open a session in time.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        guard let lane = attachment.lanes.first(where: { $0.kind == .bulk }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no bulk pair of its own")
        }
        let link = PairLink(lane, of: attachment, on: station)
        let reader = LineReader(attachment, link, name: name, passcodes, on: station)
        do {
            try reader.greet()
            return reader
        } catch {
            link.stop()
            throw error
        }
    }
}
