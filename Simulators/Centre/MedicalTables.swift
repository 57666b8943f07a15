import Centre
import JapaneseCalendar
import MedicalAccess

// What the tables hold of medical information and certificates.

extension CentreCore {
    func limits(of known: KnownPerson, on day: CalendarDay) throws(CentreError) -> [LimitCertificate] {
        try database.rows(
            """
            SELECT kind, level, issued_day, from_day, until_day, long_stay_day FROM limit_certificate
            WHERE person = ? AND from_day <= ? AND (until_day IS NULL OR until_day >= ?) ORDER BY id
            """, [.integer(known.number), .day(day), .day(day)]
        ) { row in
            guard let kind = row.text(0).flatMap(LimitCertificate.Kind.init), let level = row.text(1).flatMap(LimitCertificate.Level.init),
                let issued = row.day(2), let from = row.day(3)
            else { return nil }
            return LimitCertificate(
                kind: kind, level: level, issued: issued, from: from, until: row.day(4), longStay: row.day(5))
        }
    }

    /// Those that hold on some day of the period.
    func diseases(of known: KnownPerson, from: CalendarDay, until: CalendarDay) throws(CentreError) -> [SpecifiedDiseaseCertificate] {
        try database.rows(
            """
            SELECT disease, yen, from_day, until_day FROM specified_disease
            WHERE person = ? AND from_day <= ? AND (until_day IS NULL OR until_day >= ?) ORDER BY id
            """, [.integer(known.number), .day(until), .day(from)]
        ) { row in
            guard let disease = Int(exactly: row.integer(0)).flatMap(SpecifiedDiseaseCertificate.Disease.init),
                let yen = Int(exactly: row.integer(1)), let from = row.day(2)
            else { return nil }
            return SpecifiedDiseaseCertificate(disease: disease, limit: yen, from: from, until: row.day(3))
        }
    }

    func surgeries(of known: KnownPerson, _ period: Period) throws(CentreError) -> [SurgeryRecord] {
        try records("kind, institution, name", "surgery", known, period) { row, day in
            guard let kind = row.text(1).flatMap(SurgeryRecord.Kind.init), let institution = row.text(2), let name = row.text(3) else {
                return nil
            }
            return SurgeryRecord(kind: kind, day: day, institution: institution, name: name)
        }
    }

    func treatments(of known: KnownPerson, _ period: Period) throws(CentreError) -> [TreatmentRecord] {
        try records("institution, care, type, name", "treatment", known, period) { row, day in
            guard let institution = row.text(1), let care = row.text(2).flatMap(CareKind.init), let type = row.text(3),
                let name = row.text(4)
            else { return nil }
            return TreatmentRecord(day: day, institution: institution, kind: care, type: type, name: name)
        }
    }

    func drugs(of known: KnownPerson, _ period: Period) throws(CentreError) -> [DrugRecord] {
        let columns = "care, dispensed_day, usage, instruction, form, product, generic, quantity, unit, times"
        return try records(columns, "drug", known, period) { row, day in
            guard let care = row.text(1).flatMap(CareKind.init), let usage = row.text(3),
                let form = row.text(5).flatMap(DrugRecord.Form.init),
                let product = row.text(6), let quantity = row.text(8), let unit = row.text(9), let times = Int(exactly: row.integer(10))
            else { return nil }
            return DrugRecord(
                kind: care, prescribed: day, dispensed: row.day(2), usage: usage, instruction: row.text(4), form: form, product: product,
                generic: row.text(7), quantity: quantity, unit: unit, times: times)
        }
    }

    func checkups(of known: KnownPerson, _ period: Period) throws(CentreError) -> [CheckupRecord] {
        let lines = try database.rows(
            "SELECT day, item, value FROM checkup WHERE person = ? AND day BETWEEN ? AND ? ORDER BY day",
            [.integer(known.number), .day(period.first), .day(period.last)]
        ) { row -> (CalendarDay, CheckupItem, String)? in
            guard let day = row.day(0), let item = row.text(1).flatMap(CheckupItem.init), let value = row.text(2) else { return nil }
            return (day, item, value)
        }
        var values: [CalendarDay: [CheckupItem: String]] = [:]
        for (day, item, value) in lines { values[day, default: [:]][item] = value }
        return values.sorted { $0.key < $1.key }.map { CheckupRecord(day: $0.key, values: $0.value) }
    }

    private func records<Record>(
        _ columns: String, _ table: String, _ known: KnownPerson, _ period: Period, _ read: (SQLiteStatement, CalendarDay) -> Record?
    ) throws(CentreError) -> [Record] {
        try database.rows(
            "SELECT day, \(columns) FROM \(table) WHERE person = ? AND day BETWEEN ? AND ? ORDER BY day, id",
            [.integer(known.number), .day(period.first), .day(period.last)]
        ) { row in row.day(0).flatMap { read(row, $0) } }
    }
}
