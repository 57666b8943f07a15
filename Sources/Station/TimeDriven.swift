/// Something that changes as time passes without having a clock of its own: a simulated device on this station.
public protocol TimeDriven: AnyObject {
    /// When it will next change by itself; `nil` while it waits for others.
    var nextDue: Instant? { get }

    /// Lets its time pass up to `now`; afterwards `nextDue` is later than `now` or `nil`.
    func advance(to now: Instant)
}
