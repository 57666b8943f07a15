import ReaderKit
import ReaderTransport
import Station

/// The driver of every reader with a CCID interface that takes APDUs or TPDUs (USB CCID 1.1).
public struct CCIDDriver: ReaderDriver {
    /// The driver.
    public init() {}

    /// A reader over all CCID lanes. Throws `.readerUnusable` where there is none, or none that takes APDUs or TPDUs; the cause says why.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        try CCIDReader(attachment, name: name, on: station)
    }
}
