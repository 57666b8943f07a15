import Cards
import Diagnosis
import ISO7816
import MyNumberCard
import ReaderKit
import TestSupport
import Testing

/// Every operation against every status word: a result that the status word means, or an error that names it.
@Suite struct StatusWordTests {
    private static let statusWords: [StatusWord] = {
        let second: [UInt8] = [0x00, 0x01, 0x03, 0x10] + (0x80...0x88) + [0xC0, 0xC1, 0xC3, 0xCF, 0xD0, 0xFF]
        let first: [UInt8] = [0x00, 0x30, 0x60] + (0x61...0x6F) + (0x90...0x9F) + [0xFF]
        return first.flatMap { sw1 in second.map { StatusWord(sw1: sw1, sw2: $0) } }
    }()

    /// The outcome of `operation` on a card that answers every command with `status` and nothing else, but for SELECT unless said so.
    private func outcome<Result>(
        _ status: StatusWord, alsoSelect: Bool = false, _ operation: (MyNumberCard) throws(CardError) -> Result
    ) throws -> Swift.Result<Result, CardError> {
        let bench = try Bench(ScriptedCard.answering { !alsoSelect && $0[1] == 0xA4 ? [0x90, 0x00] : [status.sw1, status.sw2] })
        do { return .success(try operation(bench.card)) } catch { return .failure(error) }
    }

    /// Whether an error says which status word the card answered. What is left of `61xx` is fetched, and `6Cxx` obeyed once where the
    /// command has Le; a card that says the same again has broken the protocol.
    private func names(_ status: StatusWord, _ error: CardError, hasLe: Bool) -> Bool {
        if status.sw1 == 0x61 || hasLe && status.sw1 == 0x6C { return error.code == "answer-malformed" }
        return error.cause?.contains(status.description) == true
    }

    @Test func select() throws {
        for status in Self.statusWords {
            switch try outcome(status, alsoSelect: true, { card throws(CardError) in try card.select() }) {
            case .success: #expect(status == .success)
            case .failure(let error):
                #expect(status != .success && names(status, error, hasLe: false), "\(status): \(error)")
                if status.sw1 != 0x61 { #expect(error == .notMyNumberCard(status)) }
            }
        }
    }

    @Test func counter() throws {
        for status in Self.statusWords {
            switch try outcome(status, { card throws(CardError) in try card.authenticationPINState() }) {
            case .success(let state): #expect(state == Self.known[status]?.0, "\(status)")
            case .failure(let error):
                #expect(Self.known[status] == nil && names(status, error, hasLe: false), "\(status): \(error)")
                if status.sw1 != 0x61 { #expect(error == .refused(status, command: "VERIFY without data")) }
            }
        }
    }

    @Test func verify() throws {
        for status in Self.statusWords {
            switch try outcome(status, { card throws(CardError) in try card.verifyAuthenticationPIN(Secret([0x31, 0x32, 0x33, 0x34])) }) {
            case .success(let result): #expect(result == Self.known[status]?.1, "\(status)")
            case .failure(let error):
                #expect(Self.known[status] == nil && names(status, error, hasLe: false), "\(status): \(error)")
                if status.sw1 != 0x61 { #expect(error == .refused(status, command: "VERIFY")) }
            }
        }
    }

    /// The status words that say something of a PIN.
    private static let known: [StatusWord: (PINState, PINResult)] = [
        0x9000: (.verified, .verified), 0x63C0: (.blocked, .blocked), 0x63C1: (.left(1), .rejected(triesLeft: 1)),
        0x63C3: (.left(3), .rejected(triesLeft: 3)), 0x63CF: (.left(15), .rejected(triesLeft: 15)), 0x6983: (.blocked, .blocked),
        0x6984: (.blocked, .blocked),
    ].reduce(into: [:]) { $0[StatusWord(rawValue: $1.key)] = $1.value }

    @Test func firstRead() throws {
        for status in Self.statusWords {
            guard case .failure(let error) = try outcome(status, { card throws(CardError) in try card.readAuthenticationCertificate() })
            else {
                Issue.record("\(status) brought a certificate")
                continue
            }
            // A file without content: read to its end, read with a warning, or read behind its end.
            if [0x9000, 0x6282, 0x6B00].contains(status.rawValue) {
                #expect(error == .certificateMalformed(cause: "it does not begin with a SEQUENCE"))
            } else {
                #expect(names(status, error, hasLe: true), "\(status): \(error)")
            }
        }
    }

    @Test func furtherReads() throws {
        for status in Self.statusWords {
            let first = hex("30820200") + [UInt8](repeating: 0, count: 252) + [0x90, 0x00]
            let bench = try Bench(ScriptedCard.selected({ $0.starts(with: [0x00, 0xB0, 0x8A]) ? first : [status.sw1, status.sw2] }))
            let error = #expect(throws: CardError.self) { try bench.card.readAuthenticationCertificate() }
            if [0x9000, 0x6282, 0x6B00].contains(status.rawValue) {
                #expect(error == .certificateMalformed(cause: "the file ends after 256 of 516 bytes"))
            } else {
                #expect(error.map { names(status, $0, hasLe: true) } == true, "\(status): \(error as Any)")
            }
        }
    }

    @Test func sign() throws {
        for status in Self.statusWords {
            switch try outcome(status, { card throws(CardError) in try card.sign(digestInfo: digestInfo) }) {
            case .success(let signature): #expect(status == .success && signature.isEmpty)
            case .failure(let error):
                #expect(status != .success && names(status, error, hasLe: true), "\(status): \(error)")
                if status.sw1 != 0x61, status.sw1 != 0x6C { #expect(error == .refused(status, command: "COMPUTE DIGITAL SIGNATURE")) }
            }
        }
    }

    // MARK: On real cards

    @Test func anotherCard() throws {
        var profile = CardProfile.myNumberCard
        profile.applications = [CardApplication(identifier: hex("A0000000031010"), files: [])]
        let bench = try Bench(VirtualCard(profile, holder: .hanako))
        #expect(throws: CardError.notMyNumberCard(.fileNotFound)) { try bench.card.select() }
        #expect(bench.commands.count == 1)
    }

    @Test func aCardWithoutThatCertificate() throws {
        let bench = try Bench(VirtualCard(contents: CardContents(authentication: nil, signature: CardContents(.hanako).signature)))
        try bench.card.select()
        #expect(throws: CardError.refused(.fileNotFound, command: "READ BINARY")) { try bench.card.readAuthenticationCertificate() }
        #expect(throws: CardError.refused(.fileNotFound, command: "COMPUTE DIGITAL SIGNATURE")) {
            try bench.card.sign(digestInfo: digestInfo)
        }
    }

    @Test func aSignatureWithoutPIN() throws {
        let bench = try Bench(VirtualCard(holder: .hanako))
        try bench.card.select()
        #expect(throws: CardError.refused(.securityStatusNotSatisfied, command: "COMPUTE DIGITAL SIGNATURE")) {
            try bench.card.sign(digestInfo: digestInfo)
        }
    }
}
