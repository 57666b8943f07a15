import MyNumberCard
import TestSupport
import Testing

@testable import Eligibility

/// Every state that a visit can come to, and every input in each: what was not earned is never done.
@Suite struct ExplorationTests {
    /// What of a state decides what follows.
    private struct Key: Hashable {
        let phase: VisitPhase
        let pin: PINState
        let identity: IdentityMethod?
        let refusal: String?
        let next: String?
        let ending: String?
        let counts: [Int]
        let flags: [Bool]
        let consent: Consent
        let delivery: ConsentDelivery
        let sight: VisualCheckGround?

        init(_ state: VisitState) {
            (phase, ending, delivery) = (state.phase, state.ending?.code, state.delivery)
            next =
                switch state.next {
                case nil: nil
                case .chooseMethod: "method"
                case .askPasscode: "passcode"
                case .waitForCard: "card"
                case .end(let outcome): outcome.code
                }
            // After the outcome is settled only the card matters.
            guard state.settled == nil, state.phase != .complete, state.phase != .returningCard, state.phase != .finished else {
                (pin, identity, refusal, consent, sight) = (.verified, nil, nil, Consent(), nil)
                (counts, flags) = ([state.reminders], [state.isCardThere, state.identity != nil])
                return
            }
            (identity, refusal, consent, sight) = (state.identity, state.refusal?.code, state.consent, state.sight)
            // Once the bearer is proved it does not matter how.
            guard state.identity == nil else {
                pin = .verified
                counts = [state.reminders, state.centreAttempts]
                flags = [state.isBeside, state.isCardThere, state.isInGrace, state.wasRegistrationOffered]
                return
            }
            pin = state.pin
            counts = [state.reminders, state.chances, state.passcodeTries]
            flags = [
                state.isCertificateClosed, state.isBeside, state.hasPhotograph, state.isCardThere, state.isPINRefusalTold, state.isInGrace,
                state.isFaceLocked, state.mode == .visual, state.tick != nil,
            ]
        }
    }

    /// How many states there are: counted, so that a change shows.
    private static let counted: [(VisitKind, lastTry: Bool, states: Int)] = [
        (.slotsOnly, false, 43), (.slotsOnly, true, 55), (.certified, true, 7_472),
        (.withoutKeypad, false, 3_522), (.atTerminal, false, 1_397), (.before2024, false, 5_806),
    ]

    @Test(.holds("R033", "R060", "R110", "R155", "R166", "N17", "N18", "N28"), arguments: counted)
    func everyInputInEveryState(_ kind: VisitKind, _ allowsLastTry: Bool, _ states: Int) throws {
        let inputs = try kind.inputs()
        let start = kind.start(allowsLastTry: allowsLastTry)
        var seen: Set<Key> = [Key(start)]
        var waiting = [start]
        var phases: Set<VisitPhase> = []
        var rules = VisitRules()
        var transitions = 0
        while let state = waiting.popLast(), seen.count < 100_000 {
            phases.insert(state.phase)
            rules.checkEnd(of: state)
            for input in inputs {
                var after = state
                let effects = after.receive(input.input)
                transitions += 1
                rules.check(state, input.name, after, effects)
                if seen.insert(Key(after)).inserted { waiting.append(after) }
            }
        }
        #expect(rules.violations.isEmpty, "\(rules.violations.sorted().prefix(10).joined(separator: "\n"))")
        #expect(waiting.isEmpty, "\(waiting.count) states are left")
        #expect(phases.count == kind.phases, "\(phases)")
        #expect(transitions == seen.count * inputs.count)
        #expect(seen.count == states)
        print("visit, \(kind)\(allowsLastTry ? ", last try too" : ""): \(seen.count) states, \(transitions) transitions")
    }

    @Test("A reader that cannot prove the bearer as wanted is not tried")
    func notOffered() {
        func begins(_ equipment: VisitEquipment, _ method: IdentityMethod) -> Bool {
            var state = VisitState(allowsLastTry: false, equipment: equipment, expecting: method)
            if case .finish(.methodNotOffered(method)) = state.receive(.begin).first { return false }
            return true
        }
        var withoutVisualCheck = VisitKind.certified.start(allowsLastTry: false).equipment
        withoutVisualCheck.hasVisualCheck = false
        #expect(IdentityMethod.allCases.filter { begins(VisitEquipment(), $0) } == [.pin])
        #expect(IdentityMethod.allCases.filter { begins(withoutVisualCheck, $0) } == [.face, .pin])
        #expect(
            IdentityMethod.allCases.filter { begins(VisitKind.certified.start(allowsLastTry: false).equipment, $0) } == [
                .face, .pin, .visual,
            ])
    }
}
