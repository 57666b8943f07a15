import Station

/// Does something at a moment of virtual time that belongs to nobody here, as another thread may at any.
public final class AtMoment: TimeDriven {
    /// The moment, until it has come.
    public private(set) var nextDue: Instant?
    private let action: () -> Void

    /// Carries out `action` when `station` comes to `moment`.
    @discardableResult
    public init(_ moment: Instant, on station: Station, _ action: @escaping () -> Void) {
        nextDue = moment
        self.action = action
        station.attach(self)
    }

    /// Called by the station.
    public func advance(to now: Instant) {
        nextDue = nil
        action()
    }
}
