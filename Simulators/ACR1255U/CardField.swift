import SimulationKit
import Station

/// The field of the reader: the card in it, and the one command to it that is under way.
struct CardField {
    /// What the card's answer is, and when it is there.
    struct Work {
        let command: DataBlock
        let due: Instant
        let answers: [DataBlock]
    }

    var card: (any SimulatedCard)?
    var isPowered = false
    var work: Work?
    /// The parts of a command that have come.
    var command: [UInt8]?

    /// The parameter of a slot status: 0 with power, 1 without, 2 for no card.
    func status(isPolling: Bool) -> UInt8 { card == nil || !isPolling ? 2 : isPowered ? 0 : 1 }

    mutating func powerOff() {
        card?.powerOff()
        isPowered = false
        command = nil
    }
}
