import Centre
import JapaneseCalendar
import MedicalAccess

// 災害時医療情報閲覧: opened by the ministry for an area and a period (R145a), at the terminal only (R146), searched in two ways (R149).

extension CentreCore {
    /// The ministry opens disaster viewing for an area and a period.
    ///
    /// - Parameters:
    ///   - name: what it is called; an opening with this name is replaced.
    ///   - area: the area, as `CentreRules.area` names the facility's.
    ///   - first: the first second, Unix time.
    ///   - last: the last second, Unix time.
    ///   - categories: what may be seen.
    /// - Throws: `CentreError` where the database cannot be written.
    public func openDisasterViewing(
        _ name: String, in area: String, from first: Int64, until last: Int64,
        of categories: Set<ConsentCategory> = [.drugs, .diagnosis, .checkup]
    ) throws(CentreError) {
        guard first <= last, !name.isEmpty else { throw CentreError(.text) }
        let names = categories.map(\.rawValue).sorted().joined(separator: ",")
        try database.changing { () throws(CentreError) in
            try database.run(
                """
                INSERT INTO opening (name, area, first, last, categories) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
                    SET area = excluded.area, first = excluded.first, last = excluded.last, categories = excluded.categories
                """, [.text(name), .text(area), .integer(first), .integer(last), .text(names)])
        }
    }

    func disaster(_ request: DisasterRequest, _ turn: CentreTurn) throws(CentreError) -> DisasterAnswer {
        let opening = try opening(turn)
        switch request {
        case .open: return .open(opening)
        case .searchByCard(let query): return .found(try found(persons(withCard: query).map(\.person), turn))
        case .searchByPerson(let name, let birth, let sex, let address):
            let numbers = try database.rows(
                "SELECT id FROM person WHERE birth = ? AND sex = ? AND (name = ? OR kana = ?) AND address = ? ORDER BY id",
                [.day(birth), .integer(Int64(sex)), .text(name), .text(name), .text(address)]
            ) { $0.integer(0) }
            return .found(try found(numbers, turn))
        case .consent(let patient, let agrees):
            guard let number = try person(patient) else { throw CentreError(.patient) }
            try database.run(
                """
                INSERT INTO emergency_consent (opening, person, agrees, time) VALUES (?, ?, ?, ?) ON CONFLICT (opening, person) DO UPDATE
                    SET agrees = excluded.agrees, time = excluded.time
                """, [.text(opening.name), .integer(number), .flag(agrees), .integer(turn.now)])
            return .consent(EmergencyConsent(opening, of: patient, agrees: agrees, at: turn.now))
        }
    }

    /// What is open here and now.
    private func opening(_ turn: CentreTurn) throws(CentreError) -> EmergencyOpening {
        let openings = try database.rows(
            "SELECT name, first, last, categories FROM opening WHERE area = ? AND first <= ? AND last >= ? ORDER BY first",
            [.text(rules.area), .integer(turn.now), .integer(turn.now)]
        ) { row -> EmergencyOpening? in
            guard let name = row.text(0), let names = row.text(3) else { return nil }
            let categories = names.split(separator: ",").compactMap { ConsentCategory(rawValue: String($0)) }
            return EmergencyOpening(name: name, first: row.integer(1), last: row.integer(2), categories: Set(categories))
        }
        guard let opening = openings.first else { throw CentreError(AccessRefusal.notOpened) }
        return opening
    }

    /// What the staff have registered of a patient for what is open now (R121).
    func emergencyConsent(of patient: PatientKey, _ turn: CentreTurn) throws(CentreError) -> EmergencyConsent {
        let opening = try opening(turn)
        guard let number = try person(patient) else { throw CentreError(.patient) }
        let lines = try database.rows(
            "SELECT agrees, time FROM emergency_consent WHERE opening = ? AND person = ?", [.text(opening.name), .integer(number)]
        ) { ($0.integer(0) != 0, $0.integer(1)) }
        guard let (agrees, time) = lines.first else { throw CentreError(AccessRefusal.noConsent) }
        return EmergencyConsent(opening, of: patient, agrees: agrees, at: time)
    }

    /// Who was found, with a part of the eligibility: 保険者番号, 記号・番号, 枝番 (R148).
    private func found(_ numbers: [Int64], _ turn: CentreTurn) throws(CentreError) -> [EligibilityAnswer] {
        var answers: [EligibilityAnswer] = []
        for number in numbers {
            let rows = try rows(of: number)
            guard let known = rows.first?.person else { continue }
            var answer = try answer(about: known, QualificationRules.judge(rows.compactMap(\.held), on: turn.today))
            answer.day = turn.today
            answers.append(answer)
        }
        return answers
    }
}
