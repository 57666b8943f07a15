import Conformance
import Testing

/// One contract for every driver, on its twin. The twins share nothing with the drivers above the cable: they are two readings of one document.
@Suite struct ContractTests {
    /// What happened to a reader, for the table that this suite prints.
    private static func row(_ reader: ContractReader, _ passed: Int, _ notApplicable: Int, _ failed: Int) {
        func column(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        print(
            "contract: \(column(reader.name, 20)) passed \(column("\(passed)", 4)) not applicable \(column("\(notApplicable)", 4)) failed \(failed)"
        )
    }

    @Test(arguments: ContractReader.all)
    func everyDriverKeepsTheContract(_ reader: ContractReader) {
        var (passed, notApplicable, failed) = (0, 0, 0)
        for contractCase in ContractCase.all {
            switch ContractRunner(reader.bench()).run(contractCase) {
            case .passed: passed += 1
            case .notApplicable: notApplicable += 1
            case .failed(let failure):
                failed += 1
                Issue.record("\(reader.name), \(contractCase.id) (\(contractCase.source)): \(failure)")
            }
        }
        Self.row(reader, passed, notApplicable, failed)
        #expect(failed == 0 && passed > 20)
    }

    @Test func everyCaseHasANameOfItsOwnAndAReaderItAppliesTo() {
        let cases = ContractCase.all
        #expect(cases.count >= 40)
        #expect(Set(cases.map(\.id)).count == cases.count)
        let offered = ContractReader.all.map { $0.bench().offers }
        let never = cases.filter { needing in !offered.contains { needing.needs.isSubset(of: $0) } }.map(\.id)
        #expect(never == [])
    }
}
