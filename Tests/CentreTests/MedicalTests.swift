import Centre
import JapaneseCalendar
import MedicalAccess
import TestSupport
import Testing

@testable import CentreSimulator

@Suite struct MedicalTests {
    @Test(arguments: ConsentCategory.allCases) func eachKindIsShownAndAudited(category: ConsentCategory) throws {
        let counter = try Counter()
        let answer = try counter.agree(try synthetic("診療"))
        let before = try counter.core.auditTrail().count
        let records = try counter.records(try counter.right(to: category, of: answer))
        #expect(records.category == category)
        #expect(records.count > 0)
        let trail = try counter.core.auditTrail()
        #expect(trail.count == before + 1)
        #expect(
            trail.last
                == CentreAuditEntry(
                    time: noon, function: "medical", place: "terminal", account: "shinsatu", profession: "doctor", patient: answer.patient,
                    category: category, outcome: "shown", reason: "consent 1 \(noon)", operation: nil))
    }

    @Test(.holds("R113")) func aRightIsWorthNothingOnceTheConsentIsOver() throws {
        let counter = try Counter()
        let answer = try counter.agree(try synthetic("診療"))
        let right = try counter.right(to: .drugs, of: answer)
        counter.now = noon + 86_400
        _ = try counter.records(right)
        counter.now += 1
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .consulting) == "consent-missing")
    }

    /// The right says that there was a consent; that the patient has said no since then only the centre knows.
    @Test(.holds("R113")) func theCentreLooksForItself() throws {
        let counter = try Counter()
        let patient = try synthetic("診療")
        let right = try counter.right(to: .drugs, of: try counter.agree(patient))
        _ = try counter.eligibility(patient, consent: ConsentRegistration(in: .outpatient, [.drugs: false]))
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .consulting) == "consent-missing")
    }

    @Test(.holds("R111", "N19")) func whoIsNoQualifiedPersonSeesNothing() throws {
        // A facility that lets its clerks through: the centre does not.
        var lenient = ViewingRules.standard
        for category in ConsentCategory.allCases { lenient.professions[category] = Set(Profession.allCases) }
        let counter = try Counter()
        let answer = try counter.agree(try synthetic("診療"))
        for profession in Profession.allCases {
            let right = try lenient.right(
                to: .checkup, of: try #require(answer.patient), by: try #require(answer.consents[.checkup]),
                for: Viewer(account: "shinsatu", right: .medicalViewing, profession: profession), at: noon)
            if [.doctor, .dentist].contains(profession) {
                _ = try counter.records(right)
            } else {
                #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .consulting) == "viewer-not-qualified")
            }
        }
    }

    @Test(.holds("R201", "R202")) func onlyAViewingAccountSeesMedicalInformation() throws {
        let counter = try Counter()
        let answer = try counter.agree(try synthetic("診療"))
        let right = try counter.right(to: .drugs, of: answer)
        // Another account than the right's, and the right of an account that claims more than the centre has given it.
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .counter) == "account-not-permitted")
        #expect(try counter.eligibility(try synthetic("診療"), from: .counter).validity == .valid, "eligibility it gets")
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .administrator) == "account-not-permitted")
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .terminal) == "centre-account-unknown")
        let stolen = try ViewingRules.standard.right(
            to: .drugs, of: try #require(answer.patient), by: try #require(answer.consents[.drugs]),
            for: Viewer(account: "uketsuke", right: .medicalViewing, profession: .doctor), at: noon)
        #expect(try counter.refusal(.medical(MedicalQuery(with: stolen)), from: .consulting) == "right-for-other-records")
    }

    @Test(.holds("R094")) func theFacilityHidesWhatItDoesNotUse() throws {
        let counter = try Counter()
        let answer = try counter.agree(try synthetic("診療"))
        try counter.set(.showsDiagnosis, false)
        let query = MedicalQuery(with: try counter.right(to: .diagnosis, of: answer))
        guard case .medical(.hidden) = try counter.ask(.medical(query), from: .consulting) else {
            Issue.record("it was shown")
            return
        }
        #expect(try counter.core.auditTrail().last?.outcome == "hidden")
        #expect(try counter.records(try counter.right(to: .drugs, of: answer)).count > 0, "only the drugs are shown")
        try counter.set(.showsDiagnosis, true)
        #expect(try counter.records(query.right).count > 0)
    }

    // MARK: How far back

    @Test(.holds("R091", "R093", "R096")) func fiveYearsAreKept() throws {
        let counter = try Counter()
        let answer = try counter.agree(try synthetic("診療"))
        #expect(try days(counter.records(try counter.right(to: .checkup, of: answer))) == ["20250620"])
        #expect(try days(counter.records(try counter.right(to: .drugs, of: answer))) == ["20220610", "20251105", "20260310"])
        #expect(try days(counter.records(try counter.right(to: .diagnosis, of: answer))) == ["20251105", "20260310"])
    }

    @Test(.holds("R093")) func theEarlierSourcesKeepThreeYearsOfDrugs() throws {
        var rules = CentreRules()
        rules.retention = CentreRetention.earlier
        let counter = try Counter(rules)
        let answer = try counter.agree(try synthetic("診療"))
        #expect(try days(counter.records(try counter.right(to: .drugs, of: answer))) == ["20251105", "20260310"])
    }

    /// Five years before June 2027 are June 2022 and what follows. The last second, in Japan: of 2027-06-30, 2030-06-30 and 2030-11-30.
    @Test(
        .holds("R091", "R093", "R096"),
        arguments: [
            (ConsentCategory.drugs, "20220610", 1_814_367_599 as Int64), (.checkup, "20250620", 1_909_061_999),
            (.diagnosis, "20251105", 1_922_281_199),
        ])
    func wholeMonthsAreKept(_ category: ConsentCategory, _ day: String, _ last: Int64) throws {
        let counter = try Counter()
        for (unixTime, isKept) in [(last, true), (last + 1, false)] {
            counter.now = unixTime
            let answer = try counter.agree(try synthetic("診療"))
            #expect(try days(counter.records(try counter.right(to: category, of: answer))).contains(day) == isKept)
        }
    }

    @Test(.holds("R150")) func thePeriodThatIsAskedFor() throws {
        let counter = try Counter()
        let answer = try counter.agree(try synthetic("診療"))
        let right = try counter.right(to: .drugs, of: answer)
        #expect(try days(counter.records(right, from: "20251120", until: "20260309")) == ["20251105"], "its month counts from the first")
        #expect(try days(counter.records(right, from: "19000101", until: "20251105")) == ["20220610", "20251105"])
        #expect(try days(counter.records(right, from: "20270101", until: "20260101")) == [])
    }

    @Test(.holds("R092")) func everyFieldOfADrug() throws {
        let counter = try Counter()
        try counter.core.database.run("UPDATE drug SET instruction = '一包化' WHERE day = '20260310'")
        let answer = try counter.agree(try synthetic("診療"))
        guard case .drugs(let drugs) = try counter.records(try counter.right(to: .drugs, of: answer)) else { throw CentreError.otherAnswer }
        #expect(
            drugs.last
                == DrugRecord(
                    kind: .pharmacy, prescribed: try day("20260310"), dispensed: try day("20260310"), usage: "1日1回朝食後服用",
                    instruction: "一包化", form: .oral, product: "試験錠5mg", generic: "試験成分", quantity: "1", unit: "錠", times: 30))
    }

    private func days(_ records: MedicalRecords) -> [String] {
        switch records {
        case .drugs(let records): records.map(\.prescribed.digits)
        case .diagnosis(let records): records.map(\.day.digits)
        case .checkup(let records): records.map(\.day.digits)
        case .surgery(let records): records.map(\.day.digits)
        case .specifiedDisease(let records): records.map(\.from.digits)
        }
    }
}
