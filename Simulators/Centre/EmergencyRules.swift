import Centre
import MedicalAccess

// 資格情報照会（システム障害時）: four steps to enable it (R136), the search (R141–R144), refused while it is not enabled (R145).

extension CentreCore {
    /// The title of the report that ends the use (R138).
    public var reportTitle: String { rules.reportTitle }

    /// How far the enabling has come.
    func enablingState() throws(CentreError) -> EnablingState {
        try database.rows("SELECT state FROM system_failure") { $0.text(0).flatMap(EnablingState.init) }.first ?? .off
    }

    /// Takes the next step. The report ends the use; a facility that needs the function again calls again.
    func take(_ step: EnablingStep, _ turn: CentreTurn) throws(CentreError) -> EnablingState {
        let state = try enablingState()
        let next: EnablingState
        switch (step, state) {
        case (.call(let institution, let name, let contact), .off), (.call(let institution, let name, let contact), .reported):
            guard isInstitution(institution) else { throw CentreError(.institution) }
            guard !name.isEmpty, !contact.isEmpty else { throw CentreError(.text) }
            next = .called
        case (.callBack(let phone), .called):
            guard !phone.isEmpty, rules.registeredPhone.map({ $0 == phone }) ?? true else {
                throw CentreError(.step, cause: "another telephone number than the registered one")
            }
            next = .calledBack
        case (.enable, .calledBack): next = .enabled
        case (.report(let title), .enabled):
            guard title == rules.reportTitle else { throw CentreError(.text, cause: "another title") }
            next = .reported
        default: throw CentreError(.step, cause: "after \(state.rawValue)")
        }
        try database.run(
            """
            INSERT INTO system_failure (id, state, time) VALUES (1, ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = excluded.state, time = excluded.time
            """, [.text(next.rawValue), .integer(turn.now)])
        return next
    }

    /// Searches by what the patient says.
    func search(_ search: SystemFailureSearch) throws(CentreError) -> SystemFailureAnswer {
        guard try enablingState() == .enabled else { throw CentreError(.notEnabled) }
        guard let birth = search.birth, let sex = search.sex, let day = search.day,
            search.name.isFilled || search.kana.isFilled, search.address.isFilled || search.insurer.isFilled
        else { throw CentreError(.incompleteSearch) }
        var found: [EligibilityAnswer] = []
        let numbers = try database.rows(
            "SELECT id FROM person WHERE birth = ? AND sex = ? ORDER BY id", [.day(birth), .integer(Int64(sex))]
        ) { $0.integer(0) }
        for number in numbers {
            let rows = try rows(of: number)
            guard let known = rows.first?.person, matches(search, known, rows.compactMap(\.held)) else { continue }
            var answer = try answer(about: known, QualificationRules.judge(rows.compactMap(\.held), on: day))
            answer.day = day
            found.append(answer)
        }
        guard let first = found.first else { return .nobody }
        return found.count == 1 ? .one(first) : .several(found)
    }

    /// Everything that was filled in must be the same (R142).
    private func matches(_ search: SystemFailureSearch, _ known: KnownPerson, _ held: [HeldQualification]) -> Bool {
        func agrees(_ typed: String?, _ stored: [String]) -> Bool {
            guard let typed, !typed.isEmpty else { return true }
            return stored.contains { rules.searchFolding.matches(typed, $0) }
        }
        let person = known.person
        return agrees(search.name, [person.name]) && agrees(search.kana, [person.kana])
            && agrees(search.address, person.address.map { [$0] } ?? []) && agrees(search.insurer, held.map(\.qualification.insurerName))
    }
}

extension String? {
    fileprivate var isFilled: Bool { self.map { !$0.isEmpty } ?? false }
}
