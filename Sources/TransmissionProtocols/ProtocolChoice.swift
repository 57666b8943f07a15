import ISO7816

/// Which protocol to speak with a card, and how fast: what a PPS request asks for (ISO/IEC 7816-3 clause 9).
public struct ProtocolChoice: Sendable, Hashable {
    /// What a device can do.
    public struct Device: Sendable, Hashable {
        /// T=0 in bit 0, T=1 in bit 1.
        public let protocols: UInt32
        /// The clock of the card, in hertz.
        public let clock: Int
        /// The fastest line, in bits per second.
        public let rate: Int

        /// A device.
        public init(protocols: UInt32, clock: Int, rate: Int) {
            self.protocols = protocols
            self.clock = clock
            self.rate = rate
        }

        func speaks(_ number: UInt8) -> Bool { number <= 1 && protocols & (1 << UInt32(number)) != 0 }
    }

    /// Why there is no choice.
    public enum Failure: Error, Sendable, Hashable {
        /// Neither T=0 nor T=1 in common.
        case noCommonProtocol
        /// The card insists on rates that its answer to reset does not tell, or that the device does not have.
        case ratesNotSupported
    }

    /// The rates before any choice, as TA1 has them: Fi 372 or 512, Di 1.
    public static let defaultRates: UInt8 = 0x11

    /// The protocol, 0 or 1.
    public let number: UInt8
    /// Fi and Di as TA1 has them; the default ones where faster is not possible.
    public let rates: UInt8
    /// Whether the card has to be asked by PPS: it speaks first what it offers first, and at the default rates.
    public let needsSelection: Bool

    /// The choice for a card: what it speaks by itself where the device does too, as fast as both can.
    public init(_ answer: AnswerToReset, for device: Device) throws(Failure) {
        let offered = answer.groups.first?.ta ?? Self.defaultRates
        if let specific = answer.specificMode {
            guard device.speaks(specific.protocolNumber) else { throw .noCommonProtocol }
            let rate = specific.ratesAreImplicit ? nil : Self.bitsPerSecond(offered, device.clock)
            guard let rate, offered == Self.defaultRates || rate <= device.rate else { throw .ratesNotSupported }
            (number, rates, needsSelection) = (specific.protocolNumber, offered, false)
            return
        }
        guard let number = ([answer.defaultProtocol] + answer.offeredProtocols).first(where: device.speaks) else { throw .noCommonProtocol }
        self.number = number
        rates = Self.best(offered, device)
        needsSelection = number != answer.defaultProtocol || rates != Self.defaultRates
    }

    /// Fi of the card with the largest Di that is not above its own and that the device can follow.
    private static func best(_ offered: UInt8, _ device: Device) -> UInt8 {
        guard let most = bitsPerSecond(offered, device.clock), let slowest = bitsPerSecond(defaultRates, device.clock) else {
            return defaultRates
        }
        let rates = (1...9).map { offered & 0xF0 | UInt8($0) }
        let possible = rates.compactMap { rates in bitsPerSecond(rates, device.clock).map { (rates, $0) } }
            .filter { $0.1 > slowest && $0.1 <= most && $0.1 <= device.rate }
        return possible.max { $0.1 < $1.1 }?.0 ?? defaultRates
    }

    /// f × Di / Fi; `nil` for reserved values.
    private static func bitsPerSecond(_ rates: UInt8, _ clock: Int) -> Int? {
        guard let answer = try? AnswerToReset(bytes: [0x3B, 0x10, rates]), let factor = answer.clockRateConversion?.factor,
            let adjustment = answer.baudRateAdjustment
        else { return nil }
        return clock * adjustment / factor
    }

    // MARK: PPS

    /// The PPS request: PPSS, PPS0, PPS1 where the rates are not the default ones, PCK (clause 9.2).
    public var request: [UInt8] {
        var bytes: [UInt8] = [0xFF, number]
        if rates != Self.defaultRates {
            bytes[1] |= 0x10
            bytes.append(rates)
        }
        bytes.append(bytes.reduce(0, ^))
        return bytes
    }

    /// Whether a PPS response grants the request: as it was asked, or without PPS1, which leaves the default rates (clause 9.3). The rates
    /// that stand then; `nil` where the card refuses.
    public func rates(grantedBy response: Span<UInt8>) -> UInt8? {
        let bytes = response.withUnsafeBufferPointer { Array($0) }
        if bytes == request { return rates }
        return bytes == [0xFF, number, 0xFF ^ number] ? Self.defaultRates : nil
    }
}
