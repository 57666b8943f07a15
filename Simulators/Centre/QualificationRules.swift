import Centre
import JapaneseCalendar

/// What the centre says of a person's qualifications on a day: 資格有効性 (OQSCD006). The codes are public, the rules behind them are assumed.
enum QualificationRules {
    typealias Verdict = (validity: QualificationValidity, qualification: Qualification?)

    /// By card. A qualification holds on a day from `from` on and before `lostOn`. The rules, in this order:
    /// - two insurances or more hold: 5 several, without a qualification, because the centre does not choose;
    /// - one insurance holds: 1 valid. Medical aid beside it changes nothing, insurance pays first;
    /// - medical aid alone holds: 1 valid where a ticket is registered, else 6; of several the one that began last;
    /// - none holds, but one has ended: 3 where another begins later, else 2; with the one that ended last;
    /// - otherwise (nothing yet, or nothing ever): 4 none.
    ///
    /// `all` comes in the order in which they begin.
    static func judge(_ all: [HeldQualification], on day: CalendarDay) -> Verdict {
        let current = all.filter { $0.qualification.holds(on: day) }
        let insurances = current.filter { !$0.isMedicalAid }
        if insurances.count > 1 { return (.several, nil) }
        if let insurance = insurances.first { return (.valid, insurance.qualification) }
        if let aid = current.last { return (aid.isRegistered ? .valid : .validUnregistered, aid.qualification) }

        let ended = all.filter { $0.qualification.hasEnded(by: day) }
        guard let last = ended.max(by: { $0.qualification.period < $1.qualification.period }) else { return (.none, nil) }
        let newerExists = all.contains { $0.qualification.from > day }
        return (newerExists ? .invalidNewerExists : .invalid, last.qualification)
    }

    /// By 記号・番号: about the qualification with this number, whatever else the person has. It holds: 1, or 6; it has ended: 3 where
    /// another has begun or begins since, else 2; it has not begun: 4.
    static func judge(_ number: Int64, among all: [HeldQualification], on day: CalendarDay) -> Verdict {
        guard let asked = all.first(where: { $0.number == number }) else { return (.none, nil) }
        let qualification = asked.qualification
        if qualification.holds(on: day) { return (asked.isRegistered ? .valid : .validUnregistered, qualification) }
        guard let lostOn = qualification.lostOn, lostOn <= day else { return (.none, nil) }
        return (all.contains { $0.qualification.from >= lostOn } ? .invalidNewerExists : .invalid, qualification)
    }
}

extension Qualification {
    fileprivate func holds(on day: CalendarDay) -> Bool { from <= day && !hasEnded(by: day) }
    fileprivate func hasEnded(by day: CalendarDay) -> Bool { lostOn.map { $0 <= day } ?? false }
    // The end first, so that the later end is the greater.
    fileprivate var period: (CalendarDay, CalendarDay) { (lostOn ?? from, from) }
}
