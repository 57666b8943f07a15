import Glibc
import TestSupport
import Testing

/// Several programs at one reader: who is refused, who waits, and that nobody's command comes between ours and finds our PIN verified.
@Suite struct PCSCSharingTests {
    private static let select = "00A4040C0AD392F000260100000001"
    private static let verify = "002000980431323334"

    @Test("who holds the reader is said, and it is free again afterwards")
    func violations() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let table = Table("sharing")
            let ours = try bench.startClient()
            let ourShared = try bench.startClient("shared")

            let others = try OtherProgram(bench, card)
            table.expect("exclusive, while shared by another", try ours.order("connect 20000"), "reader-held", within: 20_000)
            table.expect("shared, while shared by another", try ourShared.order("connect 20000"), "connected", within: 20_000)
            try ourShared.order("close")
            try others.end()

            let holder = try bench.startClient("shared")
            try holder.order("connect 20000")
            table.expect("exclusive, in another's transaction", try ours.order("connect 1000"), "reader-held", within: 1_000)
            table.expect("shared, in another's transaction", try ourShared.order("connect 1000"), "reader-held", within: 1_000)
            try holder.order("close")
            try bench.waitUntilServed(only: ours, ourShared, holder)
            table.expect("exclusive, after it", try ours.order("connect 20000"), "connected", within: 20_000)
            table.expect("exclusive, while exclusive", try holder.order("connect 20000"), "reader-held", within: 20_000)
            #expect(try !bench.succeeds(["opensc-tool", "--reader", "0", "--send-apdu", Self.select]))
            try ours.order("close")
            table.expect("shared, after it", try ourShared.order("connect 20000"), "connected", within: 20_000)
            try ourShared.order("close")

            try holder.order("connect 20000")
            try card.order("at 1 mute")
            try holder.type("send 00B0000000 20000\n")
            try card.wait("is mute") { $0.number("mute") == 1 }
            table.expect("exclusive, another's card is mute", try ours.order("connect 1000"), "reader-held", within: 1_000)
            try card.order("remove")
            _ = try holder.answer()
            try bench.waitUntilCard(isPresent: false)
            try holder.order("close")
            try card.order("insert")
            try bench.waitUntilCard(isPresent: true)
            try bench.waitUntilServed(only: ours, ourShared, holder)
            table.expect("next visit", try ours.order("visit 20000 0"), "confirmed", within: 20_000)
            table.expect("next visit, shared", try ourShared.order("visit 20000 0"), "confirmed", within: 20_000)
        }
    }

    @Test("another program's command waits for the end of ours, and finds the card reset")
    func waiting() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let ours = try bench.startClient("shared")
            let others = try OtherProgram(bench, card)
            try ours.order("connect 20000")
            try ours.order("send \(Self.select) 20000")
            try ours.order("send \(Self.verify) 20000")
            try card.order("trace")
            // It is under way now, or will be: in either case it must not come before our end.
            try others.send("00B0000000")
            for _ in 0..<20 { #expect(try ours.order("send 00200098 20000").text("bytes") == "9000") }
            try ours.order("close")
            try others.end()
            let sent = try #require(try card.order("trace").text("sent")).split(separator: " ")
            #expect(Array(sent.prefix(21)) == Array(repeating: "00200098", count: 20) + ["OFF"])
        }
    }

    @Test("stock OpenSC in a loop never comes between our PIN and our power-off", arguments: ["exclusive", "shared"])
    func interleaving(sharing: String) throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let ours = try bench.startClient(sharing)
            try card.order("trace")
            #expect(try ours.order("visit 20000 0").text("answer") == "confirmed")
            let trace = Trace(try card.order("trace"))
            let alone = try #require(trace.sessions.first)
            #expect(alone.count > 1)

            let loop = try OpenSCLoop(bench)
            var sessions: [[Substring]] = []
            // In turn, so that neither starves the other: a visit that stops before its nth exchange until OpenSC is at the reader too, then
            // OpenSC until it has been answered.
            for number in 0..<10 {
                try Deadline().wait(for: "a visit") {
                    try ours.type("visit 20000 \(number % trace.exchanges + 1)\n")
                    let outcome = try ours.answer("answer")
                    // Where OpenSC is just letting the card go the reader may refuse us otherwise; half a visit would show among the sessions.
                    try #require(outcome != nil && outcome != "confirmed")
                    if outcome != "at", outcome != "reader-held" { print("interleaving, \(sharing): \(outcome ?? "")") }
                    return outcome == "at"
                }
                let round = loop.begun
                // While we have the reader for ourselves OpenSC is refused, round by round; or one of its rounds is under way and waits.
                try Deadline().wait(for: "OpenSC") {
                    sharing == "exclusive" ? loop.begun > round + 1 : loop.begun > loop.ended
                }
                try ours.type("go\n")
                #expect(try ours.answer("answer") == "confirmed")
                sessions += Trace(try card.order("trace")).sessions
                let answered = loop.counters.count
                try Deadline().wait(for: "an answer to OpenSC") { loop.counters.count > answered }
            }
            try loop.end()
            #expect(sessions == Array(repeating: alone, count: 10))
            // OpenSC counts the tries of a PIN that is not verified: never 9000. Where we reset the card after its SELECT there is nothing
            // to count.
            #expect(loop.counters.count >= 10)
            #expect(loop.counters.allSatisfy { $0 == "63C3" || $0 == "6A88" || $0 == "6D00" }, "\(loop.counters)")
            #expect(try card.order("status").number("unpowered") == 0)
        }
    }

    @Test("three of ours that share a reader take turns, from the first PIN to the last power-off")
    func turns() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let clients = try (0..<3).map { _ in try bench.startClient("shared") }
            try card.order("trace")
            #expect(try clients[0].order("visit 60000 0").text("answer") == "confirmed")
            let trace = Trace(try card.order("trace"))
            let alone = try #require(trace.sessions.first)
            for exchange in 1...trace.exchanges {
                // One stops in the middle; the others connect and wait. What they are told first at its end is that the card was reset.
                let holder = clients[exchange % 3]
                try holder.type("visit 60000 \(exchange)\n")
                #expect(try holder.answer("answer") == "at")
                for client in clients where client !== holder { try client.type("visit 60000 0\n") }
                try holder.type("go\n")
                for client in clients { #expect(try client.answer("answer") == "confirmed") }
                #expect(Trace(try card.order("trace")).sessions == [alone, alone, alone])
            }
            #expect(try card.order("status").number("unpowered") == 0)
        }
    }
}

/// Stock OpenSC that asks for the tries of our PIN, again and again.
private final class OpenSCLoop {
    private let bench: PrivatePCSC
    private let process: ChildProcess

    init(_ bench: PrivatePCSC) throws {
        self.bench = bench
        for name in ["begun", "ended", "answers"] { try bench.folder.write(name, "") }
        let script = """
            cd '\(bench.folder.path)'
            while [ ! -e end ]; do
                echo >>begun
                opensc-tool --reader 0 --send-apdu 00A4040C0AD392F000260100000001 --send-apdu 00200098 >answer 2>/dev/null
                cat answer >>answers
                echo >>ended
            done
            """
        process = try bench.start(["sh", "-c", script])
    }

    var begun: Int { count(of: "begun") }
    var ended: Int { count(of: "ended") }

    private func count(of name: String) -> Int { (try? bench.folder.read(name).count) ?? 0 }

    /// The status words of the empty VERIFY.
    var counters: [String] {
        let lines = String(decoding: (try? bench.folder.read("answers")) ?? [], as: UTF8.self).split(separator: "\n")
        return zip(lines, lines.dropFirst()).compactMap { sent, received in
            guard sent.hasPrefix("Sending: 00 20"), received.hasPrefix("Received (SW1=0x") else { return nil }
            let digits = received.filter(\.isHexDigit)
            return String(digits.suffix(6).prefix(2) + digits.suffix(2))
        }
    }

    func end() throws {
        try bench.folder.write("end", "")
        #expect(try process.wait() == 0)
    }
}

/// What a card was sent.
private struct Trace {
    private let sent: [Substring]

    init(_ answer: CardAnswer) { sent = (answer.text("sent") ?? "").split(separator: " ") }

    /// How many commands were sent.
    var exchanges: Int { sent.count { $0.count >= 8 } }

    /// From each VERIFY with a PIN to the next loss of power, the signed challenge left out, which is another one each time.
    var sessions: [[Substring]] {
        var sessions: [[Substring]] = []
        var isOpen = false
        for message in sent {
            if message.hasPrefix("00200080") || message.hasPrefix("00200098"), message.count > 10 {
                sessions.append([])
                isOpen = true
            }
            if isOpen { sessions[sessions.count - 1].append(message.prefix(10)) }
            if message == "OFF" { isOpen = false }
        }
        return sessions
    }
}

/// A stock program that has the card to itself with others and sends what it is told: pcsc-tools' scriptor.
final class OtherProgram {
    private let process: ChildProcess
    private let input: Int32
    private let card: SimulatedCardProcess

    init(_ bench: PrivatePCSC, _ card: SimulatedCardProcess) throws {
        let (own, childs) = try socketPair()
        defer { close(childs) }
        input = own
        self.card = card
        process = try bench.start(["scriptor", "-r", "Virtual PCD 00 00", "-p", "T=1"], descriptors: [0: childs])
        let before = try card.order("status").number("commands") ?? 0
        try send("00B0000000")
        try card.wait("scriptor") { ($0.number("commands") ?? 0) > before }
    }

    func send(_ command: String) throws {
        let bytes = Array((command + "\n").utf8)
        guard Glibc.send(input, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw BenchError("scriptor has ended") }
    }

    /// Ends its input and waits until it has ended.
    func end() throws {
        shutdown(input, Int32(SHUT_WR))
        _ = try process.wait()
    }

    deinit { close(input) }
}
