/// The frame around everything that is sent in either direction: 05, length, payload, XOR of length and payload, 0A (H: the maker's reference
/// manual, clause 5.4, and three implementations).
enum OuterFrame {
    static let start: UInt8 = 0x05
    static let stop: UInt8 = 0x0A
    /// What is around the payload, in bytes.
    static let overhead = 5

    /// The frame around `payload`, of at most 65,535 bytes.
    static func encode(_ payload: [UInt8]) -> [UInt8] {
        let covered = [UInt8(truncatingIfNeeded: payload.count >> 8), UInt8(truncatingIfNeeded: payload.count)] + payload
        return [start] + covered + [covered.reduce(0, ^), stop]
    }
}

/// Finds frames in notifications. A frame goes over as many of them as it needs; more than one in a notification is taken too (M).
public struct FrameReceiver {
    /// What a notification completes.
    public enum Item: Equatable {
        /// The payload of a frame.
        case payload([UInt8])
        /// Bytes that are no frame. Where the next one begins is not known.
        case broken
    }

    private var received: [UInt8] = []

    /// Nothing has been received.
    public init() {}

    /// Whether a frame has begun that has not ended.
    public var isInside: Bool { !received.isEmpty }

    /// Drops what has begun.
    public mutating func reset() { received.removeAll(keepingCapacity: true) }

    /// Takes the value of a notification.
    public mutating func take(_ value: [UInt8]) -> [Item] {
        received += value
        var items: [Item] = []
        while !received.isEmpty {
            guard received[0] == OuterFrame.start else { return broken(items) }
            guard received.count >= 3 else { break }
            let end = 3 + (Int(received[1]) << 8 | Int(received[2]))
            guard received.count >= end + 2 else { break }
            guard received[end + 1] == OuterFrame.stop, received[1...end].reduce(0, ^) == 0 else { return broken(items) }
            items.append(.payload(Array(received[3..<end])))
            received.removeFirst(end + 2)
        }
        return items
    }

    private mutating func broken(_ items: [Item]) -> [Item] {
        reset()
        return items + [.broken]
    }
}
