/// A generator that repeats: the same seed gives the same numbers on every machine (SplitMix64: Steele, Lea, Flood 2014).
///
/// For simulated worlds and for tests; never for anything that must be secret.
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// A generator at the beginning of the row of numbers that belongs to `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The next `count` bytes, each the low one of a number.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
