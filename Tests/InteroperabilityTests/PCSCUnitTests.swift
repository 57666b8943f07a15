import Diagnosis
import Eligibility
import Glibc
import ReaderTransport
import Station
import Synchronization
import Testing

@testable import PCSC
@testable import kazasu

/// What of our PC/SC client a real pcscd cannot be made to show on demand.
@Suite struct PCSCUnitTests {
    private static let success = 0
    // PC/SC part 5 clause 3: the codes as a service returns them.
    private static let insufficientBuffer = 0x8010_0008
    private static let noReaders = 0x8010_002E
    private static let noService = 0x8010_001D

    private static let short = "One\0\0"
    private static let long = "One\0Two\0\0"

    /// A service whose list of readers is the next of `lists` at every call; a number stands for an error.
    private func names(_ lists: [Any]) throws -> [String] {
        var calls = lists.makeIterator()
        return try PCSCSource.names { room, length in
            switch calls.next() {
            case let list as String:
                let bytes = list.utf8.map { CChar(bitPattern: $0) }
                defer { length = UInt(bytes.count) }
                guard let room else { return Self.success }
                guard length >= bytes.count else { return Self.insufficientBuffer }
                for (index, byte) in bytes.enumerated() { room[index] = byte }
                return Self.success
            case let code as Int: return code
            default: return Self.noService
            }
        }
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
        let told = Told()
        var watches = PresenceWatches()
        for (id, known) in zip(ids, [absent, absent, present, absent]) {
            watches.add(id, known: known) { told.add(id) }
        }
        #expect(watches.takeDue().isEmpty)
        watches.abort(ids[3])
        watches.abort(TransferID(rawValue: 9))
        watches.update(present)
        for notify in watches.takeDue() { notify() }
        #expect(told.ids == [ids[0], ids[1]])
        #expect(watches.takeDue().isEmpty)
        #expect(watches.collect(ids[1]) == (.completed, present))
        #expect(watches.collect(ids[0]) == (.completed, present))
        // Collected already, not due yet, given up, never heard of.
        for id in [ids[0], ids[2], ids[3], TransferID(rawValue: 9)] { #expect(watches.collect(id) == (.aborted, nil)) }
        watches.fail(.unplugged)
        watches.fail(.noCard)
        for notify in watches.takeDue() { notify() }
        #expect(told.ids == [ids[0], ids[1], ids[2]])
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
        var ended: [Flag] = []
        do {
            let patient = TerminalPatient(language: .english, on: Station(.virtual)) { question in
                let flag = Flag(question.cancellation.descriptor)
                ended.append(flag)
                return flag.startThread()
            }
            patient.withdraw(patient.askPIN(triesLeft: nil))
            #expect(ended.map(\.isSet) == [true])
            let prompt = patient.askPIN(triesLeft: nil)
            patient.withdraw(prompt + 1)
            #expect(ended.map(\.isSet) == [true, false])
            _ = patient.askPIN(triesLeft: nil)
            #expect(ended.map(\.isSet) == [true, true, false])
        }
        #expect(ended.map(\.isSet) == [true, true, true])
    }
}

/// Who was told, in the order of the numbers.
private final class Told: Sendable {
    private let list = Mutex<[TransferID]>([])
    var ids: [TransferID] { list.withLock { $0.sorted { $0.rawValue < $1.rawValue } } }
    func add(_ id: TransferID) { list.withLock { $0.append(id) } }
}

/// Set by a thread that ends when a descriptor becomes readable.
private final class Flag: Sendable {
    private let state = Mutex(false)
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    var isSet: Bool { state.withLock { $0 } }

    func startThread() -> pthread_t? {
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Flag>.fromOpaque(pointer).takeRetainedValue().wait() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        return code == 0 ? thread : nil
    }

    private func wait() {
        if Deadline().wait(for: descriptor) { state.withLock { $0 = true } }
    }
}
