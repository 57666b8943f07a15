extension CalendarDay {
    /// The age in completed years (満年齢) of a person born on this day, on another day; 0 before the birth.
    ///
    /// A year is complete on the birthday, as certificates, counters and everyday speech count. The law
    /// (年齢計算ニ関スル法律, Act No. 50 of 1902, with article 143 of the Civil Code) has it complete at the end of the day before, that is at
    /// the same midnight; only rules that ask for the *day on which an age is reached* differ, and nothing here asks for that.
    /// Who was born on 29 February completes a year on 1 March where there is no such day: the same midnight again.
    public func age(on day: CalendarDay) -> Int {
        let hadBirthday = (day.month, day.day) >= (month, self.day)
        return max(0, day.year - year - (hadBirthday ? 0 : 1))
    }
}
