import Cards
import Glibc
import TestSupport
import Testing

extension OpenSCTests {
    /// Power, hands and restarts, as stock software on pcscd sees them.
    @Suite(.serialized) struct CardLife {
        let openSC = OpenSCTests()

        @Test("a warm reset keeps what was verified, power-off forgets it")
        func resets() throws {
            try PrivatePCSC.with(card: atOnce) { bench, card in
                var isSteady = false
                let deadline = Deadline()
                // pcscd takes the power away where nobody uses the card for 5 s, which a busy machine may need from one program to the
                // next. The card counts, so such a run is known and repeated.
                while !isSteady, deadline.millisecondsLeft > 0 {
                    try bench.resetCold()
                    #expect(try bench.lastStatusWord(selectPIN + countPIN) == "63C3")
                    let before = try card.status()
                    #expect(try bench.lastStatusWord(selectPIN + rightPIN) == "9000")
                    #expect(try bench.succeeds(["opensc-tool", "--reset=warm"]))
                    let answer = try bench.exchange(selectPIN + countPIN).last
                    let after = try card.status()
                    isSteady = before.number("powerUps") == after.number("powerUps")
                    guard isSteady else { continue }
                    #expect(answer == "9000")
                    #expect(after.number("warmResets") == (before.number("warmResets") ?? 0) + 1)
                }
                #expect(isSteady)
                let before = try card.status()
                try bench.resetCold()
                #expect(try bench.lastStatusWord(selectPIN + countPIN) == "63C3")
                let after = try card.status()
                #expect((after.number("powerDowns") ?? 0) > (before.number("powerDowns") ?? 0))
            }
        }

        @Test("removing and inserting by the control line is seen")
        func hands() throws {
            try PrivatePCSC.with(card: atOnce) { bench, card in
                for _ in 0..<2 {
                    #expect(try card.name(of: "remove") == "removed")
                    try bench.waitUntilCard(isPresent: false)
                    #expect(try !bench.succeeds(["opensc-tool", "--name"]))
                    #expect(try card.name(of: "insert") == "inserted")
                    try bench.waitUntilCard(isPresent: true)
                    #expect(try bench.output(["opensc-tool", "--name"]) == "jpki\n")
                }
            }
        }

        @Test("a card pulled while it signs is an error for the client, and the next run works")
        func pulled() throws {
            try PrivatePCSC.with { bench, card in
                let words = openSC.sign(bench, token: "JPKI (User Authentication PIN)", pin: "1234", key: "01")
                try bench.folder.write("message", [1, 2, 3])
                let client = try bench.start(words)
                try card.wait("signs") { $0.text("computing") == "2A" }
                let removed = try card.order("remove")
                #expect(removed.text("computing") == nil)
                #expect(try client.wait() != 0)
                #expect(try !bench.folder.has("signature") || bench.folder.read("signature").isEmpty)
                try bench.waitUntilCard(isPresent: false)
                try card.order("insert")
                try bench.waitUntilCard(isPresent: true)
                let again = try bench.run(words)
                #expect(again.status == 0, "\(again.error)")
                #expect(try openSC.verification(bench, SyntheticHolder.hanako.authenticationCertificate) == "Verified OK\n")
            }
        }

        // While a command is out, vpcd drops the old connection at once and would take the new one before pcscd has looked: pcscd would
        // think of the same card, and never power up the one that is there.
        @Test("a card pulled while it signs and put back at once is powered up anew")
        func putBackAtOnce() throws {
            try PrivatePCSC.with { bench, card in
                let words = openSC.sign(bench, token: "JPKI (User Authentication PIN)", pin: "1234", key: "01")
                try bench.folder.write("message", [1, 2, 3])
                let before = try #require(try card.number("powerUps"))
                let client = try bench.start(words)
                try card.wait("signs") { $0.text("computing") == "2A" }
                try card.type("remove\ninsert\n")
                #expect(try card.answer("answer") == "removed")
                #expect(try card.answer("answer") == "inserted")
                #expect(try client.wait() != 0)
                try card.wait("is powered up") { ($0.number("powerUps") ?? 0) > before && $0.text("power") == "on" }
                #expect(try bench.lastStatusWord(selectPIN + countPIN) == "63C3")
            }
        }

        @Test("the card comes back by itself when pcscd is killed and started again")
        func restart() throws {
            try PrivatePCSC.with(card: atOnce) { bench, card in
                #expect(try card.text("vpcd") == "connected")
                bench.killDaemon()
                try card.wait("misses pcscd") { $0.text("vpcd") == "waiting" }
                try bench.startDaemon()
                try bench.waitUntilCard(isPresent: true)
                #expect(try bench.output(["opensc-tool", "--name"]) == "jpki\n")
                // Told once each, not at every try.
                let log = card.log.split(separator: "\n")
                #expect(log.filter { $0.hasPrefix("vpcd at 127.0.0.1:35963 has gone") }.count == 1)
                #expect(log.filter { $0.hasPrefix("the card is in vpcd") }.count == 2)
                #expect(log.filter { $0.hasPrefix("waiting for vpcd") }.count <= 1)
                #expect(try card.number("complaints") == 0)
            }
        }

        @Test("no message of vpcd waits for a delayed acknowledgement")
        func acknowledgements() throws {
            try PrivatePCSC.with(card: atOnce) { bench, _ in
                let commands = Array(repeating: select, count: 300).flatMap(\.self)
                #expect(try bench.exchange(commands) == Array(repeating: "9000", count: 300))
                // The kernel counts them for each network namespace: about one a message without TCP_QUICKACK.
                let count = try delayedAcknowledgements(bench)
                #expect(try #require(count) < 30)
            }
        }

        @Test("orders that are none are answered, and at the end of the input the card stays")
        func controlLine() throws {
            try PrivatePCSC.with(card: atOnce) { bench, card in
                #expect(try card.name(of: "inser") == "unknown")
                #expect(try card.name(of: "") == "unknown")
                #expect(try card.name(of: String(repeating: "x", count: 100_000)) == "unknown")
                try card.type("status\nremove\nins")
                #expect(try card.answer("card") == "inserted")
                #expect(try card.answer("answer") == "removed")
                try card.type("ert")
                card.endInput()
                #expect(try card.answer("answer") == "inserted")
                try bench.waitUntilCard(isPresent: true)
                #expect(try bench.output(["opensc-tool", "--name"]) == "jpki\n")
                #expect(card.process.end(by: SIGTERM) == 143)
                try bench.waitUntilCard(isPresent: false)
            }
        }

        private func delayedAcknowledgements(_ bench: PrivatePCSC) throws -> Int? {
            let lines = try bench.runInside(["cat", "/proc/net/netstat"]).output.split(separator: "\n").filter { $0.hasPrefix("TcpExt:") }
            guard lines.count == 2 else { return nil }
            let names = lines[0].split(separator: " ")
            let values = lines[1].split(separator: " ")
            return names.firstIndex(of: "DelayedACKs").flatMap { $0 < values.count ? Int(values[$0]) : nil }
        }
    }
}
