import ReaderKit
import ReaderTransport
import Station

/// The cards in the slots of a reader, as its plugin tells of them, and who waits for a change.
struct PluginSlots {
    private struct Watch {
        let id: TransferID
        let slot: Int
        let known: CardPresence
    }

    private enum End {
        case presence(slot: Int)
        case failure(ReaderError)
    }

    private let source: SourceID
    private let station: Station
    // `nil` until the plugin has told.
    private var presences: [CardPresence?]
    private var watches: [Watch] = []
    private var ended: [TransferID: End] = [:]

    init(count: Int, source: SourceID, on station: Station) {
        self.source = source
        self.station = station
        presences = Array(repeating: nil, count: count)
    }

    /// Takes note of a card that came or left; `false` where there is no such slot. What was known already is no change.
    mutating func hear(_ slot: UInt32, isPresent: Bool) -> Bool {
        guard let slot = Int(exactly: slot), presences.indices.contains(slot) else { return false }
        let before = presences[slot] ?? CardPresence(isPresent: false, changes: 0)
        presences[slot] =
            before.isPresent == isPresent ? before : CardPresence(isPresent: isPresent, changes: before.changes &+ 1)
        for watch in watches where watch.slot == slot { look(watch) }
        return true
    }

    mutating func watch(_ slot: UInt8, known: CardPresence, failure: ReaderError?) -> TransferID {
        let watch = Watch(id: TransferID(rawValue: station.makeToken()), slot: Int(slot), known: known)
        if let failure {
            end(watch.id, .failure(failure))
        } else if presences.indices.contains(watch.slot) {
            watches.append(watch)
            look(watch)
        } else {
            end(watch.id, .failure(ReaderError(.readerUnusable, cause: "there is no slot \(slot)")))
        }
        return watch.id
    }

    /// The newest presence of the slot that was watched.
    mutating func take(_ watch: TransferID) throws(ReaderError) -> CardPresence {
        switch ended.removeValue(forKey: watch) {
        case .presence(let slot): return presences[slot] ?? CardPresence(isPresent: false, changes: 0)
        case .failure(let error): throw error
        case nil: throw ReaderError(.cancelled, cause: "the watch has not ended")
        }
    }

    mutating func abandon(_ watch: TransferID) {
        watches.removeAll { $0.id == watch }
        ended[watch] = nil
    }

    /// Ends every watch.
    mutating func fail(_ error: ReaderError) {
        for watch in watches { end(watch.id, .failure(error)) }
    }

    private mutating func look(_ watch: Watch) {
        if let presence = presences[watch.slot], presence != watch.known { end(watch.id, .presence(slot: watch.slot)) }
    }

    private mutating func end(_ id: TransferID, _ end: End) {
        watches.removeAll { $0.id == id }
        ended[id] = end
        station.schedule(Event(source: source, token: id.rawValue), at: station.now)
    }
}
