import Diagnosis
import ReaderKit

/// One thing that every reader of this library does the same way, as a value: what is asked of it, why, and the steps that show it.
///
/// The same values are run against drivers on their simulated devices and against real readers, where a person does what is to be done at
/// the bench. What a case needs that a reader does not declare makes it not applicable, never passed.
public struct ContractCase: Sendable {
    /// A stable name, such as `screen.cancel.choose-method`: the area, what happens, to what.
    public let id: String
    /// The clause of a standard or the number of a rule (R0xx) that asks for it, or `contract` where only this library does.
    public let source: String
    /// What is required, in one sentence.
    public let requirement: Sentence
    /// What reader and bench must have.
    public let needs: Set<ContractNeed>
    /// What it may cost.
    public let limits: ContractLimits
    /// What happens, in order.
    public let steps: [ContractStep]
    /// Whether the host does on purpose what a device may complain of.
    public let provokes: Bool

    /// A case.
    public init(
        _ id: String, source: String = "contract", ja: String, en: String, needs: Set<ContractNeed> = [],
        limits: ContractLimits = ContractLimits(), provokes: Bool = false, _ steps: [ContractStep]
    ) {
        self.id = id
        self.source = source
        requirement = Sentence(ja: ja, en: en)
        self.needs = needs
        self.limits = limits
        self.provokes = provokes
        self.steps = steps
    }
}

/// What a case may cost; more is a failure.
public struct ContractLimits: Sendable, Hashable {
    /// How long it may take by the station's clock.
    public let time: Duration
    /// How many transfers may cross the cable, where the bench can count them; `nil` for any number.
    public let transfers: Int?

    /// Limits.
    public init(time: Duration = .seconds(300), transfers: Int? = nil) {
        self.time = time
        self.transfers = transfers
    }
}

/// What a case needs of the reader or of the bench.
public enum ContractNeed: Sendable, Hashable, CustomStringConvertible {
    /// The reader declares the facet.
    case facet(ContractFacet)
    /// The reader offers the screen.
    case screen(Screen.Kind)
    /// The reader's firmware has 職員用ボタン (R165).
    case staffButton
    /// The reader carries extended APDUs (ISO/IEC 7816-4 clause 5.2).
    case extendedLength
    /// The reader carries short APDUs only.
    case shortLength
    /// Such a card is at hand.
    case card(ContractCard)
    /// The reader has a cable that can be pulled.
    case cable

    /// In short, for reports.
    public var description: String {
        switch self {
        case .facet(let facet): "facet \(facet.rawValue)"
        case .screen(let kind): "screen \(kind.rawValue)"
        case .staffButton: "staff button"
        case .extendedLength: "extended length"
        case .shortLength: "short length only"
        case .card(let card): "card \(card.rawValue)"
        case .cable: "cable"
        }
    }
}

/// A facet of `FacetedReader`.
public enum ContractFacet: String, Sendable, Hashable, CaseIterable {
    /// `patientScreen`.
    case patientScreen = "patient-screen"
    /// `face`.
    case face
    /// `pinPad`.
    case pinPad = "pin-pad"
    /// `staffPanel`.
    case staffPanel = "staff-panel"
    /// `escape`.
    case escape
}
