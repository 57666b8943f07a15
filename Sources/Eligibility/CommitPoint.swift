import Centre
import Diagnosis

/// How far the patient's answers have come. The commit point lies between the last two: from there on the visit is confirmed, whatever
/// happens.
public enum ConsentDelivery: String, Sendable, Hashable, CaseIterable {
    /// Nothing is registered: no message has left, or the centre has refused it.
    case none
    /// A message has left, and whether the centre has carried it out is not known.
    case sent
    /// The centre has acknowledged the message.
    case registered
}

// What a visit asks the centre, and the one place where it is decided whether a consent is registered.

extension VisitState {
    /// Sends what the patient has answered, and asks for the eligibility.
    mutating func askCentre() -> [VisitEffect] {
        centreAttempts = 1
        if consent.isComplete { delivery = .sent }
        return go(to: .askingCentre, .askCentre(isAgain: false))
    }

    /// The commit point: the centre has acknowledged the message, and nothing takes the consent or the eligibility away any more.
    mutating func acknowledged(_ answer: EligibilityAnswer) -> [VisitEffect] {
        if delivery == .sent { delivery = .registered }
        return equipment.hasScreen ? complete(answer) : finish(.confirmed(answer))
    }

    /// The centre has not given what it was asked for. No answer is asked for once more, with the same operation key: what was done already
    /// is not done twice.
    mutating func centreFailed(_ error: CentreError) -> [VisitEffect] {
        if policy.silences.contains(error.category), centreAttempts < policy.centreAttempts {
            centreAttempts += 1
            return go(to: phase, phase == .askingCentre ? .askCentre(isAgain: true) : .registerCard(isAgain: true))
        }
        // A refusal says that nothing was done, unless an earlier message of the same kind has vanished.
        if error.category == .notPermitted, centreAttempts == 1 { delivery = .none }
        guard phase == .askingCentre, error.isRefusal(.cardNotRegistered), canOfferRegistration else { return failed(error) }
        wasRegistrationOffered = true
        refusal = .failed(error)
        return go(to: .offeringRegistration, .show(.consent(.insuranceCard)))
    }

    /// Whether the patient can be asked to register the card (R053): at a screen, and once.
    private var canOfferRegistration: Bool { policy.offersRegistration && equipment.hasScreen && !wasRegistrationOffered }

    /// The patient has answered whether the card is to become an insurance card.
    mutating func answeredRegistration(_ agrees: Bool) -> [VisitEffect] {
        guard agrees else { return end(refusal ?? .cancelled) }
        centreAttempts = 1
        return go(to: .registeringCard, .registerCard(isAgain: false))
    }
}
