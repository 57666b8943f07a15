/// What goes wrong on a cable, as data: at which transfer, and how.
public struct CableFault: Sendable, Hashable {
    /// Which transfer it hits, counted from 1 over everything that is submitted on the attachment.
    public let transfer: Int
    /// What happens to it. Where it makes no sense for what the transfer does, nothing happens.
    public let effect: Effect
    /// Chooses the byte and the bit that `.flipped` changes.
    public let seed: UInt64

    /// A fault.
    public init(transfer: Int, effect: Effect, seed: UInt64 = 0) {
        self.transfer = transfer
        self.effect = effect
        self.seed = seed
    }

    /// What happens.
    public enum Effect: String, Sendable, Hashable, CaseIterable {
        /// The device never hears of the transfer, and it never completes.
        case silent
        /// The device refuses it: the endpoint is halted, and what was to be sent is lost (USB 2.0 clause 8.5.3.4).
        case stalled
        /// The second half of what is sent or received is missing.
        case short
        /// One bit of one byte that is sent or received is wrong.
        case flipped
        /// What is sent arrives twice; what is received comes again at the next read, or twice in one answer of a card.
        case doubled
        /// What is sent never arrives and is said to have arrived; what is received is lost, and the read goes on.
        case swallowed
        /// It completes after everybody has given up waiting.
        case late
        /// The cable is pulled out: this transfer, those under way and everything after it find no device.
        case unplugged
    }

    /// The effects that make sense for an operation, in a fixed order, for whoever tries them all.
    public static func effects(on operation: Transfer.Operation) -> [Effect] {
        switch operation {
        case .powerCard: [.silent, .short, .flipped, .late, .unplugged]
        case .powerOffCard: [.silent, .swallowed, .late, .unplugged]
        case .exchange: [.silent, .short, .flipped, .doubled, .late, .unplugged]
        case .watchPresence: [.silent, .late, .unplugged]
        case .write: Effect.allCases
        case .read, .readInterrupt: Effect.allCases
        case .control(let request) where request.isFromDevice: [.silent, .stalled, .short, .flipped, .late, .unplugged]
        case .control, .clearHalt: [.silent, .stalled, .swallowed, .late, .unplugged]
        }
    }

    /// Every fault that can hit a session with these transfers, one at a time, in order.
    public static func all(on operations: [Transfer.Operation]) -> [CableFault] {
        operations.enumerated().flatMap { index, operation in
            let seed = UInt64(index) &* 0x9E37_79B9_7F4A_7C15
            return effects(on: operation).map { CableFault(transfer: index + 1, effect: $0, seed: seed) }
        }
    }

    /// Two faults of a session with these transfers, the first of which hits what it is meant for; what the second hits depends on the first.
    /// Empty where there is no transfer.
    public static func pair(on operations: [Transfer.Operation], using generator: inout some RandomNumberGenerator) -> [CableFault] {
        (0..<2).compactMap { _ in
            guard let index = operations.indices.randomElement(using: &generator),
                let effect = effects(on: operations[index]).randomElement(using: &generator)
            else { return nil }
            return CableFault(transfer: index + 1, effect: effect, seed: generator.next())
        }
    }

    /// Changes one bit of `bytes`.
    func flip(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let count = UInt64(bytes.count)
        bytes[Int(seed % count)] ^= 1 << UInt8(seed / count % 8)
    }
}
