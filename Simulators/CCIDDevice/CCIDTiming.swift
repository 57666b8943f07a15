import SimulationKit
import Station

/// How long a reader's card and its protocol take.
///
/// Provenance: the link's as told there. The reader asks for more time, and takes a card for mute, after one block waiting time: for
/// contact that of BWI 4 at 4 MHz (ISO/IEC 7816-3 clause 11.4.3: 11 etu + 2⁴ × 960 × 372 / f), taken for contactless too (assumed). A card
/// that computes longer is assumed to ask for it.
public struct CCIDTiming: Sendable, Hashable {
    /// Between reader and card.
    public var link: CardLinkTiming
    /// One block waiting time.
    public var blockWaiting: Duration

    /// A timing.
    public init(link: CardLinkTiming, blockWaiting: Duration = .microseconds(1_429_503)) {
        self.link = link
        self.blockWaiting = blockWaiting
    }
}
