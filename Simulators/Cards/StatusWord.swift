/// The status bytes SW1-SW2 of an answer (ISO/IEC 7816-4, status bytes), as this card uses them.
struct StatusWord: Hashable {
    let rawValue: UInt16

    init(_ rawValue: UInt16) { self.rawValue = rawValue }

    static let success = StatusWord(0x9000)
    /// The end of the file came before as many bytes as were asked for.
    static let endOfFile = StatusWord(0x6282)
    /// The private key gave no signature.
    static let executionError = StatusWord(0x6400)
    /// No key of a session can be delivered to this application (not in ISO/IEC 7816-4).
    static let noKeyDelivery = StatusWord(0x66F1)
    static let wrongLength = StatusWord(0x6700)
    static let channelNotSupported = StatusWord(0x6881)
    static let secureMessagingNotSupported = StatusWord(0x6882)
    static let lastOfChainExpected = StatusWord(0x6883)
    static let chainingNotSupported = StatusWord(0x6884)
    static let wrongFileType = StatusWord(0x6981)
    static let securityStatusNotSatisfied = StatusWord(0x6982)
    /// ISO/IEC 7816-4 says "reference data not usable"; this card says it of a blocked reference, where others say `6983`.
    static let blocked = StatusWord(0x6984)
    static let conditionsNotSatisfied = StatusWord(0x6985)
    static let noCurrentFile = StatusWord(0x6986)
    static let messagingObjectMissing = StatusWord(0x6987)
    static let messagingObjectWrong = StatusWord(0x6988)
    /// There is no session of secure messaging, or not any more (not in ISO/IEC 7816-4).
    static let messagingBroken = StatusWord(0x69FC)
    static let wrongData = StatusWord(0x6A80)
    static let fileNotFound = StatusWord(0x6A82)
    static let recordNotFound = StatusWord(0x6A83)
    static let wrongParameters = StatusWord(0x6A86)
    static let referenceNotFound = StatusWord(0x6A88)
    static let wrongOffset = StatusWord(0x6B00)
    static let instructionNotSupported = StatusWord(0x6D00)
    static let classNotSupported = StatusWord(0x6E00)
    static let noDiagnosis = StatusWord(0x6F00)

    /// The verification failed, or was not asked for: `count` tries are left.
    static func triesLeft(_ count: Int) -> StatusWord { StatusWord(0x63C0 | UInt16(truncatingIfNeeded: count & 0x0F)) }

    /// Wrong Le: the answer has `count` bytes, at most 256.
    static func exactLength(_ count: Int) -> StatusWord { StatusWord(0x6C00 | UInt16(truncatingIfNeeded: count & 0xFF)) }

    /// Whether the command was processed, perhaps with a warning.
    var isProcessed: Bool { self == .success || rawValue >> 8 == 0x62 || rawValue >> 8 == 0x63 }
}

/// Why the card does not do what a command says.
struct Refusal: Error {
    let status: StatusWord
    /// What is wrong with the message by the book, for the list of complaints; `nil` where the message is right and a rule of the
    /// card forbids it.
    let complaint: StaticString?

    init(_ status: StatusWord, _ complaint: StaticString? = nil) {
        self.status = status
        self.complaint = complaint
    }
}
