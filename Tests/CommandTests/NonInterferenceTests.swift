import CardImages
import Cards
import TestSupport
import Testing

/// The same session with two secrets, or with two holders, of equal lengths writes the same bytes everywhere: so nothing that is written
/// depends on a secret or on who the holder is, but what was asked for.
@Suite struct NonInterferenceTests {
    /// A command; whether its standard output is what somebody asked to know of the holder. Files of `--output` always are.
    private static let sessions: [(words: [String], tellsOfHolder: Bool)] = [
        (["card", "info"], true), (["card", "certificate"], true), (["card", "certificate", "--output", "out"], true),
        (["card", "certificate", "--kind", "signature", "--output", "out"], false), (["card", "pins"], false),
        (["card", "verify-pin"], false), (["card", "verify-pin", "--which", "signature-password"], false),
        (["card", "verify-pin", "--which", "text-pin"], false), (["card", "verify-pin", "--which", "text-visual-code"], false),
        (["card", "verify-pin", "--which", "face-visual-code"], false), (["card", "verify-pin", "--which", "birth-key"], false),
        (["card", "verify-pin", "--which", "common-pin"], false), (["card", "verify-pin", "--which", "resident-pin"], false),
        (["card", "sign", "--input", "/dev/null", "--output", "out"], false),
        (["card", "sign", "--key", "signature", "--input", "/dev/null", "--output", "out"], false),
        (["card", "face", "--output", "out.jp2"], true), (["card", "four-items"], true),
        (["card", "four-items", "--by", "visual-code"], true), (["card", "age"], true), (["card", "age", "--at-least", "20"], false),
        (["card", "genuine"], false), (["card", "genuine", "--by", "visual-code"], false),
        (["card", "genuine", "--by", "text-pin"], false),
        (["card", "change-pin"], false), (["card", "change-pin", "--which", "signature-password"], false),
        (["card", "change-pin", "--which", "text-pin"], false), (["card", "change-pin", "--which", "common-pin"], false),
        (["card", "change-pin", "--which", "resident-pin"], false), (["card", "dump", "--output", "out"], false),
        // The insurer and the part that the person pays.
        (["visit"], true), (["doctor"], false),
    ]

    private static let secrets = [
        CardCredentials(
            authenticationPIN: "1234", signaturePassword: "ABC123", textPIN: "2345", residentRegistryPIN: "3456", commonPIN: "4567"),
        CardCredentials(
            authenticationPIN: "9870", signaturePassword: "7X8Y9Z", textPIN: "8761", residentRegistryPIN: "7652", commonPIN: "6543"),
    ]
    /// What is wrong for every card here, in each form; and the new PIN and password of a change.
    private static let wrong = [
        [
            "PIN=0000", "SIGN_PASSWORD=WRONG0", "TEXT_PIN=0000", "VISUAL_CODE_B=00000000000000", "BIRTH_KEY=000000", "COMMON_PIN=0000",
            "RESIDENT_PIN=0000",
        ],
        [
            "PIN=5019", "SIGN_PASSWORD=5ALSO5", "TEXT_PIN=5019", "VISUAL_CODE_B=50192837465019", "BIRTH_KEY=501928", "COMMON_PIN=5019",
            "RESIDENT_PIN=5019",
        ],
    ]
    private static let new = [(pin: "7777", password: "NEWONE1"), (pin: "0192", password: "0THER2A")]

    /// Two people whose names, addresses, certificates and pictures have the same lengths, and nothing else in common.
    private static let holders: [CardContents] = {
        var both = [CardContents(.hanako), CardContents(.taro)]
        for path in [\CardPictures.name, \.address, \.number] {
            let longest = both.compactMap { $0.personal?.holder.pictures[keyPath: path].count }.max() ?? 0
            for index in both.indices {
                let count = both[index].personal?.holder.pictures[keyPath: path].count ?? 0
                both[index].personal?.holder.pictures[keyPath: path] += [UInt8](repeating: 0, count: longest - count)
            }
        }
        // A box that readers skip (ISO/IEC 15444-1 annex I.8) makes both photographs equally long.
        let count = 12_000
        for index in both.indices {
            let rest = count - (both[index].personal?.holder.pictures.photo.count ?? 0)
            let box: [UInt8] = [0, 0, UInt8(rest >> 8), UInt8(rest & 0xFF)] + Array("free".utf8) + [UInt8](repeating: 0, count: rest - 8)
            both[index].personal?.holder.pictures.photo += box
        }
        return both
    }()

    /// Everything that a session has written but the file of `--output`. What `doctor` writes in the place of a trace is its bundle.
    private struct Writing: Equatable, CustomStringConvertible {
        let status: Int32
        let output: [UInt8]
        let error: String
        let trace: [UInt8]

        var description: String { "\(status)\n\(String(decoding: output, as: UTF8.self))\(error)\(String(decoding: trace, as: UTF8.self))" }
    }

    private let folder = TemporaryFolder()

    private func run(
        _ words: [String], holder: Int = 0, secrets: Int = 0, wrong: Int? = nil, new: Int = 0, json: Bool
    ) throws -> Writing {
        let image = CardImage(.myNumberCard, contents: Self.holders[holder], credentials: Self.secrets[secrets])
        try folder.write("card.json", image.json)
        let next = words.contains("signature-password") ? Self.new[new].password : Self.new[new].pin
        let variables = (wrong.map { Self.wrong[$0] } ?? []) + ["NEW_PIN=\(next)"]
        let all =
            words + ["--reader", "sim:card", "--card", "./card.json", words == ["doctor"] ? "--bundle" : "--trace", "trace", "--verbose"]
            + (json ? ["--json"] : [])
        let result = try runProgram(
            [builtProgram("kazasu")] + all,
            environment: ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(folder.path)"] + variables.map { "KAZASU_" + $0 }, in: folder.path)
        return Writing(status: result.status, output: result.bytes, error: result.error, trace: try folder.read("trace"))
    }

    @Test func theTwoHoldersAreEquallyLongAndDifferent() {
        let (one, other) = (Self.holders[0], Self.holders[1])
        #expect(one.authentication?.certificate.count == other.authentication?.certificate.count)
        #expect(one.signature?.certificate.count == other.signature?.certificate.count)
        #expect(one.authentication?.certificate != other.authentication?.certificate)
        #expect(one.personal?.holder.name != other.personal?.holder.name)
        #expect(one.personal?.holder.name.utf8.count == other.personal?.holder.name.utf8.count)
        #expect(one.personal?.holder.pictures.photo.count == other.personal?.holder.pictures.photo.count)
        #expect(one.personal?.holder.verificationNumberB != other.personal?.holder.verificationNumberB)
    }

    /// Right secrets: those of one card and of another that differs in them only, and what they are changed to.
    @Test(arguments: sessions.indices)
    func rightSecrets(_ index: Int) throws {
        let words = Self.sessions[index].words
        let one = try run(words, json: index % 2 == 0)
        #expect(one.status == 0 && !one.trace.isEmpty, "\(one)")
        let out = folder.has("out") ? try folder.read("out") : []
        #expect(try run(words, secrets: 1, new: 1, json: index % 2 == 0) == one)
        #expect(try (folder.has("out") ? folder.read("out") : []) == out)
    }

    @Test(arguments: sessions.indices)
    func wrongSecrets(_ index: Int) throws {
        let words = Self.sessions[index].words
        let one = try run(words, wrong: 0, json: index % 2 == 1)
        #expect(try run(words, wrong: 1, new: 1, json: index % 2 == 1) == one)
        // Another card, whose right secrets are others, is refused in the same way.
        #expect(try run(words, secrets: 1, wrong: 1, json: index % 2 == 1) == one)
    }

    /// Another holder with other secrets; what is asked for may differ, and has to where it is told.
    @Test(arguments: sessions.indices)
    func holders(_ index: Int) throws {
        let (words, tells) = Self.sessions[index]
        let one = try run(words, json: index % 2 == 0)
        let other = try run(words, holder: 1, secrets: 1, new: 1, json: index % 2 == 0)
        #expect(other.status == one.status)
        #expect(other.error == one.error)
        #expect(other.trace == one.trace)
        #expect((other.output == one.output) == !tells)
    }

    /// The simulated card that takes its secrets from the environment.
    @Test func aCardForOtherSoftware() throws {
        let orders = try folder.write("orders", "status\nremove\nstatus\nquit\n")
        let outputs = try ["1234 ABC123", "9870 7X8Y9Z"].map { secrets in
            let parts = secrets.split(separator: " ")
            // Nobody listens at port 1.
            return try runProgram(
                [builtProgram("kazasu"), "simulate", "card", "--vpcd", "127.0.0.1:1"],
                environment: ChildProcess.searchPath + ["KAZASU_PIN=\(parts[0])", "KAZASU_SIGN_PASSWORD=\(parts[1])"], input: orders
            ).checked().output
        }
        #expect(outputs[0] == outputs[1] && outputs[0].hasSuffix("ended\n"), "\(outputs)")
    }
}
