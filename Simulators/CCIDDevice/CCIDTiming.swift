import SimulationKit
import Station

/// How long a reader's card and its protocol take.
///
/// The reader asks for more time, and takes a card for mute, after one waiting time of the link. A card that computes longer is assumed to
/// ask for it.
public struct CCIDTiming: Sendable, Hashable {
    /// Between reader and card.
    public var link: CardLinkTiming
    /// After which the reader asks for time.
    public var blockWaiting: Duration
    /// After which the reader asks for time while somebody types a PIN (assumed).
    public var typing = Duration.milliseconds(1_430)

    /// A timing; the waiting time is that of the link unless given.
    public init(link: CardLinkTiming, blockWaiting: Duration? = nil) {
        self.link = link
        self.blockWaiting = blockWaiting ?? link.waiting
    }
}
