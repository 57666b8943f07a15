/// What the card says about extended length fields in its historical bytes (ISO/IEC 7816-4 clause 8.1.1.2.7).
public enum ExtendedLengthDeclaration: Hashable, Sendable {
    /// The card capabilities have the bit for extended Lc and Le.
    case declared
    /// The card had a place to declare it and did not.
    case notDeclared
    /// A contactless pseudo-ATR without card capabilities: there was no place to declare it.
    case cannotTell
}

/// Which length fields to begin with.
public enum LengthPlan: Hashable, Sendable {
    /// Short only.
    case short
    /// Extended, and short when that fails.
    case tryExtended
    /// Extended; it has worked before with this reader and this card.
    case extended
}

/// What is known about extended length fields for each reader and card.
///
/// Both must carry them, and neither can be believed alone, so what was seen is remembered per reader and card:
/// 1. a reader that says it cannot carry extended APDUs means short;
/// 2. what was seen before with this reader and card decides;
/// 3. a card that declares extended length gets one try; a *contact* card that does not declare it is spoken to in short form
///    (ISO/IEC 7816-4 clause 8.1.1.2.7 asks for the declaration);
/// 4. a *contactless* card whose pseudo-ATR has no room for the declaration (every type B card, PC/SC part 3) gets one try.
///
/// The try fails on `6700` or on a transport failure, for which see `finding(extended:thenShort:)`. Nothing else is taken as a
/// refusal: `6D00`, `6E00` and `6985` speak of the instruction, the class or the conditions, not of the length fields.
/// Try with a harmless command (SELECT, READ BINARY); a VERIFY is never sent twice.
public struct LengthMemory: Sendable {
    /// What was seen with one reader and card.
    public enum Finding: Hashable, Sendable {
        /// Nothing yet.
        case unknown
        /// An extended command was understood.
        case extendedWorks
        /// An extended command was refused and the same in short form was understood.
        case shortOnly
    }

    /// How a command ended, as far as length fields are concerned.
    public enum Outcome: Hashable, Sendable {
        /// The card answered.
        case status(StatusWord)
        /// No answer came through: the reader or its driver refused or lost the command.
        case transportFailure
    }

    private struct Key: Hashable {
        let reader: String
        let card: [UInt8]
    }

    private let capacity: Int
    private var findings: [Key: Finding] = [:]
    private var oldestFirst: [Key] = []

    /// An empty memory for at most `capacity` pairs of reader and card; the oldest is forgotten first.
    public init(capacity: Int = 256) {
        self.capacity = max(1, capacity)
    }

    /// What was seen with `reader` and the card with the answer to reset `card`.
    public func finding(reader: String, card: [UInt8]) -> Finding {
        findings[Key(reader: reader, card: card)] ?? .unknown
    }

    /// Which length fields to begin with.
    ///
    /// - Parameters:
    ///   - reader: The name of the reader.
    ///   - card: The bytes of the answer to reset.
    ///   - readerCarriesExtended: What the reader says of itself; nil when it does not say.
    ///   - declaration: What the card says, `AnswerToReset.extendedLengthDeclaration`.
    /// - Returns: The plan for the next command.
    public func plan(reader: String, card: [UInt8], readerCarriesExtended: Bool?, declaration: ExtendedLengthDeclaration) -> LengthPlan {
        if readerCarriesExtended == false { return .short }
        switch finding(reader: reader, card: card) {
        case .extendedWorks: return .extended
        case .shortOnly: return .short
        case .unknown: return declaration == .notDeclared ? .short : .tryExtended
        }
    }

    /// Remembers what was seen; `.unknown` forgets it.
    public mutating func remember(_ finding: Finding, reader: String, card: [UInt8]) {
        let key = Key(reader: reader, card: card)
        oldestFirst.removeAll { $0 == key }
        findings[key] = nil
        guard finding != .unknown else { return }
        if oldestFirst.count == capacity { findings[oldestFirst.removeFirst()] = nil }
        findings[key] = finding
        oldestFirst.append(key)
    }

    /// Whether the command should be sent again in short form: the card said `6700`, or nothing came through.
    public static func fallsBack(after extended: Outcome) -> Bool {
        extended == .transportFailure || extended == .status(.wrongLength)
    }

    /// What an extended command, and the same command in short form where it was sent again, teach.
    ///
    /// A refusal counts only when the short form was answered by something else than `6700`: a length that is wrong in both forms
    /// (a PIN of the wrong length) and a reader that fails in both say nothing about extended length fields.
    public static func finding(extended: Outcome, thenShort short: Outcome? = nil) -> Finding {
        guard fallsBack(after: extended) else { return .extendedWorks }
        guard let short, !fallsBack(after: short) else { return .unknown }
        return .shortOnly
    }
}
