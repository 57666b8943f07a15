import Centre
import Certificates
import MedicalAccess
import TestSupport
import Testing

@testable import CentreSimulator

/// Inquiries by 記号・番号, one and many, reference numbers, and registration as insurance card.
@Suite struct BulkTests {
    let counter: Counter

    init() throws { counter = try Counter() }

    @Test(.holds("R049")) func byWhatStandsOnACard() throws {
        let person = SyntheticPersons.hanako
        for place in [CentreCaller.Place.terminal, .receiptComputer] {
            let answer = try counter.found(.insuredCard(try card(person)), from: CentreCaller(place))
            #expect(answer.validity == .valid)
            #expect(answer.person?.name == person.name)
            #expect(answer.patient != nil)
        }
    }

    @Test(.holds("R050", "N21")) func aCardNumberNeverBringsMedicalInformation() throws {
        let patient = try synthetic("診療")
        _ = try counter.agree(patient)
        let answer = try counter.found(.insuredCard(try card(patient)))
        #expect(answer.consents.isEmpty)
        #expect(answer.specifiedDiseases == nil)
    }

    @Test func everyPartOfTheNumberCounts() throws {
        let right = try card(SyntheticPersons.hanako)
        func validity(
            insurer: String? = nil, symbol: String?? = .none, number: String? = nil, branch: String?? = .none, birth: String? = nil
        ) throws -> QualificationValidity {
            try counter.found(
                .insuredCard(
                    InsuredCardQuery(
                        insurerNumber: insurer ?? right.insurerNumber, symbol: symbol ?? right.symbol, number: number ?? right.number,
                        branch: branch ?? right.branch, birth: try birth.map(day) ?? right.birth, day: right.day))
            ).validity
        }
        #expect(try validity(birth: "19900506") == .none)
        #expect(try validity(insurer: "990010") == .none)
        #expect(try validity(symbol: .some(nil)) == .none)
        #expect(try validity(number: "10011") == .none)
        #expect(try validity(branch: "02") == .none)
        #expect(try validity() == .valid, "Hanako has two cards, and is one person")
    }

    @Test func numbersOfSixDigitsAreFilledUpWithSpaces() throws {
        let child = try card(SyntheticPersons.child)
        let padded = InsuredCardQuery(
            insurerNumber: "  " + child.insurerNumber, symbol: child.symbol, number: child.number, branch: child.branch, birth: child.birth,
            day: child.day)
        #expect(try counter.found(.insuredCard(padded)).validity == .valid)
    }

    @Test(
        .holds("R051"),
        arguments: [
            ("移行", "20230930", QualificationValidity.valid), ("移行", "20231001", .invalidNewerExists), ("期限切", "20261121", .invalid),
            ("転職", "20200401", .invalidNewerExists), ("花子", "20150331", .none), ("未登録", "20261121", .validUnregistered),
            ("扶助", "20261121", .valid),
        ])
    func theAskedOneCounts(name: String, day digits: String, validity: QualificationValidity) throws {
        let answer = try counter.found(.insuredCard(try card(try synthetic(name), on: digits)))
        #expect(answer.validity == validity)
        #expect(answer.qualification?.number == (validity == .none ? nil : try synthetic(name).qualifications.first?.number))
    }

    // MARK: Many at once

    private func result(_ reception: String) throws -> BulkAnswer {
        guard case .bulk(let answer) = try counter.ask(.bulk(.result(reception: reception))) else { throw CentreError.otherAnswer }
        return answer
    }

    @Test(.holds("R189", "R051", "N23")) func theResultComesLater() throws {
        let queries = try ["太郎", "期限切", "移行"].map { try card(try synthetic($0)) }
        guard case .bulk(.received(let reception)) = try counter.ask(.bulk(.upload(queries)), from: CentreCaller(.receiptComputer)) else {
            Issue.record("not taken")
            return
        }
        #expect(try result(reception) == .processing)
        counter.now += 59
        #expect(try result(reception) == .processing)
        counter.now += 1
        guard case .finished(let answers) = try result(reception) else {
            Issue.record("not finished")
            return
        }
        #expect(answers.map(\.validity) == [.valid, .invalid, .invalidNewerExists], "in the order of the upload")
        #expect(answers.map(\.person?.name) == ["試験 太郎", "試験 期限切", "試験 移行"])
    }

    @Test func whatIsNoUpload() throws {
        #expect(try counter.refusal(.bulk(.upload([]))) == "centre-bulk-too-many")
        var rules = CentreRules()
        rules.bulkLimit = 2
        let small = try Counter(rules)
        let query = try card(SyntheticPersons.taro)
        _ = try small.ask(.bulk(.upload([query, query])))
        #expect(try small.refusal(.bulk(.upload([query, query, query]))) == "centre-bulk-too-many")
        #expect(try counter.refusal(.bulk(.result(reception: "000000000000"))) == "centre-reception-unknown")
        #expect(try counter.refusal(.bulk(.upload([query])), from: CentreCaller(.web)) == "centre-place-not-permitted")
    }

    // MARK: Reference numbers

    @Test(.holds("R188")) func aReferenceNumberComesWithLaterAnswers() throws {
        let patient = try #require(try counter.eligibility(SyntheticPersons.taro).patient)
        #expect(try counter.eligibility(SyntheticPersons.taro).referenceNumber == nil)
        for number in ["A-1", "診察券 0002", String(repeating: "9", count: 50)] {
            _ = try counter.ask(.reference(ReferenceRegistration(number, for: patient)), from: CentreCaller(.receiptComputer))
            #expect(try counter.eligibility(SyntheticPersons.taro).referenceNumber == number)
            #expect(try counter.found(.insuredCard(try card(SyntheticPersons.taro))).referenceNumber == number)
        }
        for number in ["", String(repeating: "9", count: 51)] {
            #expect(try counter.refusal(.reference(ReferenceRegistration(number, for: patient))) == "centre-text-length")
        }
        let nobody = ReferenceRegistration("1", for: PatientKey("nobody"))
        #expect(try counter.refusal(.reference(nobody)) == "centre-patient-unknown")
    }

    // MARK: 初回登録

    private func register(_ serial: [UInt8], _ place: CentreCaller.Place) throws -> RegistrationAnswer {
        let request = CentreRequest.registration(RegistrationRequest(serial: CertificateSerial(serial)))
        guard case .registration(let answer) = try counter.ask(request, from: CentreCaller(place)) else { throw CentreError.otherAnswer }
        return answer
    }

    @Test(.holds("R053", "R174"), arguments: [CentreCaller.Place.terminal, .app]) func aCardIsRegisteredOnTheSpot(place: CentreCaller.Place)
        throws
    {
        let person = try synthetic("未利用")
        let query = EligibilityQuery(serial: CertificateSerial(person.serial), day: try day("20261121"))
        #expect(try counter.refusal(.eligibility(query)) == "centre-card-not-registered")
        #expect(try register(person.serial, place) == .registered)
        #expect(try counter.eligibility(person).validity == .valid)
        #expect(try register(person.serial, place) == .already)
        #expect(try register([1, 2, 3], place) == .unknown)
        let web = CentreCaller(.web)
        let request = CentreRequest.registration(RegistrationRequest(serial: CertificateSerial(person.serial)))
        #expect(try counter.refusal(request, from: web) == "centre-place-not-permitted")
    }
}
