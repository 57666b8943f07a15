import ReaderTransport

/// What one channel sends: the parts of messages, first those that are on their way without an acknowledgement, then those that wait.
struct Outbox {
    /// How often a part is sent at most without a sign of life.
    static let mostSends = 6

    /// A part of a message, as it goes into a frame.
    struct Part {
        let flags: UInt8
        var payload: [UInt8]
    }

    private var parts: ArraySlice<Part> = []
    private var base: UInt16 = 0
    private var underWay = 0
    private var credit = 0
    private var sends = 0

    /// Whether everything has arrived.
    var isEmpty: Bool { parts.isEmpty }

    /// As many parts as the other side takes from the first on.
    mutating func grant(_ credit: UInt8) { self.credit = Int(credit) }

    /// Adds a message.
    mutating func add(_ message: [UInt8]) {
        for offset in stride(from: 0, to: max(1, message.count), by: Frame.mostPayload) {
            let end = min(offset + Frame.mostPayload, message.count)
            let flags = (offset == 0 ? Frame.first : 0) | (end == message.count ? Frame.last : 0)
            parts.append(Part(flags: flags, payload: Array(message[offset..<end])))
        }
    }

    /// What may go out now and has not, with its number.
    mutating func takeNext() -> (number: UInt16, part: Part)? {
        guard underWay < min(credit, parts.count) else { return nil }
        return takeUnsent()
    }

    /// Whether nothing is under way, though something waits: there is no credit.
    var isHeldUp: Bool { underWay == 0 && !parts.isEmpty }

    /// One part beyond the credit, to be told whether there is more of it.
    mutating func takeProbe() -> (number: UInt16, part: Part)? { isHeldUp ? takeUnsent() : nil }

    private mutating func takeUnsent() -> (number: UInt16, part: Part) {
        defer { underWay += 1 }
        return (base &+ UInt16(truncatingIfNeeded: underWay), parts[parts.startIndex + underWay])
    }

    /// Takes note that everything before `number` has arrived, and of the credit; `false` for a number that cannot be.
    mutating func acknowledge(_ number: UInt16, credit: UInt8) -> Bool {
        let count = Int(number &- base)
        guard count <= underWay else { return false }
        for _ in 0..<count {
            // It may have been a PIN.
            parts[parts.startIndex].payload.wipe()
            parts.removeFirst()
        }
        (base, underWay, sends) = (number, underWay - count, 0)
        grant(credit)
        return true
    }

    /// Everything that is under way, to be sent once more; `nil` where that was done too often without a sign of life.
    mutating func repetition() -> [(number: UInt16, part: Part)]? {
        guard underWay > 0 else { return [] }
        sends += 1
        guard sends < Self.mostSends else { return nil }
        return (0..<underWay).map { (base &+ UInt16(truncatingIfNeeded: $0), parts[parts.startIndex + $0]) }
    }

    /// Forgets everything.
    mutating func wipe() {
        for index in parts.indices { parts[index].payload.wipe() }
        self = Outbox()
    }
}

/// What one channel receives: parts in their turn, put together.
struct Inbox {
    /// How many parts may come without an acknowledgement.
    static let credit: UInt8 = 8

    /// What a part comes to.
    enum Outcome {
        /// A message has ended, or goes on: it is acknowledged.
        case taken(message: [UInt8]?)
        /// It has come before: it is acknowledged once more.
        case repeated
        /// One before it is missing, which is asked for where that has not been done.
        case gap(isNew: Bool)
        /// It can be nothing.
        case stray
        /// It comes in its turn and makes no message.
        case broken
    }

    private let most: Int
    private(set) var next: UInt16 = 0
    private var hasAsked = false
    private var message: [UInt8]?

    /// For messages of so many bytes at most.
    init(most: Int) { self.most = most }

    /// Whether the one that is awaited has not been asked for yet; it counts as asked for from now on.
    mutating func asks() -> Bool {
        defer { hasAsked = true }
        return !hasAsked
    }

    mutating func take(_ number: UInt16, flags: UInt8, _ payload: ArraySlice<UInt8>) -> Outcome {
        let ahead = number &- next
        guard ahead == 0 else {
            if ahead <= UInt16(Self.credit) { return .gap(isNew: asks()) }
            return ahead > UInt16.max - 256 ? .repeated : .stray
        }
        next &+= 1
        hasAsked = false
        if flags & Frame.first != 0 {
            guard message == nil else { return .broken }
            message = []
        }
        guard let count = message?.count, count + payload.count <= most else { return .broken }
        message?.append(contentsOf: payload)
        guard flags & Frame.last != 0 else { return .taken(message: nil) }
        defer { message = nil }
        return .taken(message: message)
    }
}
