import Diagnosis
import Scenarios
import SimulationKit

/// Something that goes wrong in a scenario beside what is written there, drawn by chance: what, and at which moment.
struct DrawnFault: Sendable, Hashable {
    /// What goes wrong.
    enum Kind: Sendable, Hashable {
        /// It befalls the card or the reader: a line such as `apdu#4:remove` or `+3210ms:unplug`.
        case line(String)
        /// It befalls a message to the centre, the first being 1.
        case centre(Scenario.CentreConduct.Fault, message: Int)
    }

    let kind: Kind

    /// A fault while the same session goes on that has gone well as `calm`. Half of them befall the card or the reader.
    init(seed: UInt64, during calm: ScenarioResult) {
        // The people's pauses are drawn from the seed itself.
        var random = SeededGenerator(seed: ~seed)
        let moment = Int.random(in: 0...max(1, Int(calm.duration / .milliseconds(1))), using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: kind = .line("+\(moment)ms:remove")
        case 1: kind = .line("+\(moment)ms:unplug")
        case 2: kind = .line("apdu#\(Int.random(in: 1...max(1, calm.commands), using: &random)):remove")
        default:
            let faults = Scenario.CentreConduct.Fault.allCases
            kind = .centre(
                faults[Int.random(in: faults.indices, using: &random)], message: Int.random(in: 1...max(1, calm.messages), using: &random))
        }
    }

    /// What it is, for people.
    var text: String {
        switch kind {
        case .line(let line): line
        case .centre(let fault, let message): "centre \(fault.rawValue) at message \(message)"
        }
    }
}

extension Scenario {
    /// The same, in which this goes wrong.
    func with(_ fault: DrawnFault) -> Scenario {
        switch fault.kind {
        case .line(let line): with(line)
        case .centre(let kind, let message): with(CentreConduct(latency: centre.latency, fault: kind, faultyMessage: message))
        }
    }
}

/// What must be so whatever goes wrong, beside a session in which nothing did.
struct FaultInvariants {
    let fault: DrawnFault
    /// The same session without the fault.
    let calm: ScenarioResult

    /// How much longer than without a fault it may take: every screen and message may be waited for once more.
    static let extraTime = Duration.seconds(1_800)

    /// What is not so.
    func mismatches(of result: ScenarioResult, in scenario: Scenario) -> [Mismatch] {
        var found: [Mismatch] = []
        func expect(_ isSo: Bool, _ expected: String, _ got: String) {
            guard !isSo, let place = scenario.expectations.first?.place else { return }
            found.append(Mismatch(place: place, expected: "with \(fault.text): \(expected)", got: got))
        }
        let audit = result.audit.joined(separator: ", ")
        for entry in Set(result.audit).sorted() where entry.hasSuffix(" done") && !Self.isRepeatable(entry) {
            let most = max(1, count(entry, in: calm))
            expect(count(entry, in: result) <= most, "'\(entry)' at most \(most) times", audit)
        }
        // The commit point: what was acknowledged is there once, and what was not sent or was refused is not there.
        let registered = Self.registrations.reduce(0) { $0 + count($1, in: result) }
        switch result.fields["delivery"] {
        case "registered": expect(registered == 1, "the consent is registered", audit)
        case "none" where count("registration done", in: result) == 0 && scenario.flow != .certifiedReader:
            expect(registered == 0, "no consent is registered", audit)
        default: break
        }
        let shown = result.notes["viewed"]?.count { $0.hasSuffix(" shown") } ?? 0
        expect(shown == 0 || registered == 1 || scenario.flow == .medicalInquiry, "nothing is seen before the consent is registered", audit)
        expect(result.duration <= calm.duration + Self.extraTime, "an end", result.duration.description)
        if scenario.flow != .certifiedReader {
            expect(result.screens.last.map { $0.name == "message" } ?? true, "nobody's data at the end", "another screen")
        }
        for expectation in scenario.expectations {
            if case .absent = expectation.kind, let mismatch = expectation.mismatch(with: result) { found.append(mismatch) }
        }
        return found
    }

    /// What is written when a consent is registered.
    private static let registrations = ["eligibility done", "disaster done"]

    /// What may be done anew by whoever was interrupted.
    private static func isRepeatable(_ entry: String) -> Bool { entry == "log-in done" }

    private func count(_ entry: String, in result: ScenarioResult) -> Int { result.audit.count { $0 == entry } }
}
