import Glibc
import ReaderTransport
import Station
import TestSupport
import Testing

@testable import PCSC

/// Readers, cards and the service that come and go.
@Suite struct ReaderWatchTests {
    private static let one = ReaderName("One".utf8.map { CChar(bitPattern: $0) })
    private static let two = ReaderName("Two".utf8.map { CChar(bitPattern: $0) })

    private func reader(_ name: ReaderName, _ hasCard: Bool, _ changes: UInt16) -> ReaderStates.Reader {
        ReaderStates.Reader(name: name, hasCard: hasCard, changes: changes)
    }

    @Test("a snapshot, then differences by the count of events")
    func differences() {
        let (one, two) = (Self.one, Self.two)
        var states = ReaderStates()
        #expect(states.update([]) == [])
        #expect(states.update([reader(one, false, 0), reader(two, true, 1)]) == [.arrived(one), .arrived(two), .cardInserted(two)])
        #expect(states.update([reader(one, false, 0), reader(two, true, 1)]) == [])
        #expect(states.update([reader(one, true, 1), reader(two, false, 2)]) == [.cardInserted(one), .cardRemoved(two)])
        // Removed and put back, and the other way round, between two looks.
        #expect(
            states.update([reader(one, true, 3), reader(two, false, 4)]) == [
                .cardRemoved(one), .cardInserted(one), .cardInserted(two), .cardRemoved(two),
            ])
        // The order of the service changes, a reader leaves, and comes back.
        #expect(states.update([reader(two, false, 4), reader(one, true, 3)]) == [])
        #expect(states.update([reader(two, false, 4)]) == [.left(one)])
        #expect(states.update([reader(one, true, 1), reader(two, false, 4)]) == [.arrived(one), .cardInserted(one)])
        // One reader for another, with as many readers as before.
        #expect(states.update([reader(one, true, 1)]) == [.left(two)])
        #expect(states.update([reader(two, false, 0)]) == [.left(one), .arrived(two)])
        #expect(states.update([]) == [.left(two)])
    }

    @Test("the count begins anew after 65,535, and with a reader that was pulled and put back between two looks")
    func counts() {
        let one = Self.one
        var states = ReaderStates()
        _ = states.update([reader(one, true, 65_535)])
        #expect(states.update([reader(one, false, 0)]) == [.cardRemoved(one)])
        _ = states.update([reader(one, true, 7)])
        #expect(states.update([reader(one, true, 1)]) == [.left(one), .arrived(one), .cardInserted(one)])
        #expect(states.update([reader(one, false, 0)]) == [.left(one), .arrived(one)])
    }

    @Test("a name that is not UTF-8 is shown and kept as it is")
    func names() {
        let name = ReaderName([0x41, -1, 0x42])
        #expect(name.text == "A\u{FFFD}B")
        name.withPointer { pointer in #expect(pointer.map { strlen($0) } == 3 && pointer?[1] == -1) }
        ReaderName.withPointers([name, Self.two]) { pointers in
            #expect(pointers.map { $0.map { strlen($0) } } == [3, 3])
            #expect(pointers.last.flatMap { $0 }.map { String(cString: $0) } == "Two")
        }
    }

    @Test("kazasu readers --watch tells everything until Ctrl-C, and recovers by itself")
    func watching() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let kazasu = try builtProgram("kazasu")
            let watch = try bench.start([kazasu, "readers", "--watch", "--json"])
            let lines = Lines(watch, Table("readers --watch"))
            try lines.expect(["reader-arrived", "card-inserted", "reader-arrived"], after: "begun")
            try card.order("remove")
            try lines.expect(["card-removed"], after: "card pulled")
            try card.order("insert")
            try lines.expect(["card-inserted"], after: "card put back")
            // Who else uses the reader, and how, is no matter of the watch.
            for sharing in ["exclusive", "shared"] {
                let holder = try bench.startClient(sharing)
                #expect(try holder.order("connect 20000").text("answer") == "connected")
                try card.order("at 1 mute")
                try holder.type("send 00B0000000 20000\n")
                try card.wait("is mute") { $0.number("mute") == 1 }
                try card.order("remove")
                let state = sharing == "exclusive" ? "exclusively another's" : "in another's transaction"
                try lines.expect(["card-removed"], after: "mute card, \(state), pulled")
                #expect(try holder.answer("answer") == "card-removed")
                try holder.order("close")
                try card.order("insert")
                try lines.expect(["card-inserted"], after: "card put back")
            }

            bench.killDaemon()
            try lines.expect(["service-lost", "reader-left", "reader-left"], after: "pcscd killed")
            // Readers come with the service: another one, whose name is not UTF-8.
            try bench.addReader(named: "Se\u{301}cond ".utf8 + [0xFF, 0xFE])
            try bench.startDaemon()
            try lines.expect(
                ["service-back", "reader-arrived", "reader-arrived", "reader-arrived", "reader-arrived", "card-inserted"],
                after: "pcscd started again")
            let listed = try bench.run([kazasu, "readers", "--selectors"])
            #expect(listed.output.split(separator: "\n").filter { $0.hasPrefix("pcsc:") }.count == 4, "\(listed.output)")
            let client = try bench.startClient(reader: "Se\u{301}cond \u{FFFD}\u{FFFD} 00 00")
            #expect(try client.order("connect 20000").text("answer") == "reader-gone")
            try client.order("list")
            #expect(try client.order("reopen").text("answer") == "done")
            #expect(try client.order("connect 20000").text("answer") == "no-card")

            bench.freezeDaemon()
            let frozen = try bench.run([kazasu, "readers"])
            #expect(frozen.output.contains("sim:card"))
            #expect(frozen.error.contains("[pcsc-not-answering]"))
            try lines.expect(
                ["service-lost", "reader-left", "reader-left", "reader-left", "reader-left"], after: "pcscd stopped, and a run of readers")
            bench.thawDaemon()
            try lines.expect(
                ["service-back", "reader-arrived", "reader-arrived", "reader-arrived", "reader-arrived", "card-inserted"],
                after: "pcscd goes on")
            bench.killDaemon()
            try lines.expect(["service-lost", "reader-left", "reader-left", "reader-left", "reader-left"], after: "pcscd killed")
            try bench.startDaemonWithoutReaders()
            try lines.expect(["service-back"], after: "pcscd started again without a reader")

            #expect(watch.end(by: SIGINT) == 130)
            #expect(watch.error.text == "")
        }
    }

    @Test("kazasu readers --watch begins without a service, and ends at once while the service is stopped")
    func watchingWithoutService() throws {
        try PrivatePCSC.withMisbehavingCard { bench, _ in
            bench.freezeDaemon()
            let watch = try bench.start([try builtProgram("kazasu"), "readers", "--watch"])
            let lines = Lines(watch, Table("readers --watch, without a service"))
            try lines.expect(["pcsc:  The PC/SC service does not answer; restart pcscd."], after: "begun")
            #expect(watch.end(by: SIGTERM) == 143)
        }
    }
}

/// The lines that a program prints, as they come.
private final class Lines {
    private let process: ChildProcess
    private let table: Table
    private var seen = 0

    init(_ process: ChildProcess, _ table: Table) {
        self.process = process
        self.table = table
    }

    /// Waits for as many lines as there are words, and notes how long; of those together each word is in one, in any order of readers.
    func expect(_ words: [String], after event: String, at place: SourceLocation = #_sourceLocation) throws {
        let began = monotonicNanoseconds()
        var lines: [Substring] = []
        try Deadline().wait(for: "\(words) after \(lines)") {
            lines = process.output.text.split(separator: "\n").dropFirst(seen).map { $0 }
            return lines.count >= words.count
        }
        table.note(event, words.joined(separator: " "), Int((monotonicNanoseconds() - began) / 1_000_000))
        let told = lines.prefix(words.count)
        seen += words.count
        let rest = told.map { line in words.first { line.contains("\"\($0)\"") || line.hasSuffix("+09:00  " + $0) } ?? String(line) }
        #expect(rest.sorted() == words.sorted(), "\(told)", sourceLocation: place)
        #expect(rest.first == words.first, "\(told)", sourceLocation: place)
    }
}
