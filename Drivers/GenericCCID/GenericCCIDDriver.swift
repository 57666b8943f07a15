import CCID
import ReaderKit
import ReaderTransport
import Station

/// The driver of every reader with CCID interfaces and nothing else (USB CCID 1.1), with what a profile knows of it.
public struct GenericCCIDDriver: ReaderDriver {
    private let profile: ReaderProfile?

    /// The driver of a reader with a profile, or of one that says everything of itself.
    public init(_ profile: ReaderProfile? = nil) { self.profile = profile }

    /// A reader over all CCID lanes. Throws `.readerUnusable` where there is none, or none that can be used; the cause says why.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        try CCIDReader(
            attachment, name: name, slotNames: profile?.slotNames ?? [], quirks: profile?.interfaces.map(\.quirks) ?? [], on: station)
    }
}

extension [ReaderProfile] {
    /// The products that have a CCID interface of the maker's own class: nothing but a profile tells it.
    public var unmarkedReaders: Set<USBProduct> { Set(filter { $0.interfaces.contains { $0.quirks.contains(.vendorClass) } }.map(\.usb)) }
}
