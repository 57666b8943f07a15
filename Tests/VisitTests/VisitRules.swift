import Centre
import MyNumberCard
import ReaderKit

@testable import Eligibility

/// What must hold of every step of every visit, whatever comes in whatever order.
struct VisitRules {
    /// What was broken, once each.
    private(set) var violations: Set<String> = []

    /// Checks one step.
    mutating func check(_ before: VisitState, _ name: String, _ after: VisitState, _ effects: [VisitEffect]) {
        var broken: [String] = []
        func must(_ holds: Bool, _ rule: String) { if !holds { broken.append(rule) } }

        if before.phase == .finished {
            must(effects.isEmpty && after.phase == .finished, "nothing happens after the end")
        } else {
            must(effects.count <= 3, "few effects")
            Self.checkIdentity(before, name, after, must)
            Self.checkStaff(before, name, after, must)
            Self.checkConsent(before, name, after, effects, must)
            for effect in effects { Self.check(effect, before, name, after, must) }
            if after.phase == .finished { must(effects.count == 1, "the end is told, and is the only effect") }
        }
        if after.phase == .finished {
            must(after.ending == nil && after.next == nil && after.refusal == nil, "after the end nothing personal is left")
        }
        for rule in broken { violations.insert("\(before.phase) + \(name) → \(after.phase): \(rule)") }
    }

    private static func checkIdentity(_ before: VisitState, _ name: String, _ after: VisitState, _ must: (Bool, String) -> Void) {
        if after.identity != before.identity {
            must(before.identity == nil, "the bearer is proved once")
            let isLocked = before.phase == .readingPhotograph && name == "face locked"
            switch after.identity {
            case .pin: must(before.phase == .proving && name == "proved", "a PIN is proved by a signature")
            case .face: must(before.phase == .checkingCard && name == "genuine" && !before.isVisual, "a face by camera and card")
            case .visual:
                must(before.isVisual && (before.phase == .checkingCard && name == "genuine" || isLocked), "an eye by staff and card")
            case nil: must(false, "what is proved stays so")
            }
        }
        if after.phase == .checkingCard, before.phase != .checkingCard {
            must(before.isVisual ? name == "photograph" : before.phase == .matching && name == "accepted", "a card is checked for a face")
        }
    }

    private static func checkStaff(_ before: VisitState, _ name: String, _ after: VisitState, _ must: (Bool, String) -> Void) {
        if after.isVisual, !before.isVisual {
            let byTick = before.phase == .waitingForCard && before.mode == .visual && before.tick != nil
            must(before.phase == .waitingForVisualCheck || byTick, "a visual check begins by the staff")
        }
        if before.phase == .waitingForCard, after.phase == .readingCard {
            must(before.mode == .unattended || before.tick != nil, "in visual mode the tick comes first")
        }
        if after.phase == .choosingMethod { must(!after.isVisual, "in a visual check nothing is chosen") }
        if after.phase == .waitingForVisualCheck, before.phase != after.phase {
            let isAgain = before.phase == .readingCard && name == "missed" && before.isVisual
            must(before.phase == .checkingPasscode && name == "issued" || isAgain, "a visual check begins by a passcode that was issued")
        }
        if after.phase == .askingPasscode { must(after.passcodeTries > 0, "a passcode is asked for that may be tried") }
    }

    private static func checkConsent(
        _ before: VisitState, _ name: String, _ after: VisitState, _ effects: [VisitEffect], _ must: (Bool, String) -> Void
    ) {
        if after.consent.answers != before.consent.answers {
            must(name.hasPrefix("consent"), "who has not touched the screen has not answered")
            must(before.phase == .choosingConsent || after.consent.answers.count == before.consent.answers.count + 1, "one answer a touch")
        }
        if after.isInGrace { must(after.consent.answers.isEmpty && after.delivery == .none, "in grace nothing medical is asked or sent") }
        if after.delivery != before.delivery {
            switch after.delivery {
            case .sent: must(after.identity != nil && after.consent.isComplete, "no consent leaves that was not given")
            case .registered: must(before.delivery == .sent && name == "answered", "the acknowledgement is the commit point")
            case .none: must(name == "refused" || name == "not registered", "only a refusal takes a message back")
            }
        }
        guard before.delivery == .registered else { return }
        must(after.delivery == .registered, "a registered consent stays so")
        for effect in effects {
            if case .finish(let outcome) = effect { must(outcome.eligibility != nil, "after the commit point a visit is confirmed") }
        }
    }

    private static func check(
        _ effect: VisitEffect, _ before: VisitState, _ name: String, _ after: VisitState, _ must: (Bool, String) -> Void
    ) {
        let isAnswered = after.consent.isComplete || after.consent.groups.isEmpty || !after.equipment.hasScreen
        switch effect {
        case .show(.chooseConsent), .show(.consent): must(after.identity != nil, "no consent without identity")
        case .show(.done): must(after.identity != nil && isAnswered, "nothing is complete before")
        case .askCentre(let isAgain):
            must(after.identity != nil && isAnswered, "the centre is asked last")
            must(!isAgain || after.centreAttempts <= after.policy.centreAttempts, "it is asked as often as the policy says")
        case .registerCard(let isAgain):
            must(isAgain || before.phase == .offeringRegistration && name == "consent yes", "a card is registered by a yes")
        case .finish(.confirmed): must(after.identity != nil, "no eligibility without identity")
        case .compare: must(after.hasPhotograph, "nothing is compared with nothing")
        case .verify: must(before.phase == .waitingForPIN && name == "typed", "a PIN is verified that was typed")
        case .askKeypad, .askPIN:
            if case .askPIN = effect { must(!after.equipment.hasKeypad || after.isBeside, "where there is a keypad no other hand types") }
            must(after.pin != .blocked && (after.pin != .left(1) || after.allowsLastTry), "the last try is kept")
        case .readPhotograph: must(name == "face read", "照合番号B comes from the card's face")
        default: break
        }
    }

    /// Where nothing comes but the end of patience, also after the card was taken, a visit ends soon.
    mutating func checkEnd(of state: VisitState) {
        guard state.phase != .idle else { return }
        for first in [VisitInput.timedOut, .cardRemoved] {
            var later = state
            var effects = later.receive(first)
            for _ in 0..<10 where later.phase != .finished { effects = later.receive(.timedOut) }
            if later.phase != .finished { violations.insert("silence in \(state.phase) never ends") }
            if case .finish(let outcome)? = effects.first, state.delivery == .registered, outcome.eligibility == nil {
                violations.insert("\(state.phase) loses what is registered")
            }
            if later.ending != nil || later.next != nil || later.refusal != nil { violations.insert("\(state.phase) leaves something") }
        }
    }
}
