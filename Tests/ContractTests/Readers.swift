import Conformance
import ReaderKit
import SimulatorCatalog
import Staging
import Testing

/// A reader that is held to the contract: its name, and a bench for every case.
///
/// Every simulated reader is one by its line in the catalog. A reader that is not simulated (a plugin, a real one) has a `ContractBench` of
/// its own.
struct ContractReader: Sendable, CustomTestStringConvertible {
    let model: SimulatorModel

    static let all = SimulatorModel.all.map { ContractReader(model: $0) }
    static let withTerminal = all.filter(\.model.hasTerminal)

    static func named(_ name: String) throws -> ContractReader { ContractReader(model: try #require(SimulatorModel.named(name))) }

    var name: String { model.name }
    var testDescription: String { name }

    func bench() -> SimulatedBench { SimulatedBench(model, offers: offers) }

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
