/// An error that says what to do: a code for programs, a sentence for the person at the counter, a cause for the engineer.
public protocol DiagnosedError: Error, CustomStringConvertible {
    /// A stable name in lower case with hyphens, such as `card-removed`. Programs may depend on it.
    var code: String { get }
    /// What the person at the counter can act on.
    var sentence: Sentence { get }
    /// What the engineer wants to know (a status word, a return code, an offset); never a secret.
    var cause: String? { get }
    /// What kind of failure it is; the programs turn it into an exit status.
    var category: FailureCategory { get }
}

extension DiagnosedError {
    /// Code, English sentence and cause in one line, for logs and test failures.
    public var description: String {
        if let cause { "\(code): \(sentence.english) (\(cause))" } else { "\(code): \(sentence.english)" }
    }
}

/// What kind of failure an error is, in the words of sysexits.h.
public enum FailureCategory: Sendable, Hashable, CaseIterable {
    /// The command was used wrongly (EX_USAGE, 64).
    case usage
    /// Data from a person, a file or a card is wrong (EX_DATAERR, 65).
    case badData
    /// A named input does not exist (EX_NOINPUT, 66).
    case noInput
    /// A reader, a card, pcscd or the centre is not there (EX_UNAVAILABLE, 69).
    case unavailable
    /// Kazasu itself is at fault (EX_SOFTWARE, 70).
    case internalFault
    /// A file cannot be created (EX_CANTCREAT, 73).
    case cannotCreate
    /// Reading or writing failed (EX_IOERR, 74).
    case inputOutput
    /// It took too long; the same may work later (EX_TEMPFAIL, 75).
    case temporary
    /// The other side broke its protocol (EX_PROTOCOL, 76).
    case protocolViolation
    /// Refused: a credential was wrong, blocked or missing (EX_NOPERM, 77).
    case notPermitted
    /// The person cancelled (130).
    case cancelled

    /// The exit status of a program that ends with such a failure.
    public var exitStatus: Int32 {
        switch self {
        case .usage: 64
        case .badData: 65
        case .noInput: 66
        case .unavailable: 69
        case .internalFault: 70
        case .cannotCreate: 73
        case .inputOutput: 74
        case .temporary: 75
        case .protocolViolation: 76
        case .notPermitted: 77
        case .cancelled: 130
        }
    }
}
