import ISO7816

/// How many tries a PIN has left.
public enum PINState: Sendable, Hashable {
    /// It was verified since the card got power.
    case verified
    /// So many wrong ones more, and it is blocked.
    case left(Int)
    /// No try is left; a municipal office can unblock it.
    case blocked
}

/// What the card said to a PIN.
public enum PINResult: Sendable, Hashable {
    /// It was right.
    case verified
    /// It was wrong; so many tries are left, one at least.
    case rejected(triesLeft: Int)
    /// It is blocked, maybe by this very try.
    case blocked

    /// What a status word to VERIFY means (ISO/IEC 7816-4 clause 7.5.6). Throws `card-refused` for any other.
    public init(_ status: StatusWord) throws(CardError) {
        if status.isSuccess {
            self = .verified
        } else if status.isBlocked || status.remainingTries == 0 {
            self = .blocked
        } else if let tries = status.remainingTries {
            self = .rejected(triesLeft: tries)
        } else {
            throw .refused(status, command: "VERIFY")
        }
    }
}

/// What an operation brought that a PIN, a password or a 照合番号 opens.
public enum Guarded<Content: Sendable>: Sendable {
    /// The secret was right.
    case opened(Content)
    /// It was wrong, or was not sent: what the person does next is no error.
    case refused(PINRefusal)

    /// The content, where it was opened.
    public var content: Content? {
        if case .opened(let content) = self { content } else { nil }
    }
    /// Why it was not opened.
    public var refusal: PINRefusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

extension Guarded: Equatable where Content: Equatable {}

/// Why a secret did not open anything.
public enum PINRefusal: Sendable, Hashable {
    /// It was wrong; so many tries are left, one at least.
    case rejected(triesLeft: Int)
    /// It is blocked, maybe by this very try.
    case blocked
    /// It has one try left, and that was kept: nothing was sent.
    case lastTryKept
}

/// What to do where a secret may have one try left.
public enum LastTry: Sendable, Hashable {
    /// Ask for the counter first, which takes one APDU and no try, and leave the last try alone.
    case keep
    /// Do not ask: the caller knows the counter, or takes the risk.
    case spend
}

/// A reference of the card and its counter.
public struct ReferenceCounter: Sendable, Hashable {
    /// Which one.
    public let reference: CardReference
    /// What is left; `nil` where this card has no such reference.
    public let state: PINState?
}
