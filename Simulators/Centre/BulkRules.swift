import Centre
import JapaneseCalendar
import MedicalAccess

// 一括照会 (R051, R189), 照会番号 (R188) and 健康保険証利用登録 (R053).

extension CentreCore {
    /// First the persons are sent, and a 受付番号 comes back; after some time it is exchanged for the answers.
    func bulk(_ request: BulkRequest, _ turn: CentreTurn) throws(CentreError) -> BulkAnswer {
        switch request {
        case .upload(let queries):
            for query in queries { try checkCovered(query.insurerNumber) }
            guard !queries.isEmpty, queries.count <= rules.bulkLimit else { throw CentreError(.tooMany, cause: "\(queries.count)") }
            let reception = makeName(12, from: Array("0123456789"))
            try database.run("INSERT INTO bulk (reception, time) VALUES (?, ?)", [.text(reception), .integer(turn.now)])
            for (position, query) in queries.enumerated() { try keep(query, at: position, of: reception) }
            return .received(reception: reception)
        case .result(let reception):
            let times = try database.rows("SELECT time FROM bulk WHERE reception = ?", [.text(reception)]) { $0.integer(0) }
            guard let time = times.first else { throw CentreError(.reception) }
            guard turn.now.subtractingReportingOverflow(time).partialValue >= rules.bulkProcessing else { return .processing }
            var answers: [EligibilityAnswer] = []
            for query in try queries(of: reception) { answers.append(try insuredCard(query)) }
            return .finished(answers)
        }
    }

    private func keep(_ query: InsuredCardQuery, at position: Int, of reception: String) throws(CentreError) {
        try database.run(
            """
            INSERT INTO bulk_query (reception, position, insurer_number, symbol, number, branch, birth, day)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(reception), .integer(Int64(position)), .text(query.insurerNumber), .text(query.symbol), .text(query.number),
                .text(query.branch), .day(query.birth), .day(query.day),
            ])
    }

    private func queries(of reception: String) throws(CentreError) -> [InsuredCardQuery] {
        try database.rows(
            "SELECT insurer_number, symbol, number, branch, birth, day FROM bulk_query WHERE reception = ? ORDER BY position",
            [.text(reception)]
        ) { row in
            guard let insurer = row.text(0), let number = row.text(2), let birth = row.day(4), let day = row.day(5) else { return nil }
            return InsuredCardQuery(
                insurerNumber: insurer, symbol: row.text(1), number: number, branch: row.text(3), birth: birth, day: day)
        }
    }

    /// What the facility calls a patient: 1 to 50 characters; a new number replaces the old one.
    func register(_ registration: ReferenceRegistration) throws(CentreError) -> CentreAnswer {
        guard (1...50).contains(registration.number.unicodeScalars.count) else { throw CentreError(.text) }
        guard let number = try person(registration.patient) else { throw CentreError(.patient) }
        try database.run(
            "INSERT INTO reference_number (person, number) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET number = excluded.number",
            [.integer(number), .text(registration.number)])
        return .done
    }

    /// The card becomes an insurance card.
    func register(_ registration: RegistrationRequest) throws(CentreError) -> RegistrationAnswer {
        guard let known = try known(by: registration.serial.bytes).first?.person else { return .unknown }
        if known.isRegistered { return .already }
        try database.run("UPDATE person SET registered = 1 WHERE id = ?", [.integer(known.number)])
        return .registered
    }
}
