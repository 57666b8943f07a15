import Station

/// How long bytes take between a reader and a card.
///
/// Provenance: the format of characters, blocks and frames is published (ISO/IEC 14443-3 clause 7 and 14443-4, ISO/IEC 7816-3 clauses 7
/// and 11); the choice of bit rate, the turnaround and the time of activation are assumed.
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

    /// A type B card at 424 kbit/s: start, eight of data, stop and one of extra guard time; PCB, CID and two of CRC a block; TR0 + TR1.
    public static let contactless = CardLinkTiming(
        bitsPerSecond: 424_000, bitsPerCharacter: 11, blockSize: 256, blockOverhead: 4, turnaround: .microseconds(350),
        activation: .milliseconds(25))

    /// A T=1 card at 4 MHz with TA1 = 13 (93 cycles a bit): eleven bits a character; prologue and LRC a block; 22 bits of guard time.
    public static let contact = CardLinkTiming(
        bitsPerSecond: 43_010, bitsPerCharacter: 11, blockSize: 258, blockOverhead: 4, turnaround: .microseconds(512),
        activation: .milliseconds(60))

    /// How long `count` bytes of an APDU take, cut into blocks, each but the last acknowledged by a block without data.
    public func duration(ofBytes count: Int) -> Duration {
        let payload = max(1, blockSize - blockOverhead)
        let blocks = max(1, (count + payload - 1) / payload)
        let acknowledgements = blocks - 1
        let characters = Int64(count + (blocks + acknowledgements) * blockOverhead)
        let nanoseconds = characters * bitsPerCharacter * 1_000_000_000 / bitsPerSecond
        return .nanoseconds(nanoseconds) + turnaround * (blocks + acknowledgements)
    }
}
