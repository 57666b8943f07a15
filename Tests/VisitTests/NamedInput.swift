import Cards
import Centre
import Certificates
import Diagnosis
import Eligibility
import MyNumberCard
import ReaderKit

/// An input of a visit with a name for reports.
struct NamedInput: Sendable {
    let name: String
    let input: VisitInput

    private init(_ name: String, _ input: VisitInput) { (self.name, self.input) = (name, input) }

    /// What every visit may be told.
    static func usual() throws -> [NamedInput] {
        let authority = try Certificate(der: SyntheticHolder.hanako.authenticationAuthority)
        let valid = CertificateVerdict.valid(issuedBy: authority, domain: .synthetic)
        let secret = Secret("1234".utf8)
        let inputs: [(String, VisitInput)] = [
            ("begin", .begin), ("placed", .cardPlaced), ("placed beside", .cardPlacedBeside), ("removed", .cardRemoved),
            ("swapped", .cardSwapped),
            ("read 3", .cardRead(.left(3), valid)), ("read 1", .cardRead(.left(1), valid)), ("read blocked", .cardRead(.blocked, valid)),
            ("read expired", .cardRead(.left(3), .invalid([.untrusted]))), ("missed", .cardMissed),
            ("read unchecked", .cardRead(.left(3), .notChecked)),
            ("closed", .certificateClosed(.left(3))), ("opened", .certificateRead(valid)), ("typed", .pinTyped(secret)),
            ("verified", .pinChecked(.verified)), ("rejected 1", .pinChecked(.rejected(triesLeft: 1))),
            ("rejected 2", .pinChecked(.rejected(triesLeft: 2))), ("blocked", .pinChecked(.blocked)), ("proved", .proved),
            ("other card", .otherCard), ("timed out", .timedOut), ("cancelled", .cancelled), ("failed", .failed(ReaderError(.readerGone))),
            ("answered", .answered(EligibilityAnswer(validity: .valid, qualification: nil, person: nil))),
            ("face read", .cardFaceRead(secret)), ("face unreadable", .cardFaceUnreadable), ("photograph", .photographRead),
            ("code refused", .visualCodeRefused), ("accepted", .compared(.accepted)), ("not accepted", .compared(.rejected(.covered))),
            ("nobody", .compared(.timedOut)), ("left camera", .compared(.ended)), ("genuine", .cardChecked(.valid(.synthetic))),
            ("not checked", .cardChecked(.chainNotChecked)), ("copy", .cardChecked(.invalid(.challenge))),
            ("passcode", .passcodeTyped(secret)), ("issued", .passcodeChecked(true)), ("not issued", .passcodeChecked(false)),
            ("staff left", .staffLeft),
        ]
        let answers: [(String, ScreenAnswer)] = [
            ("face", .method(.face)), ("pin", .method(.pin)), ("consent to all", .consentToAll),
            ("consent individually", .consentIndividually), ("consent yes", .consent(true)), ("consent no", .consent(false)),
            ("ended", .ended), ("staff button", .staffButton), ("untouched", .timedOut),
        ]
        return inputs.map(NamedInput.init) + answers.map { NamedInput($0, .screen($1)) }
    }

    /// What the centre says otherwise, and a face that is locked.
    static func ofTheCentre() -> [NamedInput] {
        [
            NamedInput("not registered", .failed(ScriptedCentre.failure("centre-card-not-registered", .notPermitted))),
            NamedInput("refused", .failed(ScriptedCentre.failure("centre-function-off", .notPermitted))),
            NamedInput("busy", .failed(ScriptedCentre.failure("centre-busy", .temporary))),
            NamedInput("registered", .cardRegistered(.registered)), NamedInput("face locked", .faceLocked),
        ]
    }

    /// What the terminal says of the reader's mode.
    static let ofTheTerminal = [
        NamedInput("visual mode", .modeSwitched(.visual)), NamedInput("unattended mode", .modeSwitched(.unattended)),
        NamedInput("ticked", .sightConfirmed(.condition)),
    ]

    /// A certificate that has expired and still serves.
    static func inGrace() throws -> [NamedInput] {
        let authority = try Certificate(der: SyntheticHolder.hanako.authenticationAuthority)
        return [NamedInput("read in grace", .cardRead(.left(3), .validInGrace(issuedBy: authority, domain: .synthetic, until: 0)))]
    }
}
