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
            table.expect("exclusive, while shared by another", try ours.order("connect 3000"), "reader-held", within: 3_000)
            table.expect("shared, while shared by another", try ourShared.order("connect 3000"), "connected", within: 3_000)
            try ourShared.order("close")
            try others.end()

            let holder = try bench.startClient("shared")
            try holder.order("connect 3000")
            table.expect("exclusive, in another's transaction", try ours.order("connect 300"), "reader-held", within: 300)
            table.expect("shared, in another's transaction", try ourShared.order("connect 300"), "reader-held", within: 300)
            try holder.order("close")
            table.expect("exclusive, after it", try ours.order("connect 3000"), "connected", within: 3_000)
            table.expect("exclusive, while exclusive", try holder.order("connect 3000"), "reader-held", within: 3_000)
            #expect(try !bench.succeeds(["opensc-tool", "--reader", "0", "--send-apdu", Self.select]))
            try ours.order("close")
            table.expect("shared, after it", try ourShared.order("connect 3000"), "connected", within: 3_000)
            try ourShared.order("close")

            try holder.order("connect 3000")
            try card.order("at 1 mute")
            try holder.type("send 00B0000000 2000\n")
            try card.wait("is mute") { $0.number("mute") == 1 }
            table.expect("exclusive, another's card is mute", try ours.order("connect 300"), "reader-held", within: 300)
            try card.order("remove")
            _ = try holder.answer()
            try bench.waitUntilCard(isPresent: false)
            try holder.order("close")
            try card.order("insert")
            try bench.waitUntilCard(isPresent: true)
            table.expect("next visit", try ours.order("visit 5000 0"), "confirmed", within: 10_000)
            table.expect("next visit, shared", try ourShared.order("visit 5000 0"), "confirmed", within: 10_000)
        }
    }

    @Test("another program's command waits for the end of ours, and finds the card reset")
    func waiting() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let ours = try bench.startClient("shared")
            let others = try OtherProgram(bench, card)
            try ours.order("connect 3000")
            try ours.order("send \(Self.select) 3000")
            try ours.order("send \(Self.verify) 3000")
            try card.order("trace")
            // It is under way now, or will be: in either case it must not come before our end.
            try others.send("00B0000000")
            for _ in 0..<20 { #expect(try ours.order("send 00200098 3000").text("bytes") == "9000") }
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
            #expect(try ours.order("visit 5000 0").text("answer") == "confirmed")
            let alone = try #require(Trace(try card.order("trace")).sessions.first)
            #expect(alone.count > 1)

            let script = """
                while [ ! -e '\(bench.folder / "end")' ]; do
                    opensc-tool --reader 0 --send-apdu \(Self.select) --send-apdu 00200098 >>'\(bench.folder / "answers")' 2>/dev/null
                    echo >>'\(bench.folder / "rounds")'
                done
                """
            let loop = try bench.start(["sh", "-c", script])
            var confirmed = 0
            var sessions: [[Substring]] = []
            let deadline = Deadline()
            // Until both have had the reader many times; each waits for the other or is refused.
            while deadline.millisecondsLeft > 0 {
                let outcome = try ours.order("visit 5000 0").text("answer")
                #expect(["confirmed", "reader-held"].contains(outcome))
                confirmed += outcome == "confirmed" ? 1 : 0
                sessions += Trace(try card.order("trace")).sessions
                if confirmed >= 8, try bench.folder.has("answers") && statusWords(bench).count >= 8 { break }
            }
            try bench.folder.write("end", "")
            #expect(try loop.wait() == 0)
            #expect(confirmed >= 8)
            #expect(sessions.count == confirmed)
            for session in sessions { #expect(session == alone) }
            let counters = try statusWords(bench)
            #expect(counters.count >= 8)
            #expect(counters.allSatisfy { $0 == "63C3" }, "\(counters)")
        }
    }

    /// What the empty VERIFY of OpenSC's loop was answered.
    private func statusWords(_ bench: PrivatePCSC) throws -> [Substring] {
        let lines = String(decoding: try bench.folder.read("answers"), as: UTF8.self).split(separator: "\n")
        return lines.filter { $0.contains("SW1=0x63") || $0.contains("SW1=0x90") }.enumerated().compactMap { number, line in
            guard number % 2 == 1 else { return nil }
            return line.contains("SW1=0x63, SW2=0xC3") ? "63C3" : line
        }
    }
}

/// What a card was sent.
private struct Trace {
    private let sent: [Substring]

    init(_ answer: CardAnswer) { sent = (answer.text("sent") ?? "").split(separator: " ") }

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
private final class OtherProgram {
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
