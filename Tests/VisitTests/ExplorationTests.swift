import Centre
import Certificates
import Cards
import Diagnosis
import MyNumberCard
import ReaderKit
import Testing

@testable import Eligibility

/// Every state that a visit can come to, and every input in each: what was not earned is never done.
@Suite struct ExplorationTests {
    private let inputs: [(name: String, input: VisitInput)]

    init() throws {
        let valid = CertificateVerdict.valid(
            issuedBy: try Certificate(der: SyntheticHolder.hanako.authenticationAuthority), domain: .synthetic)
        let secret = Secret("1234".utf8)
        var inputs: [(String, VisitInput)] = [
            ("begin", .begin), ("placed", .cardPlaced), ("placed beside", .cardPlacedBeside), ("removed", .cardRemoved),
            ("swapped", .cardSwapped),
            ("read 3", .cardRead(.left(3), valid)), ("read 1", .cardRead(.left(1), valid)), ("read blocked", .cardRead(.blocked, valid)),
            ("read expired", .cardRead(.left(3), .invalid([.untrusted]))), ("missed", .cardMissed),
            ("read unchecked", .cardRead(.left(3), .notChecked)),
            ("closed", .certificateClosed(.left(3))), ("opened", .certificateRead(valid)), ("typed", .pinTyped(secret)),
            ("verified", .pinChecked(.verified)), ("rejected 1", .pinChecked(.rejected(triesLeft: 1))),
            ("rejected 2", .pinChecked(.rejected(triesLeft: 2))), ("blocked", .pinChecked(.blocked)), ("proved", .proved),
            ("other card", .otherCard), ("timed out", .timedOut), ("cancelled", .cancelled), ("failed", .failed(ReaderError(.readerGone))),
            ("answered", .answered(EligibilityAnswer(validity: .valid, qualification: nil, person: nil))),
            ("face read", .cardFaceRead(secret)), ("face unreadable", .cardFaceUnreadable), ("photograph", .photographRead),
            ("code refused", .visualCodeRefused), ("accepted", .compared(.accepted)), ("not accepted", .compared(.rejected(.covered))),
            ("nobody", .compared(.timedOut)), ("left camera", .compared(.ended)), ("genuine", .cardChecked(.valid(.synthetic))),
            ("not checked", .cardChecked(.chainNotChecked)), ("copy", .cardChecked(.invalid(.challenge))),
            ("passcode", .passcodeTyped(secret)), ("issued", .passcodeChecked(true)), ("not issued", .passcodeChecked(false)),
            ("staff left", .staffLeft),
        ]
        let answers: [ScreenAnswer] = [
            .method(.face), .method(.pin), .consentToAll, .consentIndividually, .consent(true), .consent(false), .ended, .staffButton,
            .timedOut,
        ]
        for answer in answers { inputs.append(("\(answer)", .screen(answer))) }
        self.inputs = inputs
    }

    /// A kind of reader.
    enum Kind: CaseIterable {
        case slotsOnly, certified, withoutKeypad

        var equipment: VisitEquipment {
            var equipment = VisitEquipment()
            guard self != .slotsOnly else { return equipment }
            equipment.hasScreen = true
            equipment.hasCamera = true
            equipment.hasKeypad = self == .certified
            equipment.hasVisualCheck = true
            return equipment
        }

        /// How many phases a visit can come to there.
        var phases: Int {
            switch self {
            case .slotsOnly: 9
            case .certified: 25
            case .withoutKeypad: 24
            }
        }
    }

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

        init(_ state: VisitState) {
            (phase, ending) = (state.phase, state.ending?.code)
            next =
                switch state.next {
                case nil: nil
                case .chooseMethod: "method"
                case .askPasscode: "passcode"
                case .waitForCard: "card"
                case .end(let outcome): outcome.code
                }
            // After the outcome is settled only the card matters.
            guard state.settled == nil, state.phase != .returningCard, state.phase != .finished else {
                (pin, identity, refusal, consent) = (.verified, nil, nil, Consent())
                (counts, flags) = ([state.reminders], [state.isCardThere])
                return
            }
            (pin, identity, refusal, consent) = (state.pin, state.identity, state.refusal?.code, state.consent)
            counts = [state.reminders, state.chances, state.passcodeTries]
            flags = [
                state.isCertificateClosed, state.isBeside, state.isVisual, state.hasPhotograph, state.isCardThere, state.isPINRefusalTold,
            ]
        }
    }

    @Test(arguments: Kind.allCases, [false, true])
    func everyInputInEveryState(_ kind: Kind, _ allowsLastTry: Bool) throws {
        var start = VisitState(allowsLastTry: allowsLastTry, equipment: kind.equipment)
        // More of the same is no other state.
        (start.chances, start.reminders, start.passcodeTries) = (1, 1, 2)
        var seen: Set<Key> = [Key(start)]
        var waiting = [start]
        var phases: Set<VisitPhase> = []
        var violations: Set<String> = []
        while let state = waiting.popLast(), seen.count < 100_000 {
            phases.insert(state.phase)
            checkSilence(state, &violations)
            for (name, input) in inputs {
                var after = state
                let effects = after.receive(input)
                check(state, name, after, effects, &violations)
                if seen.insert(Key(after)).inserted { waiting.append(after) }
            }
        }
        #expect(violations.isEmpty, "\(violations.sorted().prefix(10).joined(separator: "\n"))")
        #expect(waiting.isEmpty, "\(waiting.count) states are left")
        #expect(phases.count == kind.phases, "\(phases)")
        #expect(seen.count < 40_000, "\(seen.count) states")
    }

    /// What an input may lead to.
    private func check(_ before: VisitState, _ name: String, _ after: VisitState, _ effects: [VisitEffect], _ violations: inout Set<String>)
    {
        func must(_ holds: Bool, _ rule: String) {
            if !holds { violations.insert("\(before.phase) + \(name) → \(after.phase): \(rule)") }
        }
        if before.phase == .finished {
            must(effects.isEmpty && after.phase == .finished, "nothing happens after the end")
            return
        }
        must(effects.count <= 3, "few effects")
        if after.identity != before.identity {
            must(before.identity == nil, "the bearer is proved once")
            switch after.identity {
            case .pin: must(before.phase == .proving && name == "proved", "a PIN is proved by a signature")
            case .face: must(before.phase == .checkingCard && name == "genuine" && !before.isVisual, "a face by camera and card")
            case .visual: must(before.phase == .checkingCard && name == "genuine" && before.isVisual, "an eye by staff and card")
            case nil: must(false, "what is proved stays so")
            }
        }
        if after.phase == .checkingCard, before.phase != .checkingCard {
            must(before.isVisual ? name == "photograph" : before.phase == .matching && name == "accepted", "a card is checked for a face")
        }
        if after.isVisual, !before.isVisual { must(before.phase == .waitingForVisualCheck, "a visual check begins by staff") }
        if after.phase == .waitingForVisualCheck, before.phase != after.phase {
            let isAgain = before.phase == .readingCard && name == "missed" && before.isVisual
            must(before.phase == .checkingPasscode && name == "issued" || isAgain, "a visual check begins by a passcode that was issued")
        }
        if after.phase == .askingPasscode { must(after.passcodeTries > 0, "a passcode is asked for that may be tried") }
        for effect in effects {
            switch effect {
            case .show(.chooseConsent), .show(.consent): must(after.identity != nil, "no consent without identity")
            case .show(.done): must(after.identity != nil && after.consent.isComplete, "nothing is complete before")
            case .askCentre:
                must(after.identity != nil && (after.consent.isComplete || !after.equipment.hasScreen), "the centre is asked last")
            case .finish(.confirmed): must(after.identity != nil, "no eligibility without identity")
            case .compare: must(after.hasPhotograph, "nothing is compared with nothing")
            case .verify: must(before.phase == .waitingForPIN && name == "typed", "a PIN is verified that was typed")
            case .askKeypad, .askPIN:
                must(after.pin != .blocked && (after.pin != .left(1) || after.allowsLastTry), "the last try is kept")
            case .readPhotograph: must(name == "face read", "照合番号B comes from the card's face")
            default: break
            }
            if case .finish = effect { must(effects.count == 1 && after.phase == .finished, "the end is the only effect") }
        }
        if after.phase == .finished { must(effects.count == 1, "the end is told") }
    }

    /// Where nothing comes but the end of patience, a visit ends soon.
    private func checkSilence(_ state: VisitState, _ violations: inout Set<String>) {
        var state = state
        for _ in 0..<8 where state.phase != .finished && state.phase != .idle { _ = state.receive(.timedOut) }
        if state.phase != .finished, state.phase != .idle { violations.insert("silence in \(state.phase) never ends") }
    }

    @Test("A reader that cannot prove the bearer as wanted is not tried")
    func notOffered() {
        func begins(_ equipment: VisitEquipment, _ method: IdentityMethod) -> Bool {
            var state = VisitState(allowsLastTry: false, equipment: equipment, expecting: method)
            if case .finish(.methodNotOffered(method)) = state.receive(.begin).first { return false }
            return true
        }
        var withoutVisualCheck = Kind.certified.equipment
        withoutVisualCheck.hasVisualCheck = false
        #expect(IdentityMethod.allCases.filter { begins(VisitEquipment(), $0) } == [.pin])
        #expect(IdentityMethod.allCases.filter { begins(withoutVisualCheck, $0) } == [.face, .pin])
        #expect(IdentityMethod.allCases.filter { begins(Kind.certified.equipment, $0) } == [.face, .pin, .visual])
    }
}
