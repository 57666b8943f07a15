import ISO7816

/// The APDUs in the blocks of T=1 that cross a line, for one who only looks on (ISO/IEC 7816-3 clause 11).
///
/// What cannot be followed is said to be unknown, never guessed: a block of the device that is none, or one that has the number of the last
/// one and says something else. A block of the card that is none is one that the device asks for again.
public struct OverheardBlocks: Sendable {
    /// What a block means.
    public enum Meaning: Sendable, Hashable {
        /// A command begins with these bytes; with `isWhole` they are all of it.
        case command(beginning: [UInt8], isWhole: Bool)
        /// A command and its answer, both whole.
        case exchange(command: [UInt8], response: [UInt8])
        /// A part of one of both, or nothing of them.
        case nothing
        /// Nobody knows what it was.
        case unknown
    }

    private let detection: ErrorDetection
    private var fromDevice = Chain()
    private var fromCard = Chain()
    private var command: [UInt8]?

    /// The information fields that went one way.
    private struct Chain {
        var bytes: [UInt8] = []
        /// Of the last I-block: its number and its information field.
        var last: (number: UInt8, field: [UInt8])?
        var isOpen = false
    }

    /// A line after the reset of the card; blocks have this epilogue.
    public init(_ detection: ErrorDetection) { self.detection = detection }

    /// Takes a block of the device.
    public mutating func send(_ bytes: [UInt8]) -> Meaning {
        guard let block = try? Block(bytes.span, detection) else { return .unknown }
        guard case .information(let number, let more) = block.kind else { return control(block.kind) }
        let field = Array(bytes[block.field])
        if let last = fromDevice.last, last.number == number { return last.field == field ? .nothing : .unknown }
        let begins = !fromDevice.isOpen
        if begins { (fromDevice.bytes, fromCard.bytes, fromCard.isOpen, command) = ([], [], false, nil) }
        fromDevice.bytes += field
        (fromDevice.last, fromDevice.isOpen) = ((number, field), more)
        guard fromDevice.bytes.count <= APDULimits.command else { return .unknown }
        if !more { command = fromDevice.bytes }
        return begins ? .command(beginning: field, isWhole: !more) : .nothing
    }

    /// Takes a block of the card.
    public mutating func receive(_ bytes: [UInt8]) -> Meaning {
        guard let block = try? Block(bytes.span, detection) else { return .nothing }
        guard case .information(let number, let more) = block.kind else { return control(block.kind) }
        if fromCard.last?.number == number { return .nothing }
        fromCard.bytes += bytes[block.field]
        (fromCard.last, fromCard.isOpen) = ((number, []), more)
        guard fromCard.bytes.count <= APDULimits.response else { return .unknown }
        guard !more, let command else { return .nothing }
        self.command = nil
        return .exchange(command: command, response: fromCard.bytes)
    }

    private mutating func control(_ kind: Block.Kind) -> Meaning {
        switch kind {
        // Both begin again at 0 (rule 6).
        case .response(.resynchronization): (fromDevice, fromCard, command) = (Chain(), Chain(), nil)
        // The chain under way, whosever it is, is over (rule 9); numbers go on.
        case .request(.abortion): (fromDevice.isOpen, fromCard.isOpen, command) = (false, false, nil)
        default: break
        }
        return .nothing
    }
}
