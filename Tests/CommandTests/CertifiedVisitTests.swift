import Cards
import Commands
import Staging
import TestSupport
import Testing

/// `kazasu visit` at a simulated certified reader, as a person or a script uses it.
@Suite struct CertifiedVisitTests {
    let card = CardProcess()

    private func visit(_ words: String..., variables: [String] = []) throws -> ProgramResult { try visit(words, variables) }

    private func visit(_ words: [String], _ variables: [String] = []) throws -> ProgramResult {
        let surroundings = ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(card.folder.path)"]
        return try ChildProcess([builtProgram("kazasu"), "visit"] + words, environment: surroundings + variables).result()
    }

    @Test(
        arguments: [
            "sim:fujitsu-caora",
            "sim:almex-cps100w",
            "sim:panasonic-xcstfr2",
            "sim:canon-hicara",
            "sim:atlas-exc9000",
        ], ["face", "pin", "visual"])
    func twoRunsAreTheSameToTheByte(_ reader: String, _ identity: String) throws {
        let words = ["--reader", reader, "--identity", identity, "--seed", "3", "--verbose"]
        let runs = try (0..<2).map { number in
            let trace = card.folder / "trace\(number)"
            let text = try visit(words + ["--trace", trace])
            let object = try visit(words + ["--json"])
            #expect(text.status == 0 && object.status == 0, "\(text.error)")
            return [text.output, text.error, object.output, object.error, try card.folder.read("trace\(number)").description]
        }
        #expect(runs[0] == runs[1])
        #expect(
            try card.value(runs[0][2], "v['outcome'], v['identity'], [c['agreed'] for c in v['consent']], v['cardLeft']")
                == "('confirmed', '\(identity)', [True, True, True], False)")
        #expect(try card.value(runs[0][2], "v['screens'][-1]['name'], v['screens'][-1]['words'][0]") == "('done', '●●●××')")
        #expect(!runs[0].contains { $0.contains("花子") }, "the name is for those who ask for it")
        let other = try visit(["--reader", reader, "--identity", identity, "--seed", "4", "--json"])
        #expect(other.output != runs[0][2])
    }

    @Test func theNameStandsOnTheScreenForThoseWhoAsk() throws {
        let result = try visit(
            "--reader", "sim:fujitsu-caora", "--identity", "face", "--json", "--personal", "--language", "ja")
        #expect(try card.value(result.output, "v['screens'][-1]['words'][0] == '試験 花子様'") == "True")
    }

    @Test("Neither PIN nor 照合番号B nor passcode stands anywhere")
    func secrets() throws {
        let code = Array(SyntheticHolder.hanako.card.verificationNumberB.utf8)
        let canary = Canary(24)
        for identity in ["face", "pin", "visual"] {
            let result = try visit(
                "--reader", "sim:almex-cps100w", "--identity", identity, "--verbose", "--trace", card.folder / "trace", "--json")
            let trace = try card.folder.read("trace")
            for bytes in [result.bytes, Array(result.error.utf8), trace] {
                #expect(!bytes.holds(code) && !bytes.holds(Array(code.hexadecimal.utf8)), "照合番号B of \(identity)")
                #expect(!bytes.holds(Array("\"1234\"".utf8)) && !bytes.holds(Array("31323334".utf8)), "the PIN of \(identity)")
            }
        }
        // A PIN that is none is not sent, and stands nowhere either.
        let result = try visit(
            "--reader", "sim:almex-cps100w", "--identity", "pin", "--verbose", "--trace", card.folder / "trace",
            variables: ["KAZASU_PIN=\(canary.text)"])
        #expect(try canary.places(in: result, card.folder) == [])
    }

    @Test(
        "What people do is staged, and how it ends is told",
        arguments: [
            (["keypad:type-wrong-pin"], "pin", 0, "confirmed"),
            (["keypad#1:type-wrong-pin", "keypad#2:type-wrong-pin"], "pin", 77, "pin-rejected"),
            (["choose-method:end"], "face", 130, "cancelled"), (["choose-method:nothing"], "face", 75, "timed-out"),
            (["apdu#5:remove"], "face", 69, "card-removed"), (["+0s:stand mask", "choose-method#2:end"], "face", 77, "face-rejected"),
            (["done:nothing"], "visual", 0, "confirmed"), (["chooseconsent:end"], "pin", 64, "usage"),
            (["passcode:end"], "visual", 75, "timed-out"), (["choose-consent+100ms:unplug"], "pin", 69, "reader-gone"),
        ])
    func staged(_ lines: [String], _ identity: String, _ status: Int32, _ outcome: String) throws {
        let stage = lines.flatMap { ["--stage", $0] }
        let result = try visit(["--reader", "sim:fujitsu-caora", "--identity", identity, "--json"] + stage)
        #expect(result.status == status, "\(lines): \(result.error)")
        guard status != 64 else { return }
        // Whom nobody has proved has no identity.
        let isProved = status == 0 || lines.contains { $0.hasPrefix("choose-consent") }
        let expected = "('\(outcome)', \(isProved ? "'\(identity)'" : "None"))"
        #expect(try card.value(result.output, "v['outcome'], v.get('identity')") == expected)
    }

    @Test("What was staged and never happened is told, and changes nothing else")
    func stagedInVain() throws {
        let stage = ["consent:remove", "keypad:type-pin", "+3600s:remove", "done+1s:remove", "apdu#99:remove"].flatMap { ["--stage", $0] }
        let words = ["--reader", "sim:fujitsu-caora", "--identity", "pin", "--json"]
        let result = try visit(words + stage)
        #expect(result.status == 0)
        let lines = result.error.split(separator: "\n")
        #expect(lines.count == 3, "\(result.error)")
        for (line, text) in zip(lines, ["consent:remove", "+3600s:remove", "apdu#99:remove"]) {
            #expect(line.contains("never happened: \(text)"), "\(line)")
        }
    }

    @Test func aPhoneBesideTheCertifiedReader() throws {
        let result = try visit(
            "--reader", "sim:almex-cps100w", "--second-reader", "sim:generic-ccid", "--card", "android-token", "--json")
        #expect(result.status == 0, "\(result.error)")
        #expect(
            try card.value(result.output, "v['identity'], [s['name'] for s in v['screens']]")
                == "('pin', ['place-card', 'choose-consent', 'done'])")
    }

    @Test(
        "A card on a second reader is read there, by every way to prove its bearer, and the result says where it lay",
        arguments: ["card", "generic-ccid", "generic-ccid-short"], ["pin", "face", "visual"])
    func aCardBeside(_ second: String, _ identity: String) throws {
        let words = ["--reader", "sim:fujitsu-caora", "--second-reader", "sim:\(second)", "--identity", identity]
        let first = try visit(words + ["--json"])
        #expect(first.status == 0, "\(first.error)")
        #expect(
            try card.value(first.output, "v['identity'], v['reader'], v['cardReader']")
                == "('\(identity)', 'sim:fujitsu-caora', 'sim:\(second)')")
        #expect(try visit(words + ["--json"]).output == first.output)
        #expect(try visit(words).output.contains("\nCard at: sim:\(second)\n"))
    }

    @Test("So it is where neither reader has a screen")
    func aCardBesideAPlainReader() throws {
        let result = try visit("--reader", "sim:generic-ccid", "--second-reader", "sim:card", "--stage", "place-card+3s:place", "--json")
        #expect(try card.value(result.output, "v['outcome'], v['cardReader']") == "('confirmed', 'sim:card')")
    }

    @Test("The idle screen has the facility's name and 職員用ボタン, where the reader has them (R068)")
    func theIdleScreen() throws {
        for (model, words) in [
            ("fujitsu-caora", "['マイナンバーカードを置いてください。', '職員用ボタン', '架空クリニック']"),
            ("almex-cps100w", "['マイナンバーカードを置いてください。', '職員用ボタン']"),
        ] {
            let result = try visit("--reader", "sim:\(model)", "--facility", "架空クリニック", "--json", "--language", "ja")
            #expect(try card.value(result.output, "v['screens'][0]['words']") == words, "\(result.error)")
        }
    }

    @Test("Whoever reads Japanese reads stages, screens and groups in Japanese, with the codes beside, in columns")
    func inJapanese() throws {
        let result = try visit("--reader", "sim:fujitsu-caora", "--identity", "face", "--language", "ja", "--verbose")
        #expect(result.output.contains("同意: 手術・傷病名・感染症 ○、診療・お薬 ○、健診 ○\n"))
        #expect(result.output.contains("画面: 待受 (place-card) → 方法の選択 (choose-method) → カメラ (look-into-camera)"))
        let table = result.output.split(separator: "\n").filter { $0.contains("█") || $0.contains("▏") || $0.hasPrefix("合計") }
        #expect(table.count > 10)
        #expect(table.contains { $0.hasPrefix("顔の照合                compare") }, "\(table)")
        for line in table { #expect(columns(String(line.prefix { $0 != "." })) == 46, "\(line)") }
        #expect(result.error.contains("ms: 顔の照合 (compare)\n"))
        #expect(result.error.contains("ms: 画面 待受 (place-card): マイナンバーカードを置いてください。"))
    }

    @Test("The help says of every cue and action what it means, in a line of its own", arguments: ["en", "ja"])
    func theHelpOfStages(_ language: String) throws {
        let help = try visit("--help", "--language", language).output.split(separator: "\n")
        for (form, meaning) in StagedWord.forms + StagedScreen.allCases.map({ ($0.rawValue, $0.meaning) }) {
            let text = language == "ja" ? meaning.japanese : meaning.english
            #expect(help.contains { $0.hasPrefix("\(form): \(text.prefix(2))") }, "\(form)")
        }
    }

    @Test("What a screen of the certified reader cues happens to the card where it lies")
    func aCardBesideIsTaken() throws {
        let result = try visit(
            "--reader", "sim:fujitsu-caora", "--second-reader", "sim:generic-ccid", "--identity", "face", "--stage", "camera:remove",
            "--json")
        #expect(try card.value(result.output, "v['outcome'], v['stages'][-1]['name']") == "('card-removed', 'compare')")
    }

    @Test("It is taken while its PIN is awaited, or while the consent is", arguments: [("2s", "card-removed"), ("6s", "confirmed")])
    func thePhoneIsTaken(_ moment: String, _ outcome: String) throws {
        let result = try visit(
            "--reader", "sim:almex-cps100w", "--second-reader", "sim:generic-ccid", "--card", "android-token", "--json",
            "--stage", "+\(moment):remove")
        #expect(try card.value(result.output, "v['outcome']") == outcome)
    }

    @Test(
        "Wrong use",
        arguments: [
            ["--reader", "sim:card", "--identity", "face"], ["--reader", "sim:generic-ccid", "--identity", "visual"],
            ["--reader", "sim:card", "--stage", "keypad:type-wrong-pin"], ["--reader", "pcsc:*", "--stage", "+1s:remove"],
            ["--reader", "pcsc:*", "--identity", "visual"], ["--reader", "sim:fujitsu-caora", "--second-reader", "pcsc:*"],
            ["--reader", "sim:card", "--second-reader", "sim:card", "--identity", "face"],
            ["--reader", "sim:fujitsu-caora", "--second-reader", "sim:almex-cps100w"],
            ["--reader", "sim:card", "--second-reader", "sim:fujitsu-caora"],
            ["--reader", "sim:fujitsu-caora", "--stage", "keypad"], ["--reader", "sim:card", "--identity", "eye"],
        ])
    func wrongUse(_ words: [String]) throws {
        let result = try visit(words)
        #expect(result.status == 64, "\(words): \(result.error)")
        #expect(result.output == "")
    }

    @Test func atAReaderWithoutAScreenNothingOfItIsTold() throws {
        let result = try visit("--reader", "sim:card", "--json", "--stage", "place-card+3s:place")
        #expect(
            try card.value(
                result.output, "v['identity'], v.keys() & {'screens', 'consent', 'cardLeft', 'card'}, v['stages'][0]['milliseconds']")
                == "('pin', set(), 3000)")
    }

    @Test(
        "What is wrong with a line of --stage is told, in other words than its own",
        arguments: [
            ("keypad", "there is no ':'"), ("desk:remove", "'help visit' lists the screens"), ("done+1h:remove", "1500ms or 2s"),
            ("done:firmware 2", "three numbers such as 2.1.0"), ("done:firmware 2.1.0-x", "-b, -v or -bv"),
            ("done:choose door", "behind choose comes one of"), ("done:stand up", "behind stand comes one of"),
            ("done:dance", "there is no such ACTION"),
        ])
    func whatIsWrongWithALineIsTold(_ line: String, _ reason: String) throws {
        let result = try visit("--reader", "sim:fujitsu-caora", "--stage", line)
        #expect(
            result.status == 64 && result.error.contains("is not a valid CUE:ACTION") && result.error.contains(reason), "\(result.error)")
    }
}

extension [UInt8] {
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        count >= part.count && (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }

    fileprivate var hexadecimal: String { hex(self).uppercased() }
}
