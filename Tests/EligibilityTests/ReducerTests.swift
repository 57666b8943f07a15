import Centre
import Cards
import Certificates
import Diagnosis
import Eligibility
import MyNumberCard
import ReaderKit
import SimulationKit
import Testing

/// The visit as a function, every phase against every input.
@Suite struct ReducerTests {
    private static let phases: [VisitPhase] = [
        .idle, .waitingForCard, .readingCard, .waitingForPIN, .verifying, .proving, .askingCentre, .finished, .readingCertificate,
    ]

    private let inputs: [(name: String, input: VisitInput)]
    private let path: [VisitInput]

    init() throws {
        let valid = CertificateVerdict.valid(
            issuedBy: try Certificate(der: SyntheticHolder.hanako.authenticationAuthority), domain: .synthetic)
        let inGrace = CertificateVerdict.validInGrace(
            issuedBy: try Certificate(der: SyntheticHolder.hanako.authenticationAuthority), domain: .synthetic, until: 0)
        let expired = CertificateVerdict.invalid([.expired(since: 0), .untrusted])
        let pin = VisitInput.pinTyped(Secret([0x31]))
        let answer = EligibilityAnswer(validity: .valid, qualification: nil, person: nil)
        inputs = [
            ("begin", .begin), ("cardPlaced", .cardPlaced), ("read 3", .cardRead(.left(3), valid)),
            ("read 1", .cardRead(.left(1), valid)),
            ("read 0", .cardRead(.left(0), valid)), ("read blocked", .cardRead(.blocked, valid)),
            ("read verified", .cardRead(.verified, valid)),
            ("read expired", .cardRead(.left(3), expired)), ("read blocked, expired", .cardRead(.blocked, expired)),
            ("read unchecked", .cardRead(.left(3), .notChecked)), ("pin", pin), ("cancelled", .cancelled),
            ("verified", .pinChecked(.verified)),
            ("rejected 2", .pinChecked(.rejected(triesLeft: 2))), ("blocked", .pinChecked(.blocked)), ("proved", .proved),
            ("answered", .answered(answer)), ("otherCard", .otherCard), ("cardRemoved", .cardRemoved), ("timedOut", .timedOut),
            ("failed", .failed(ReaderError(.readerGone))), ("read in grace", .cardRead(.left(3), inGrace)),
            ("closed 3", .certificateClosed(.left(3))), ("closed blocked", .certificateClosed(.blocked)),
            ("opened", .certificateRead(valid)), ("opened expired", .certificateRead(expired)),
            ("opened unchecked", .certificateRead(.notChecked)),
        ]
        path = [.begin, .cardPlaced, .cardRead(.left(3), valid), pin, .pinChecked(.verified), .proved, .answered(answer)]
    }

    /// A visit in a phase, led there by its inputs.
    private func state(in phase: VisitPhase, allowsLastTry: Bool = false) throws -> VisitState {
        var state = VisitState(allowsLastTry: allowsLastTry)
        let closed = path.prefix(2) + [.certificateClosed(.left(3))] + path[3...4]
        for input in phase == .readingCertificate ? closed : path.prefix(try #require(Self.phases.firstIndex(of: phase))) {
            _ = state.receive(input)
        }
        #expect(state.phase == phase)
        return state
    }

    /// What an input does in a phase where it does something other than in the others: next phase and effect.
    private static let special: [String: [VisitPhase: (VisitPhase, String)]] = [
        "begin": [.idle: (.waitingForCard, "waitForCard")],
        "cardPlaced": [.waitingForCard: (.readingCard, "readCard")],
        "read 3": [.readingCard: (.waitingForPIN, "askPIN(3)")],
        "read in grace": [.readingCard: (.waitingForPIN, "askPIN(3)")],
        "read 1": [.readingCard: (.finished, "finish(last-try-kept)")],
        "read 0": [.readingCard: (.finished, "finish(pin-blocked)")],
        "read blocked": [.readingCard: (.finished, "finish(pin-blocked)")],
        "read verified": [.readingCard: (.waitingForPIN, "askPIN(-)")],
        "read expired": [.readingCard: (.finished, "finish(certificate-expired)")],
        "read blocked, expired": [.readingCard: (.finished, "finish(certificate-expired)")],
        "read unchecked": [.readingCard: (.finished, "finish(certificate-not-checked)")],
        "closed 3": [.readingCard: (.waitingForPIN, "askPIN(3)")],
        "closed blocked": [.readingCard: (.finished, "finish(pin-blocked)")],
        "opened": [.readingCertificate: (.proving, "prove")],
        "opened expired": [.readingCertificate: (.finished, "finish(certificate-expired)")],
        "opened unchecked": [.readingCertificate: (.finished, "finish(certificate-not-checked)")],
        "pin": [.waitingForPIN: (.verifying, "verify")],
        "verified": [.verifying: (.proving, "prove")],
        "rejected 2": [.verifying: (.finished, "finish(pin-rejected)")],
        "blocked": [.verifying: (.finished, "finish(pin-blocked)")],
        "proved": [.proving: (.askingCentre, "askCentre")],
        "answered": [.askingCentre: (.finished, "finish(confirmed)")],
        "cardRemoved": [.waitingForCard: (.waitingForCard, ""), .askingCentre: (.askingCentre, "")],
    ]

    /// What an input does in every phase that `special` does not name; the others do nothing there.
    private static let everywhere = [
        "cancelled": "finish(cancelled)", "otherCard": "finish(not-my-number-card)", "cardRemoved": "finish(card-removed)",
        "timedOut": "finish(timed-out)", "failed": "finish(reader-gone)",
    ]

    private static func expected(_ phase: VisitPhase, _ input: String) -> (phase: VisitPhase, effect: String) {
        if phase == .finished { return (.finished, "") }
        if let special = special[input]?[phase] { return special }
        return everywhere[input].map { (.finished, $0) } ?? (phase, "")
    }

    private static func describe(_ effect: VisitEffect) -> String {
        switch effect {
        case .waitForCard: "waitForCard"
        case .readCard: "readCard"
        case .askPIN(let tries): "askPIN(\(tries.map { String($0) } ?? "-"))"
        case .verify: "verify"
        case .readCertificate: "readCertificate"
        case .prove: "prove"
        case .askCentre(let isAgain): isAgain ? "askCentre again" : "askCentre"
        case .finish(let outcome): "finish(\(outcome.code))"
        default: "\(effect)"
        }
    }

    @Test(arguments: phases)
    func everyInput(_ phase: VisitPhase) throws {
        for (name, input) in inputs {
            var state = try state(in: phase)
            let effects = state.receive(input).map(Self.describe)
            let expected = Self.expected(phase, name)
            #expect(state.phase == expected.phase, "\(phase), \(name)")
            #expect(effects == (expected.effect.isEmpty ? [] : [expected.effect]), "\(phase), \(name)")
        }
    }

    @Test func theLastTryIsUsedOnlyWhereThatWasAskedFor() throws {
        let input = try #require(inputs.first { $0.name == "read 1" }).input
        var state = try state(in: .readingCard, allowsLastTry: true)
        #expect(state.receive(input).map(Self.describe) == ["askPIN(1)"])
        var blocked = try self.state(in: .readingCard, allowsLastTry: true)
        let none = try #require(inputs.first { $0.name == "read 0" }).input
        #expect(blocked.receive(none).map(Self.describe) == ["finish(pin-blocked)"])
    }

    @Test("Whatever comes in whatever order, nothing is done that was not earned")
    func randomWalks() throws {
        var random = SeededGenerator(seed: 20_261_121)
        var confirmed = 0
        for walk in 0..<5_000 {
            var state = VisitState(allowsLastTry: walk % 2 == 0)
            var effects: [String] = []
            var given: [String] = []
            for step in 0..<40 {
                // The right input often enough to come far.
                let isNext = Int.random(in: 0..<4, using: &random) > 0
                let (name, input) =
                    isNext && step < path.count
                    ? inputs[Self.next[state.phase] ?? 0] : inputs[Int.random(in: inputs.indices, using: &random)]
                let phase = state.phase
                let made = state.receive(input).map(Self.describe)
                given.append(name)
                #expect(made.count <= 1)
                if phase == .finished { #expect(made.isEmpty && state.phase == .finished) }
                for effect in made {
                    effects.append(effect)
                    switch effect {
                    case "verify": #expect(name == "pin" && effects.contains { $0.hasPrefix("askPIN") })
                    case "readCertificate": #expect(name == "verified" && effects.contains("verify"))
                    case "prove":
                        let wasClosed = effects.contains("readCertificate")
                        #expect(name == (wasClosed ? "opened" : "verified") && effects.contains("verify"))
                    case "askCentre": #expect(name == "proved" && effects.contains("prove"))
                    case "finish(confirmed)": #expect(name == "answered" && effects.contains("askCentre"))
                    default: break
                    }
                }
            }
            for effect in Set(effects) { #expect(effects.count { $0 == effect } == 1, "\(effect) twice after \(given)") }
            #expect(effects.count { $0.hasPrefix("finish") } <= 1)
            #expect((state.phase == .finished) == (effects.last?.hasPrefix("finish") == true))
            if effects.last == "finish(confirmed)" { confirmed += 1 }
        }
        #expect(confirmed > 100, "the walks must come to the end sometimes")
    }

    /// The position of the input that leads on.
    private static let next: [VisitPhase: Int] = [
        .idle: 0, .waitingForCard: 1, .readingCard: 2, .waitingForPIN: 10, .verifying: 12, .readingCertificate: 24, .proving: 15,
        .askingCentre: 16,
    ]
}
