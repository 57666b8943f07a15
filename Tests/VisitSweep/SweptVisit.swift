import Staging
import Station

/// A visit that is swept: at which reader, and what the patient does there.
public struct SweptVisit: Sendable, Hashable {
    /// The name of a simulated reader.
    public let reader: String
    /// Who comes.
    public let patient: Patient

    /// A visit.
    public init(reader: String, patient: Patient) {
        self.reader = reader
        self.patient = patient
    }

    /// Who comes, and what they do at a reader with a screen; elsewhere they type the PIN where the program runs.
    public enum Patient: String, Sendable, Hashable, CaseIterable {
        /// The holder, by the face, who agrees to everything at once.
        case face
        /// The holder, by the PIN, who agrees to nothing: every consent to a group is one that nobody gave.
        case pin
        /// Somebody else with the holder's card, whom the camera must reject, and who leaves then.
        case stranger
    }

    /// Every reader model with every patient that it has parts for.
    public static let all =
        [
            "fujitsu-caora",
            "almex-cps100w",
            "panasonic-xcstfr2",
            "canon-hicara",
            "atlas-exc9000",
        ].flatMap { reader in Patient.allCases.map { SweptVisit(reader: reader, patient: $0) } }
        + [
            "generic-ccid",
            "generic-ccid-tpdu",
            "rcs380",
            "card",
            "acr1255u",
            "feitian-ble",
        ].map { SweptVisit(reader: $0, patient: .pin) }

    /// Its name in a table.
    public var name: String { "\(reader) \(patient.rawValue)" }
}

extension SweptVisit.Patient {
    /// How often a screen may come again in a disturbed visit and the one after it.
    private static let patience = 50

    /// How long they take for whatever they do. Quicker than life, so that a polled line does not spend the visit on asking.
    static let pause = Duration.milliseconds(100)

    /// What they do at each screen, however often it is shown.
    var lines: [StagedLine] {
        func always(_ screen: StagedScreen, _ word: StagedWord, from first: Int = 1) -> [StagedLine] {
            (first...Self.patience).map { StagedLine(.shown(screen, time: $0, after: Self.pause), word) }
        }
        let taking = always(.done, .remove) + always(.removeCard, .remove)
        switch self {
        case .face:
            // Who is told three times that it cannot be read tries no more.
            return always(.chooseMethod, .choose(.face)) + always(.message, .choose(.end), from: 3)
                + always(.chooseConsent, .choose(.consentToAll)) + taking
        case .pin:
            return always(.chooseMethod, .choose(.pin)) + always(.keypad, .typePIN)
                + always(.chooseConsent, .choose(.consentIndividually)) + always(.consent, .choose(.disagree)) + taking
        case .stranger: return always(.chooseMethod, .choose(.face)) + always(.message, .choose(.end)) + taking
        }
    }
}
