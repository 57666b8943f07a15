import Centre
import JapaneseCalendar

/// The eligibility system (オンライン資格確認等システム) without time, thread or network: a question in, an answer out.
///
/// A host makes it part of something: `EmbeddedCentre` puts it on a station.
public final class CentreCore {
    private let database: CentreDatabase

    /// The centre over a database.
    public init(_ database: CentreDatabase) {
        self.database = database
    }

    /// Whether the bearer of a certificate is insured on a day.
    ///
    /// A qualification holds on a day from `from` on and before `lostOn`. The rules, in this order (the codes are public, the
    /// rules behind them are assumed):
    /// - unknown serial: 4 none, without a person;
    /// - two insurances or more hold: 5 several, without a qualification, because the centre does not choose;
    /// - one insurance holds: 1 valid. Medical aid beside it changes nothing, insurance pays first;
    /// - medical aid alone holds: 1 valid where a ticket is registered, else 6; of several the one that began last;
    /// - none holds, but one has ended: 3 where another begins later, else 2; with the one that ended last;
    /// - otherwise (nothing yet, or nothing ever): 4 none, with the person.
    ///
    /// - Throws: `CentreError` where the database cannot be read.
    public func answer(_ query: EligibilityQuery) throws(CentreError) -> EligibilityAnswer {
        let serial = query.serial.bytes
        guard (1...CentreSchema.longestSerial).contains(serial.count) else {
            return EligibilityAnswer(validity: .none, qualification: nil, person: nil)
        }
        let rows = try database.rows(serial: serial)
        let (validity, qualification) = Self.judge(rows.compactMap(\.held), on: query.day)
        return EligibilityAnswer(validity: validity, qualification: qualification, person: rows.first?.person)
    }

    private static func judge(_ all: [HeldQualification], on day: CalendarDay) -> (QualificationValidity, Qualification?) {
        let current = all.filter { $0.qualification.holds(on: day) }
        let insurances = current.filter { !$0.isMedicalAid }
        if insurances.count > 1 { return (.several, nil) }
        if let insurance = insurances.first { return (.valid, insurance.qualification) }
        // The rows come in the order in which the qualifications begin.
        if let aid = current.last { return (aid.isRegistered ? .valid : .validUnregistered, aid.qualification) }

        let ended = all.filter { $0.qualification.hasEnded(by: day) }
        guard let last = ended.max(by: { $0.qualification.period < $1.qualification.period }) else { return (.none, nil) }
        let newerExists = all.contains { $0.qualification.from > day }
        return (newerExists ? .invalidNewerExists : .invalid, last.qualification)
    }
}

extension Qualification {
    fileprivate func holds(on day: CalendarDay) -> Bool { from <= day && !hasEnded(by: day) }
    fileprivate func hasEnded(by day: CalendarDay) -> Bool { lostOn.map { $0 <= day } ?? false }
    // The end first, so that the later end is the greater.
    fileprivate var period: (CalendarDay, CalendarDay) { (lostOn ?? from, from) }
}
