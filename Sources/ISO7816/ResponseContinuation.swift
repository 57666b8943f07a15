/// What to send after a response until the command is finished: GET RESPONSE after `61xx`, the right Le after `6Cxx`
/// (ISO/IEC 7816-4 clauses 5.3.4 and 5.6, ISO/IEC 7816-3 clause 12.2).
///
/// It is one value for one command, and it does no I/O: the caller appends the data bytes of each response to one buffer and asks
/// what comes next. A card can neither make it go on for ever nor make the buffer grow past `maximumData` bytes:
/// - a `6Cxx` is obeyed once; a second one without data in between is an error, and so is data that comes with it;
/// - two `61xx` in a row that bring no data are an error;
/// - there are at most `maximumSteps` further commands.
///
/// A command that expects nothing (Ne 0) is never sent again, because no Le of it can be wrong: VERIFY stays a single try.
public struct ResponseContinuation: Sendable {
    /// The most data one command may bring back, in bytes.
    public static let maximumData = APDULimits.extendedExpected
    /// The most commands that may follow the first one: 64 KiB in blocks of 64 bytes.
    public static let maximumSteps = 1024

    /// What the caller does next.
    public enum Step: Hashable, Sendable {
        /// The last status word is the result.
        case done
        /// Send GET RESPONSE (`CommandHeader.getResponse(following:)`) with this Le, 1...256, in either form.
        case getResponse(expected: Int)
        /// Send the command again with this Le, 1...256; the last response brought no data.
        case resend(expected: Int)
        /// The card broke the rules.
        case failed(Fault)
    }

    /// How a card broke the rules.
    public enum Fault: Error, Hashable, Sendable {
        /// `6Cxx` in answer to the very length that the card had named.
        case repeatedWrongLength
        /// `6Cxx` together with data.
        case dataWithWrongLength
        /// Two `61xx` in a row without data.
        case noProgress
        /// More than `maximumSteps` further commands.
        case tooManySteps
        /// More than `maximumData` bytes.
        case tooMuchData
    }

    /// How many data bytes came so far.
    public private(set) var dataCount = 0
    private var steps = 0
    private var emptyAnnouncements = 0
    private var lengthWasCorrected = false
    private var isFetching = false
    private let expectsData: Bool

    /// The rules for a command that expects `expected` bytes (Ne), 0 for none.
    public init(expected: Int) {
        expectsData = expected > 0
    }

    /// What follows a response with `status` and `dataCount` bytes of data.
    public mutating func next(after status: StatusWord, dataCount received: Int) -> Step {
        guard received >= 0, received <= ResponseContinuation.maximumData - dataCount else { return .failed(.tooMuchData) }
        dataCount += received
        if received > 0 {
            emptyAnnouncements = 0
            lengthWasCorrected = false
        }

        if let available = status.bytesAvailable { return fetch(available, received: received) }
        if let length = status.correctLength { return correct(to: length, received: received) }
        return .done
    }

    private mutating func fetch(_ available: Int, received: Int) -> Step {
        if received == 0 { emptyAnnouncements += 1 }
        guard emptyAnnouncements < 2 else { return .failed(.noProgress) }
        guard dataCount < ResponseContinuation.maximumData else { return .failed(.tooMuchData) }
        if !isFetching { lengthWasCorrected = false }  // GET RESPONSE has a Le of its own
        isFetching = true
        return step(.getResponse(expected: min(available, ResponseContinuation.maximumData - dataCount)))
    }

    private mutating func correct(to length: Int, received: Int) -> Step {
        guard isFetching || expectsData else { return .done }
        guard received == 0 else { return .failed(.dataWithWrongLength) }
        guard !lengthWasCorrected else { return .failed(.repeatedWrongLength) }
        lengthWasCorrected = true
        return step(isFetching ? .getResponse(expected: length) : .resend(expected: length))
    }

    private mutating func step(_ next: Step) -> Step {
        steps += 1
        return steps <= ResponseContinuation.maximumSteps ? next : .failed(.tooManySteps)
    }
}
