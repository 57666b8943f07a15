import Centre
import Certificates
import Diagnosis
import Eligibility
import MyNumberCard
import Reception
import Testing

/// Every state of a flow that can be reached by some inputs, and every step between them.
struct Exploration<Flow: ReceptionFlow> {
    struct Step {
        let from: Flow
        let name: String
        let input: ReceptionInput
        let effects: [ReceptionEffect]
        let to: Flow
    }

    private(set) var states: [Flow] = []
    private(set) var steps: [Step] = []

    /// Looks at every state that `inputs` reach from `flow`.
    init(_ flow: Flow, _ inputs: [(name: String, input: ReceptionInput)]) {
        var seen: Set<String> = [Self.key(flow)]
        states = [flow]
        var next = 0
        while next < states.count {
            let from = states[next]
            next += 1
            for (name, input) in inputs {
                var to = from
                let effects = to.receive(input)
                steps.append(Step(from: from, name: name, input: input, effects: effects, to: to))
                // Most steps change nothing or end in idle; to look for those in a short list is quicker than to write them out.
                if to == from || to.isIdle && states.contains(where: { $0.isIdle && $0 == to }) { continue }
                if seen.insert(Self.key(to)).inserted { states.append(to) }
            }
        }
    }

    /// What tells states apart: all but the configuration, of which only the method can change.
    private static func key(_ flow: Flow) -> String {
        Mirror(reflecting: flow).children.map { name, value in
            guard name == "configuration" else { return "\(value)" }
            return Mirror(reflecting: value).children.first { $0.label == "method" }.map { "\($0.value)" } ?? ""
        }.joined(separator: "|")
    }

    var effects: [ReceptionEffect] { steps.flatMap(\.effects) }

    /// The size of the space, for the log of the tests.
    var size: String { "\(states.count) states, \(steps.count) transitions" }
}

extension ReceptionEffect {
    var outcome: ReceptionOutcome? {
        if case .finish(let outcome) = self { outcome } else { nil }
    }
    var screen: ReceptionScreen? {
        if case .show(let screen) = self { screen } else { nil }
    }
    var request: CentreRequest? {
        if case .ask(let request, _) = self { request } else { nil }
    }
    /// The consent that is sent with a question for eligibility.
    var registration: ConsentRegistration? {
        if case .askEligibility(_, let consent, _) = self { consent } else { nil }
    }
    var asksEligibility: Bool {
        if case .askEligibility = self { true } else { false }
    }
    var step: CardStep? {
        if case .card(let step) = self { step } else { nil }
    }
}

/// What must hold of every flow: whatever happens in whatever state, it ends in idle, and an idle one has nothing of anybody.
func checkEndings<Flow: ReceptionFlow>(_ exploration: Exploration<Flow>, fresh: (Flow) -> Flow) {
    let broken = CentreError(
        code: "centre-unavailable", sentence: Sentence(ja: "接続できません。", en: "There is no link."), cause: nil, category: .unavailable)
    for state in exploration.states {
        if state.isIdle { #expect(state == fresh(state), "an idle flow has something of somebody: \(state)") }
        for (name, input) in [("cancelled", .cancelled), ("timed out", .timedOut), ("link lost", .failed(broken))]
            as [(String, ReceptionInput)]
        {
            var state = state
            // Sent again some times, asked for again some times, then over.
            for _ in 0..<70 where !state.isIdle { _ = state.receive(input) }
            #expect(state.isIdle, "\(name) leaves the flow in \(state)")
        }
        var removed = state
        let effects = removed.receive(.card(.cardRemoved))
        #expect(removed.isIdle || removed == state, "a card that is removed leads to \(removed)")
        #expect(effects.isEmpty || removed.isIdle)
    }
    for step in exploration.steps {
        let ends = step.effects.filter { $0.outcome != nil }.count
        #expect(ends == (step.to.isIdle && (!step.from.isIdle || !step.effects.isEmpty) ? 1 : 0), "\(step.name) in \(step.from)")
        if ends > 0 { #expect(step.effects.last?.outcome != nil) }
    }
}

/// What a card and the persons beside it can do, in every flow.
var cardInputs: [(name: String, input: ReceptionInput)] {
    let pins: [PINState] = [.left(3), .left(1), .left(0), .blocked, .verified]
    var inputs: [(String, ReceptionInput)] = [
        ("begin", .begin), ("PIN typed", .pinTyped(by: .patient)), ("code typed", .visualCodeTyped),
        ("looked", .touched(.looked, by: .staff)),
        ("patient looked", .touched(.looked, by: .patient)), ("placed", .card(.cardPlaced)), ("removed", .card(.cardRemoved)),
        ("swapped", .card(.cardSwapped)), ("missed", .card(.cardMissed)), ("other card", .card(.otherCard)),
        ("opened", .card(.certificateRead(valid))), ("opened expired", .card(.certificateRead(expired))),
        ("verified", .card(.pinChecked(.verified))), ("rejected", .card(.pinChecked(.rejected(triesLeft: 2)))),
        ("blocked", .card(.pinChecked(.blocked))), ("proved", .card(.proved)), ("photograph", .card(.photographRead)),
        ("code refused", .card(.visualCodeRefused)), ("genuine", .card(.cardChecked(.valid(.synthetic)))),
        ("not checked", .card(.cardChecked(.chainNotChecked))), ("copy", .card(.cardChecked(.invalid(.challenge)))),
        ("end", .touched(.end, by: .staff)), ("cancelled", .cancelled), ("timed out", .timedOut),
        ("refused by the centre", .failed(refusal)), ("link lost", .failed(CentreError.otherAnswer)),
        ("unexpected answer", .answered(.done)),
    ]
    for pin in pins {
        inputs += [
            ("read \(pin)", .card(.cardRead(pin, valid))), ("read \(pin), expired", .card(.cardRead(pin, expired))),
            ("closed \(pin)", .card(.certificateClosed(pin))),
        ]
    }
    return inputs + [("read unchecked", .card(.cardRead(.left(3), .notChecked)))]
}

let expired = CertificateVerdict.invalid([.expired(since: 0)])
let refusal = CentreError(
    code: "not-permitted", sentence: Sentence(ja: "利用できません。", en: "Not permitted."), cause: nil, category: .notPermitted)
