import MedicalAccess
import Testing

/// Every combination of account, profession, information and consent.
struct ViewingRightTests {
    private let rules = ViewingRules.standard
    private let live = ConsentPolicy.standard.state(of: ConsentGrant(to: .drugs, in: .outpatient, at: given), at: given)

    private func refusal(_ category: ConsentCategory, by consent: ConsentState, for viewer: Viewer, at now: Int64 = given) -> AccessRefusal?
    {
        do throws(AccessRefusal) {
            _ = try rules.right(to: category, of: patient, by: consent, for: viewer, at: now)
            return nil
        } catch { return error }
    }

    @Test("Only a qualified person with an account for viewing gets a right, and only by a live consent")
    func everyCombination() {
        var made = 0
        for right in AccountRight.allCases {
            for profession in Profession.allCases {
                for category in ConsentCategory.allCases {
                    let viewer = viewer(right, profession)
                    let isQualified = profession == .doctor || profession == .dentist || profession == .pharmacist && category != .checkup
                    let expected: AccessRefusal? = right != .medicalViewing ? .account : isQualified ? nil : .notQualified
                    #expect(refusal(category, by: live, for: viewer) == expected)
                    #expect(refusal(category, by: .none, for: viewer) == expected ?? .noConsent)
                    if expected == nil { made += 1 }
                }
            }
        }
        #expect(made == 5 + 5 + 4)
    }

    @Test("A consent is used from its second to its last, and then never again")
    func times() {
        #expect(refusal(.drugs, by: live, for: viewer(), at: given - 1) == .consentExpired)
        #expect(refusal(.drugs, by: live, for: viewer(), at: given + day) == nil)
        #expect(refusal(.drugs, by: live, for: viewer(), at: given + day + 1) == .consentExpired)
        let cancelled = ConsentGrant(to: .drugs, in: .online, at: given, ending: .init(.cancelledByPatient, at: given + 5))
        let state = ConsentPolicy.standard.state(of: cancelled, at: given + 5)
        #expect(refusal(.drugs, by: state, for: viewer(), at: given + 5) == .consentExpired)
    }

    @Test("In a disaster a viewing or administrator's account is needed, an open area and period, and a registered yes")
    func emergency() throws {
        let opening = EmergencyOpening(name: "area", first: given, last: given + day)
        func refusal(
            _ category: ConsentCategory = .drugs, _ right: AccountRight = .medicalViewing, of other: PatientKey = patient,
            agrees: Bool = true,
            at now: Int64 = given
        ) -> AccessRefusal? {
            let consent = EmergencyConsent(opening, of: other, agrees: agrees, at: given)
            do throws(AccessRefusal) {
                _ = try rules.right(to: category, of: patient, by: consent, for: viewer(right), at: now)
                return nil
            } catch { return error }
        }
        #expect(refusal() == nil)
        #expect(refusal(.drugs, .administrator) == nil)
        #expect(refusal(.drugs, .general) == .account)
        #expect(refusal(agrees: false) == .noConsent)
        #expect(refusal(.surgery) == .notOpened)
        #expect(refusal(of: PatientKey("P2")) == .notOpened)
        #expect(refusal(at: given - 1) == .notOpened)
        #expect(refusal(at: given + day) == nil)
        #expect(refusal(at: given + day + 1) == .notOpened)
    }
}
