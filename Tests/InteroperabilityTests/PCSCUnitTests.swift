import Diagnosis
import Eligibility
import Glibc
import ReaderTransport
import Station
import Synchronization
import TestSupport
import Testing

@testable import PCSC
@testable import kazasu

/// What of our PC/SC client a real pcscd cannot be made to show on demand.
@Suite struct PCSCUnitTests {
    private static let success: UInt32 = 0
    // PC/SC part 5 clause 3: the codes as a service returns them.
    private static let insufficientBuffer: UInt32 = 0x8010_0008
    private static let noReaders: UInt32 = 0x8010_002E
    private static let noService: UInt32 = 0x8010_001D

    private static let short = "One\0\0"
    private static let long = "One\0Two\0\0"

    /// A service whose list of readers is the next of `lists` at every call; a number stands for an error.
    private func names(_ lists: [Any]) throws -> [String] {
        var calls = lists.makeIterator()
        return try PCSCSource.names { room, length -> UInt32 in
            switch calls.next() {
            case let list as String:
                let bytes = list.utf8.map { CChar(bitPattern: $0) }
                defer { length = UInt(bytes.count) }
                guard let room else { return Self.success }
                guard length >= bytes.count else { return Self.insufficientBuffer }
                for (index, byte) in bytes.enumerated() { room[index] = byte }
                return Self.success
            case let code as UInt32: return code
            default: return Self.noService
            }
        }.map(\.text)
    }

    @Test("a reader that comes or goes between the two calls for the list is no error")
    func changingList() throws {
        #expect(try names([Self.long, Self.long]) == ["One", "Two"])
        #expect(try names([Self.long, Self.short]) == ["One"])
        #expect(try names([Self.short, Self.long, Self.long, Self.long]) == ["One", "Two"])
        #expect(try names([Self.noReaders]) == [])
        #expect(try names([Self.short, Self.noReaders]) == [])
        #expect(try names([Self.short, Self.long, Self.noReaders]) == [])
    }

    @Test("a list that never fits, and a service that is gone, are errors")
    func noList() {
        #expect { try names(Array(repeating: [Self.short, Self.long], count: 99).flatMap(\.self)) } throws: {
            ($0 as? TransportError)?.code == "pcsc-failed"
        }
        #expect { try names([Self.noService]) } throws: { ($0 as? TransportError)?.code == "pcsc-not-running" }
        #expect { try names([Self.short, Self.noService]) } throws: { ($0 as? TransportError)?.code == "pcsc-not-running" }
    }

    @Test("every watch of the presence is a transfer of its own")
    func watches() {
        let absent = CardPresence(isPresent: false, changes: 0)
        let present = CardPresence(isPresent: true, changes: 1)
        let ids = (1...4).map { TransferID(rawValue: $0) }
        let told = Numbers()
        var watches = PresenceWatches()
        for (id, known) in zip(ids, [absent, absent, present, absent]) {
            watches.add(id, known: known) { told.add(id.rawValue) }
        }
        #expect(watches.takeDue().isEmpty)
        watches.abort(ids[3])
        watches.abort(TransferID(rawValue: 9))
        watches.update(present)
        for notify in watches.takeDue() { notify() }
        #expect(told.all == [1, 2])
        #expect(watches.takeDue().isEmpty)
        #expect(watches.collect(ids[1]) == (.completed, present))
        #expect(watches.collect(ids[0]) == (.completed, present))
        // Collected already, not due yet, given up, never heard of.
        for id in [ids[0], ids[2], ids[3], TransferID(rawValue: 9)] { #expect(watches.collect(id) == (.aborted, nil)) }
        watches.fail(.unplugged)
        watches.fail(.noCard)
        for notify in watches.takeDue() { notify() }
        #expect(told.all == [1, 2, 3])
        #expect(watches.collect(ids[2]) == (.unplugged, nil))
    }

    @Test("without a thread to ask with, the visit is told so")
    func noThread() {
        let station = Station(.virtual)
        let patient = TerminalPatient(language: .english, on: station) { _ in nil }
        let prompt = patient.askPIN(triesLeft: 3)
        guard case .event(let event) = station.next(until: station.now + .seconds(1)),
            case .failed(let error) = event.payload as? PromptAnswer
        else {
            Issue.record("nobody answers")
            return
        }
        #expect(event.source == patient.source)
        #expect(event.token == prompt)
        #expect(error.code == "prompt-failed")
        #expect(error.category == .temporary)
    }

    @Test("the thread of a prompt is waited for: when it is withdrawn, at the next prompt, at the end")
    func threads() {
        let ended = Numbers()
        do {
            let patient = TerminalPatient(language: .english, on: Station(.virtual)) { question in
                startThread {
                    if Deadline().wait(for: question.cancellation.descriptor) { ended.add(question.prompt) }
                }
            }
            let first = patient.askPIN(triesLeft: nil)
            patient.withdraw(first)
            #expect(ended.all == [first])
            let second = patient.askPIN(triesLeft: nil)
            patient.withdraw(first)
            #expect(ended.all == [first])
            _ = patient.askPIN(triesLeft: nil)
            #expect(ended.all == [first, second])
            patient.withdraw(second)
            #expect(ended.all == [first, second])
        }
        #expect(ended.all.count == 3)
    }
}

/// Numbers that any thread may add to, in ascending order.
private final class Numbers: Sendable {
    private let list = Mutex<[UInt64]>([])
    var all: [UInt64] { list.withLock { $0.sorted() } }
    func add(_ number: UInt64) { list.withLock { $0.append(number) } }
}
