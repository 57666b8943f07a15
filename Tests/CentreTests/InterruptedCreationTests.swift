import Diagnosis
import Centre
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import CentreSimulator

/// Whatever happens while the file is made, there is no file or a complete one.
@Suite struct InterruptedCreationTests {
    let scratch = TemporaryFolder()

    @Test(arguments: [false, true]) func manyThreadsMakeOneFile(named: Bool) async throws {
        for round in 0..<50 {
            let path = scratch / "\(round)/centre.sqlite3"
            let start = StartLine()
            let makers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        start.cross()
                        return try CentreDatabase.createFile(at: path, with: nil, named: named)
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(makers == 1)
            #expect(scratch.names(in: "\(round)") == ["centre.sqlite3"])
            try expectComplete(path)
        }
    }

    @Test func twoProcessesMakeEachFileOnce() async throws {
        let folder = scratch.path
        func start() async {
            await #expect(processExitsWith: .success) { [folder = folder as String] in
                for round in 0..<100 { _ = try CentreDatabase(path: "\(folder)/\(round)/centre.sqlite3") }
            }
        }
        async let one: Void = start()
        async let two: Void = start()
        _ = await (one, two)
        for round in 0..<100 {
            #expect(scratch.names(in: "\(round)") == ["centre.sqlite3"])
            try expectComplete(scratch / "\(round)/centre.sqlite3")
        }
    }

    @Test(arguments: [false, true]) func aKilledProcessLeavesNoFileOrACompleteOne(named: Bool) async throws {
        var whole = 0
        for round in 0..<20 {
            let folder = scratch / "\(round)"
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, named = named as Bool, round = round as Int] in
                signal(SIGALRM) { _ in kill(getpid(), SIGKILL) }
                for file in 0... {
                    // After two whole files, at a varying moment of those that follow.
                    if file == 2 {
                        var timer = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 0, tv_usec: 100 + round * 370))
                        setitimer(__itimer_which_t(0), &timer, nil)  // ITIMER_REAL
                    }
                    let path = "\(folder)/\(file)/centre.sqlite3"
                    _ = try CentreDatabase.createFile(at: path, with: nil, named: named)
                }
            }
            for file in scratch.names(in: "\(round)") {
                let left = scratch.names(in: "\(round)/\(file)")
                #expect(left.allSatisfy { $0 == "centre.sqlite3" || (named && $0.hasSuffix(".unfinished")) })
                guard left.contains("centre.sqlite3") else { continue }
                try expectComplete("\(folder)/\(file)/centre.sqlite3")
                whole += 1
            }
        }
        #expect(whole >= 20 * 2)
    }

    /// A limit on the size of files stands for the full disk: `write` fails in the middle (EFBIG for ENOSPC), on every machine.
    @Test(arguments: [false, true]) func aFullDiskLeavesNothing(named: Bool) async {
        let folder = scratch.path
        await #expect(processExitsWith: .exitCode(FailureCategory.inputOutput.exitStatus)) {
            [folder = folder as String, named = named as Bool] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 6000, rlim_max: 6000)
            setrlimit(__rlimit_resource_t(1), &limit)  // RLIMIT_FSIZE
            do throws(CentreError) {
                _ = try CentreDatabase.createFile(at: "\(folder)/centre.sqlite3", with: nil, named: named)
            } catch {
                exit(error.code == "centre-disk-full" ? error.category.exitStatus : 1)
            }
        }
        #expect(scratch.names() == [])
    }

    @Test(arguments: [ENOSPC, EDQUOT, EFBIG]) func everyKindOfFullIsADiskFull(number: Int32) {
        let error = CentreError(SystemFailure("write", number), at: "/somewhere")
        #expect(error.code == "centre-disk-full")
        #expect(error.category == .inputOutput)
        #expect(error.cause?.hasPrefix("/somewhere: write: ") == true)
    }
}

/// Lets two tasks go in the same instant; where there is one processor, one after the other.
private final class StartLine: Sendable {
    private let absent = Atomic(2)

    func cross() {
        absent.subtract(1, ordering: .sequentiallyConsistent)
        for _ in 0..<100_000 where absent.load(ordering: .sequentiallyConsistent) == 0 { return }
    }
}
