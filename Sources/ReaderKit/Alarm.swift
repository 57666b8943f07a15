import Station

/// A timer of a driver, set for one moment at a time; it rings by an event of its source.
public struct Alarm {
    private let source: SourceID
    private var pending: (token: UInt64, number: UInt64)?

    /// An alarm that rings by events of `source`.
    public init(source: SourceID) { self.source = source }

    /// Whether it is set.
    public var isSet: Bool { pending != nil }

    /// Sets it for `moment`, instead of the one before.
    public mutating func set(for moment: Instant, on station: Station) {
        clear(on: station)
        let token = station.makeToken()
        pending = (token, station.schedule(Event(source: source, token: token), at: moment))
    }

    /// Sets it for never.
    public mutating func clear(on station: Station) {
        if let pending { station.unschedule(pending.number) }
        pending = nil
    }

    /// Whether `event` is its ringing; it is no longer set then.
    public mutating func rings(by event: Event) -> Bool {
        guard event.source == source, event.token == pending?.token else { return false }
        pending = nil
        return true
    }
}
