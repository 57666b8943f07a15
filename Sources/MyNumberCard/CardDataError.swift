import Diagnosis

/// What a card's file holds is not what it must hold. Places and lengths only: no byte of the contents is told.
public struct CardDataError: DiagnosedError, Hashable {
    /// What is wrong.
    public enum Flaw: Sendable, Hashable {
        /// The file could not be read to the end of its data object.
        case unreadable(String)
        /// There is no data object at this offset, or one that does not end where the one around it does.
        case noObject(at: Int)
        /// Another data object than this one was to come at this offset.
        case unexpectedObject(at: Int, instead: UInt32)
        /// An object follows where none may.
        case surplus(at: Int)
        /// Something else than filler follows the last object.
        case notFiller(at: Int)
        /// The offset table says something else than the objects do.
        case offsetTable(entry: Int)
        /// A value has a length that it cannot have.
        case length(of: UInt32, is: Int)
        /// A value that is not text in UTF-8, or holds a control character.
        case notText(UInt32)
        /// A value that is not a day, `YYYYMMDD`.
        case notADay(UInt32)
        /// A value that is not a sex as ISO/IEC 5218 codes it.
        case notASex(UInt32)
        /// A value that has to be digits and is not.
        case notDigits(UInt32)
        /// A value that has to be a public key and is none that is accepted.
        case notAKey(UInt32)
        /// A field that is not in printable ASCII.
        case notASCII(at: Int)
        /// A number that cannot be.
        case number(at: Int)
        /// A card-verifiable certificate that cannot be read.
        case certificate(String)
    }

    /// The file.
    public let file: CardFile
    /// What is wrong with it.
    public let flaw: Flaw

    init(_ file: CardFile, _ flaw: Flaw) {
        self.file = file
        self.flaw = flaw
    }

    /// A stable name.
    public var code: String { "card-data-malformed" }

    /// What the person at the counter can act on.
    public var sentence: Sentence {
        Sentence(
            ja: "カードの情報を読み取れません。カードを置き直し、だめなら市区町村の窓口に相談してください。",
            en: "What is on the card cannot be read; place the card again, else ask the municipal office.")
    }

    /// The file and what is wrong with it.
    public var cause: String? { "\(file.rawValue): \(reason)" }

    /// Data from a card is wrong.
    public var category: FailureCategory { .badData }

    private var reason: String {
        switch flaw {
        case .unreadable(let cause): cause
        case .noObject(let offset): "no data object at \(offset)"
        case .unexpectedObject(let offset, let tag): "another object than \(Self.name(tag)) at \(offset)"
        case .surplus(let offset): "an object too many at \(offset)"
        case .notFiller(let offset): "something else than filler at \(offset)"
        case .offsetTable(let entry): "entry \(entry) of the offset table points to no object"
        case .length(let tag, let count): "\(Self.name(tag)) has \(count) bytes"
        case .notText(let tag): "\(Self.name(tag)) is no text"
        case .notADay(let tag): "\(Self.name(tag)) is no day"
        case .notASex(let tag): "\(Self.name(tag)) is no sex"
        case .notDigits(let tag): "\(Self.name(tag)) is not made of digits"
        case .notAKey(let tag): "\(Self.name(tag)) is no public key"
        case .notASCII(let offset): "no printable ASCII at \(offset)"
        case .number(let offset): "a number that cannot be at \(offset)"
        case .certificate(let cause): cause
        }
    }

    private static func name(_ tag: UInt32) -> String { "object " + String(tag, radix: 16, uppercase: true) }
}
