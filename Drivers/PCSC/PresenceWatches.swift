import ReaderTransport

/// The watches of one reader's presence: any number at once, each a transfer of its own that completes once.
struct PresenceWatches {
    typealias Notify = @Sendable () -> Void

    private var presence: CardPresence?
    private var failure: TransferStatus?
    private var waiting: [TransferID: (known: CardPresence, notify: Notify)] = [:]
    private var due: [TransferID: (status: TransferStatus, presence: CardPresence?)] = [:]

    /// Whether the presence cannot be followed any more.
    var hasFailed: Bool { failure != nil }

    /// Begins a watch; it may be due already.
    mutating func add(_ id: TransferID, known: CardPresence, notify: @escaping Notify) { waiting[id] = (known, notify) }

    /// Takes note of a presence.
    mutating func update(_ presence: CardPresence) { self.presence = presence }

    /// Takes note that there will be no more presences, and why. The first reason stays.
    mutating func fail(_ status: TransferStatus) { failure = failure ?? status }

    /// Forgets what was known of the presence, as nobody follows it any more. Watches that are due keep how they ended.
    mutating func restart() {
        presence = nil
        failure = nil
    }

    /// Whom to tell now: a watch whose presence has changed, or that can learn nothing more. Each is named once.
    mutating func takeDue() -> [Notify] {
        let ready = waiting.filter { failure != nil || (presence ?? $0.value.known) != $0.value.known }
        for id in ready.keys {
            waiting[id] = nil
            due[id] = (failure ?? .completed, presence)
        }
        return ready.values.map(\.notify)
    }

    /// How a watch ended, and the newest presence. `.aborted` for one that is not known, not due yet or collected already.
    mutating func collect(_ id: TransferID) -> (TransferStatus, CardPresence?) {
        guard let end = due.removeValue(forKey: id) else { return (.aborted, nil) }
        return end.status == .completed ? (.completed, presence ?? end.presence) : (end.status, nil)
    }

    /// Gives one watch up; others go on.
    mutating func abort(_ id: TransferID) {
        waiting[id] = nil
        due[id] = nil
    }
}
