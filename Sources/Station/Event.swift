/// What arrives at a station's inbox.
public struct Event: Sendable {
    /// Who posted it.
    public let source: SourceID
    /// What it answers (a transfer, a timer, a prompt, a query); the source says which.
    public let token: UInt64
    /// What came with it; `nil` where the source keeps it, as an attachment keeps received bytes.
    public let payload: (any Sendable)?

    /// An event.
    public init(source: SourceID, token: UInt64, payload: (any Sendable)? = nil) {
        self.source = source
        self.token = token
        self.payload = payload
    }
}

/// Somebody who posts to a station: an attachment, a centre, a screen, the timers. Handed out by the station.
public struct SourceID: Sendable, Hashable {
    /// The number, unique on its station.
    public let rawValue: UInt32

    /// The source with this number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}
