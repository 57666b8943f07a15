/// The historical bytes by their category indicator (ISO/IEC 7816-4 clause 8.1.1).
public struct HistoricalBytes: Hashable, Sendable {
    /// What the first byte says of the others.
    public enum Category: Hashable, Sendable {
        /// There are no historical bytes.
        case none
        /// `00`: COMPACT-TLV, then three bytes of status.
        case objectsThenStatus
        /// `10`: one byte that refers to the directory.
        case directoryReference(UInt8)
        /// `80`: COMPACT-TLV, with a status object at the end if at all.
        case objects
        /// `81`...`8F`: reserved.
        case reserved
        /// Anything else: known to the issuer only.
        case proprietary
    }

    /// One COMPACT-TLV data object: a tag of four bits and a length of four bits in one byte (clause 8.1.1.2).
    public struct Object: Hashable, Sendable {
        /// The tag, 0...15.
        public let tag: UInt8
        /// The value; shorter than announced when the bytes end before it.
        public let value: [UInt8]
    }

    /// What the first byte says.
    public let category: Category
    /// The COMPACT-TLV objects, in order.
    public let objects: [Object]
    /// The life cycle status byte, the first of the three status bytes, where it is told.
    public let lifeCycleStatus: UInt8?
    /// The status word of the last two status bytes, where it is told.
    public let status: StatusWord?
    /// Whether the bytes end where the category and the last object say.
    public let isWellFormed: Bool

    /// Takes historical bytes apart; at most fifteen are looked at.
    public init(_ bytes: [UInt8]) {
        var rest = bytes.prefix(15)
        let category = Category(rest)
        rest = rest.dropFirst()
        var fits = true
        var statusBytes: [UInt8] = []
        var found: [Object] = []
        if category == .objectsThenStatus {
            fits = rest.count >= 3
            if fits { statusBytes = Array(rest.suffix(3)) }
            rest = rest.dropLast(3)
        }
        if category == .objectsThenStatus || category == .objects {
            while let header = rest.popFirst() {
                let length = Int(header & 0x0F)
                if length > rest.count { fits = false }
                found.append(Object(tag: header >> 4, value: Array(rest.prefix(length))))
                rest = rest.dropFirst(length)
            }
        }
        if category == .objects, let last = found.last, last.tag == Tag.status.rawValue { statusBytes = last.value }

        self.category = category
        objects = found
        isWellFormed = fits
        switch statusBytes.count {
        case 1: (lifeCycleStatus, status) = (statusBytes[0], nil)
        case 2: (lifeCycleStatus, status) = (nil, StatusWord(sw1: statusBytes[0], sw2: statusBytes[1]))
        case 3: (lifeCycleStatus, status) = (statusBytes[0], StatusWord(sw1: statusBytes[1], sw2: statusBytes[2]))
        default: (lifeCycleStatus, status) = (nil, nil)
        }
    }
}

extension HistoricalBytes.Category {
    fileprivate init(_ bytes: ArraySlice<UInt8>) {
        guard let first = bytes.first else {
            self = .none
            return
        }
        switch first {
        case 0x00: self = .objectsThenStatus
        case 0x10: self = bytes.dropFirst().first.map { .directoryReference($0) } ?? .proprietary
        case 0x80: self = .objects
        case 0x81...0x8F: self = .reserved
        default: self = .proprietary
        }
    }
}

extension HistoricalBytes {
    /// The tags that ISO/IEC 7816-4 clause 8.1.1.2 gives a meaning.
    public enum Tag: UInt8, Sendable, CaseIterable {
        /// Country code (ISO 3166-1), in digits of four bits.
        case country = 0x1
        /// Issuer identification number (ISO/IEC 7812-1).
        case issuer = 0x2
        /// Card service data.
        case services = 0x3
        /// Initial access data.
        case initialAccess = 0x4
        /// Data of the card issuer.
        case issuerData = 0x5
        /// Pre-issuing data: maker, chip, mask.
        case preIssuing = 0x6
        /// Card capabilities.
        case capabilities = 0x7
        /// Status indicator.
        case status = 0x8
        /// Application identifier.
        case application = 0xF
    }

    /// The value of the first object with the tag.
    public func value(_ tag: Tag) -> [UInt8]? {
        objects.first { $0.tag == tag.rawValue }?.value
    }

    /// The card service data byte.
    public var services: CardServices? { value(.services)?.first.map(CardServices.init) }
    /// The card capabilities.
    public var capabilities: CardCapabilities? { value(.capabilities).map(CardCapabilities.init) }
}

extension AnswerToReset {
    /// The historical bytes by their category indicator.
    public var historical: HistoricalBytes { HistoricalBytes(historicalBytes) }
}
