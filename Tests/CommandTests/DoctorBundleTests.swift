import Commands
import Diagnosis
import Glibc
import TestSupport
import Testing

@testable import kazasu

/// What leaves this machine with a bundle, and what does not.
@Suite struct DoctorBundleTests {
    let folder = TemporaryFolder()

    /// Letters that occur nowhere by chance.
    private func canary() -> String { "Q" + String((0..<23).map { _ in "bcdfghjklmnpqrstvwxz".randomElement() ?? "x" }) }

    /// A text as it may have been written: as it is, in hexadecimal, in base64.
    private func forms(_ bytes: [UInt8]) throws -> [String] {
        let hexadecimal = Hexadecimal.text(bytes)
        let file = try folder.write("plain", bytes)
        let base64 = try runProgram(["base64", "-w", "0", file]).checked().output
        return [String(decoding: bytes, as: UTF8.self), hexadecimal, hexadecimal.lowercased(), base64.filter { $0 != "\n" && $0 != "=" }]
    }

    private func kazasu(_ words: [String], _ environment: [String]) throws -> ProgramResult {
        try ChildProcess([builtProgram("kazasu")] + words, environment: environment + ["PCSCLITE_CSOCK_NAME=\(folder / "none")"]).result()
    }

    @Test func nothingOfPersonMachineOrSecretIsInIt() throws {
        let (home, user, place, secret) = (canary(), canary(), canary(), canary())
        for name in [home, place, "\(place)/anchors"] { mkdir(folder / name, 0o700) }
        let configuration = try folder.write("\(place)/config.yaml", "trust: anchors\ncentre: centre.sqlite3\nreader: sim:card\n")
        let environment = [
            "HOME=\(folder / home)", "XDG_DATA_HOME=\(folder / home)/data", "USER=\(user)", "KAZASU_CONFIG=\(configuration)",
            "KAZASU_PIN=\(secret)", "KAZASU_SIGN_PASSWORD=\(secret)", "LD_DEBUG_OUTPUT=\(secret)",
        ]
        var forbidden = try [home, user, place, secret].flatMap { try forms(Array($0.utf8)) }
        // The other commands refuse secrets that are too long, and a folder of anchors that is empty.
        let surroundings = environment.filter { !$0.contains(secret) && !$0.contains(place) }
        for holder in ["hanako", "taro", "expired"] {
            let card = ["--reader", "sim:card", "--holder", holder]
            let der = folder / "der"
            #expect(try kazasu(["card", "certificate", "--der", "--output", der] + card, surroundings).status == 0)
            forbidden += try forms(Array(try folder.read("der").suffix(40)))
            for field in ["-serial", "-enddate", "-startdate"] {
                let text = try runProgram(["openssl", "x509", "-inform", "DER", "-in", der, "-noout", field]).checked().output
                forbidden.append(String(text.split(separator: "=")[1].dropLast()))
            }
            let person = try kazasu(["card", "four-items"] + card, surroundings).checked().output
            forbidden += person.split(separator: "\n").compactMap { $0.split(separator: "  ").last.map(String.init) }.filter {
                $0.count > 5
            }
            let info = try kazasu(["card", "info", "--personal"] + card, surroundings).checked().output
            forbidden.append(String(try #require(info.split(separator: "\n").last?.split(separator: " ").last)))

            let path = folder / "bundle"
            let result = try kazasu(["doctor", "--holder", holder, "--bundle", path], environment)
            #expect(result.status == 65)
            let bundle = String(decoding: try folder.read("bundle"), as: UTF8.self)
            #expect(bundle.contains("\"configurationKeys\":[\"reader\",\"trust\",\"centre\"]"))
            #expect(bundle.contains("\"KAZASU_PIN\"") && bundle.contains("\"KAZASU_CONFIG\""))
            #expect(bundle.contains("(trust): empty") && bundle.contains("\"code\":\"trust-folder-unusable\""))
            #expect(bundle.contains("\"event\": \"exchange\""))
            for text in forbidden { #expect(!bundle.contains(text), "\(text)") }
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
        #expect(forbidden.count > 30)
    }

    @Test func eachLineIsJSONAndTheTraceIsOne() throws {
        let path = folder / "bundle"
        #expect(try kazasu(["doctor", "--reader", "sim:card", "--bundle", path], ["HOME=\(folder.path)"]).status == 0)
        let script = """
            import json, sys
            lines = [json.loads(line) for line in sys.stdin]
            print(lines[0]["bundle"], lines[0]["program"], sum("check" in l for l in lines), lines[-1]["event"])
            """
        #expect(try runProgram(["python3", "-c", script], input: path).checked().output == "1 kazasu 0.1.0 10 end\n")
        let lines = try folder.read("bundle").split(separator: UInt8(ascii: "\n"))
        try folder.write("trace", Array(lines.filter { $0.starts(with: Array("{\"event".utf8)) }.joined(separator: [10])))
        #expect(try kazasu(["trace", "show", folder / "trace"], []).output.contains("VERIFY (counter)  00200098 -> 63C3"))
    }

    @Test func aBundleThatCannotBeWrittenLeavesNothing() throws {
        let result = try kazasu(["doctor", "--reader", "sim:card", "--bundle", folder / "no/bundle"], ["HOME=\(folder.path)"])
        #expect(result.status == 73)
        #expect(result.error.contains("[file-not-written]"))
        #expect(result.output.contains("certificate"))
    }

    // MARK: Redaction

    @Test(arguments: [
        ("Lab Reader [CCID] (SN0001) 00 00", "Lab Reader [CCID] (…) 00 00"), ("Virtual PCD 00 00", "Virtual PCD 00 00"),
        ("A (x(y)z) 01 00", "A (…) 01 00"), ("A (SN)(SM) 00 00", "A (…) 00 00"), ("A (SN 00 00", "A (…)"), ("A SN) 00 00", "A SN) 00 00"),
    ])
    func readersLoseTheirSerialNumbers(name: String, shown: String) {
        #expect(DoctorRedaction.readerName(name) == shown)
    }

    @Test func whatIsKnownIsTakenOutWhereverItStands() {
        var redaction = DoctorRedaction()
        redaction.hidePath("/home/yuki/", as: "~")
        redaction.hidePath("/home/yuki/trust", as: "(trust)")
        redaction.hideFolder("/srv/anchors/", as: "(anchors)")
        redaction.hideWord("pi", as: "(user)")
        #expect(redaction.apply(to: "/srv/anchors/himitsu-taro.pem: empty") == "(anchors): empty")
        #expect(redaction.apply(to: "/home/yuki/a and /home/yuki") == "~/a and ~")
        #expect(redaction.apply(to: "/home/yuki/trust/a: empty") == "(trust)/a: empty")
        #expect(redaction.apply(to: "pi, apipi pi/pi") == "(user), apipi (user)/(user)")
        #expect(redaction.apply(to: "x/home/yuki\u{301}") == "x~\u{301}")
        #expect(redaction.apply(to: "") == "")
    }

    @Test func serialNumbersOfUSBReadersAreTakenOutOfNamesWithoutParentheses() {
        var facts = DoctorFacts(DoctorPlaces())
        facts.usb = [DoctorUSBReader(device: "1-1", vendor: 1, product: 2, claimedBy: nil, access: .open, serial: "AB12345")]
        facts.readers = ["Reader AB12345 00 00", "Other (XY) 00 00"]
        let redaction = facts.redaction(Environment([:]))
        #expect(redaction.apply(to: "'Reader AB12345 00 00', 'Other (XY) 00 00'") == "'Reader (…) 00 00', 'Other (…) 00 00'")
    }
}
