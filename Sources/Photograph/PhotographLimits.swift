/// How large a photograph may be. Checked before anything is decoded, since a few bytes can claim gigabytes.
public struct PhotographLimits: Sendable, Hashable {
    /// The longest file, in bytes.
    public var bytes: Int
    /// The most pixels in a line, and the most lines.
    public var side: Int
    /// The most tiles.
    public var tiles: Int
    /// The most packets: pieces of data, for each tile, resolution, precinct and layer one.
    public var packets: Int

    /// Limits.
    public init(bytes: Int, side: Int, tiles: Int, packets: Int) {
        self.bytes = bytes
        self.side = side
        self.tiles = tiles
        self.packets = packets
    }

    /// Several times what a card's photograph has: 10 to 20 kilobytes, some hundred pixels, one tile, a few dozen packets.
    public static let cardFace = PhotographLimits(bytes: 65_536, side: 1_024, tiles: 16, packets: 16_384)
}
