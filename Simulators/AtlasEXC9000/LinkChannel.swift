import Station

/// One of the two channels: what the device says on it, and what it hears.
struct LinkChannel {
    /// How many frames the device takes without having acknowledged them.
    static let credit: UInt8 = 4
    /// What the host takes from the beginning.
    private static let hostCredit = 8
    /// How often a frame is sent without a word of the host.
    private static let mostSends = 6
    /// What is kept for a host that acknowledges nothing: more is lost.
    private static let mostWaiting = 512

    let number: UInt8
    /// How long a message of the host is at most.
    let longestMessage: Int

    // Frames that wait, the first `sent` of which have gone out; `base` is the number of the first.
    private var frames: [(flags: UInt8, payload: [UInt8])] = []
    private var base: UInt16 = 0
    private var sent = 0
    private var credit = hostCredit
    private var silentSends = 0
    /// When what is on its way is sent again.
    private(set) var repetitionDue: Instant?

    /// How many frames of the host have come in their turn, and so the number of the next.
    private(set) var awaited: UInt16 = 0
    private var isAsking = false
    private var coming: [UInt8]?

    init(_ number: UInt8, longestMessage: Int) {
        self.number = number
        self.longestMessage = longestMessage
    }

    // MARK: Saying

    /// Adds a message; `false` where there is no room for it.
    mutating func say(_ message: [UInt8]) -> Bool {
        guard frames.count < Self.mostWaiting else { return false }
        var rest = message[...]
        var isFirst = true
        repeat {
            let part = Array(rest.prefix(Frame.largestPayload))
            rest = rest.dropFirst(part.count)
            frames.append(((isFirst ? Frame.beginsMessage : 0) | (rest.isEmpty ? Frame.endsMessage : 0), part))
            isFirst = false
        } while !rest.isEmpty
        return true
    }

    /// The frames that may go out now.
    mutating func takeSayable(session: UInt16, repeatAt due: Instant) -> [Frame] {
        let new = sent..<max(sent, min(credit, frames.count))
        guard !new.isEmpty else { return [] }
        sent = new.upperBound
        repetitionDue = due
        return new.map { frame($0, session) }
    }

    /// What is on its way, once more; `nil` where that was done too often.
    mutating func repetition(session: UInt16, repeatAt due: Instant) -> [Frame]? {
        silentSends += 1
        guard silentSends < Self.mostSends else { return nil }
        repetitionDue = sent > 0 ? due : nil
        return (0..<sent).map { frame($0, session) }
    }

    /// The host fetches nothing: what lies there already need not be said again.
    mutating func postpone(to due: Instant) { repetitionDue = due }

    private func frame(_ index: Int, _ session: UInt16) -> Frame {
        Frame(
            channel: number, kind: Frame.data, session: session, number: base &+ UInt16(truncatingIfNeeded: index),
            flags: frames[index].flags, payload: frames[index].payload)
    }

    /// Takes note of an ACK or RESEND; `false` for one that cannot be.
    mutating func acknowledge(_ number: UInt16, credit: UInt8, repeatAt due: Instant) -> Bool {
        let count = Int(number &- base)
        guard count <= sent else { return false }
        frames.removeFirst(count)
        (base, sent, silentSends) = (number, sent - count, 0)
        self.credit = Int(credit)
        repetitionDue = sent > 0 ? due : nil
        return true
    }

    // MARK: Hearing

    /// What a DATA frame of the host comes to.
    enum Hearing {
        case acknowledged(message: [UInt8]?)
        case repeated
        case missing(ask: Bool)
        case against(String)
    }

    mutating func hear(_ frame: Frame) -> Hearing {
        let distance = Int16(bitPattern: frame.number &- awaited)
        if distance < 0 { return .repeated }
        if distance > 0 { return .missing(ask: ask()) }
        awaited &+= 1
        isAsking = false
        let begins = frame.flags & Frame.beginsMessage != 0
        guard begins == (coming == nil) else {
            coming = nil
            return .against("a frame on channel \(number) that continues nothing, or begins in the middle")
        }
        let message = (coming ?? []) + frame.payload
        guard message.count <= longestMessage else {
            coming = nil
            return .against("a message on channel \(number) is too long")
        }
        let ends = frame.flags & Frame.endsMessage != 0
        coming = ends ? nil : message
        return .acknowledged(message: ends ? message : nil)
    }

    /// Whether the missing frame is to be asked for: once until it has come.
    mutating func ask() -> Bool {
        defer { isAsking = true }
        return !isAsking
    }
}
