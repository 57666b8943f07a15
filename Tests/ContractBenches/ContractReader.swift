import Conformance
import ReaderKit
import SimulatorCatalog
import Staging

/// A reader that is held to the contract: its name, and a bench for every case.
///
/// Every simulated reader is one by its line in the catalog. A reader that is not simulated (a plugin, a real one) has a `ContractBench` of
/// its own.
public struct ContractReader: Sendable {
    let model: SimulatorModel

    /// Every simulated reader.
    public static let all = SimulatorModel.all.map { ContractReader(model: $0) }
    /// Those with panel and camera.
    public static let withTerminal = all.filter(\.model.hasTerminal)

    /// The one with this name; `nil` where there is none.
    public static func named(_ name: String) -> ContractReader? { SimulatorModel.named(name).map { ContractReader(model: $0) } }

    /// Its name in the catalog.
    public var name: String { model.name }

    /// A driver and its twin, as new.
    public func bench() -> any ContractBench { SimulatedBench(model, offers: offers) }

    /// What the model has to have: what its line in the catalog says.
    private var offers: Set<ContractNeed> {
        var offers = Set(ContractCard.allCases.map { ContractNeed.card($0) })
        offers.insert(model.takesExtendedLength ? .extendedLength : .shortLength)
        if !model.hasCardLane { offers.insert(.cable) }
        if model.hasEscape { offers.insert(.facet(.escape)) }
        guard model.hasTerminal else { return offers }
        let screens = Screen.Kind.allCases.filter { !(model.lacksKeypadScreen && $0 == .enterPIN) }
        return offers.union(screens.map { .screen($0) }).union([
            .facet(.patientScreen), .facet(.face), .facet(.pinPad), .facet(.staffPanel), .staffButton,
        ])
    }
}

/// What came of holding a reader to every case of the contract.
public struct ContractTally: Sendable {
    /// How many cases it passed.
    public private(set) var passed = 0
    /// How many ask for what the model does not have.
    public private(set) var notApplicable = 0
    /// The cases that it failed: the name of each, where it is from, and what was otherwise.
    public private(set) var failures: [String] = []

    /// Holds `reader` to every case, each at a bench of its own.
    public init(of reader: ContractReader) {
        for contractCase in ContractCase.all {
            switch ContractRunner(reader.bench()).run(contractCase) {
            case .passed: passed += 1
            case .notApplicable: notApplicable += 1
            case .failed(let failure): failures.append("\(contractCase.id) (\(contractCase.source)): \(failure)")
            }
        }
    }
}
