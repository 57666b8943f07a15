/// What the interface bytes say (ISO/IEC 7816-3 clauses 8.3, 10.2 and 11.4). Where a byte is absent the default of the standard stands.
extension AnswerToReset {
    /// Clock rate conversion Fi and highest frequency, of the upper half of TA1; nil for reserved values.
    public var clockRateConversion: ClockRateConversion? {
        ClockRateConversion.table[Int((groups[0].ta ?? 0x11) >> 4)]
    }

    /// Baud rate adjustment Di, of the lower half of TA1; nil for reserved values.
    public var baudRateAdjustment: Int? {
        [nil, 1, 2, 4, 8, 16, 32, 64, 12, 20, nil, nil, nil, nil, nil, nil][Int((groups[0].ta ?? 0x11) & 0x0F)]
    }

    /// Extra guard time N of TC1, in elementary time units; 255 stands for the smallest one possible.
    public var extraGuardTime: UInt8 { groups[0].tc ?? 0 }

    /// TA2, when the card is in specific mode; nil in negotiable mode.
    public var specificMode: SpecificMode? { group(2)?.ta.map(SpecificMode.init) }

    /// The protocol that is spoken without negotiation: that of TA2, else the first one offered.
    public var defaultProtocol: UInt8 { specificMode?.protocolNumber ?? offeredProtocols[0] }

    /// Waiting time integer WI of T=0, from TC2; 10 by default, 0 is reserved.
    public var waitingTimeInteger: UInt8 { group(2)?.tc ?? 10 }

    /// IFSC of T=1: the longest information field the card takes, in bytes; 32 by default, 0 and 255 are reserved.
    public var informationFieldSize: UInt8 { first(\.ta, of: 1) ?? 32 }

    /// Block waiting time integer BWI of T=1; 4 by default, 10...15 are reserved.
    public var blockWaitingInteger: UInt8 { (first(\.tb, of: 1) ?? 0x4D) >> 4 }

    /// Character waiting time integer CWI of T=1; 13 by default.
    public var characterWaitingInteger: UInt8 { (first(\.tb, of: 1) ?? 0x4D) & 0x0F }

    /// Error detection code of T=1; LRC by default.
    public var errorDetection: ErrorDetection { (first(\.tc, of: 1) ?? 0) & 1 == 0 ? .longitudinalRedundancy : .cyclicRedundancy }

    /// Clock stop indicator X, from the first TA behind T=15; not supported by default.
    public var clockStop: ClockStop {
        switch (first(\.ta, of: 15) ?? 0x01) >> 6 {
        case 0: .notSupported
        case 1: .stateLow
        case 2: .stateHigh
        default: .noPreference
        }
    }

    /// Supply voltage classes U, from the first TA behind T=15; class A only by default, empty for none known.
    public var voltageClasses: VoltageClasses { VoltageClasses(rawValue: (first(\.ta, of: 15) ?? 0x01) & 0x07) }

    private func group(_ index: Int) -> InterfaceGroup? { index <= groups.count ? groups[index - 1] : nil }

    /// The first such byte from group 3 on that belongs to the protocol.
    private func first(_ byte: KeyPath<InterfaceGroup, UInt8?>, of protocolNumber: UInt8) -> UInt8? {
        for group in groups.dropFirst(2) where group.protocolNumber == protocolNumber {
            if let value = group[keyPath: byte] { return value }
        }
        return nil
    }
}

/// Fi and the highest clock frequency that goes with it (ISO/IEC 7816-3 table 7).
public struct ClockRateConversion: Hashable, Sendable {
    /// Fi, in clock cycles.
    public let factor: Int
    /// The highest frequency, in hertz.
    public let maximumFrequency: Int

    private init(_ factor: Int, _ maximumFrequency: Int) {
        self.factor = factor
        self.maximumFrequency = maximumFrequency
    }

    static let table: [ClockRateConversion?] = [
        ClockRateConversion(372, 4_000_000), ClockRateConversion(372, 5_000_000), ClockRateConversion(558, 6_000_000),
        ClockRateConversion(744, 8_000_000), ClockRateConversion(1116, 12_000_000), ClockRateConversion(1488, 16_000_000),
        ClockRateConversion(1860, 20_000_000), nil, nil, ClockRateConversion(512, 5_000_000), ClockRateConversion(768, 7_500_000),
        ClockRateConversion(1024, 10_000_000), ClockRateConversion(1536, 15_000_000), ClockRateConversion(2048, 20_000_000), nil, nil,
    ]
}

/// TA2, the specific mode byte (ISO/IEC 7816-3 clause 8.3).
public struct SpecificMode: Hashable, Sendable {
    /// The protocol that is spoken at once.
    public let protocolNumber: UInt8
    /// Whether the card can change to negotiable mode.
    public let canChangeMode: Bool
    /// Whether the rates are known without TA1.
    public let ratesAreImplicit: Bool

    init(_ byte: UInt8) {
        protocolNumber = byte & 0x0F
        canChangeMode = byte & 0x80 == 0
        ratesAreImplicit = byte & 0x10 != 0
    }
}

/// How a T=1 block is protected (ISO/IEC 7816-3 clause 11.4.4).
public enum ErrorDetection: Hashable, Sendable {
    /// One byte of exclusive-or.
    case longitudinalRedundancy
    /// Two bytes of CRC.
    case cyclicRedundancy
}

/// Whether the clock may stop, and in which state (ISO/IEC 7816-3 clause 8.3, indicator X).
public enum ClockStop: Hashable, Sendable {
    /// It must run.
    case notSupported
    /// It may stop low.
    case stateLow
    /// It may stop high.
    case stateHigh
    /// It may stop either way.
    case noPreference
}

/// Supply voltages that a card runs on (ISO/IEC 7816-3 clause 8.3, indicator U).
public struct VoltageClasses: OptionSet, Hashable, Sendable {
    /// One bit a class, A in bit 1.
    public let rawValue: UInt8

    /// A set from its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// 5 V.
    public static let a = VoltageClasses(rawValue: 0x01)
    /// 3 V.
    public static let b = VoltageClasses(rawValue: 0x02)
    /// 1.8 V.
    public static let c = VoltageClasses(rawValue: 0x04)
}
