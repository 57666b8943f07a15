import Station

/// A figure that virtual time is made of, with where it is from.
public struct TimingFigure: Sendable, Hashable {
    /// A stable name, such as `contactless-bit-rate`.
    public let name: String
    /// How much.
    public let quantity: Quantity
    /// Where it is from.
    public let provenance: Provenance
    /// The clause, the measurement, or why it was assumed so.
    public let source: String

    /// How much, with its unit.
    public enum Quantity: Sendable, Hashable {
        /// A time.
        case duration(Duration)
        /// Bits per second.
        case bitRate(Int64)
        /// So many of them.
        case count(Int)
    }

    /// A figure.
    public init(_ name: String, _ quantity: Quantity, _ provenance: Provenance, _ source: String) {
        self.name = name
        self.quantity = quantity
        self.provenance = provenance
        self.source = source
    }
}

/// Where a claim about a device is from, the strongest first.
public enum Provenance: String, Sendable, Hashable, CaseIterable {
    /// Recorded with the device.
    case recorded
    /// Published, by a standard, a maker or an open project that measured it.
    case published
    /// Chosen by us.
    case assumed
}
