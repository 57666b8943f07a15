import ReaderTransport
import Station

/// What is known of one slot.
struct SlotState {
    /// Whether a card is there, and how often that has changed since the reader was opened.
    private(set) var presence = CardPresence(isPresent: false, changes: 0)
    /// Whether the reader has told yet.
    private(set) var isKnown = false
    /// Whether a card in it has power, as far as the reader told.
    private(set) var card = ResponseMessage.CardStatus.absent
    /// A command that was given up, at a moment, and that the reader may still be busy with; not where it did not get all of it.
    var owed: (command: CommandMessage, sequence: UInt8, isWritten: Bool, since: Instant)?

    private var sequence: UInt8 = 0
    // The change was learnt from an answer; the notification of the same change comes later, or never.
    private var awaitsNotification = false
    // Notices that say something else than the one before, less the changes that answers have told.
    private var unexplained = 0
    private var lastNotice: Bool?

    /// `bSeq` of the next command: one more than the last (USB CCID 1.1 clause 6.1).
    mutating func nextSequence() -> UInt8 {
        defer { sequence &+= 1 }
        return sequence
    }

    /// Takes note of the card status in an answer. A card that has lost the power it was given, unasked, was away meanwhile.
    mutating func learn(_ status: ResponseMessage.CardStatus, from command: CommandMessage) {
        let isPresent = status != .absent
        let lostPower = isKnown && command == .getSlotStatus && card == .active && status == .inactive
        card = status
        guard isKnown else { return begin(isPresent, awaitsNotification: isPresent) }
        if isPresent != presence.isPresent {
            change(to: isPresent, by: 1)
            awaitsNotification = true
            // Its notice has come, comes later, or never.
            unexplained = max(-1, unexplained - 1)
        } else if lostPower {
            change(to: true, by: 2)
            awaitsNotification = true
            unexplained = max(-2, unexplained - 2)
        }
    }

    /// Takes note of a slot-change notification (clause 6.3.1).
    mutating func hear(isPresent: Bool, hasChanged: Bool) {
        defer { awaitsNotification = false }
        guard isKnown else { return begin(isPresent, awaitsNotification: false) }
        if isPresent != presence.isPresent {
            change(to: isPresent, by: 1)
        } else if hasChanged && !awaitsNotification {
            // Out and in, or in and out, between two looks.
            change(to: isPresent, by: 2)
        }
    }

    /// Takes note of a notification that is not believed, but which tells that something has changed where it differs from the one before.
    /// Two that no answer accounts for are a card in place of another, or one that came and went.
    mutating func hear(notice: Bool) {
        guard notice != lastNotice else { return }
        let isFirst = lastNotice == nil
        lastNotice = notice
        guard isKnown else { return }
        // The first one may say what is known already.
        unexplained = isFirst && notice == presence.isPresent ? min(0, unexplained + 1) : unexplained + 1
        guard unexplained >= 2 else { return }
        unexplained -= 2
        presence = CardPresence(isPresent: presence.isPresent, changes: presence.changes &+ 2)
    }

    private mutating func begin(_ isPresent: Bool, awaitsNotification: Bool) {
        isKnown = true
        presence = CardPresence(isPresent: isPresent, changes: isPresent ? 1 : 0)
        self.awaitsNotification = awaitsNotification
    }

    private mutating func change(to isPresent: Bool, by count: UInt32) {
        presence = CardPresence(isPresent: isPresent, changes: presence.changes &+ count)
    }
}
