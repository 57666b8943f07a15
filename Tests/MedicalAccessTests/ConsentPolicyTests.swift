import MedicalAccess
import Testing

/// How long a consent lasts.
struct ConsentPolicyTests {
    private func state(_ setting: CareSetting, after seconds: Int64, ending: ConsentGrant.Ending? = nil) -> ConsentState {
        ConsentPolicy.standard.state(of: ConsentGrant(to: .drugs, in: setting, at: given, ending: ending), at: given + seconds)
    }

    @Test("An outpatient's lasts 24 hours to the second, and has 0 and 1 only")
    func outpatient() {
        #expect(state(.outpatient, after: -1).flag == .none)
        #expect(state(.outpatient, after: 0).flag == .given)
        #expect(state(.outpatient, after: 0).availableUntil == given + day)
        #expect(state(.outpatient, after: day).flag == .given)
        #expect(state(.outpatient, after: day + 1) == .none)
    }

    @Test("At home and online it lasts until it is cancelled, for each reason", arguments: [CareSetting.homeVisit, .online])
    func untilCancelled(setting: CareSetting) {
        #expect(state(setting, after: 3650 * day).flag == .given)
        #expect(state(setting, after: 0).availableUntil == nil)
        for reason in ConsentEnding.allCases {
            let ending = ConsentGrant.Ending(reason, at: given + 10)
            #expect(state(setting, after: 9, ending: ending).flag == .given)
            #expect(state(setting, after: 10, ending: ending).flag == .expired)
        }
        #expect(ConsentPolicy.standard.canBeCancelled(in: setting))
        #expect(!ConsentPolicy.standard.canBeCancelled(in: .outpatient))
    }

    @Test("Another policy is another table")
    func table() {
        var policy = ConsentPolicy.standard
        policy.validity[.online] = .seconds(3600)
        let grant = ConsentGrant(to: .drugs, in: .online, at: given)
        #expect(policy.state(of: grant, at: given + 3600).flag == .given)
        #expect(policy.state(of: grant, at: given + 3601).flag == .none)
        policy.validity[.online] = nil
        #expect(policy.state(of: grant, at: given) == .none)
    }

    @Test("A time at the end of all numbers does not overflow")
    func farAway() {
        let grant = ConsentGrant(to: .drugs, in: .outpatient, at: .max - 1)
        #expect(ConsentPolicy.standard.state(of: grant, at: .max).availableUntil == .max)
        #expect(ConsentPolicy.standard.state(of: nil, at: 0) == .none)
    }
}
