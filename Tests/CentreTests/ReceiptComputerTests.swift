import Centre
import Certificates
import MedicalAccess
import TestSupport
import Testing

@testable import CentreSimulator

/// What the receipt computer gets, what the centre refuses to take, and what it never gets.
@Suite struct ReceiptComputerTests {
    private let receiptComputer = CentreCaller(.receiptComputer)

    private func obtained(
        _ counter: Counter, _ institution: String = "9910000001", on digits: String = "20261121"
    ) throws -> [EligibilityAnswer] {
        let request = CentreRequest.obtained(ObtainedQuery(institution: institution, day: try day(digits)))
        guard case .obtained(let answers) = try counter.ask(request, from: receiptComputer) else { throw CentreError.otherAnswer }
        return answers
    }

    @Test(.holds("R187")) func itGetsWhoWasReceivedByTheCodeOfTheInstitution() throws {
        var rules = CentreRules()
        rules.institution = "9910000001"
        let counter = try Counter(rules)
        #expect(try obtained(counter).isEmpty)
        _ = try counter.agree(SyntheticPersons.hanako, in: .homeVisit)
        _ = try counter.eligibility(
            SyntheticPersons.taro, consent: ConsentRegistration(in: .homeVisit, [.drugs: false]), from: CentreCaller(.app))
        _ = try counter.agree(SyntheticPersons.hanako, in: .homeVisit)
        let answers = try obtained(counter)
        #expect(answers.map(\.person?.name) == ["試験 花子", "試験 太郎"], "each once, also who has refused")
        #expect(
            answers.map { [$0.qualification?.insurerNumber, $0.qualification?.number] } == [["06990014", "1001"], ["990010", "2002"]])
        #expect(answers.allSatisfy { $0.consents.isEmpty && $0.specifiedDiseases == nil }, "nothing medical")
        for code in ["9910000002", "991000000", ""] {
            let query = ObtainedQuery(institution: code, day: try day("20261121"))
            #expect(try counter.refusal(.obtained(query), from: receiptComputer) == "centre-institution-code")
        }
        let query = ObtainedQuery(institution: "9910000001", day: try day("20261121"))
        #expect(try counter.refusal(.obtained(query), from: CentreCaller(.web)) == "centre-place-not-permitted")
    }

    /// 2026-11-21 00:00:00 in Japan is 15:00 of the day before in UTC.
    @Test(.holds("R187")) func theDayIsThatOfJapan() throws {
        let counter = try Counter()
        counter.now = 1_795_186_799
        _ = try counter.agree(SyntheticPersons.hanako, in: .online)
        counter.now = 1_795_186_800
        _ = try counter.agree(SyntheticPersons.taro, in: .online)
        #expect(try obtained(counter, on: "20261120").map(\.person?.name) == ["試験 花子"])
        #expect(try obtained(counter, on: "20261121").map(\.person?.name) == ["試験 太郎"])
        #expect(try obtained(counter, on: "20261122").isEmpty)
    }

    // MARK: 公費負担医療

    /// Scheme numbers (法別番号): 戦傷病者 13, 障害者自立支援 15, 16 and 21, 養育 17, 特定疾患 51, 難病 54, 地方単独 80 and others.
    @Test(.holds("R052"), arguments: ["13", "15", "16", "17", "21", "23", "28", "38", "41", "51", "52", "54", "80", "90"])
    func publicExpenseIsNotCovered(_ scheme: String) throws {
        let counter = try Counter()
        let known = try card(SyntheticPersons.hanako)
        let query = InsuredCardQuery(
            insurerNumber: scheme + "990015", symbol: known.symbol, number: known.number, branch: known.branch, birth: known.birth,
            day: known.day)
        #expect(try counter.refusal(.insuredCard(query), from: receiptComputer) == "centre-credential-not-covered")
        #expect(try counter.refusal(.bulk(.upload([known, query])), from: receiptComputer) == "centre-credential-not-covered")
        var person = SyntheticPersons.hanako
        person.qualifications = [
            SyntheticQualification(
                kind: "01", insurerNumber: scheme + "990015", insurerName: "試験市", symbol: nil, number: "1", contributionPercent: 0,
                from: "20200401", lostOn: nil, registered: true)
        ]
        let error = #expect(throws: CentreError.self) { try CentreDatabase.inMemory(persons: [person]) }
        #expect(error?.code == "centre-credential-not-covered")
    }

    @Test(.holds("R052")) func everyInsurerIsCovered() throws {
        let counter = try Counter()
        for person in SyntheticPersons.all where !person.qualifications.isEmpty && person.earlierSerial == nil {
            _ = try counter.found(.insuredCard(try card(person)))
        }
        for scheme in ["01", "02", "03", "04", "06", "07", "31", "34", "39", "63", "67", "72", "75"] {
            #expect(InsuranceSchemes.standard.covers(scheme + "990015"))
        }
    }

    // MARK: 個人番号

    /// `123456789018` is the number that forms are filled in with as an example; its check digit is right.
    @Test(
        .holds("N20", "R047"),
        arguments: ["123456789018", "1234 5678 9018", "1234-5678-9018", "１２３４５６７８９０１８", "診察券 123456789018 番", "1234　5678　9018"])
    func noRecordWithAnIndividualNumberIsTaken(_ text: String) throws {
        let counter = try Counter()
        let refusal = "centre-individual-number"
        let patient = try #require(try counter.eligibility(SyntheticPersons.taro).patient)
        #expect(try counter.refusal(.reference(ReferenceRegistration(text, for: patient)), from: receiptComputer) == refusal)
        #expect(try counter.eligibility(SyntheticPersons.taro).referenceNumber == nil)
        let known = try card(SyntheticPersons.hanako)
        let query = InsuredCardQuery(
            insurerNumber: known.insurerNumber, symbol: nil, number: text, branch: nil, birth: known.birth, day: known.day)
        #expect(try counter.refusal(.insuredCard(query), from: receiptComputer) == refusal)
        #expect(try counter.refusal(.bulk(.upload([known, query])), from: receiptComputer) == refusal)
        #expect(try counter.refusal(.app(.issueCode(memo: text)), from: .administrator) == refusal)
        #expect(
            try counter.refusal(.disaster(.searchByPerson(name: text, birth: known.birth, sex: 1, address: "x")), from: .consulting)
                == refusal)
        var person = SyntheticPersons.hanako
        person.address = text
        #expect(throws: CentreError.self) { try CentreDatabase.inMemory(persons: [person]) }
        person.address = nil
        person.qualifications[0].branch = nil
        _ = try CentreDatabase.inMemory(persons: [person])
    }

    @Test(arguments: ["123456789017", "12345678901", "1234567890180", "090-1234-5678", "123456a789018", ""])
    func otherDigitsAreTaken(_ text: String) {
        #expect(!IndividualNumber.stands(in: text))
    }

    // MARK: Which way medical information goes

    /// The implementing bodies get nothing of the facility's: no request adds to what the centre knows of anybody's treatment.
    @Test(.holds("R048")) func medicalInformationGoesToTheFacilityOnly() throws {
        let counter = try Counter()
        let person = try #require(SyntheticPersons.all.first { $0.records.contains { if case .drug = $0 { true } else { false } } })
        let before = try medicalTables(counter)
        let answer = try counter.agree(person)
        var seen: [String] = []
        for category in ConsentCategory.allCases {
            let records = try counter.records(try counter.right(to: category, of: answer))
            if case .drugs(let drugs) = records { seen += drugs.map(\.product) }
        }
        for caller in [CentreCaller.administrator, .consulting, receiptComputer] {
            for request in try requests(of: person, answer) { _ = try? counter.ask(request, from: caller) }
        }
        #expect(try medicalTables(counter) == before)
        #expect(before.count == 5 && before.allSatisfy { !$0.hasPrefix("0") })
        let trail = try counter.core.auditTrail()
        #expect(trail.contains { $0.outcome == "shown" })
        #expect(!trail.contains { entry in seen.contains { entry.reason?.contains($0) == true || entry.function.contains($0) } })
    }

    private func requests(of person: SyntheticPerson, _ answer: EligibilityAnswer) throws -> [CentreRequest] {
        let known = try card(person)
        let patient = try #require(answer.patient)
        return [
            .insuredCard(known), .bulk(.upload([known])), .reference(ReferenceRegistration("1", for: patient)),
            .consent(.cancel(patient, .outpatient, .cancelledByPatient)),
            .registration(RegistrationRequest(serial: CertificateSerial(person.serial))),
            .app(.issueCode(memo: "x")), .environment(.read), .environment(.makeWebAddress), .disaster(.open),
            .disaster(.consent(patient, agrees: true)), .passcode(.issue),
        ]
    }

    /// How many lines the centre has of treatment, and of which days, table by table.
    private func medicalTables(_ counter: Counter) throws -> [String] {
        let days = [("specified_disease", "from_day"), ("surgery", "day"), ("treatment", "day"), ("drug", "day"), ("checkup", "day")]
        return try days.flatMap { table, day in
            try counter.core.database.rows(
                "SELECT count(*) || ' ' || group_concat(line) FROM (SELECT person || \(day) AS line FROM \(table) ORDER BY 1)"
            ) { $0.text(0) }
        }
    }
}
