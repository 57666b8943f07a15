import Centre
import JapaneseCalendar
import Reception
import TestSupport
import Testing

/// 一括照会, and the booked patients at reception.
@Suite struct BulkTests {
    private static let query = InsuredCardQuery(
        insurerNumber: "06990015", symbol: nil, number: "5698", branch: "01", birth: CalendarDay(inJapanAtUnixTime: opening),
        day: CalendarDay(inJapanAtUnixTime: opening))

    private static var inputs: [(name: String, input: ReceptionInput)] {
        [
            ("begin", .begin), ("upload", .touched(.upload([query]), by: .staff)), ("upload nothing", .touched(.upload([]), by: .staff)),
            ("received", .answered(.bulk(.received(reception: "r1")))), ("processing", .answered(.bulk(.processing))),
            ("finished", .answered(.bulk(.finished([answer()])))), ("look", .touched(.fetch, by: .staff)),
            ("end", .touched(.end, by: .staff)), ("cancelled", .cancelled), ("timed out", .timedOut), ("refused", .failed(refusal)),
            ("other answer", .answered(.done)), ("removed", .card(.cardRemoved)),
        ]
    }

    @Test func endsInIdleWhateverHappens() {
        let exploration = Exploration(BulkInquiry(), Self.inputs)
        print("bulk inquiry: \(exploration.size)")
        checkEndings(exploration) { BulkInquiry($0.rules) }
    }

    /// Sent, waited for, asked for; who asks too early is told that it is being worked on, and gets no result.
    @Test(.holds("R189", "N23")) func theResultIsWaitedFor() {
        var bulk = BulkInquiry()
        _ = bulk.receive(.begin)
        #expect(bulk.receive(.touched(.upload([Self.query]), by: .staff)).compactMap(\.request).count == 1)
        _ = bulk.receive(.answered(.bulk(.received(reception: "r1"))))
        guard case .bulk(.result(reception: "r1"))? = bulk.receive(.touched(.fetch, by: .staff)).compactMap(\.request).first else {
            Issue.record("the result is not asked for")
            return
        }
        let early = bulk.receive(.answered(.bulk(.processing)))
        guard case .show(.processing(reception: "r1"))? = early.first else {
            Issue.record("it is not told that the inquiry is being worked on")
            return
        }
        #expect(!early.contains { if case .book = $0 { true } else { false } })
        #expect(ReceptionText.text(.processing(reception: "r1")).text(in: .japanese).first == "処理中です。")
        #expect(bulk.receive(.timedOut).compactMap(\.request).count == 1)
        let late = bulk.receive(.answered(.bulk(.finished([answer()]))))
        #expect(late.contains { if case .book(let answers) = $0 { answers == [answer()] } else { false } })
        #expect(late.compactMap(\.outcome).first?.code == "completed")
    }

    /// A result that never comes is given up after so many looks.
    @Test func theWaitEnds() {
        var bulk = BulkInquiry()
        for input in [.begin, .touched(.upload([Self.query]), by: .staff), .answered(.bulk(.received(reception: "r1")))] as [ReceptionInput]
        {
            _ = bulk.receive(input)
        }
        var looks = 0
        while !bulk.isIdle, looks < 1000 {
            looks += bulk.receive(.timedOut).compactMap(\.request).count
            _ = bulk.receive(.answered(.bulk(.processing)))
        }
        #expect(looks == bulk.rules.looks + 1)
    }

    /// Only what was valid counts; the others are checked again at reception, and until then they do not.
    @Test(.holds("R051"), arguments: QualificationValidity.allCases) func whoMustBeCheckedAgain(_ validity: QualificationValidity) throws {
        var booked = BookedPatients(count: 1)
        #expect(booked.mustBeChecked(0) && !booked.counts(0))
        try booked.receive(.finished([answer(validity)]))
        #expect(booked.mustBeChecked(0) == (validity != .valid))
        #expect(booked.counts(0) == (validity == .valid))
        booked.recheck(0, answer(.valid))
        #expect(!booked.mustBeChecked(0) && booked.counts(0))
        // A bulk result that comes late does not undo what reception has seen.
        try booked.receive(.finished([answer(.invalid)]))
        #expect(booked.counts(0))
        booked.recheck(0, answer(.invalid))
        #expect(!booked.counts(0))
    }

    @Test(.holds("N23")) func nothingCountsWhileItIsWorkedOn() throws {
        var booked = BookedPatients(count: 2)
        try booked.receive(.processing)
        try booked.receive(.received(reception: "r1"))
        #expect(booked.standings == [.unknown, .unknown])
        // Another number of answers belongs to another list.
        #expect(throws: CentreError.otherAnswer) { try booked.receive(.finished([answer()])) }
        #expect(!booked.counts(0) && !booked.counts(7) && booked.mustBeChecked(7) && booked.mustBeChecked(-1))
    }
}
