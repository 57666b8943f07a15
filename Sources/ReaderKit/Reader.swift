import ReaderTransport
import Station

/// A card reader that is open on a station. Used on the station's thread only.
public protocol Reader: AnyObject {
    /// The name that selectors are matched against, with its scheme: `sim:card`, `pcsc:ACS ACR39U 00 00`.
    var name: String { get }
    /// How many slots it has; they are numbered from 0.
    var slotCount: UInt8 { get }
    /// What the slots are for, in their order, such as `contactless`; empty where nobody has said so.
    var slotNames: [String] { get }
    /// The source of its presence events.
    var source: SourceID { get }

    /// Asks for an event as soon as the presence of a card in `slot` differs from `known`; its token is the one returned.
    func watchPresence(slot: UInt8, known: CardPresence) -> TransferID

    /// The presence that an event of `watchPresence` brought. Throws what ended the watch otherwise.
    func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence

    /// Takes a `watchPresence` back.
    func abandon(_ watch: TransferID)

    /// Gives the card in `slot` power and takes it for this program alone.
    func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel

    /// Ends the use of the reader.
    func close()
}

/// The way to one card that has power. Used on the station's thread only.
public protocol CardChannel: AnyObject {
    /// The reader's name, for traces.
    var readerName: String { get }
    /// The slot, for traces.
    var slot: UInt8 { get }
    /// The answer to reset (ISO/IEC 7816-3 clause 8), or the pseudo-ATR of PC/SC part 3.
    var answerToReset: [UInt8] { get }
    /// Whether the reader carries extended APDUs; `nil` where it does not say.
    var carriesExtendedLength: Bool? { get }

    /// Sends one command APDU and replaces `response` by the response APDU, at least two bytes.
    ///
    /// Nothing is ever sent twice here. Other events that come meanwhile stay in the station's inbox, in order.
    func transmit(_ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant) throws(ReaderError)

    /// Resets the card without loss of power.
    func warmReset(until deadline: Instant) throws(ReaderError)

    /// Takes the power away, so that nothing that was verified survives, also when the station was cancelled.
    func close()
}

/// How a program gets from an attachment to a reader.
public protocol ReaderDriver {
    /// The reader on `attachment`. Throws `.readerUnusable` for one that this driver is not for.
    func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader
}

extension Reader {
    /// Nobody has said so.
    public var slotNames: [String] { [] }

    /// Waits until a card is in `slot`. Throws `.timedOut`, `.cancelled` or what ended the watch.
    public func waitForCard(slot: UInt8 = 0, on station: Station, until deadline: Instant) throws(ReaderError) {
        var known = CardPresence(isPresent: false, changes: 0)
        repeat {
            let watch = watchPresence(slot: slot, known: known)
            switch station.next(from: source, token: watch.rawValue, until: deadline) {
            case .event: known = try presence(watch)
            case .deadline:
                abandon(watch)
                throw ReaderError(.timedOut, cause: "no card was placed")
            case .cancelled:
                abandon(watch)
                throw ReaderError(.cancelled)
            }
        } while !known.isPresent
    }
}
