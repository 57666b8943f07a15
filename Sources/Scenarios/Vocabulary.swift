/// What a scenario can name that stands in no table here: readers and cards that can be simulated.
public struct Vocabulary: Sendable {
    /// The reader models.
    public let readers: [String]
    /// The kinds of cards.
    public let cards: [String]
    /// The synthetic persons.
    public let holders: [String]

    /// A vocabulary.
    public init(readers: [String], cards: [String], holders: [String]) {
        self.readers = readers
        self.cards = cards
        self.holders = holders
    }
}
