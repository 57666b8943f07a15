import ISO7816
import ReaderKit

/// One step of a case.
public enum ContractStep: Sendable {
    /// Something is to happen at the bench, so long after the step before; the host goes on at once.
    case bench(BenchDeed, after: Duration = .seconds(1))
    /// The host does something, and something is expected.
    case host(HostStep)
}

/// What the host does, with what is expected of the reader.
public enum HostStep: Sendable {
    /// Opens the reader.
    case open
    /// Opens it again and again until it is back.
    case reopen(within: Duration)
    /// Ends its use; may be done twice.
    case close

    /// Name and slots are what the bench knows.
    case checkIdentity
    /// Each facet is there exactly when it is declared.
    case checkFacets
    /// The screens offered are those declared, and any other is refused as `.notSupported`.
    case checkScreens

    /// A card is in slot 0, or is not, before so long; `changes` counts from what was known before, where it matters.
    case presence(Bool, changes: UInt32? = nil, within: Duration = .seconds(10))
    /// A watch of what is known does not end for so long.
    case noPresence(for: Duration)
    /// A watch of what is known ends by an error.
    case presenceFails(ContractOutcome, within: Duration = .seconds(30))
    /// A watch of what is known is begun and taken back: nothing more is heard of it.
    case abandonWatch

    /// Gives the card in a slot power.
    case connect(slot: UInt8 = 0, within: Duration = .seconds(10), ContractOutcome = .works)
    /// Resets the card without loss of power.
    case warmReset(ContractOutcome = .works)
    /// Sends an APDU.
    case transmit([UInt8], within: Duration = .seconds(30), ContractResponse)
    /// Takes the power away.
    case closeCard

    /// Asks a person or looks with the camera; the prompt is known by a name.
    case ask(ContractQuestion, as: String)
    /// The same, where it is refused at once.
    case askFails(ContractQuestion, ContractOutcome)
    /// The prompt ends before so long, and not before that.
    case end(of: String, ContractEnd, within: Duration = .seconds(30), notBefore: Duration = .zero)
    /// The prompt is taken back.
    case withdraw(String)
    /// A prompt that was answered or taken back has no answer any more.
    case isOver(String)
    /// No prompt ends and no watch for so long.
    case quiet(for: Duration)
    /// No PIN has crossed the cable so far, where the bench can see that.
    case noPINOnCable

    /// Tells the reader that a passcode was issued.
    case announcePasscode(ContractOutcome = .works)
    /// Whether 職員用ボタン is on the idle screen.
    case staffButton(isShown: Bool)
    /// Starts the reader anew.
    case restart
    /// Sends a command of the maker's own.
    case escape([UInt8], ContractOutcome = .works)
}

/// What is asked.
public enum ContractQuestion: Sendable, Hashable {
    /// A screen.
    case screen(Screen)
    /// A PIN of so many digits behind a header.
    case pin(CommandHeader, digits: Int)
    /// 照合番号B on the face of the card.
    case cardFace
    /// Whether the person is the one on a photograph.
    case match(ContractPhotograph)
    /// The passcode for a visual check.
    case passcode
    /// The visual check.
    case visualCheck
}

/// A photograph to compare with.
public enum ContractPhotograph: String, Sendable, Hashable {
    /// Of the person at the bench, JPEG 2000 as it is on the card.
    case ofThePerson = "of-the-person"
    /// Bytes that are no photograph.
    case useless
    /// No bytes at all.
    case empty
}

/// How a prompt ended.
public enum ContractEnd: Sendable, Hashable {
    /// By an answer at a screen.
    case screen(ScreenAnswer)
    /// The card took the PIN (9000).
    case pinAccepted
    /// The card refused it (63Cx).
    case pinRefused
    /// The card answered otherwise.
    case pinOtherwise
    /// The person left the keypad.
    case pinEnded
    /// Nobody typed.
    case pinTimedOut
    /// The 14 digits that are printed on the card.
    case cardFaceRead
    /// The device's verdict.
    case verdict(FaceVerdict)
    /// Four digits.
    case passcodeTyped
    /// The keypad for the passcode was left, or nobody typed.
    case passcodeLeft
    /// The visual check was left (true) or timed out.
    case visualCheckLeft(Bool)
    /// Not what its kind of prompt allows.
    case malformed
    /// By one of these errors.
    case fails(Set<ReaderError.Reason>)
}

/// Whether something is to work, and by which errors it may fail.
public struct ContractOutcome: Sendable, Hashable {
    /// Whether it may work.
    public let mayWork: Bool
    /// The errors by which it may fail.
    public let reasons: Set<ReaderError.Reason>

    /// It works.
    public static let works = ContractOutcome(mayWork: true, reasons: [])

    /// It fails by one of these.
    public static func fails(_ reasons: ReaderError.Reason...) -> ContractOutcome { ContractOutcome(mayWork: false, reasons: Set(reasons)) }

    /// It works, or fails by one of these.
    public static func worksOrFails(_ reasons: ReaderError.Reason...) -> ContractOutcome {
        ContractOutcome(mayWork: true, reasons: Set(reasons))
    }

    /// It fails, by whatever it says.
    public static let failsSomehow = ContractOutcome(mayWork: false, reasons: Set(ReaderError.Reason.allCases))
}

/// What is expected of an APDU.
public enum ContractResponse: Sendable, Hashable {
    /// So many bytes of data at least, and this status word.
    case data(atLeast: Int, status: UInt16)
    /// This status word.
    case status(UInt16)
    /// Any response APDU but one of this status word.
    case otherThan(UInt16)
    /// Any response APDU.
    case any
    /// An error.
    case fails(ContractOutcome)
}
