/// What the reader does by itself (`dwFeatures`, USB CCID 1.1 clause 5.1), without the exchange level.
public struct Features: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt32

    /// A set from its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Sets the parameters from the answer to reset.
    public static let configuresParameters = Features(rawValue: 0x02)
    /// Gives a card power when it is inserted.
    public static let activates = Features(rawValue: 0x04)
    /// Chooses the voltage.
    public static let selectsVoltage = Features(rawValue: 0x08)
    /// Changes the clock frequency by the active parameters.
    public static let changesClock = Features(rawValue: 0x10)
    /// Changes the baud rate by the active parameters.
    public static let changesBaudRate = Features(rawValue: 0x20)
    /// Negotiates the parameters in its own way.
    public static let negotiatesParameters = Features(rawValue: 0x40)
    /// Carries out PPS by the active parameters.
    public static let carriesOutPPS = Features(rawValue: 0x80)
    /// Can stop the clock of a card.
    public static let stopsClock = Features(rawValue: 0x100)
    /// Takes NAD values other than 0.
    public static let takesNAD = Features(rawValue: 0x200)
    /// Exchanges IFSD with the card first.
    public static let exchangesIFSD = Features(rawValue: 0x400)
    /// Wakes the machine when a card is inserted or removed.
    public static let wakesHost = Features(rawValue: 0x10_0000)

    /// Whether the host needs not set the parameters of the protocol after power-on.
    public var managesParameters: Bool { !isDisjoint(with: [.configuresParameters, .negotiatesParameters]) }
}

/// What is exchanged with the reader (`dwFeatures`, USB CCID 1.1 clause 5.1).
public enum ExchangeLevel: UInt32, Sendable, Hashable, CaseIterable {
    /// Characters; the host does the protocol and its timing.
    case character = 0
    /// TPDUs; the host does the protocol.
    case tpdu = 0x1_0000
    /// Short APDUs.
    case shortAPDU = 0x2_0000
    /// Short and extended APDUs.
    case extendedAPDU = 0x4_0000

    static let mask: UInt32 = 0x7_0000

    /// Whether the reader does the card's transmission protocol.
    public var takesAPDUs: Bool { self == .shortAPDU || self == .extendedAPDU }

    /// Whether this driver does what is left to the host: at the character level that is the timing of every byte, which USB cannot keep.
    public var isUsable: Bool { self != .character }
}

/// Voltages that the reader can give (`bVoltageSupport`, USB CCID 1.1 clause 5.1).
public struct Voltages: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt8

    /// A set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// 5 V.
    public static let five = Voltages(rawValue: 0x01)
    /// 3 V.
    public static let three = Voltages(rawValue: 0x02)
    /// 1.8 V.
    public static let onePointEight = Voltages(rawValue: 0x04)
}

/// The voltage that a card is given (`bPowerSelect`, USB CCID 1.1 clause 6.1.1).
public enum PowerSelect: UInt8, Sendable, Hashable, CaseIterable {
    /// The reader chooses.
    case automatic = 0
    /// 5 V.
    case five = 1
    /// 3 V.
    case three = 2
    /// 1.8 V.
    case onePointEight = 3
}

extension ClassDescriptor {
    /// What to give a card power with, in the order in which it is tried: the lowest voltage first, which harms no card (ISO/IEC 7816-3
    /// clause 6.2.3). A reader that names none chooses by itself.
    public var powerSelections: [PowerSelect] {
        if features.contains(.selectsVoltage) || voltages.isEmpty { return [.automatic] }
        let known: [(Voltages, PowerSelect)] = [(.onePointEight, .onePointEight), (.three, .three), (.five, .five)]
        return known.filter { voltages.contains($0.0) }.map(\.1)
    }
}
