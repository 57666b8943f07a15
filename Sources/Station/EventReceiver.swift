/// Something that goes on by itself on a station while others wait: a driver with a transfer always under way, such as one that hears of
/// cards by an interrupt endpoint. It is shown the events of a source as they become due and takes those that it waits for.
public protocol EventReceiver: AnyObject {
    /// Takes an event, or says `false` where somebody else is to have it. It may submit, abort and schedule, and must not wait.
    func receive(_ event: Event) -> Bool
}
