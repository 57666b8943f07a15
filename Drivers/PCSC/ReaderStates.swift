/// The readers and their cards as they were last seen, and what has changed since: a snapshot, then differences.
///
/// The service counts insertions and removals of each reader (upper half of dwEventState, PC/SC part 5 clause 3.2.2 as pcsc-lite extends
/// it), so a card that was removed and put back between two looks is two changes, and not none.
struct ReaderStates {
    /// How a reader stands.
    struct Reader: Hashable {
        let name: ReaderName
        let hasCard: Bool
        /// Insertions and removals, modulo 2¹⁶.
        let changes: UInt16
    }

    enum Change: Hashable {
        case arrived(ReaderName)
        case left(ReaderName)
        case cardInserted(ReaderName)
        case cardRemoved(ReaderName)
    }

    private var readers: [ReaderName: Reader] = [:]
    // As the service lists them.
    private var order: [ReaderName] = []

    /// Takes the present state of every reader, and says what has changed: what has left first, then in the service's order.
    mutating func update(_ present: [Reader]) -> [Change] {
        let names = Set(present.map(\.name))
        var changes = order.filter { !names.contains($0) }.map { Change.left($0) }
        for reader in present { changes += Self.changes(from: readers[reader.name], to: reader) }
        readers = Dictionary(present.map { ($0.name, $0) }) { first, _ in first }
        order = present.map(\.name)
        return changes
    }

    private static func changes(from before: Reader?, to now: Reader) -> [Change] {
        let inserted = now.hasCard ? [Change.cardInserted(now.name)] : []
        guard let before else { return [.arrived(now.name)] + inserted }
        let steps = now.changes &- before.changes
        // A count that has gone back began anew with the reader: it was pulled and put back.
        if steps > UInt16.max / 2 { return [.left(now.name), .arrived(now.name)] + inserted }
        if before.hasCard != now.hasCard { return now.hasCard ? inserted : [.cardRemoved(now.name)] }
        guard steps > 0 else { return [] }
        return now.hasCard ? [.cardRemoved(now.name)] + inserted : [.cardInserted(now.name), .cardRemoved(now.name)]
    }
}
