import Station

/// How long bytes take between a reader and a card.
///
/// `figures` tells where each figure is from.
public struct CardLinkTiming: Sendable, Hashable {
    /// Bits per second in both directions.
    public var bitsPerSecond: Int64
    /// Bits per character, guard time included.
    public var bitsPerCharacter: Int64
    /// The largest block, its overhead included, in bytes.
    public var blockSize: Int
    /// What a block carries beside the APDU's bytes, in bytes.
    public var blockOverhead: Int
    /// How long the other side waits before it answers a block.
    public var turnaround: Duration
    /// From power or field on to the answer to reset.
    public var activation: Duration
    /// How long a card may be silent before it must ask for more time (FWT, BWT).
    public var waiting: Duration

    /// A type B card at 424 kbit/s: start, eight of data, stop and one of extra guard time; PCB, CID and two of CRC a block; TR0 + TR1.
    public static let contactless = CardLinkTiming(
        bitsPerSecond: 423_750, bitsPerCharacter: 11, blockSize: 256, blockOverhead: 4, turnaround: .microseconds(350),
        activation: .milliseconds(25), waiting: .nanoseconds(309_314_454))

    /// A T=1 card at 4 MHz with TA1 = 13 (93 cycles a bit): eleven bits a character; prologue and LRC a block; 22 bits of guard time.
    public static let contact = CardLinkTiming(
        bitsPerSecond: 43_010, bitsPerCharacter: 11, blockSize: 258, blockOverhead: 4, turnaround: .microseconds(512),
        activation: .milliseconds(60), waiting: .nanoseconds(1_428_735_750))

    /// How long `count` bytes of an APDU take, cut into blocks, each but the last acknowledged by a block without data.
    public func duration(ofBytes count: Int) -> Duration {
        let payload = max(1, blockSize - blockOverhead)
        let blocks = max(1, (count + payload - 1) / payload)
        let acknowledgements = blocks - 1
        let characters = Int64(count + (blocks + acknowledgements) * blockOverhead)
        let nanoseconds = characters * bitsPerCharacter * 1_000_000_000 / bitsPerSecond
        return .nanoseconds(nanoseconds) + turnaround * (blocks + acknowledgements)
    }

    /// Where the figures of `contactless` are from.
    public static let contactlessFigures = [
        TimingFigure(
            "contactless-bit-rate", .bitRate(contactless.bitsPerSecond), .published,
            "ISO/IEC 14443-3 clause 7.9.4, fc/32; the card's own pseudo-ATR announces 212 and 424 kbit/s; that a reader takes the higher is assumed"
        ),
        TimingFigure(
            "contactless-character", .count(Int(contactless.bitsPerCharacter)), .published,
            "bits, ISO/IEC 14443-3 clause 7.1.1: ten and the extra guard time, of which one bit is assumed"),
        TimingFigure(
            "contactless-frame", .count(contactless.blockSize), .published,
            "bytes, ISO/IEC 14443-4 clause 7.1; the card's own pseudo-ATR announces 256"),
        TimingFigure(
            "contactless-waiting", .duration(contactless.waiting), .published,
            "FWT, ISO/IEC 14443-4 clause 7.2: 256 × 16 / fc × 2^FWI; the card's own pseudo-ATR announces FWI 10"),
        TimingFigure("contactless-turnaround", .duration(contactless.turnaround), .assumed, "TR0 and TR1 of ISO/IEC 14443-3 clause 7.1.6"),
        TimingFigure("contactless-activation", .duration(contactless.activation), .assumed, "field on, REQB, ATTRIB"),
    ]

    /// Where the figures of `contact` are from.
    public static let contactFigures = [
        TimingFigure(
            "contact-bit-rate", .bitRate(contact.bitsPerSecond), .published,
            "ISO/IEC 7816-3 clause 8.3: TA1 = 13 is F/D 372/4, at 4 MHz; the clock is assumed"),
        TimingFigure("contact-character", .count(Int(contact.bitsPerCharacter)), .published, "etu, ISO/IEC 7816-3 clause 11.2"),
        TimingFigure(
            "contact-block", .count(contact.blockSize), .published, "bytes, ISO/IEC 7816-3 clause 11.4.2: IFS 254 and four around it"),
        TimingFigure(
            "contact-waiting", .duration(contact.waiting), .published,
            "BWT, ISO/IEC 7816-3 clause 11.4.3: 11 etu + 2^BWI × 960 × 372 / f with BWI 4"),
        TimingFigure("contact-turnaround", .duration(contact.turnaround), .published, "BGT, ISO/IEC 7816-3 clause 11.4.3: 22 etu"),
        TimingFigure("contact-activation", .duration(contact.activation), .assumed, "power on, reset, answer to reset"),
    ]
}
