import CCID
import ReaderKit
import ReaderTransport
import Station

/// An ACR1255U-J1: the reader of its cards, and the maker's own commands.
public final class ACR1255UReader: FacetedReader, EscapeLane {
    /// How long a command of the maker's own may take when the reader is opened or closed.
    static let patience = Duration.seconds(3)
    /// How often it is told to look for cards before it is given up.
    static let mostTries = 3

    private let cards: CCIDReader
    private let station: Station
    private var isClosed = false

    /// Has `cards` look for cards.
    init(_ cards: CCIDReader, on station: Station) throws(ReaderError) {
        self.cards = cards
        self.station = station
        var triesLeft = Self.mostTries
        while true {
            do throws(ReaderError) {
                try setPolling(true, until: station.now + Self.patience)
                return
            } catch {
                triesLeft -= 1
                // One that does not take the command may look for cards unasked (assumed).
                if triesLeft == 0, error.reason == .inputOutput { return }
                guard triesLeft > 0, [.timedOut, .inputOutput, .readerBusy].contains(error.reason) else {
                    cards.close()
                    throw error
                }
            }
        }
    }

    // MARK: Cards

    /// The name that selectors are matched against.
    public var name: String { cards.name }
    /// One slot, for a contactless card.
    public var slotCount: UInt8 { cards.slotCount }
    /// The source of its presence events.
    public var source: SourceID { cards.source }

    /// Asks for an event as soon as the presence of a card differs from `known`.
    public func watchPresence(slot: UInt8, known: CardPresence) -> TransferID { cards.watchPresence(slot: slot, known: known) }

    /// The newest presence. Throws what ended the watch otherwise.
    public func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence { try cards.presence(watch) }

    /// Takes a watch back.
    public func abandon(_ watch: TransferID) { cards.abandon(watch) }

    /// Gives the card power.
    public func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        try cards.connect(slot: slot, until: deadline)
    }

    /// Has the reader look for cards no more, and ends its use.
    public func close() {
        if !isClosed { station.shielded { try? setPolling(false, until: station.now + Self.patience) } }
        isClosed = true
        cards.close()
    }

    // MARK: The maker's own commands

    /// Sends a command of the maker's own, such as E0 00 00 18 00 for the version of its firmware, and waits for the answer (H: the maker's
    /// reference manual, clause 6.7).
    public func escape(_ bytes: [UInt8], until deadline: Instant) throws(ReaderError) -> [UInt8] {
        try cards.escape(bytes, until: deadline)
    }

    /// Whether the reader looks for cards by itself and tells of them: E0 00 00 40 and 01 or 00 (H).
    public func setPolling(_ isOn: Bool, until deadline: Instant) throws(ReaderError) {
        try command([0x40, isOn ? 1 : 0], until: deadline)
    }

    /// What its lights and its buzzer tell: E0 00 00 21 01 and the bits (M: one implementation names them).
    public func setIndicators(_ indicators: Indicators, until deadline: Instant) throws(ReaderError) {
        try command([0x21, 0x01, indicators.rawValue], until: deadline)
    }

    /// A command that is answered by E1 and little else.
    private func command(_ words: [UInt8], until deadline: Instant) throws(ReaderError) {
        let answer = try escape([0xE0, 0x00, 0x00] + words, until: deadline)
        guard answer.first == 0xE1 else { throw ReaderError(.inputOutput, cause: "the reader does not take its own command \(words[0])") }
    }

    /// What lights and buzzer tell.
    public struct Indicators: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt8

        /// A set from its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A light while the battery is charged.
        public static let charging = Indicators(rawValue: 0x01)
        /// A light while the reader looks for cards.
        public static let polling = Indicators(rawValue: 0x02)
        /// A light while a card is used.
        public static let activation = Indicators(rawValue: 0x04)
        /// A beep when a card comes.
        public static let insertionBeep = Indicators(rawValue: 0x08)
        /// A beep when a card leaves.
        public static let removalBeep = Indicators(rawValue: 0x10)
        /// A beep when the reader is switched on.
        public static let powerBeep = Indicators(rawValue: 0x20)
        /// A light that blinks with every exchange.
        public static let operationBlink = Indicators(rawValue: 0x80)
    }

    // MARK: Facets

    /// It has no screen.
    public var patientScreen: (any PatientScreen)? { nil }
    /// It has no camera.
    public var face: (any FaceCamera)? { nil }
    /// It has no keypad.
    public var pinPad: (any PINPad)? { nil }
    /// It has no button for the staff.
    public var staffPanel: (any StaffPanel)? { nil }
    /// The maker's own commands.
    public var escape: (any EscapeLane)? { self }
}
