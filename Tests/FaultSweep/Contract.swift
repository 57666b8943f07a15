import ContractBenches
import Glibc

/// Holds every reader model to the contract and prints a row for each; whether none failed.
@MainActor func holdToContract() async -> Bool {
    print(row(["contract", "passed", "not asked", "failed"]))
    let readers = ContractReader.all
    var tallies: [Int: ContractTally] = [:]
    await withTaskGroup(of: (Int, ContractTally).self) { group in
        for (index, reader) in readers.enumerated() { group.addTask { (index, ContractTally(of: reader)) } }
        for await (index, tally) in group { tallies[index] = tally }
    }
    for (index, reader) in readers.enumerated() {
        guard let tally = tallies[index] else { continue }
        print(row([reader.name] + [tally.passed, tally.notApplicable, tally.failures.count].map(String.init)))
        for failure in tally.failures { print("\(reader.name) \(failure)") }
    }
    return tallies.values.allSatisfy { $0.failures.isEmpty }
}

/// The seconds on a clock of the system.
func seconds(on clock: clockid_t) -> Int {
    var now = timespec()
    clock_gettime(clock, &now)
    return now.tv_sec
}
