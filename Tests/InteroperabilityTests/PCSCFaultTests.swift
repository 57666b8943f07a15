import Glibc
import TestSupport
import Testing

/// Whatever card, reader, service and other programs do: every call ends within its limit with one clear outcome, and the same process
/// goes on working. Each test prints its table: case, outcome, milliseconds.
@Suite struct PCSCFaultTests {
    /// How long a thing may take that is given up after `limit` milliseconds: the machine may be busy. What is not given up never ends.
    static func upper(_ limit: Int) -> Int { limit + 10_000 }

    @Test("what a card does in an exchange")
    func exchange() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let client = try bench.startClient()
            let table = Table("card, in an exchange")
            for (fault, outcome, limit) in [
                ("one", "answer-malformed", 20_000), ("die", "card-removed", 20_000), ("zero", "reader-busy", 1_000),
                ("mute", "reader-busy", 1_000),
            ] {
                #expect(try client.order("connect 20000").text("answer") == "connected")
                try card.order("at 1 \(fault)")
                table.expect(fault, try client.order("send 00B0000000 \(limit)"), outcome, within: limit)
                // What still waits for the card does not let anybody else in; the next use says so, in time.
                try client.order("close")
                if outcome == "reader-busy" {
                    table.expect("connect after \(fault)", try client.order("connect 20000"), "reader-busy", within: 20_000)
                }
                try card.order("remove")
                try bench.waitUntilCard(isPresent: false)
                try bench.waitUntilServed(only: client)
                table.expect("connect without card", try client.order("connect 20000"), "no-card", within: 20_000)
                try card.order("insert")
                try bench.waitUntilCard(isPresent: true)
                try bench.waitUntilServed(only: client)
                table.expect("visit after \(fault)", try client.order("visit 20000 0"), "confirmed", within: 20_000)
            }
        }
    }

    @Test("a card pulled before and after the service has seen it, and put back")
    func pulled() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let client = try bench.startClient()
            let table = Table("card pulled")
            try client.order("connect 20000")
            try card.order("remove")
            table.expect("before the poll", try client.order("send 00B0000000 20000"), "card-removed", within: 20_000)
            try bench.waitUntilCard(isPresent: false)
            table.expect("after the poll", try client.order("send 00B0000000 20000"), "card-removed", within: 20_000)
            table.expect("warm reset", try client.order("warm 20000"), "no-card", within: 20_000)
            try card.order("insert")
            try bench.waitUntilCard(isPresent: true)
            table.expect("old handle, new card", try client.order("send 00B0000000 20000"), "card-reset", within: 20_000)
            try client.order("close")
            try bench.waitUntilServed(only: client)
            table.expect("next visit", try client.order("visit 20000 0"), "confirmed", within: 20_000)
        }
    }

    @Test("answers to reset that are none")
    func answersToReset() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let client = try bench.startClient()
            let table = Table("answer to reset")
            for (name, text, outcome) in [
                ("nonsense", "112233", "card-mute"), ("too long", String(repeating: "3B", count: 40), "card-mute"),
                ("T=0 only", "3B6500002063CB6600", "connected"),
            ] {
                try card.order("remove")
                try bench.waitUntilCard(isPresent: false)
                try card.order("atr \(text)")
                try card.order("insert")
                try bench.waitUntilCard(isPresent: true)
                table.expect(name, try client.order("connect 20000"), outcome, within: 20_000)
                try client.order("close")
            }
            // A card that answers nothing is none to pcscd.
            try card.order("remove")
            try bench.waitUntilCard(isPresent: false)
            try card.order("atr -")
            try card.order("insert")
            try card.wait("is asked for its answer to reset") { ($0.number("asked") ?? 0) > 0 }
            table.expect("empty", try client.order("connect 20000"), "no-card", within: 20_000)
            try card.order("remove")
            try bench.waitUntilCard(isPresent: false)
            try card.order("atr usual")
            try card.order("insert")
            try bench.waitUntilCard(isPresent: true)
            try bench.waitUntilServed(only: client)
            table.expect("next visit", try client.order("visit 20000 0"), "confirmed", within: 20_000)
        }
    }

    @Test("pcscd killed, ended, stopped and started again, between two uses")
    func service() throws {
        try PrivatePCSC.withMisbehavingCard { bench, _ in
            let client = try bench.startClient()
            let table = Table("pcscd")
            table.expect("first visit", try client.order("visit 20000 0"), "confirmed", within: 20_000)
            for (name, end) in [("killed", bench.killDaemon), ("ended", bench.endDaemon)] {
                try client.order("connect 20000")
                end()
                table.expect("\(name), send", try client.order("send 00B0000000 20000"), "reader-gone", within: 20_000)
                try client.order("close")
                // Its socket is still there, and nobody serves it.
                table.expect("\(name), connect", try client.order("connect 1000"), "service-silent", within: 1_000)
                table.expect("\(name), list", try client.order("list"), "pcsc-not-answering", within: 20_000)
                try bench.startDaemon()
                try bench.waitUntilCard(isPresent: true)
                table.expect("started again, visit", try client.order("visit 20000 0"), "confirmed", within: 20_000)
            }
            // Readers of vpcd leave only with the service.
            try client.order("connect 20000")
            bench.killDaemon()
            try bench.startDaemonWithoutReaders()
            table.expect("reader gone, send", try client.order("send 00B0000000 20000"), "reader-gone", within: 20_000)
            try client.order("close")
            table.expect("reader gone, connect", try client.order("connect 20000"), "reader-gone", within: 20_000)
            bench.killDaemon()
            try bench.startDaemon()
            try bench.waitUntilCard(isPresent: true)
            table.expect("reader back, visit", try client.order("visit 20000 0"), "confirmed", within: 20_000)
            try client.order("connect 20000")
            bench.freezeDaemon()
            table.expect("stopped, send", try client.order("send 00B0000000 1000"), "reader-busy", within: 1_000)
            try client.order("close")
            table.expect("stopped, connect", try client.order("connect 1000"), "service-silent", within: 1_000)
            table.expect("stopped, list", try client.order("list"), "pcsc-not-answering", within: 20_000)
            bench.thawDaemon()
            try bench.waitUntilServed(only: client)
            table.expect("thawed, visit", try client.order("visit 20000 0"), "confirmed", within: 20_000)
        }
    }

    @Test("during the watch of the presence")
    func presence() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let client = try bench.startClient()
            let table = Table("watch of the presence")
            func during(_ name: String, _ outcome: String, within limit: Int, _ happens: () throws -> Void) throws {
                try client.order("follow")
                try client.type("leaves 20000\n")
                try happens()
                let answer = try client.answer()
                // Where the service dies before the watch has begun, its socket is still there, and nobody serves it.
                let isSilent = outcome == "reader-gone" && answer.text("answer") == "service-silent"
                table.expect(name, answer, isSilent ? "service-silent" : outcome, within: isSilent ? 5_000 : limit)
            }
            try during("card pulled", "left", within: 20_000) { try card.order("remove") }
            try during("card put back", "left", within: 20_000) { try card.order("insert") }
            try during("pcscd killed", "reader-gone", within: 1_000) { bench.killDaemon() }
            try bench.startDaemon()
            try bench.waitUntilCard(isPresent: true)
            try during("pcscd ended", "reader-gone", within: 1_000) { bench.endDaemon() }
            try bench.startDaemon()
            try bench.waitUntilCard(isPresent: true)
            try during("pcscd stopped", "service-silent", within: 5_000) { bench.freezeDaemon() }
            bench.thawDaemon()
            // Nor does a reader in somebody else's hands disturb the watch, with a card that answers or one that does not.
            for sharing in ["exclusive", "shared"] {
                let holder = try bench.startClient(sharing)
                try holder.order("connect 20000")
                let state = sharing == "exclusive" ? "exclusively another's" : "in another's transaction"
                try during("card \(state), pulled", "left", within: 20_000) { try card.order("remove") }
                try during("card put back", "left", within: 20_000) { try card.order("insert") }
                try holder.order("close")
            }
            let other = try bench.startClient()
            try other.order("connect 20000")
            try card.order("at 1 mute")
            try during("mute card of another, pulled", "left", within: 5_000) {
                try other.type("send 00B0000000 3000\n")
                try card.wait("is mute") { $0.number("mute") == 1 }
                try card.order("remove")
            }
            _ = try other.answer()
            try card.order("insert")
            try bench.waitUntilCard(isPresent: true)
            try other.order("close")
            try bench.waitUntilServed(only: client, other)
            table.expect("next visit", try client.order("visit 20000 0"), "confirmed", within: 20_000)
        }
    }

    @Test("cancel ends what runs and what would begin")
    func cancel() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let table = Table("cancel after 100 ms")
            for (name, mode) in [("mute card", "exclusive"), ("mute card, shared", "shared")] {
                let client = try bench.startClient(mode)
                try client.order("connect 20000")
                try card.order("at 1 mute")
                try client.order("cancel 100")
                table.expect(name, try client.order("send 00B0000000 60000"), "cancelled", within: 1_000)
                table.expect("then", try client.order("connect 60000"), "cancelled", within: 1_000)
                client.endInput()
                #expect(try client.process.wait() == 0)
                try card.order("remove")
                try bench.waitUntilCard(isPresent: false)
                try card.order("insert")
                try bench.waitUntilCard(isPresent: true)
            }
            let waiting = try bench.startClient()
            try card.order("remove")
            try bench.waitUntilCard(isPresent: false)
            try waiting.order("follow")
            try waiting.order("cancel 100")
            table.expect("presence", try waiting.order("leaves 60000"), "cancelled", within: 500)
            bench.freezeDaemon()
            let frozen = try bench.startClient()
            try frozen.order("cancel 100")
            table.expect("stopped pcscd", try frozen.order("connect 60000"), "cancelled", within: 1_000)
            frozen.endInput()
            #expect(try frozen.process.wait() == 0)
        }
    }

    @Test("contexts that are given up leave no descriptor behind")
    func descriptors() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let client = try bench.startClient()
            var counts: [Int] = []
            for _ in 0..<8 {
                try client.order("connect 20000")
                try card.order("at 1 mute")
                #expect(try client.order("send 00B0000000 50").text("answer") == "reader-busy")
                try client.order("close")
                try card.order("remove")
                try bench.waitUntilCard(isPresent: false)
                try card.order("insert")
                try bench.waitUntilCard(isPresent: true)
                counts.append(try #require(try client.order("descriptors").text("bytes").flatMap { Int($0) }))
            }
            // A context may be open just then: its socket and our duplicate.
            #expect(try #require(counts.max()) <= counts[0] + 2, "\(counts)")
        }
    }

    @Test("another program at every exchange of a visit is refused or waits, and the visit goes on", arguments: ["exclusive", "shared"])
    func everyExchangeWithAnother(sharing: String) throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let client = try bench.startClient(sharing)
            let another = try bench.startClient("shared")
            let table = Table("another program at every exchange of a visit, \(sharing)")
            let before = try #require(try card.order("status").number("commands"))
            #expect(try client.order("visit 20000 0").text("answer") == "confirmed")
            let exchanges = try #require(try card.order("status").number("commands")) - before
            for number in 1...exchanges {
                try client.type("visit 20000 \(number)\n")
                #expect(try client.answer("answer") == "at")
                if sharing == "exclusive" {
                    table.expect("another at exchange \(number)", try another.order("connect 20000"), "reader-held", within: 20_000)
                } else {
                    try another.type("connect 20000\n")
                }
                try client.type("go\n")
                table.expect("exchange \(number)", try client.answer(), "confirmed", within: 20_000)
                if sharing == "shared" { table.expect("another afterwards", try another.answer(), "connected", within: 20_000) }
                try another.order("close")
            }
            #expect(try card.order("status").number("tries") == 3)
        }
    }

    @Test(
        "pulled, mute, killed and stopped at every exchange of a visit",
        arguments: [
            ("pull", "card-removed", 20_000), ("mute", "reader-busy", 500), ("kill", "reader-gone", 20_000), ("stop", "reader-busy", 500),
        ])
    func everyExchange(effect: String, outcome: String, limit: Int) throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let client = try bench.startClient()
            let table = Table("\(effect) at every exchange of a visit")
            let before = try #require(try card.order("status").number("commands"))
            #expect(try client.order("visit 20000 0").text("answer") == "confirmed")
            let exchanges = try #require(try card.order("status").number("commands")) - before
            #expect(exchanges >= 5)
            for number in 1...exchanges {
                try client.type("visit \(limit) \(number)\n")
                #expect(try client.answer("answer") == "at")
                switch effect {
                case "pull": try card.order("remove")
                case "mute": try card.order("at 1 mute")
                case "kill": bench.killDaemon()
                default: bench.freezeDaemon()
                }
                try client.type("go\n")
                // Besides the limit: the time that a reader gets to end what was given up, so that the power can be taken away.
                table.expect("exchange \(number)", try client.answer(), outcome, within: limit + 500)
                switch effect {
                case "kill": try bench.startDaemon()
                case "stop": bench.thawDaemon()
                default:
                    try card.order("remove")
                    try bench.waitUntilCard(isPresent: false)
                    try card.order("insert")
                }
                try bench.waitUntilCard(isPresent: true)
                try bench.waitUntilServed(only: client)
                table.expect("next visit", try client.order("visit 20000 0"), "confirmed", within: 20_000)
                #expect(try card.order("status").number("tries") == 3)
            }
        }
    }
}

/// What was seen, as a table that is printed at the end.
final class Table {
    private let title: String
    private var rows: [String] = []

    init(_ title: String) { self.title = title }

    /// Notes and checks how a case ended, and that it took no longer than it may.
    func expect(
        _ name: String, _ answer: CardAnswer, _ outcome: String, within limit: Int, at place: SourceLocation = #_sourceLocation
    ) {
        let milliseconds = answer.number("ms") ?? .max
        note(name, answer.text("answer") ?? "nothing", milliseconds)
        #expect(answer.text("answer") == outcome, "\(name): \(answer.line)", sourceLocation: place)
        #expect(milliseconds <= PCSCFaultTests.upper(limit), "\(name): \(answer.line)", sourceLocation: place)
    }

    /// Notes how a case ended.
    func note(_ name: String, _ outcome: String, _ milliseconds: Int) { rows.append("  \(name) -> \(outcome), \(milliseconds) ms") }

    deinit { print("\(title)\n\(rows.joined(separator: "\n"))") }
}
