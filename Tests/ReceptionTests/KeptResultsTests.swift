import Reception
import TestSupport
import Testing

/// Results of the limited type, until the end of the following month in Japan.
@Suite struct KeptResultsTests {
    /// Unix times of moments in Japan, by `date -u -d '… +0900' +%s`.
    private static let ends: [(obtained: Int64, last: Int64)] = [
        // 2026-04-01 09:00:00: 2026-05-31 23:59:59.
        (1_775_001_600, 1_780_239_599),
        // 2026-01-31 23:59:59: 2026-02-28 23:59:59; one second later a month more.
        (1_769_871_599, 1_772_290_799), (1_769_871_600, 1_774_969_199),
        // 2028-01-15 00:00:00: 29 February 23:59:59.
        (1_831_474_800, 1_835_449_199),
        // 2026-11-30 23:59:59: the last second of the year; 2026-12-01: of January.
        (1_796_050_799, 1_798_729_199), (1_796_050_800, 1_801_407_599),
    ]

    @Test(.holds("R040", "N03"), arguments: ends) func opensUntilTheEndOfTheFollowingMonth(_ obtained: Int64, _ last: Int64) {
        #expect(KeptResults.Retention.standard.lastSecond(of: obtained) == last)
        var kept = KeptResults()
        let number = kept.keep(LimitedResult(answer()), at: obtained)
        #expect(kept.open(number, at: obtained)?.person?.name == hanakosName)
        #expect(kept.open(number, at: last) != nil)
        #expect(kept.open(number, at: last + 1) == nil)
        // It is not only hidden.
        #expect(!String(reflecting: kept).contains(hanakosName))
        #expect(kept.open(number, at: obtained) == nil)
    }

    @Test(.holds("R040")) func listsWhatMayBeOpened() {
        var kept = KeptResults()
        let april = kept.keep(LimitedResult(answer(name: "四月")), at: 1_775_001_600)
        let may = kept.keep(LimitedResult(answer(name: "五月")), at: 1_778_000_000)
        #expect(kept.list(at: 1_778_000_000).map(\.number) == [april, may])
        #expect(kept.list(at: 1_780_239_600).map(\.number) == [may])
        #expect(kept.keep(LimitedResult(answer()), at: 1_780_239_600) != april)
    }

    @Test func theRetentionIsData() {
        #expect(KeptResults.Retention(months: 0).lastSecond(of: 1_775_001_600) == 1_777_561_199)
        #expect(KeptResults.Retention(months: .max).lastSecond(of: .max) == .max)
        #expect(KeptResults.Retention(months: .min).lastSecond(of: .min) < 0)
    }
}
