import Centre
import JapaneseCalendar
import MedicalAccess

// What patients have agreed to: registration, the list, cancellation (IF-037, IF-038).

extension CentreCore {
    /// Registers what a patient has answered. Who was not asked has not answered.
    func register(_ consent: ConsentRegistration, of known: KnownPerson, _ turn: CentreTurn) throws(CentreError) {
        for (category, agrees) in consent.answers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try database.run(
                "INSERT INTO consent (person, category, setting, agrees, time) VALUES (?, ?, ?, ?, ?)",
                [
                    .integer(known.number), .text(category.rawValue), .integer(Int64(consent.setting.rawValue)), .flag(agrees),
                    .integer(turn.now),
                ])
        }
    }

    /// What a message says of a patient's consents for one care: of each category what was answered last.
    func consents(of known: KnownPerson, in setting: CareSetting, at now: Int64) throws(CentreError) -> [ConsentCategory: ConsentState] {
        try consents(ofNumber: known.number, in: setting, at: now)
    }

    func consents(ofNumber person: Int64, in setting: CareSetting, at now: Int64) throws(CentreError) -> [ConsentCategory: ConsentState] {
        let lines = try database.rows(
            "SELECT category, agrees, time, ended, ending FROM consent WHERE person = ? AND setting = ? AND time <= ? ORDER BY id",
            [.integer(person), .integer(Int64(setting.rawValue)), .integer(now)]
        ) { row -> (ConsentCategory, ConsentGrant?)? in
            guard let category = row.text(0).flatMap(ConsentCategory.init) else { return nil }
            guard row.integer(1) != 0 else { return (category, nil) }
            var grant = ConsentGrant(to: category, in: setting, at: row.integer(2))
            if let ended = row.optionalInteger(3), let reason = Int(exactly: row.integer(4)).flatMap(ConsentEnding.init) {
                grant.ending = ConsentGrant.Ending(reason, at: ended)
            }
            return (category, grant)
        }
        var last: [ConsentCategory: ConsentGrant?] = [:]
        for (category, grant) in lines { last[category] = .some(grant) }
        var states: [ConsentCategory: ConsentState] = [:]
        for category in ConsentCategory.allCases { states[category] = rules.consent.state(of: last[category] ?? nil, at: now) }
        return states
    }

    /// The list of those who have consented, and its cancellations.
    func consent(_ request: ConsentRequest, _ turn: CentreTurn) throws(CentreError) -> CentreAnswer {
        switch request {
        case .list(let setting):
            let persons = try database.rows(
                "SELECT DISTINCT person.id, key FROM consent JOIN person ON person.id = person WHERE setting = ? ORDER BY person.id",
                [.integer(Int64(setting.rawValue))]
            ) { row in row.text(1).map { (row.integer(0), PatientKey($0)) } }
            var list: [ConsentedPatient] = []
            for (number, key) in persons {
                let states = try consents(ofNumber: number, in: setting, at: turn.now).filter { $0.value != ConsentState.none }
                if !states.isEmpty { list.append(ConsentedPatient(key, states)) }
            }
            return .consents(list)
        case .cancel(let patient, let setting, let reason):
            guard rules.consent.canBeCancelled(in: setting) else { throw CentreError(.consentCannotBeCancelled) }
            guard let number = try person(patient) else { throw CentreError(.patient) }
            let live = try consents(ofNumber: number, in: setting, at: turn.now).contains { $0.value.flag == .given }
            guard live else { throw CentreError(.consentCannotBeCancelled) }
            try database.run(
                "UPDATE consent SET ended = ?, ending = ? WHERE person = ? AND setting = ? AND agrees = 1 AND ended IS NULL",
                [.integer(turn.now), .integer(Int64(reason.rawValue)), .integer(number), .integer(Int64(setting.rawValue))])
            return .done
        }
    }
}
