import Centre
import JapaneseCalendar
import MedicalAccess

// 資格確認 by card and by 記号・番号.

extension CentreCore {
    /// Whether the bearer of a certificate is insured on a day, without regard to consents: nothing is written.
    ///
    /// - Throws: `CentreError` where the database cannot be read, or the card is no insurance card yet.
    public func answer(_ query: EligibilityQuery) throws(CentreError) -> EligibilityAnswer {
        let asked = EligibilityQuery(serial: query.serial, day: query.day, service: query.service)
        return try database.reading { () throws(CentreError) in
            try self.eligibility(asked, CentreTurn(caller: .terminal, right: nil, now: 0))
        }
    }

    /// Registers what the patient has answered and says what the centre knows. The limited type gives eligibility only, and takes no
    /// consent (R035, R110).
    func eligibility(_ query: EligibilityQuery, _ turn: CentreTurn, registers: Bool = true) throws(CentreError) -> EligibilityAnswer {
        if query.service == .limited, query.consent != nil { throw CentreError(.limitedService) }
        try checkRoute(of: query, turn)
        let rows = try known(by: query.serial.bytes)
        guard let known = rows.first?.person else { return EligibilityAnswer(validity: .none, qualification: nil, person: nil) }
        if rules.needsRegistration, !known.isRegistered { throw CentreError(.cardNotRegistered) }
        var answer = try self.answer(about: known, QualificationRules.judge(rows.compactMap(\.held), on: query.day))
        answer.day = query.day
        guard query.service == .full else { return answer }
        if let consent = query.consent {
            if registers { try register(consent, of: known, turn) }
            answer.consents = try consents(of: known, in: consent.setting, at: turn.now)
        }
        if query.consent?.limit ?? (query.day >= rules.limitsNeedNoConsentFrom) { answer.limits = try limits(of: known, on: query.day) }
        if answer.consents[.specifiedDisease]?.flag == .given {
            let certificates = try diseases(of: known, from: query.day, until: query.day)
            answer.specifiedDiseases = SealedRecords(.specifiedDisease(certificates), of: known.key)
        }
        return answer
    }

    /// Eligibility by what stands on an insurance card (R049): never anything medical (R050).
    func insuredCard(_ query: InsuredCardQuery) throws(CentreError) -> EligibilityAnswer {
        try checkCovered(query.insurerNumber)
        let found = try persons(withCard: query)
        guard let first = found.first else { return EligibilityAnswer(validity: .none, qualification: nil, person: nil) }
        guard found.count == 1 else { return EligibilityAnswer(validity: .several, qualification: nil, person: nil) }
        let rows = try rows(of: first.person)
        guard let known = rows.first?.person else { throw .damaged("a qualification of nobody") }
        let verdict = QualificationRules.judge(first.qualification, among: rows.compactMap(\.held), on: query.day)
        var answer = try self.answer(about: known, verdict)
        answer.day = query.day
        if query.day >= rules.limitsNeedNoConsentFrom { answer.limits = try limits(of: known, on: query.day) }
        return answer
    }

    /// Whose consent was registered on a day, by the code of the institution (R187): what the receipt computer needs of them.
    func obtained(_ query: ObtainedQuery) throws(CentreError) -> [EligibilityAnswer] {
        guard isInstitution(query.institution) else { throw CentreError(.institution) }
        let midnight = query.day.unixTimeAtMidnightUTC - 9 * 3600
        let persons = try database.rows(
            "SELECT DISTINCT person FROM consent WHERE time >= ? AND time < ? ORDER BY person",
            [.integer(midnight), .integer(midnight + 86_400)]
        ) { $0.integer(0) }
        var answers: [EligibilityAnswer] = []
        for person in persons {
            let rows = try rows(of: person)
            guard let known = rows.first?.person else { continue }
            var answer = try self.answer(about: known, QualificationRules.judge(rows.compactMap(\.held), on: query.day))
            answer.day = query.day
            answers.append(answer)
        }
        return answers
    }

    /// Throws for a credential that is none of an insurer (R052).
    func checkCovered(_ insurerNumber: String) throws(CentreError) {
        guard rules.coveredSchemes.covers(insurerNumber) else { throw CentreError(.notCovered) }
    }

    /// Who the person is and what holds, without anything that a patient has to agree to.
    func answer(about known: KnownPerson, _ verdict: QualificationRules.Verdict) throws(CentreError) -> EligibilityAnswer {
        var answer = EligibilityAnswer(validity: verdict.validity, qualification: verdict.qualification, person: known.person)
        answer.patient = known.key
        answer.referenceNumber = try database.rows("SELECT number FROM reference_number WHERE person = ?", [.integer(known.number)]) {
            $0.text(0)
        }.first
        return answer
    }

    /// The rows of one person.
    func rows(of person: Int64) throws(CentreError) -> [CentreRow] {
        try database.rows(CentreRow.queryByNumber, [.integer(person)], CentreRow.init)
    }

    /// The person whom the centre calls so.
    func person(_ key: PatientKey) throws(CentreError) -> Int64? {
        try database.rows("SELECT id FROM person WHERE key = ?", [.text(key.value)]) { $0.integer(0) }.first
    }

    /// The rows of the bearer of a certificate, which must not have been revoked.
    func known(by serial: [UInt8]) throws(CentreError) -> [CentreRow] {
        guard !rules.revoked.contains(serial) else { throw CentreError(.certificateRevoked) }
        guard (1...CentreSchema.longestSerial).contains(serial.count) else { return [] }
        return try database.rows(serial: serial)
    }

    /// Web and app are refused while the facility has not switched them on (R167). The limited type's app is another one.
    private func checkRoute(of query: EligibilityQuery, _ turn: CentreTurn) throws(CentreError) {
        guard query.service == .full, [.app, .web].contains(turn.caller.place) else { return }
        guard let setting = rules.usedBy[try care(of: query)] else { return }
        guard try settings().contains(setting) else { throw CentreError(.switchedOff, cause: setting.rawValue) }
    }

    /// For which care is asked. A message without a consent does not say it: then it is that for which the patient has answered last, as who
    /// registers a consent in the app and gets the eligibility afterwards does.
    private func care(of query: EligibilityQuery) throws(CentreError) -> CareSetting {
        if let consent = query.consent { return consent.setting }
        let last = try database.rows(
            "SELECT setting FROM consent JOIN certificate USING (person) WHERE serial = ? ORDER BY id DESC LIMIT 1",
            [.blob(query.serial.bytes)]
        ) { row in Int(exactly: row.integer(0)).flatMap(CareSetting.init) }
        return last.first ?? .outpatient
    }

    /// Which persons have such a card: one line for each person.
    func persons(withCard query: InsuredCardQuery) throws(CentreError) -> [(person: Int64, qualification: Int64)] {
        let lines = try database.rows(
            """
            SELECT person.id, max(qualification.id) FROM qualification JOIN person ON person.id = qualification.person
            WHERE insurer_number = ? AND symbol IS ? AND number = ? AND branch IS ? AND birth = ? GROUP BY person.id ORDER BY person.id
            """,
            [
                // In a message the number is filled up with spaces to eight characters.
                .text(query.insurerNumber.split(separator: " ").joined()), .text(query.symbol), .text(query.number), .text(query.branch),
                .day(query.birth),
            ]
        ) { (person: $0.integer(0), qualification: $0.integer(1)) }
        return lines
    }
}
