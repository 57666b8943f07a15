import Glibc
import TestSupport
import Testing

extension OpenSCTests {
    /// Our own program as a client of a stock pcscd.
    @Suite(.serialized) struct VisitOverPCSC {
        static let reader = "pcsc:Virtual PCD 00 00"
        static let myNumberCard = ["--card", "my-number-card", "--interface", "contact", "--at-once"]

        // MARK: Visits with a PIN that was given beforehand

        @Test(
            "a visit is confirmed, in as few commands as the card allows",
            arguments: [
                ("my-number-card", "contactless", 5), ("my-number-card", "contact", 5), ("my-number-card-opensc", "contact", 10),
                ("my-number-card-short", "contactless", 11),
            ])
        func confirmed(profile: String, interface: String, commands: Int) throws {
            try PrivatePCSC.with(card: ["--at-once", "--card", profile, "--interface", interface]) { bench, card in
                let before = try #require(try card.number("commands"))
                let result = try bench.visit(pin: "1234")
                #expect(result.status == 0, "\(result.error)")
                #expect(result.outcome == "confirmed")
                #expect(result.error == "")
                #expect(result.output.contains("\"apdus\":\(commands),"))
                #expect(result.output.contains("\"reader\":\"\(Self.reader)\""))
                let after = try card.afterVisit()
                #expect(after.number("commands") == before + commands)
                #expect(after.number("pinTriesLeft") == 3)
                #expect(after.text("power") == "off")
            }
        }

        @Test("a wrong PIN costs one try, and is sent once")
        func wrongPIN() throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                let result = try bench.visit(pin: "9999")
                #expect(result.status == 77)
                #expect(result.outcome == "pin-rejected")
                #expect(try card.afterVisit().number("pinTriesLeft") == 2)
                #expect(try card.text("power") == "off")
            }
        }

        @Test("a PIN of the wrong form costs none", arguments: ["1234z", "z9q", "12a4"])
        // With a letter in each: times are among what is printed, and their digits come by chance.
        func unfitPIN(pin: String) throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                let result = try bench.visit(pin: pin)
                #expect(result.status == 65, "\(result.error)")
                #expect(!(result.output + result.error).contains(pin))
                #expect(try card.afterVisit().number("pinTriesLeft") == 3)
                #expect(try card.text("power") == "off")
            }
        }

        @Test("a selector that means no reader or two touches no card", arguments: [("pcsc:*", "ambiguous"), ("pcsc:None*", "not-found")])
        func selector(text: String, code: String) throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                let before = try card.status()
                for command in ["visit", "apdu"] {
                    let result = try bench.kazasu([command, "--reader", text], environment: ["KAZASU_PIN=1234"])
                    #expect(result.status == 69)
                    #expect(result.error.contains("[reader-\(code)]"))
                    #expect(result.error.contains("Virtual PCD 00 00") && result.error.contains("Virtual PCD 00 01"))
                }
                let after = try card.status()
                #expect(after.number("commands") == before.number("commands"))
                #expect(after.number("powerUps") == before.number("powerUps"))
            }
        }

        // MARK: The PIN is asked for at a terminal

        @Test("the PIN is asked for without being shown, and the right one is confirmed")
        func prompt() throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                let keyboard = try Keyboard()
                let visit = try bench.startVisit(at: keyboard)
                try keyboard.waitFor("PIN of the card (4 digits, 3 tries left): ")
                #expect(!keyboard.echoes)
                try keyboard.type("1234\n")
                let result = try visit.result()
                #expect(result.status == 0, "\(result.error)")
                #expect(result.outcome == "confirmed")
                #expect(keyboard.echoes)
                #expect(try !keyboard.shown().contains("1234"))
                #expect(try card.afterVisit().text("power") == "off")
            }
        }

        @Test("Ctrl-C at the prompt leaves the terminal as it was and the card without power")
        func interruptedPrompt() throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                let keyboard = try Keyboard()
                let visit = try bench.startVisit(at: keyboard)
                try keyboard.waitFor("tries left): ")
                #expect(try card.text("power") == "on")
                try keyboard.type("\u{3}")
                let result = try visit.result()
                #expect(result.status == 130, "\(result.error)")
                #expect(result.outcome == "cancelled")
                #expect(keyboard.echoes)
                let after = try card.afterVisit()
                #expect(after.text("power") == "off")
                #expect(after.number("pinTriesLeft") == 3)
            }
        }

        @Test("a card pulled at the prompt ends the visit and takes the prompt back")
        func pulledAtPrompt() throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                let keyboard = try Keyboard()
                let visit = try bench.startVisit(at: keyboard)
                try keyboard.waitFor("tries left): ")
                try card.order("remove")
                let result = try visit.result()
                #expect(result.status == 69, "\(result.error)")
                #expect(result.outcome == "card-removed")
                #expect(keyboard.echoes)
            }
        }

        // MARK: Hands and restarts

        @Test("a card pulled while it signs is said to have been removed")
        func pulled() throws {
            try PrivatePCSC.with(card: ["--card", "my-number-card", "--interface", "contact"]) { bench, card in
                let visit = try bench.startVisit(pin: "1234")
                try card.wait("signs") { $0.text("computing") == "2A" }
                try card.order("remove")
                let result = try visit.result()
                #expect(result.status == 69, "\(result.error)")
                #expect(result.outcome == "card-removed")
                #expect(result.error.contains("[card-removed]"))
            }
        }

        @Test("a card may come after the visit has begun")
        func later() throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                try card.order("remove")
                try bench.waitUntilCard(isPresent: false)
                let visit = try bench.startVisit(pin: "1234")
                try bench.waitUntilVisitBegins()
                try card.order("insert")
                let result = try visit.result()
                #expect(result.status == 0, "\(result.error)")
                #expect(result.outcome == "confirmed")
                #expect(try card.afterVisit().text("power") == "off")
            }
        }

        @Test("pcscd ends while a visit waits for a card")
        func service() throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                try card.order("remove")
                try bench.waitUntilCard(isPresent: false)
                let visit = try bench.startVisit(pin: "1234")
                try bench.waitUntilVisitBegins()
                bench.killDaemon()
                let result = try visit.result()
                #expect(result.status == 69, "\(result.error)")
                // Silent where the visit had not connected yet: our bench holds the socket, so there is one that nobody serves.
                let outcome = try #require(result.outcome)
                #expect(["reader-gone", "service-silent"].contains(outcome))
                #expect(result.error.contains("[\(outcome)]"))
                #expect(result.error.split(separator: "\n").count == 1)
            }
        }

        // MARK: Raw commands

        static let select = "00A4040C0AD392F000260100000001"
        static let countPIN = "00200098"

        @Test("raw commands by option and by standard input")
        func commands() throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                let sent = try bench.kazasu(["apdu", "--reader", Self.reader, "--send", Self.select, "--send", Self.countPIN])
                #expect(sent.status == 0, "\(sent.error)")
                #expect(sent.answers == ["9000", "63C3"])
                let line = try #require(sent.output.split(separator: "\n").first)
                #expect(line == "ATR 3BDA13FF8131FB468012392F31C173C601C03B")
                #expect(try card.afterVisit().text("power") == "off")

                try bench.folder.write("commands", "\(Self.select)\n# no command\n\n00 20 00 98 04 31323334\n\(Self.countPIN)\n")
                let typed = try bench.kazasu(["apdu", "--reader", Self.reader], input: bench.folder / "commands")
                #expect(typed.status == 0, "\(typed.error)")
                #expect(typed.answers == ["9000", "9000", "9000"])
                #expect(!typed.output.contains("31323334"))
                #expect(try card.afterVisit().text("power") == "off")

                let refused = try bench.kazasu(["apdu", "--reader", Self.reader, "--send", "002000980431323334"])
                #expect(refused.status == 64)
            }
        }

        @Test("what another program has verified is gone, though it left the card powered")
        func coldReset() throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, card in
                let verify = ["--send-apdu", Self.select, "--send-apdu", "002000980431323334", "--send-apdu", Self.countPIN]
                // pcscd takes the power away where nobody uses the card for 5 s, which a busy machine may need between two programs.
                let deadline = Deadline()
                repeat {
                    #expect(try bench.exchange(verify) == ["9000", "9000", "9000"])
                } while try card.text("power") != "on" && deadline.millisecondsLeft > 0
                let result = try bench.kazasu(["apdu", "--reader", Self.reader, "--send", Self.select, "--send", Self.countPIN])
                #expect(result.answers == ["9000", "63C3"])
            }
        }

        @Test("the list of readers names those of pcscd")
        func readers() throws {
            try PrivatePCSC.with(card: Self.myNumberCard) { bench, _ in
                let result = try bench.kazasu(["readers", "--selectors"])
                #expect(result.status == 0, "\(result.error)")
                #expect(result.output.hasSuffix("\npcsc:Virtual PCD 00 00\npcsc:Virtual PCD 00 01\n"))
            }
        }
    }
}

extension PrivatePCSC {
    /// Runs our program to its end.
    fileprivate func kazasu(_ words: [String], environment: [String] = [], input: String = "/dev/null") throws -> ProgramResult {
        try run([try builtProgram("kazasu")] + words, environment: environment, input: input)
    }

    private func visitWords() throws -> [String] {
        [
            try builtProgram("kazasu"), "visit", "--json", "--reader", OpenSCTests.VisitOverPCSC.reader, "--centre", folder / "centre",
            "--trace", folder / "trace",
        ]
    }

    /// A visit at the first slot with a PIN that was given beforehand.
    fileprivate func startVisit(pin: String) throws -> ChildProcess {
        try start(try visitWords(), environment: ["KAZASU_PIN=\(pin)"])
    }

    fileprivate func visit(pin: String) throws -> ProgramResult { try startVisit(pin: pin).result() }

    /// A visit at the first slot whose PIN is asked for at a terminal, in a session of its own.
    fileprivate func startVisit(at keyboard: Keyboard) throws -> ChildProcess { try start(try visitWords(), input: keyboard.path) }

    /// Waits until a visit has opened its reader: it creates the trace then, and waits for the card next.
    fileprivate func waitUntilVisitBegins() throws {
        try Deadline().wait(for: "the visit") { folder.has("trace") }
    }
}

extension SimulatedCardProcess {
    /// How the card stands once it has heard everything that was sent to it before: the first answer may come before the last message of
    /// vpcd was read, the second does not.
    func afterVisit() throws -> CardAnswer {
        _ = try status()
        return try status()
    }
}

extension ProgramResult {
    /// The outcome of a visit.
    fileprivate var outcome: Substring? {
        let name = "\"outcome\":"
        return output.split(separator: ",").first { $0.hasPrefix(name) }?.dropFirst(name.count + 1).dropLast()
    }

    /// The status words of raw commands.
    fileprivate var answers: [Substring] {
        output.split(separator: "\n").filter { $0.hasPrefix("< ") }.map { $0.dropFirst(2).prefix(4) }
    }
}
