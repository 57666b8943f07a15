import Centre
import Certificates
import MedicalAccess
import TestSupport
import Testing

@testable import CentreSimulator

@Suite struct ConsentTests {
    @Test(.holds("R033", "N18")) func whoeverRefusesIsEligibleAllTheSame() throws {
        let counter = try Counter()
        let answers = Dictionary(uniqueKeysWithValues: ConsentCategory.allCases.map { ($0, false) })
        let answer = try counter.eligibility(try synthetic("診療"), consent: ConsentRegistration(in: .outpatient, answers))
        #expect(answer.validity == .valid)
        #expect(answer.qualification != nil)
        #expect(answer.consents.values.allSatisfy { $0 == ConsentState.none })
        #expect(answer.specifiedDiseases == nil)
    }

    @Test func aConsentLastsTwentyFourHoursToTheSecond() throws {
        let counter = try Counter()
        let patient = try synthetic("診療")
        let given = try counter.agree(patient, to: [.drugs])
        #expect(given.consents[.drugs]?.flag == .given)
        #expect(given.consents[.drugs]?.time == noon)
        #expect(given.consents[.drugs]?.availableUntil == noon + 86_400)
        #expect(given.consents[.diagnosis] == ConsentState.none)
        let nothing = ConsentRegistration(in: .outpatient, [:])
        counter.now = noon + 86_400
        #expect(try counter.eligibility(patient, consent: nothing).consents[.drugs]?.flag == .given)
        counter.now += 1
        #expect(try counter.eligibility(patient, consent: nothing).consents[.drugs] == ConsentState.none)
    }

    @Test func theLastAnswerCounts() throws {
        let counter = try Counter()
        let patient = try synthetic("診療")
        _ = try counter.agree(patient, to: [.drugs, .checkup])
        let second = try counter.eligibility(patient, consent: ConsentRegistration(in: .outpatient, [.drugs: false]))
        #expect(second.consents[.drugs] == ConsentState.none)
        #expect(second.consents[.checkup]?.flag == .given)
    }

    @Test func aConsentForOneCareIsNoneForAnother() throws {
        let counter = try Counter()
        let patient = try synthetic("診療")
        _ = try counter.agree(patient, to: [.drugs], in: .outpatient)
        let online = try counter.eligibility(patient, consent: ConsentRegistration(in: .online, [:]))
        #expect(online.consents[.drugs] == ConsentState.none)
    }

    @Test(.holds("R035", "R110", "N01")) func theLimitedTypeNeitherTakesNorGivesConsent() throws {
        let counter = try Counter()
        let patient = try synthetic("診療")
        let query = EligibilityQuery(
            serial: CertificateSerial(patient.serial), day: try day("20261121"), service: .limited,
            consent: ConsentRegistration(in: .outpatient, [.drugs: true]))
        #expect(try counter.refusal(.eligibility(query)) == "centre-limited-consent")
        #expect(
            try counter.eligibility(patient, consent: ConsentRegistration(in: .outpatient, [:])).consents[.drugs]?.flag == ConsentFlag.none)
        _ = try counter.agree(patient)
        let answer = try counter.eligibility(patient, .limited)
        #expect(answer.validity == .valid)
        #expect(answer.consents.isEmpty)
        #expect(answer.specifiedDiseases == nil)
        let limited = try synthetic("限度A01")
        #expect(try counter.eligibility(limited).limits.count == 1)
        #expect(try counter.eligibility(limited, .limited).limits.isEmpty)
    }

    @Test(.holds("R099", "R101", "N22")) func specifiedDiseasesNeedTheCardAndTheConsent() throws {
        let counter = try Counter()
        let patient = try synthetic("診療")
        #expect(try counter.eligibility(patient).specifiedDiseases == nil)
        #expect(try counter.agree(patient, to: [.drugs]).specifiedDiseases == nil)
        let answer = try counter.agree(patient, to: [.specifiedDisease])
        let sealed = try #require(answer.specifiedDiseases)
        let right = try counter.right(to: .specifiedDisease, of: answer)
        guard case .specifiedDisease(let certificates) = try sealed.open(with: right, at: noon, audit: SilentTrail()) else {
            Issue.record("another kind")
            return
        }
        #expect(certificates.map(\.disease) == [.dialysis])
        #expect(certificates.map(\.limit) == [10_000])
        let other = try counter.agree(try synthetic("血友病"))
        let all = try #require(other.specifiedDiseases)
            .open(with: try counter.right(to: .specifiedDisease, of: other), at: noon, audit: SilentTrail())
        guard case .specifiedDisease(let others) = all else { throw CentreError.otherAnswer }
        #expect(others.map(\.disease) == [.haemophilia])
        #expect(try counter.found(.insuredCard(try card(patient))).specifiedDiseases == nil)
    }

    @Test(.holds("R101", "R102")) func limitCertificatesNeedAConsentUntilOctober2024() throws {
        let counter = try Counter()
        let patient = try synthetic("限度A05")
        func answer(_ digits: String, _ limit: Bool?) throws -> [LimitCertificate.Level] {
            try counter.eligibility(
                patient, consent: limit.map { ConsentRegistration(in: .outpatient, [:], limit: $0) }, on: digits
            ).limits.map(\.level)
        }
        #expect(try answer("20241006", nil) == [])
        #expect(try answer("20241006", true) == [.a05])
        #expect(try answer("20241007", nil) == [.a05])
        #expect(try answer("20261121", false) == [])
        #expect(try answer("20240731", true) == [], "it holds from 2024-08-01 on")
    }

    @Test(.holds("R098")) func theDayOfALongStay() throws {
        let limits = try Counter().eligibility(try synthetic("限度A05")).limits
        #expect(limits.map(\.kind) == [.limitAndReduction] && limits.map(\.level) == [.a05])
        #expect(limits.map(\.longStay) == [try day("20250101")])
    }

    // MARK: The list, and cancellation

    @Test func whoHasConsentedAtHome() throws {
        let counter = try Counter()
        guard case .consents(let list) = try counter.ask(.consent(.list(.homeVisit)), from: .consulting) else {
            Issue.record("no list")
            return
        }
        #expect(list.count == 1)
        #expect(list.first?.consents[.drugs]?.flag == .given)
        #expect(list.first?.consents[.checkup]?.flag == .expired)
        #expect(list.first?.consents.count == 2)
    }

    @Test(.holds("R202")) func aGeneralAccountGetsNoList() throws {
        let counter = try Counter()
        #expect(try counter.refusal(.consent(.list(.homeVisit)), from: .counter) == "account-not-permitted")
        #expect(try counter.refusal(.consent(.list(.homeVisit))) == "centre-account-unknown")
        let web = CentreCaller(.web, account: SyntheticAccounts.consulting.user)
        #expect(try counter.refusal(.consent(.list(.homeVisit)), from: web) == "centre-place-not-permitted")
    }

    @Test(arguments: ConsentEnding.allCases) func aCancelledConsentIsOver(reason: ConsentEnding) throws {
        let counter = try Counter()
        let answer = try counter.agree(try synthetic("診療"), to: [.drugs], in: .online)
        let patient = try #require(answer.patient)
        let right = try counter.right(to: .drugs, of: answer)
        counter.now += 60
        _ = try counter.records(right)
        guard case .done = try counter.ask(.consent(.cancel(patient, .online, reason)), from: .counter) else {
            Issue.record("not done")
            return
        }
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .consulting) == "consent-expired")
        let again = CentreRequest.consent(.cancel(patient, .online, reason))
        #expect(try counter.refusal(again, from: .counter) == "centre-consent-not-cancellable")
    }

    @Test func aConsentThatEndsByItselfIsNotCancelled() throws {
        let counter = try Counter()
        let patient = try #require(try counter.agree(try synthetic("診療")).patient)
        let cancel = CentreRequest.consent(.cancel(patient, .outpatient, .cancelledByInstitution))
        #expect(try counter.refusal(cancel, from: .counter) == "centre-consent-not-cancellable")
        let nobody = CentreRequest.consent(.cancel(PatientKey("nobody"), .online, .cancelledByInstitution))
        #expect(try counter.refusal(nobody, from: .counter) == "centre-patient-unknown")
    }
}
