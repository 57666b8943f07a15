import Conformance
import ContractBenches
import Testing

/// One contract for every driver, on its twin. The twins share nothing with the drivers above the cable: they are two readings of one document.
@Suite struct ContractTests {
    @Test(arguments: ContractReader.all)
    func everyDriverKeepsTheContract(_ reader: ContractReader) {
        let tally = ContractTally(of: reader)
        print("contract: \(reader.name): passed \(tally.passed), not applicable \(tally.notApplicable), failed \(tally.failures.count)")
        #expect(tally.failures == [])
        #expect(tally.passed > 20)
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

extension ContractReader: CustomTestStringConvertible {
    /// Its name.
    public var testDescription: String { name }
}
