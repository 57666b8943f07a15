import SimulationKit
import Station

/// A slot of the reader: the card in it and what the reader does with it.
final class CCIDSlot {
    let number: UInt8
    var card: (any SimulatedCard)?
    var isPowered = false
    var parameters = CardParameters.initial
    /// When the card has answered what was aborted; until then it hears nothing.
    var cardFreeAt = Instant.zero
    /// The command under way.
    var underWay: UnderWay? { didSet { nextDue = underWay.map { min($0.due, $0.nextExtension) } } }
    /// When that ends or the reader asks for more time for it.
    private(set) var nextDue: Instant?
    /// The PIN that somebody is asked for.
    var entry: PINEntry?
    /// The card's end of the line at the level of TPDUs, and whether anything has crossed it since the reset.
    var line: CardLine?
    var hasSpoken = false
    /// The command APDU that comes in several blocks.
    var command: [UInt8]?
    /// What is left of a response APDU that goes out in several blocks.
    var rest: [UInt8] = []
    var abort = Abort.none
    /// `bSeq` of the last command.
    var lastSequence: UInt8?

    /// How far the host has come with an abort (CCID 1.1 clause 5.3.1): it is asked for on both pipes, with one slot and `bSeq`.
    enum Abort: Equatable {
        case none
        case onControlPipe(sequence: UInt8)
        case onBulkPipe(sequence: UInt8)
    }

    struct UnderWay {
        let command: CCIDCommand
        let sequence: UInt8
        let result: Result<CCIDReply, CCIDError>
        let due: Instant
        /// When the reader next asks for more time.
        var nextExtension: Instant
    }

    init(number: UInt8) { self.number = number }

    /// `bmICCStatus` (CCID 1.1 table 6.2-3): 0 active, 1 inactive, 2 no card.
    var status: UInt8 { card == nil ? 2 : isPowered ? 0 : 1 }

    /// `bClockStatus`: 0 runs, 1 stopped low.
    var clockStatus: UInt8 { isPowered ? 0 : 1 }

    func powerOff() {
        card?.powerOff()
        isPowered = false
        parameters = .initial
        line = nil
        forgetChains()
    }

    func forgetChains() {
        command = nil
        rest = []
    }
}
