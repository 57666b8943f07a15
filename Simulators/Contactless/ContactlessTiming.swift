import Station

/// How long bytes take between a contactless reader and a type B card (ISO/IEC 14443-3 and -4).
///
/// Provenance: the frame format and the number of bits per character are published in ISO/IEC 14443-3 clause 7; the choice of bit rate,
/// the turnaround and the activation time are assumed.
public struct ContactlessTiming: Sendable, Hashable {
    /// Bits per second in both directions.
    public var bitsPerSecond: Int64 = 424_000
    /// The largest frame, in bytes, block overhead included (FSC and FSD).
    public var frameSize = 256
    /// Block overhead in bytes: PCB, CID and two of CRC_B.
    public var blockOverhead = 4
    /// Bits per character: start, eight of data, stop and one of extra guard time.
    public var bitsPerCharacter: Int64 = 11
    /// Start and end of frame, and the turnaround before the other side may answer (TR0 + TR1).
    public var turnaround = Duration.microseconds(350)
    /// From field on to the answer to ATTRIB.
    public var activation = Duration.milliseconds(25)

    /// The assumed timing.
    public init() {}

    /// How long `count` bytes of an APDU take, cut into frames, each but the last acknowledged by an R-block.
    public func duration(ofBytes count: Int) -> Duration {
        let payload = max(1, frameSize - blockOverhead)
        let frames = max(1, (count + payload - 1) / payload)
        let acknowledgements = frames - 1
        let characters = Int64(count + (frames + acknowledgements) * blockOverhead)
        let nanoseconds = characters * bitsPerCharacter * 1_000_000_000 / bitsPerSecond
        return .nanoseconds(nanoseconds) + turnaround * (frames + acknowledgements)
    }
}
