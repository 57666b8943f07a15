import CardImages
import SimulationKit
import TestSupport
import Testing

@testable import Cards

@Suite("Card images and issued cards")
struct CardImageTests {
    private static let holders =
        "/" + (#filePath.split(separator: "/").dropLast(3) + ["Simulators", "Cards", "Holders"]).joined(separator: "/")
    private static let today = CardDay(2026, 11, 21)

    private func image(_ name: String = "my-number-card", holder: SyntheticHolder = .hanako) throws -> CardImage {
        let kind = try #require(CardKind.named(name))
        return CardImage(kind, contents: kind.contents(for: holder))
    }

    private func description(_ json: String, today: CardDay = today) throws -> HolderDescription {
        try HolderDescription(json: Array(json.utf8), today: today) { _ in [] }
    }

    private func message(_ make: () throws -> Any) -> String {
        do { _ = try make() } catch let error as CardImageError { return "\(error)" } catch { return "another error: \(error)" }
        return "no error"
    }

    @Test("Every kind of card comes back from its file as it was", arguments: CardKind.all)
    func roundTrip(kind: CardKind) throws {
        var image = CardImage(kind, contents: kind.contents(for: kind.holder))
        image.profile.failsFirstCommand.toggle()
        image.profile.securityStatusOnSelect = .cleared
        image.profile.contactAnswerToReset = CardProfile.contactWithoutHistoricalBytes
        image.profile.certificateFiller = 3
        image.credentials = CardCredentials(authenticationPIN: "9876", signaturePassword: "XYZ789", textPIN: "8765")
        image.counters = Array(
            image.card().counters.filter { $0.triesLeft > 1 }.map { CardCounter(application: $0.application, file: $0.file, triesLeft: 1) })
        let read = try CardImage(json: image.json)
        #expect(read == image)
        #expect(read.json == image.json)
        #expect(read.card().counters.allSatisfy { $0.triesLeft <= 1 })
    }

    @Test("The file is JSON that says that it is synthetic; python reads it, and openssl its certificate")
    func outsideReaders() throws {
        let folder = TemporaryFolder()
        try folder.write("image.json", try image().json)
        let script = """
            import base64, json
            image = json.load(open("image.json", encoding="utf-8"))
            assert image["notice"].startswith("Synthetic") and image["profile"] == "my-number-card"
            assert image["holder"]["name"] == "試験　花子" and "number" not in image["holder"]
            open("certificate.der", "wb").write(base64.b64decode(image["authentication"]["certificate"], validate=True))
            open("photo.jp2", "wb").write(base64.b64decode(image["pictures"]["photo"], validate=True))
            """
        _ = try runProgram(["python3", "-c", script], in: folder.path).checked()
        #expect(try folder.read("certificate.der") == SyntheticHolder.hanako.authenticationCertificate)
        #expect(try folder.read("photo.jp2") == SyntheticHolder.hanako.card.pictures.photo)
        let subject = try runProgram(
            ["openssl", "x509", "-inform", "DER", "-in", "certificate.der", "-noout", "-subject"], in: folder.path)
        #expect(subject.output.contains("KAZASUTEST0000000001A0001"))
    }

    @Test("A card from a file answers as the card it was made from, with its counters and secrets")
    func sameAnswers() throws {
        var image = try image()
        image.credentials = CardCredentials(authenticationPIN: "9876")
        image.counters = [CardCounter(application: CardApplication.jpkiIdentifier, file: 0x0018, triesLeft: 1)]
        let card = try CardImage(json: image.json).card()
        card.powerOn(at: .zero)
        var response: [UInt8] = []
        for (command, status) in [(String.selectJPKI, "9000"), ("00200098", "63C1"), ("002000980439383736", "9000"), ("00200098", "9000")] {
            _ = card.process(hex(command).span, into: &response, at: .zero)
            #expect(response == hex(status), "\(command)")
        }
        _ = card.process(hex("00B08A00000000").span, into: &response, at: .zero)
        #expect(response.starts(with: SyntheticHolder.hanako.authenticationCertificate))
    }

    @Test("A profile may be like another with differences")
    func differences() throws {
        let text = String(decoding: try image().json, as: UTF8.self).replacing(
            "\"profile\": \"my-number-card\"",
            with: """
                "profile": {"like": "my-number-card", "extendedLength": false, "randomPUPI": true, "statusOnSelect": "cleared",
                            "contactAnswerToReset": "3BE000FF8131FE4514"}
                """)
        let profile = try CardImage(json: Array(text.utf8)).profile
        #expect(!profile.takesExtendedLength && profile.hasRandomPUPI && profile.securityStatusOnSelect == .cleared)
        #expect(profile.contactAnswerToReset == CardProfile.contactWithoutHistoricalBytes)
        #expect(profile.contactlessAnswerToReset == CardProfile.myNumberCard.contactlessAnswerToReset)
    }

    @Test(
        "What is wrong is told with line and field, and without what stands there",
        arguments: [
            ("\"format\": \"kazasu-card-image-1\"", "\"format\": \"x\"", "line 2: 'format' is not kazasu-card-image-1"),
            ("\"profile\": \"my-number-card\"", "\"profile\": \"secret4711\"", "line 4: 'profile' has to be one of my-number-card"),
            ("\"profile\": \"my-number-card\",", "", "'profile' is missing"),
            ("\"birth\": \"1990-05-05\"", "\"birth\": \"1990-02-30\"", "line 8: 'holder.birth' has to be a day"),
            ("\"birth\": \"1990-05-05\"", "\"birth\": [1]", "line 8: 'holder.birth' has to be text"),
            ("\"sex\": \"female\"", "\"sex\": \"2\"", "line 9: 'holder.sex' has to be one of male, female"),
            ("\"serial\": \"99", "\"serial\": \"12", "line 11: 'holder.serial' has to begin with 99"),
            ("\"securityCode\": \"4271\"", "\"securityCode\": \"47113\"", "line 13: 'holder.securityCode' has to be 4 digits"),
            ("\"securityCode\": \"4271\"", "\"securityCode\": \"42\\u000071\"", "line 13: 'holder.securityCode' has a control character"),
            ("\"name\": \"試験", "\"myNumber\": \"471147114711\", \"name\": \"試験", "line 6: 'holder' has an unknown field"),
            ("\"authenticationPIN\": \"1234\"", "\"authenticationPIN\": \"4711x\"", "'secrets.authenticationPIN' has to be 4 digits"),
            ("\"signaturePassword\": \"ABC123\"", "\"signaturePassword\": \"abc123\"", "'secrets.signaturePassword' has to be 6 to 16"),
            ("\"counters\": []", "\"counters\": [{\"application\": \"00\", \"file\": \"0018\", \"triesLeft\": 1}]", "has not"),
            (
                "\"counters\": []", "\"counters\": [{\"application\": \"00\", \"file\": \"18\", \"triesLeft\": 1}]",
                "'counters[0].file' has to be 2"
            ),
            ("\"counters\": []", "\"counters\": [{\"application\": \"\", \"file\": \"0018\", \"triesLeft\": 16}]", "a number from 0 to 15"),
            ("\"counters\": []", "\"counters\": {}", "'counters' has to be a list"),
            ("\"keys\": {", "\"keys\": {\"text\": \"!\", ", "the same key stands here twice"),
            ("\"photo\": \"", "\"photo\": \"!", "line 16: 'pictures.photo' has to be in Base64"),
            ("\"key\": \"MII", "\"key\": \"AAA", "it has a key that is none: EF 0017"),
            ("\"holder\": {", "\"holder\": [", "it cannot be read as JSON"), ("{", "", "it cannot be read as JSON"),
        ])
    func errors(old: String, new: String, expected: String) throws {
        let text = String(decoding: try image().json, as: UTF8.self)
        let first = try #require(text.firstRange(of: old))
        var spoilt = text
        spoilt.replaceSubrange(first, with: new)
        let said = message { try CardImage(json: Array(spoilt.utf8)) }
        #expect(said.contains(expected), "\(said)")
        #expect(said.hasPrefix("card-image: The file of the card or its holder cannot be used;"))
        #expect(!said.contains("4711"))
    }

    @Test("Files that are none give errors: empty, not UTF-8, nested, aliases, huge, a list")
    func noFile() {
        let files: [[UInt8]] = [
            [], [0x00], [0xFF, 0xFE], Array(repeating: 0x5B, count: 200_000), Array("[1]".utf8), Array("\"x\"".utf8),
            Array("a: &x [1]\nb: *x".utf8), Array(repeating: 0x20, count: 5 << 20), Array("{}".utf8),
        ]
        for file in files { #expect(message { try CardImage(json: file) }.hasPrefix("card-image: ")) }
    }

    @Test("2,000 files with spoilt bytes are read or refused, and never trap")
    func spoilt() throws {
        var random = SeededGenerator(seed: 4)
        let whole = try image(holder: .child).json
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<(1 + random.next() % 3) {
                // The short fields come first; the long ones are Base64.
                let place = Int(random.next() % (random.next() % 2 == 0 ? 900 : UInt64(bytes.count)))
                bytes[place] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 8 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
            do { _ = try CardImage(json: bytes).json } catch { #expect(error.category == .badData) }
        }
    }

    // MARK: Issuing

    @Test("A card is issued for the person in the sample file: openssl accepts the certificates, the card works, the file comes back")
    func issue() throws {
        let file = try readFile(Self.holders + "/jiro.json")
        let description = try HolderDescription(json: file, today: Self.today) { try readFile(Self.holders + "/" + $0) }
        let image = try CardImage.issue(try #require(CardKind.named("my-number-card")), for: description)
        #expect(try CardImage(json: image.json) == image)
        #expect(image.contents.personal?.holder.pictures.photo == SyntheticHolder.taro.card.pictures.photo)
        let folder = TemporaryFolder()
        for (name, identity, anchor) in [
            ("authentication", image.contents.authentication, SyntheticPKI.authenticationAuthority(.of2023)),
            ("signature", image.contents.signature, SyntheticPKI.signatureAuthority(.of2023)),
        ] {
            let identity = try #require(identity)
            try folder.write("\(name).der", identity.certificate)
            try folder.write("anchor.der", anchor.certificate)
            try folder.write("key.der", identity.key)
            func openssl(_ words: String) throws -> String {
                try runProgram(["openssl"] + words.split(separator: " ").map(String.init), in: folder.path).checked().output
            }
            try folder.write("\(name).pem", try openssl("x509 -inform DER -in \(name).der"))
            try folder.write("anchor.pem", try openssl("x509 -inform DER -in anchor.der"))
            #expect(try openssl("verify -x509_strict -attime 1795219200 -CAfile anchor.pem \(name).pem") == "\(name).pem: OK\n")
            #expect(try openssl("x509 -in \(name).pem -noout -enddate") == "notAfter=Apr  1 14:59:59 2031 GMT\n")
            #expect(try openssl("x509 -in \(name).pem -noout -pubkey") == (try openssl("pkey -inform DER -in key.der -pubout")))
            let like = name == "signature" ? SyntheticHolder.hanako.signatureCertificate : SyntheticHolder.hanako.authenticationCertificate
            try folder.write("like.der", like)
            func extensions(_ file: String) throws -> [Substring] {
                try openssl("x509 -inform DER -in \(file) -noout -text -certopt ext_dump").split(separator: "\n")
                    .filter { $0.contains("X509v3") || $0.contains("Authority Information") || $0.contains("Policy:") }
            }
            #expect(try extensions("\(name).der") == (try extensions("like.der")), "the same extensions in the same order")
        }
        let signature = try folder.read("signature.der")
        for text in ["試験　次郎", "319880401", "試験県試験市試験町二丁目２番２号"] {
            #expect(signature.firstRange(of: Array(text.utf8)) != nil, "\(text)")
        }
        let card = image.card()
        card.powerOn(at: .zero)
        var response: [UInt8] = []
        for command in [.selectJPKI, "00200098 04 31323334", "802A0097012A00"] {
            _ = card.process(hex(command).span, into: &response, at: .zero)
        }
        #expect(response.count == 258)
        let identity = try #require(image.contents.authentication)
        let key = try #require(PublicKey(certificate: identity.certificate))
        #expect(key.recover(Array(response.dropLast(2))) == [0x2A])
    }

    @Test("Four fields are enough; under fifteen there is no signature certificate, under eighteen the card ends sooner")
    func fewFields() throws {
        let text = #"{"name": "試験　幼児", "address": "試験県", "birth": "2016-02-29", "sex": "other"}"#
        let child = try description(text)
        #expect(child.holder.expiry == CardDay(2031, 2, 28))
        #expect(child.holder.serial.hasPrefix("99") && child.holder.serial.count == 15)
        let image = try CardImage.issue(try #require(CardKind.named("child")), for: child)
        #expect(image.contents.signature == nil && image.contents.authentication != nil)
        #expect(try description(text).holder.serial != child.holder.serial)
        let grown = try description(text.replacing("2016-02-29", with: "2000-01-01"))
        #expect(grown.holder.expiry == CardDay(2036, 1, 1))
        #expect(grown.issued == Self.today)
    }

    @Test("A card of the next generation is issued on P-384, for ten years (assumed)")
    func nextGeneration() throws {
        let description = try description(#"{"name": "試験　次代", "address": "試験県", "birth": "1990-01-01", "sex": "male"}"#)
        let image = try CardImage.issue(try #require(CardKind.named("next-generation")), for: description)
        let folder = TemporaryFolder()
        try folder.write("certificate.der", try #require(image.contents.authentication).certificate)
        let text = try runProgram(["openssl", "x509", "-inform", "DER", "-in", "certificate.der", "-noout", "-text"], in: folder.path)
            .output
        #expect(
            text.contains("NIST CURVE: P-384") && text.contains("ecdsa-with-SHA384") && text.contains("Not After : Jan  1 14:59:59 2036"))
        #expect(image.contents.signature == nil)
    }

    @Test(
        "A description that cannot be is refused with its line",
        arguments: [
            (#"{"address": "x", "birth": "1990-01-01", "sex": "male"}"#, "'name' is missing"),
            (#"{"name": "x", "address": "x", "birth": "2027-01-01", "sex": "male"}"#, "'birth' is later than the day of issue"),
            (
                "{\"name\": \"x\", \"address\": \"x\", \"birth\": \"1990-01-01\",\n\"issued\": \"2026-01-01\", \"expiry\": \"2026-01-01\"}",
                "line 2: 'expiry' is not later"
            ),
            (#"{"name": "x", "address": "x", "birth": "1990-01-01", "sex": "male", "pictures": {"photo": "p"}}"#, "JPEG 2000 file (JP2)"),
            (#"{"name": "x", "address": "x", "birth": "1990-01-01", "sex": "male", "number": "1"}"#, "unknown field"),
            (#"{"name": "x", "address": "x", "birth": "1990-01-01", "sex": "male", "municipality": "13101"}"#, "begin with 99"),
        ])
    func wrongDescriptions(text: String, expected: String) {
        let said = message { try description(text) }
        #expect(said.contains(expected), "\(said)")
    }

    @Test(
        "Text that would be a command to OpenSSL, and days before the first authority, are refused",
        arguments: ["$HOME", "a\\u0022b", "a;b", "a,b", "a#b"])
    func unfitText(name: String) throws {
        let kind = try #require(CardKind.named("my-number-card"))
        let unfit = try description(#"{"name": "\#(name)", "address": "試験県", "birth": "1990-01-01", "sex": "male"}"#)
        #expect(message { try CardImage.issue(kind, for: unfit) }.contains("'name' and 'address' may have"))
        let early = try description(
            #"{"name": "試験", "address": "試験県", "birth": "1990-01-01", "sex": "male", "issued": "2015-10-19"}"#)
        #expect(message { try CardImage.issue(kind, for: early) }.contains("'issued' is before 2015-10-20"))
    }

    @Test(
        "The fifth birthday after the issue (the rule is measured; a birthday on 29 February is assumed to be the 28 in other years)",
        arguments: [
            (CardDay(1990, 5, 5), CardDay(2025, 6, 1), CardDay(2030, 5, 5)),
            (CardDay(1990, 5, 5), CardDay(2025, 5, 5), CardDay(2030, 5, 5)),
            (CardDay(1990, 5, 5), CardDay(2025, 5, 4), CardDay(2029, 5, 5)),
            (CardDay(1996, 2, 29), CardDay(2024, 1, 1), CardDay(2028, 2, 29)),
            (CardDay(1996, 2, 29), CardDay(2025, 1, 1), CardDay(2029, 2, 28)),
        ])
    func birthdays(birth: CardDay, issued: CardDay, last: CardDay) { #expect(birth.birthday(5, after: issued) == last) }

    @Test("Days are read in two forms and checked by the calendar")
    func days() {
        #expect(CardDay("20240229") == CardDay(2024, 2, 29))
        #expect(CardDay("2024-02-29")?.text == "2024-02-29")
        for text in ["2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "2024/02/29", "", "２０２４０２２９", "19000229", "2024-02-2x"] {
            #expect(CardDay(text) == nil, "\(text)")
        }
        #expect(CardDay("20000229") != nil)
        #expect(CardDay(2011, 11, 21).age(on: Self.today) == 15)
        #expect(CardDay(2011, 11, 22).age(on: Self.today) == 14)
    }
}
