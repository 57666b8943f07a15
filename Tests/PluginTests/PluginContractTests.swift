import Conformance
import Diagnosis
import Glibc
import PluginReader
import ReaderKit
import ReaderTransport
import Station
import Synchronization
import TestSupport
import Testing

/// The contract of all readers, held by a plugin in C with threads of its own, in real time that passes faster.
@Suite struct PluginContractTests {
    /// A minute of a screen takes so much less: six seconds.
    static let pace = 10

    /// What has become of the cases, from many threads.
    private final class Verdicts: Sendable {
        let all = Mutex<[String: Result<ContractVerdict, BenchError>]>([:])
    }

    /// All cases at once, each with a device, a station and a thread of its own: they wait for time more than for the machine.
    @Test func aPluginKeepsTheContract() {
        let verdicts = Verdicts()
        let threads = ContractCase.all.map { contractCase in
            startThread {
                let result = Self.run(contractCase)
                verdicts.all.withLock { $0[contractCase.id] = result }
            }
        }
        for thread in threads { pthread_join(thread, nil) }
        let all = verdicts.all.withLock { $0 }
        var passed = 0
        for contractCase in ContractCase.all {
            switch all[contractCase.id] {
            case .success(.passed): passed += 1
            case .success(.notApplicable(let missing)):
                // The one reader here that carries extended APDUs has everything else.
                #expect(missing == [.shortLength], "\(contractCase.id)")
            case .success(.failed(let failure)): Issue.record("\(contractCase.id) (\(contractCase.source)): \(failure)")
            case .failure(let error): Issue.record("\(contractCase.id): \(error)")
            case nil: Issue.record("\(contractCase.id) was not run")
            }
        }
        print("contract: plugin in C          passed \(passed) of \(ContractCase.all.count)")
        #expect(passed > 100)
    }

    private static func run(_ contractCase: ContractCase) -> Result<ContractVerdict, BenchError> {
        do {
            let bench = try PluginContractBench(pace: pace)
            defer { bench.end() }
            return .success(ContractRunner(bench).run(contractCase.paced(pace)))
        } catch { return .failure(BenchError("\(error)")) }
    }
}
