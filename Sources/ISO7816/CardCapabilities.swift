/// The card service data byte (ISO/IEC 7816-4 clause 8.1.1.2.3).
public struct CardServices: Hashable, Sendable {
    /// How EF.DIR and EF.ATR are read.
    public enum DirectoryAccess: Hashable, Sendable {
        /// READ BINARY.
        case readBinary
        /// READ RECORD.
        case readRecord
        /// GET DATA.
        case getData
        /// A reserved value.
        case reserved
    }

    /// The byte itself.
    public let byte: UInt8

    init(_ byte: UInt8) {
        self.byte = byte
    }

    /// Applications are selected by their full name.
    public var selectsByFullName: Bool { byte & 0x80 != 0 }
    /// Applications are selected by the beginning of their name.
    public var selectsByPartialName: Bool { byte & 0x40 != 0 }
    /// EF.DIR holds BER-TLV data objects.
    public var hasObjectsInDirectory: Bool { byte & 0x20 != 0 }
    /// EF.ATR holds BER-TLV data objects.
    public var hasObjectsInATRFile: Bool { byte & 0x10 != 0 }
    /// The card has a master file.
    public var hasMasterFile: Bool { byte & 0x01 == 0 }
    /// How EF.DIR and EF.ATR are read.
    public var directoryAccess: DirectoryAccess {
        switch byte >> 1 & 0x07 {
        case 4: .readBinary
        case 2: .getData
        case 0: .readRecord
        default: .reserved
        }
    }
}

/// The card capabilities: one to three software function tables (ISO/IEC 7816-4 clause 8.1.1.2.7).
public struct CardCapabilities: Hashable, Sendable {
    /// Who gives out the numbers of logical channels.
    public enum ChannelAssignment: Hashable, Sendable {
        /// There are no logical channels.
        case none
        /// The interface device.
        case interfaceDevice
        /// The card.
        case card
        /// Either of the two.
        case both
    }

    /// The bytes, normally one to three.
    public let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// How files and records are selected; one bit each, as the first table has them.
    public var selectionMethods: SelectionMethods? { bytes.first.map(SelectionMethods.init(rawValue:)) }
    /// The data coding byte, the second table.
    public var dataCoding: UInt8? { byte(1) }
    /// Command chaining; nil when the third table is absent.
    public var supportsChaining: Bool? { byte(2).map { $0 & 0x80 != 0 } }
    /// Extended Lc and Le fields; nil when the third table is absent.
    public var supportsExtendedLength: Bool? { byte(2).map { $0 & 0x40 != 0 } }
    /// Who gives out channel numbers; nil when the third table is absent.
    public var channelAssignment: ChannelAssignment? {
        byte(2).map {
            switch $0 >> 3 & 0x03 {
            case 0: .none
            case 1: .interfaceDevice
            case 2: .card
            default: .both
            }
        }
    }
    /// How many logical channels there are, 1...8, where 8 stands for 8 or more; nil when the third table is absent.
    public var channelCount: Int? { byte(2).map { Int($0 & 0x07) + 1 } }

    private func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
}

/// How files and records are selected (ISO/IEC 7816-4 clause 8.1.1.2.7, first software function table).
public struct SelectionMethods: OptionSet, Hashable, Sendable {
    /// One bit a method, as in the table.
    public let rawValue: UInt8

    /// A set from its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Applications and directories by full name.
    public static let fullName = SelectionMethods(rawValue: 0x80)
    /// By the beginning of the name.
    public static let partialName = SelectionMethods(rawValue: 0x40)
    /// By path.
    public static let path = SelectionMethods(rawValue: 0x20)
    /// By file identifier.
    public static let fileIdentifier = SelectionMethods(rawValue: 0x10)
    /// Implicitly.
    public static let implicit = SelectionMethods(rawValue: 0x08)
    /// Files by short identifier.
    public static let shortFileIdentifier = SelectionMethods(rawValue: 0x04)
    /// Records by number.
    public static let recordNumber = SelectionMethods(rawValue: 0x02)
    /// Records by identifier.
    public static let recordIdentifier = SelectionMethods(rawValue: 0x01)
}

extension AnswerToReset {
    /// What the card says about extended Lc and Le fields: its card capabilities, or the want of them.
    ///
    /// A contact card without them has not declared extended length; the pseudo-ATR of a contactless card may have had no room.
    public var extendedLengthDeclaration: ExtendedLengthDeclaration {
        let contactless = contactless
        if case .typeB = contactless { return .cannotTell }
        if case .storage = contactless { return .notDeclared }
        switch historical.capabilities?.supportsExtendedLength {
        case true?: return .declared
        case false?: return .notDeclared
        case nil: return contactless == nil ? .notDeclared : .cannotTell
        }
    }
}
