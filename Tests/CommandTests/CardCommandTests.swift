import TestSupport
import Testing

/// `kazasu card …` as a script uses it: what it prints, and how it ends.
@Suite struct CardCommandTests {
    let card = CardProcess()

    /// Each command, and what python3 reads in the one JSON value that it prints.
    static let commands: [([String], expression: String, value: String)] = [
        (["info"], "v['kind'], v['expiry'], v['serial']", "('my-number-card', '2035-05-05', None)"),
        (["info", "--personal"], "v['serial']", "990431275860117"),
        (["certificate"], "v['kind'], v['bytes'], v['pem'].count('CERTIFICATE')", "('authentication', 1392, 2)"),
        (["certificate", "--kind", "signature"], "v['kind'], v['notAfter'] > v['notBefore']", "('signature', True)"),
        (["certificate", "--kind", "authentication-ca"], "v['kind']", "authentication-ca"),
        (["certificate", "--kind", "signature-ca"], "v['kind']", "signature-ca"),
        (["pins"], "[(c['state'], c['triesLeft']) for c in v] == [('open', n) for n in (3, 5, 3, 10, 10, 10, 3, 3)]", "True"),
        (["verify-pin"], "v", "{'verified': True}"),
        (["sign", "--input", "/dev/null", "--output", "/dev/null"], "v", "{'bytes': 256}"),
        (["face", "--output", "@.png"], "v['expiry'], v['birth'], v['verdict']", "('2035-05-05', None, 'valid-synthetic')"),
        (["face", "--output", "@.jp2", "--personal"], "v['birth'], v['sex']", "('1990-05-05', 'female')"),
        (["four-items"], "v['name'] + ' ' + v['birth'] + ' ' + v['verdict']", "試験　花子 1990-05-05 valid-synthetic"),
        (["four-items", "--by", "visual-code"], "v['address'], v['sex']", "('試験県試験市試験町一丁目１番１号', 'female')"),
        (["age"], "v['age'], v['birth'], v['verdict']", "(35, None, 'valid-synthetic')"),
        (["age", "--personal"], "v['birth']", "1990-05-05"),
        (["genuine"], "v", "{'verdict': 'valid-synthetic'}"),
        (["genuine", "--by", "visual-code"], "v['verdict']", "valid-synthetic"),
        (["genuine", "--by", "text-pin"], "v['verdict']", "valid-synthetic"),
        (["change-pin"], "v", "{'changed': True}"),
        (["dump"], "len(v), [f['file'] for f in v if f['status'] == '9000'][0]", "(15, 'signature-ca-certificate')"),
    ]

    /// Nor does any command touch the number of the person: text EF 0001 and surface EF 0005 hold it, references 14 and 13 are 照合番号A.
    @Test func eachResultIsOneJSONValue() throws {
        var values: [(text: String, expression: String)] = []
        for (words, expression, _) in Self.commands {
            let result = try card.run(placed(words) + ["--json", "--trace", card.folder / "trace"], variables: Self.new)
            #expect(result.status == 0 && result.error == "", "\(words): \(result.error)")
            #expect(result.output.filter { $0 == "\n" }.count == 1)
            values.append((result.output, expression))
            #expect(try forbidden() == [], "\(words)")
        }
        #expect(try card.values(values) == Self.commands.map(\.value))
    }

    @Test func eachResultSpeaksToPeople() throws {
        for (words, _, _) in Self.commands where !words.contains("--personal") {
            let shown = try card.run(placed(words), variables: Self.new)
            #expect(shown.status == 0 && shown.error == "" && !shown.output.isEmpty && !shown.output.hasPrefix("{"))
        }
        for (words, text) in [("info", "種類"), ("pins", "残り3回"), ("genuine", "正しい（架空のカード）"), ("age", "年齢")] {
            #expect(try card.run([words, "--language", "ja"]).output.contains(text))
        }
    }

    private static let new = ["KAZASU_NEW_PIN=7777"]

    private func placed(_ words: [String]) -> [String] { words.map { $0.hasPrefix("@") ? card.folder / "out" + $0.dropFirst() : $0 } }

    /// What the last run has sent to where nothing may be sent.
    private func forbidden() throws -> [String] {
        var application = ""
        return try card.exchanges("trace").filter { exchange in
            if exchange.hasPrefix("00A4040C") { application = String(exchange.dropFirst(10).prefix(20)) }
            let forbidden =
                switch application {
                case "D3921000310001010408": ["00B081", "00200094", "00A4020C020001", "00A4020C020014"]
                case "D3921000310001010402": ["00B085", "00200093", "00A4020C020005", "00A4020C020013"]
                default: [String]()
                }
            return forbidden.contains { exchange.hasPrefix($0) }
        }
    }

    /// What is missing or at odds is said before a card is touched.
    @Test(arguments: [
        (["sign", "--input", "/dev/null"], "--output"), (["sign", "--output", "/dev/null"], "--input"), (["face"], "--output"),
        (["face", "--output", "face.gif"], ".png"), (["certificate", "--der"], "--output"), (["age", "--at-least", "0"], "--at-least"),
        (["verify-pin", "--which", "my-number"], "--which"), (["change-pin", "--which", "birth-key"], "--which"),
        (["sign", "--key", "face"], "--key"), (["info", "--pin-fd", "3"], "--pin-fd"), (["certificate", "--kind", "root"], "--kind"),
    ])
    func wrongUse(_ words: [String], _ text: String) throws {
        for json in [false, true] {
            let result = try card.run(words + (json ? ["--json"] : []))
            #expect(result.status == 64)
            #expect(result.error.contains(text), "\(result.error)")
            #expect(json ? try card.value(result.output, "list(v)") == "['error']" : result.output == "")
        }
    }

    /// The holder was born on 1990-05-05; the day is the one in Japan.
    @Test(arguments: [
        ("2010-05-04T23:59:59", "19", 1), ("2010-05-05T00:00:00", "20", 0), ("2010-05-05", "20", 0), ("2026-04-01", "35", 0),
    ])
    func theAgeIsReachedOnTheBirthday(_ time: String, _ age: String, _ status: Int32) throws {
        #expect(try card.json(["age", "--at", time], "v['age'], v['reached']") == "(\(age), None)")
        let words = ["age", "--at", time, "--at-least", "20"]
        let reached = status == 0 ? "True" : "False"
        #expect(try card.json(words, "v['age'], v['reached']", status: status) == "(None, \(reached))")
        let shown = try card.run(words)
        #expect(shown.status == status && shown.error == "")
        #expect(shown.output.contains("20 or older         \(status == 0 ? "yes" : "no")\n"))
    }

    @Test func theDumpNamesNobodyUnlessAsked() throws {
        let names = "{f['file'] for f in v if 'contents' in f}"
        let free =
            "{'signature-ca-certificate', 'authentication-ca-certificate', 'text-key-certificate', 'text-information', "
            + "'face-information', 'face-key-certificate'}"
        #expect(try card.json(["dump"], "\(names) <= \(free), 'signature-ca-certificate' in \(names)") == "(True, True)")
        let personal = try card.json(["dump", "--personal"], "sorted(\(names) - \(free))")
        #expect(personal == "['authentication-certificate', 'issue-record', 'token-information']")
        // The serial number of the card, as text and in hexadecimal digits.
        let dump = try card.run(["dump"]).output
        #expect(!dump.contains("990431275860117") && !dump.contains(hex("990431275860117".utf8)))
        #expect(try card.run(["dump", "--personal"]).output.contains(hex("990431275860117".utf8)))
    }

    @Test func aCardThatLeavesIsOneErrorInOneValue() throws {
        for words in [
            ["pins"], ["sign", "--input", "/dev/null", "--output", card.folder / "sig"], ["face", "--output", card.folder / "a.png"],
        ] {
            let result = try card.run(words + ["--json", "--fault", "2:pull"])
            #expect(result.status == 69)
            #expect(try card.value(result.output, "v['error']['code']") == "card-removed")
            #expect(result.error.hasPrefix("kazasu: ") && result.error.filter { $0 == "\n" }.count == 1)
        }
        #expect(card.folder.names() == [])
    }
}
