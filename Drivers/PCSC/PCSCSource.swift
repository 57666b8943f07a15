import CPCSC
import ReaderTransport
import Station

/// The readers of the machine's PC/SC service (pcscd), over libpcsclite.
public final class PCSCSource: TransportSource {
    /// How long the service may take to list its readers, in nanoseconds: where it is started by the first client, it needs a moment.
    static let listPatience: Int64 = 3_000_000_000

    /// `pcsc`.
    public let scheme = "pcsc"

    private let sharing: PCSCSharing
    // As the service wrote them: the text of one that is not UTF-8 does not lead back to it.
    private var namesByText: [String: ReaderName] = [:]

    /// The source; the service is asked only when readers are listed or used.
    public init(sharing: PCSCSharing = .exclusive) { self.sharing = sharing }

    /// The readers that the service has now, in its order. Throws after three seconds where the service does not answer.
    public func attachments() throws(TransportError) -> [AttachmentDescription] {
        let limit = monotonicNanoseconds() + Self.listPatience
        let client = PCSCClient()
        let names = try Self.names { buffer, length in client.call(until: limit) { SCardListReaders($0, nil, buffer, &length) } }
        namesByText = Dictionary(names.map { ($0.text, $0) }) { first, _ in first }
        return names.map(\.description)
    }

    /// How often the list is asked for again while readers arrive.
    static let listTries = 5

    /// The names that `list`, a SCardListReaders, gives: asked without room for the length, then with that much room.
    ///
    /// Between the two calls a reader may arrive, and the room does not suffice, or the last one may leave, and there is no list.
    static func names(_ list: (UnsafeMutablePointer<CChar>?, inout DWORD) -> UInt32) throws(TransportError) -> [ReaderName] {
        var code = PCSCCode.insufficientBuffer
        for _ in 0..<listTries where code == PCSCCode.insufficientBuffer {
            var length: DWORD = 0
            code = list(nil, &length)
            guard code == PCSCCode.success else { break }
            var text = [CChar](repeating: 0, count: Int(length))
            code = text.withUnsafeMutableBufferPointer { list($0.baseAddress, &length) }
            guard code == PCSCCode.success else { continue }
            return text.prefix(Int(length)).split(separator: 0).map { ReaderName($0) }
        }
        if code == PCSCCode.noReadersAvailable { return [] }
        throw PCSCCode.error(code, doing: "SCardListReaders")
    }

    /// Opens a reader by its name; the service is asked, and the card touched, only when it is used.
    public func open(_ description: AttachmentDescription, on station: Station) -> any Attachment {
        let reader = namesByText[description.name] ?? ReaderName(description.name.utf8.map { CChar(bitPattern: $0) })
        return PCSCAttachment(reader: reader, sharing: sharing, on: station)
    }

    /// Follows readers, cards and the service.
    public func watch(on station: Station) throws(TransportError) -> (any AttachmentWatch)? { try PCSCReaderWatch(on: station) }
}
