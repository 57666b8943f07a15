import Glibc
import TestSupport
import Testing

/// `kazasu card …` at a stock pcscd, with our card and with one that somebody else has written.
@Suite struct CardCommandsOverPCSCTests {
    // MARK: Our card

    /// Each command, a text of its JSON, and how many commands the card gets, with extended length and without.
    private static let commands: [([String], text: String, apdus: [Int])] = [
        (["info"], "\"kind\":\"my-number-card\"", [8, 9]),
        (["certificate", "--kind", "authentication", "--der", "--output", "@der"], "\"bytes\":1392", [2, 7]),
        (["pins"], "\"triesLeft\":5", [13, 13]),
        (["verify-pin"], "\"verified\":true", [3, 3]),
        (["sign", "--input", "@message", "--output", "@signature"], "\"bytes\":256", [5, 10]),
        (["face", "--output", "@face.png"], "\"expiry\":\"2035-05-05\"", [5, 56]),
        (["four-items"], "試験　花子", [6, 9]),
        (["age"], "\"age\":", [5, 9]),
        (["genuine"], "\"verdict\":\"valid-synthetic\"", [6, 10]),
        (["dump"], "\"file\":", [19, 37]),
    ]

    @Test("every card command does over pcscd what it does, in as few commands as it takes", arguments: [0, 1])
    func ours(column: Int) throws {
        let kind = ["my-number-card", "my-number-card-short"][column]
        try PrivatePCSC.with(card: ["--card", kind, "--interface", "contact", "--at-once"]) { bench, card in
            try bench.folder.write("message", "かざす")
            for (words, text, apdus) in Self.commands {
                let before = try #require(try card.number("commands"))
                let result = try bench.card(words)
                #expect(result.status == 0, "\(words): \(result.error)")
                #expect(result.output.contains(text), "\(words): \(result.output)")
                // The first answer may come before the last message of vpcd was read, the second does not.
                _ = try card.status()
                let after = try card.status()
                #expect((after.number("commands") ?? 0) - before == apdus[column], "\(words)")
                #expect(after.text("power") == "off")
            }
            #expect(try bench.signatureIsRight())
        }
    }

    @Test("a wrong PIN is sent once, the last try not at all, and a blocked card is let alone")
    func tries() throws {
        try PrivatePCSC.with(card: ["--card", "my-number-card", "--interface", "contact", "--at-once"]) { bench, card in
            let wrong = ["KAZASU_PIN=9999"]
            for left in [2, 1] {
                #expect(try bench.card(["verify-pin"], secrets: wrong).status == 77)
                #expect(try card.number("pinTriesLeft") == left)
            }
            for words in [["verify-pin"], ["sign", "--input", "/dev/null", "--output", "@signature"]] {
                let kept = try bench.card(words, secrets: wrong)
                #expect(kept.status == 77 && kept.error.contains("[last-try-kept]"), "\(kept.error)")
                #expect(try card.number("pinTriesLeft") == 1)
            }
            #expect(try bench.card(["verify-pin", "--last-try"], secrets: wrong).error.contains("[pin-blocked]"))
            #expect(try card.number("pinTriesLeft") == 0)
            #expect(try bench.card(["verify-pin"]).error.contains("[pin-blocked]"))
        }
    }

    // MARK: Another card

    /// How the other card is, and how `certificate`, `pins`, `verify-pin` and `sign` end: an empty text is the right result.
    private static let right = ["", "", "", ""]
    private static let variations: [(options: String, outcomes: [String])] = [
        ("", right),
        ("bytes=1023", right),
        ("bytes=1046 extended=6700", right),
        ("bytes=1793 extended=6D00 filler=200", right),
        ("bytes=1500 extended=6700 le=6C", right),
        ("le=6C", right),
        ("le=61 extended=6700", right),
        ("end=6282", right),
        ("end=6282 extended=6700 filler=1", right),
        ("fci=yes", right),
        ("fci=always", right),
        ("p2=0C", right),
        ("p2=00", right),
        ("p2=00 fci=yes", right),
        ("p2=00 le=61 fci=yes", right),
        ("others=6D00", right),
        ("others=6A81", right),
        ("others=6E00", right),
        ("empty=9000", right),
        ("first=6F00", right),
        // Without a counter nothing is sent that could be the last try.
        ("empty=6700", ["", "card-refused", "card-refused", "card-refused"]),
        ("empty=6D00", ["", "card-refused", "card-refused", "card-refused"]),
        ("short=6A86", ["card-refused", "card-refused", "card-refused", "card-refused"]),
        ("short=6B00", ["certificate-malformed", "card-refused", "card-refused", "card-refused"]),
        ("tries=1", ["", "", "last-try-kept", "last-try-kept"]),
        ("tries=0", ["", "", "pin-blocked", "pin-blocked"]),
    ]

    @Test("a card that somebody else has written gives the right result or one clear error", arguments: variations.indices)
    func others(index: Int) throws {
        let (options, outcomes) = Self.variations[index]
        try PrivatePCSC.withOtherCard(options.split(separator: " ").map(String.init)) { bench in
            try bench.folder.write("message", "かざす")
            for (words, outcome) in zip([Self.commands[1].0, ["pins"], ["verify-pin"], Self.commands[4].0], outcomes) {
                let result = try bench.card(words)
                let sent = try bench.sentCommands()
                if outcome == "" {
                    #expect(result.status == 0 && result.error == "", "\(words): \(result.error)")
                    // As many commands as the certificate has blocks of 256 bytes, and four; a SELECT that this card refuses comes twice.
                    let blocks = (Int(try bench.folder.read("authentication.der").count) + 255) / 256
                    let isRefused = sent.prefix(2).allSatisfy { $0.hasPrefix("00A404") && $0.contains("D392F000260100000001") }
                    let asked = sent.count { !$0.hasPrefix("00C0") } - (isRefused ? 1 : 0)
                    #expect(asked <= 4 + blocks, "\(words): \(sent)")
                } else {
                    #expect([65, 76, 77].contains(result.status), "\(words): \(result.status)")
                    #expect(result.error.contains("[\(outcome)]") && result.error.split(separator: "\n").count == 1, "\(result.error)")
                }
                let secrets = sent.count { $0.hasPrefix("002000") && $0.count > 8 }
                #expect(secrets == (outcome == "" && words[0] != "pins" && words[0] != "certificate" ? 1 : 0), "\(words): \(sent)")
            }
            if outcomes[0] == "" { #expect(try bench.folder.read("der") == bench.folder.read("authentication.der")) }
            if outcomes[3] == "" { #expect(try bench.signatureIsRight()) }
            guard outcomes[2] == "", options != "empty=9000" else { return }
            // Three wrong ones, one command each: the last is not sent.
            for outcome in ["pin-rejected", "pin-rejected", "last-try-kept"] {
                let result = try bench.card(["verify-pin"], secrets: ["KAZASU_PIN=9999"])
                #expect(result.status == 77 && result.error.contains("[\(outcome)]"), "\(result.error)")
                let secrets = try bench.sentCommands().count { $0.hasPrefix("002000") && $0.count > 8 }
                #expect(secrets == (outcome == "pin-rejected" ? 1 : 0))
            }
        }
    }
}

extension PrivatePCSC {
    /// Runs `kazasu card …` at the first slot; `@` in a word is our folder.
    fileprivate func card(_ words: [String], secrets: [String] = []) throws -> ProgramResult {
        let placed = words.map { $0.hasPrefix("@") ? folder / String($0.dropFirst()) : $0 }
        let usual = [
            "KAZASU_PIN=1234", "KAZASU_SIGN_PASSWORD=ABC123", "KAZASU_TEXT_PIN=2345", "KAZASU_VISUAL_CODE_B=02050520354271",
            "KAZASU_BIRTH_KEY=020505",
        ]
        return try run(
            [try builtProgram("kazasu"), "card"] + placed + ["--reader", "pcsc:Virtual PCD 00 00", "--json"],
            environment: secrets.isEmpty ? usual : secrets)
    }

    /// What the other card was sent since the last time.
    fileprivate func sentCommands() throws -> [Substring] {
        defer { truncate(folder / "sent", 0) }
        return String(decoding: try folder.read("sent"), as: UTF8.self).split(separator: "\n")
    }

    /// Whether openssl finds the signature of the message right for the certificate that was read.
    fileprivate func signatureIsRight() throws -> Bool {
        let key = try run(["openssl", "x509", "-inform", "DER", "-in", folder / "der", "-noout", "-pubkey"]).checked().output
        try folder.write("key", key)
        return try succeeds([
            "openssl", "dgst", "-sha256", "-verify", folder / "key", "-signature", folder / "signature", folder / "message",
        ])
    }
}
