import TestSupport
import Testing

/// How the card commands use secrets: a wrong one once, the last try not at all, a malformed one never.
@Suite struct CardSecretUseTests {
    let card = CardProcess()

    /// A command, the variable of its secret, a wrong one of its form, and what is left after it.
    static let uses: [([String], variable: String, wrong: String, left: Int)] = [
        (["verify-pin"], "KAZASU_PIN", "9999", 2),
        (["verify-pin", "--which", "signature-password"], "KAZASU_SIGN_PASSWORD", "WRONG1", 4),
        (["verify-pin", "--which", "text-pin"], "KAZASU_TEXT_PIN", "9999", 2),
        (["verify-pin", "--which", "text-visual-code"], "KAZASU_VISUAL_CODE_B", "99999999999999", 9),
        (["verify-pin", "--which", "face-visual-code"], "KAZASU_VISUAL_CODE_B", "99999999999999", 9),
        (["verify-pin", "--which", "birth-key"], "KAZASU_BIRTH_KEY", "999999", 9),
        (["verify-pin", "--which", "common-pin"], "KAZASU_COMMON_PIN", "9999", 2),
        (["verify-pin", "--which", "resident-pin"], "KAZASU_RESIDENT_PIN", "9999", 2),
        (["sign", "--input", "/dev/null", "--output", "@"], "KAZASU_PIN", "9999", 2),
        (["sign", "--key", "signature", "--input", "/dev/null", "--output", "@"], "KAZASU_SIGN_PASSWORD", "WRONG1", 4),
        (["certificate", "--kind", "signature", "--output", "@"], "KAZASU_SIGN_PASSWORD", "WRONG1", 4),
        (["face", "--output", "@.png"], "KAZASU_VISUAL_CODE_B", "99999999999999", 9),
        (["four-items"], "KAZASU_TEXT_PIN", "9999", 2),
        (["four-items", "--by", "visual-code"], "KAZASU_VISUAL_CODE_B", "99999999999999", 9),
        (["age"], "KAZASU_BIRTH_KEY", "999999", 9),
        (["genuine"], "KAZASU_BIRTH_KEY", "999999", 9),
        (["genuine", "--by", "visual-code"], "KAZASU_VISUAL_CODE_B", "99999999999999", 9),
        (["genuine", "--by", "text-pin"], "KAZASU_TEXT_PIN", "9999", 2),
        (["change-pin"], "KAZASU_PIN", "9999", 2),
        (["change-pin", "--which", "signature-password"], "KAZASU_SIGN_PASSWORD", "WRONG1", 4),
        (["change-pin", "--which", "text-pin"], "KAZASU_TEXT_PIN", "9999", 2),
        (["change-pin", "--which", "common-pin"], "KAZASU_COMMON_PIN", "9999", 2),
        (["change-pin", "--which", "resident-pin"], "KAZASU_RESIDENT_PIN", "9999", 2),
    ]

    private func words(_ index: Int) -> [String] {
        Self.uses[index].0.map { $0.hasPrefix("@") ? card.folder / "out" + $0.dropFirst() : $0 }
            + ["--trace", card.folder / "trace", "--json"]
    }

    /// The new PIN of `change-pin`, of the right form.
    private func new(_ index: Int) -> String {
        "KAZASU_NEW_PIN=" + (Self.uses[index].0.contains("signature-password") ? "NEWONE1" : "7777")
    }

    /// The exchanges of the last run in which the card was sent a secret: VERIFY, CHANGE REFERENCE DATA or CHANGE KEY with data.
    private func secretsSent() throws -> [String] {
        try card.exchanges("trace").filter { exchange in
            ["0020", "0024", "8032"].contains(exchange.prefix(4)) && !exchange.contains(" 0 ")
        }
    }

    @Test(arguments: uses.indices)
    func aWrongOneCostsOneTry(_ index: Int) throws {
        let use = Self.uses[index]
        let result = try card.run(words(index), variables: ["\(use.variable)=\(use.wrong)", new(index)])
        #expect(result.status == 77)
        #expect(
            try card.value(result.output, "v['error']['code'], '\(use.left) tries' in v['error']['message']") == "('pin-rejected', True)")
        #expect(result.error.contains("[pin-rejected]"))
        let sent = try secretsSent()
        #expect(sent.count == 1 && sent[0].hasPrefix("002000"), "\(sent)")
        #expect(sent[0].hasSuffix(" \(use.wrong.utf8.count) 63C\(String(use.left, radix: 16))"), "\(sent)")
        // Nothing is written that was not opened.
        #expect(card.folder.names().allSatisfy { $0 == "trace" })
    }

    /// Too short, too long, small letters, another script, a space; for the password one without a digit.
    @Test(arguments: uses.indices)
    func aMalformedOneIsNeverSent(_ index: Int) throws {
        let use = Self.uses[index]
        let isPassword = use.variable == "KAZASU_SIGN_PASSWORD"
        let long = String(use.wrong.prefix(1)) + String(repeating: "1", count: isPassword ? 16 : use.wrong.count)
        for secret in [
            String(use.wrong.dropLast()), long, "a" + use.wrong.dropFirst(), "９" + use.wrong.dropFirst(), " " + use.wrong.dropFirst(),
        ] {
            let result = try card.run(words(index), variables: ["\(use.variable)=\(secret)", new(index)])
            #expect(result.status == 65, "\(secret): \(result.error)")
            #expect(result.error.contains("-malformed]"))
            #expect(!result.error.contains(secret) && !result.output.contains(secret))
            #expect(try secretsSent().isEmpty)
        }
    }

    @Test(arguments: [["verify-pin"], ["sign", "--input", "/dev/null", "--output", "@"], ["change-pin"]])
    func theLastTryIsKept(_ command: [String]) throws {
        let words = command.map { $0 == "@" ? card.folder / "out" : $0 } + ["--trace", card.folder / "trace"]
        let variables = ["KAZASU_PIN=1234", "KAZASU_NEW_PIN=7777"]
        for (tries, options, status, code) in [
            ("1", [], 77, "last-try-kept"), ("0", [], 77, "pin-blocked"), ("0", ["--last-try"], 77, "pin-blocked"),
            ("1", ["--last-try"], 0, ""), ("2", [], 0, ""),
        ] as [(String, [String], Int32, String)] {
            let result = try card.run(words + ["--tries-left", tries] + options, variables: variables)
            #expect(result.status == status, "\(tries) \(options): \(result.error)")
            #expect(code == "" ? result.error == "" : result.error.contains("[\(code)]"))
            if options.isEmpty, status != 0 { #expect(try secretsSent().isEmpty) }
        }
    }

    /// The one simulated card lives for one run, so what is seen is what was sent: the old PIN, then the new one, and once each.
    @Test(arguments: [
        ("authentication-pin", "0024018004"), ("signature-password", "0024018007"), ("text-pin", "0024018004"),
        ("common-pin", "8032008004"), ("resident-pin", "8032008004"),
    ])
    func aPINIsChangedByOneCommandAfterOneVerification(_ which: String, _ command: String) throws {
        let new = which == "signature-password" ? "NEWONE1" : "7777"
        let words = ["change-pin", "--which", which, "--trace", card.folder / "trace"]
        #expect(try card.run(words, variables: ["KAZASU_NEW_PIN=\(new)"]).status == 0)
        let sent = try secretsSent()
        #expect(sent.count == 2 && sent[0].hasPrefix("002000") && sent[1] == "\(command) \(new.utf8.count) 9000", "\(sent)")

        for unfit in ["", "777", "77777777777777777", "７７７７", "abc123"] where !unfit.isEmpty {
            let result = try card.run(words, variables: ["KAZASU_NEW_PIN=\(unfit)"])
            #expect(result.status == 65 && !result.error.contains(unfit))
            #expect(try secretsSent().isEmpty)
        }
    }

    /// Without a terminal, and with a secret that is missing, nothing is guessed: on a simulated card only what it has itself is used.
    @Test func aNewPINIsNeverInvented() throws {
        let result = try runProgram(
            ["setsid", "--wait", builtProgram("kazasu"), "card", "change-pin", "--reader", "sim:card", "--trace", card.folder / "trace"])
        #expect(result.status == 69 && result.error.contains("[secret-no-terminal]"))
        #expect(try secretsSent().isEmpty)
    }
}
