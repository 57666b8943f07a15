import Station

/// An action and its cue.
public struct StagedEvent {
    /// When it happens.
    public let cue: Cue
    /// What happens.
    public let action: StagedAction
    /// Told as it begins to happen, for whoever wants to know whether it did.
    public let onset: () -> Void

    /// When something happens.
    public enum Cue: Sendable, Hashable {
        /// At a moment; one that has passed is now.
        case at(Instant)
        /// A while after a screen is shown for the `time`th time, counted from 1.
        case shown(StagedScreen, time: Int = 1, after: Duration = .zero)
        /// When the card that lies there has got its `number`th command APDU, counted from 1 over all cards; it is for whoever counts them.
        case exchange(number: Int)
    }

    /// An event.
    public init(_ cue: Cue, _ action: StagedAction, onset: @escaping () -> Void = {}) {
        self.cue = cue
        self.onset = onset
        self.action = action
    }
}

/// What is still to happen, in the order in which it does. Two things at one moment happen in the order in which they were staged.
public struct Stage {
    private var timed: [(due: Instant, event: StagedEvent)] = []
    private var cued: [StagedEvent] = []
    private var shown: [StagedScreen: Int] = [:]

    /// A stage on which this happens.
    public init(_ events: [StagedEvent] = []) {
        for event in events { add(event) }
    }

    /// Adds an event. One whose screen has been shown that often already never happens; one that waits for an exchange does not either.
    public mutating func add(_ event: StagedEvent) {
        switch event.cue {
        case .at(let moment): add(event, due: moment)
        case .shown: cued.append(event)
        case .exchange: break
        }
    }

    /// A screen is shown: what waited for it becomes due.
    public mutating func screenShown(_ screen: StagedScreen, at now: Instant) {
        let count = shown[screen, default: 0] + 1
        shown[screen] = count
        func delay(of index: Int) -> Duration? {
            if case .shown(screen, count, let after) = cued[index].cue { after } else { nil }
        }
        var index = 0
        while index < cued.count {
            if let after = delay(of: index) { add(cued.remove(at: index), due: now + after) } else { index += 1 }
        }
    }

    /// When something happens next; `nil` where nothing is due or everything waits for a screen.
    public var nextDue: Instant? { timed.first?.due }

    /// Takes what is due, earliest first; `nil` where nothing is.
    public mutating func takeDue(at now: Instant) -> StagedAction? {
        guard let first = timed.first, first.due <= now else { return nil }
        timed.removeFirst()
        first.event.onset()
        return first.event.action
    }

    private mutating func add(_ event: StagedEvent, due: Instant) {
        timed.insert((due, event), at: timed.firstIndex { $0.due > due } ?? timed.endIndex)
    }
}
