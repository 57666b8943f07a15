import Centre
import JapaneseCalendar
import MedicalAccess

// Medical information. That a query carries a right is not enough: the centre looks for itself.

extension CentreCore {
    /// Medical information of one kind, where the consent or the emergency still stands (R113, R145a).
    func medical(_ query: MedicalQuery, _ turn: CentreTurn) throws(CentreError) -> MedicalAnswer {
        let category = query.right.category
        guard let number = try person(query.right.patient), let known = try rows(of: number).first?.person else {
            throw CentreError(.patient)
        }
        try check(query.right, known, turn)
        if let setting = rules.shownBy[category], try !settings().contains(setting) { return .hidden }
        let period = Period(query, rules.retention[category], today: turn.today)
        return .records(SealedRecords(try records(of: known, category, period), of: known.key))
    }

    /// Throws where the right is not the caller's, or is not one by what the centre itself knows.
    private func check(_ right: ViewingRight, _ known: KnownPerson, _ turn: CentreTurn) throws(CentreError) {
        guard right.viewer.account == turn.caller.account, let account = turn.right else { throw CentreError(AccessRefusal.otherRight) }
        // What the account may do is the centre's to say, what somebody is by profession the facility's (R112).
        let viewer = Viewer(account: right.viewer.account, right: account, profession: right.viewer.profession)
        let now = turn.now
        switch right.basis {
        case .consent(let setting, _):
            let states = try consents(of: known, in: setting, at: now)
            do throws(AccessRefusal) {
                _ = try rules.viewing.right(
                    to: right.category, of: known.key, by: states[right.category] ?? ConsentState.none, for: viewer, at: now)
            } catch { throw CentreError(error) }
        case .emergency:
            let consent = try emergencyConsent(of: known.key, turn)
            do throws(AccessRefusal) {
                _ = try rules.viewing.right(to: right.category, of: known.key, by: consent, for: viewer, at: now)
            } catch { throw CentreError(error) }
        }
        guard right.isLive(at: now) else { throw CentreError(AccessRefusal.consentExpired) }
    }

    private func records(of known: KnownPerson, _ category: ConsentCategory, _ period: Period) throws(CentreError) -> MedicalRecords {
        switch category {
        case .surgery: .surgery(try surgeries(of: known, period))
        case .diagnosis: .diagnosis(try treatments(of: known, period))
        case .drugs: .drugs(try drugs(of: known, period))
        case .checkup: .checkup(try checkups(of: known, period))
        case .specifiedDisease: .specifiedDisease(try diseases(of: known, from: period.first, until: period.last))
        }
    }
}

/// From which day to which information is given, both included.
struct Period {
    let first: CalendarDay
    let last: CalendarDay

    /// What was asked for, cut off at what is kept: the month of today and so many before it (that whole months count is assumed).
    init(_ query: MedicalQuery, _ months: Int?, today: CalendarDay) {
        let kept = months.map { today.firstOfMonth(before: $0) } ?? .first
        first = max(kept, query.from.map { $0.firstOfMonth(before: 0) } ?? kept)
        last = query.until ?? today
    }
}

extension CalendarDay {
    /// 0001-01-01.
    fileprivate static let first = CalendarDay(inJapanAtUnixTime: .min)

    /// The first day of the month that is so many months before this day's.
    func firstOfMonth(before months: Int) -> CalendarDay {
        let month = year * 12 + self.month - 1 - months
        return CalendarDay(year: month / 12, month: month % 12 + 1, day: 1) ?? .first
    }
}
