import JapaneseCalendar
import Testing

/// The day that eight digits write.
func day(_ digits: String) throws -> CalendarDay { try #require(CalendarDay(digits: digits)) }
