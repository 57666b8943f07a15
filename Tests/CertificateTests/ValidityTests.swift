import Cards
import Certificates
import TestSupport
import Testing

/// Grace after expiry (期限切れ後3か月), counted in days of Japan.
struct ValidityTests {
    /// Ends of validity that are awkward: short months, the end of a year, a leap day, both sides of midnight in Japan.
    static let ends = [
        "2024-03-15T14:59:59", "2026-05-05T14:59:59", "2025-11-30T14:59:59", "2023-11-29T14:59:59", "2027-11-30T14:59:59",
        "2026-01-31T14:59:59", "2026-01-31T15:00:00", "2026-12-31T14:59:59", "2026-12-31T15:00:00", "2024-02-28T15:00:00",
        "2028-02-29T14:59:59", "2026-10-31T14:59:58", "1969-12-31T14:59:59", "2099-08-31T14:59:59",
    ]

    @Test(arguments: [1, 3, 14]) func theEndIsThatOfAnotherCalendar(months: Int) throws {
        let script = """
            import calendar, sys
            from datetime import datetime, timedelta, timezone
            from zoneinfo import ZoneInfo
            japan = ZoneInfo("Asia/Tokyo")
            for text in sys.argv[2:]:
                end = datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
                day = end.astimezone(japan).date() if end.year > 1969 else (end + timedelta(hours=9)).date()
                month = day.year * 12 + day.month - 1 + int(sys.argv[1])
                year, month = month // 12, month % 12 + 1
                last = calendar.monthrange(year, month)[1]
                stamps = [
                    datetime(year, month, number, 23, 59, 59, tzinfo=timezone(timedelta(hours=9)))
                    for number in (min(day.day, last), last)]
                print(int(end.timestamp()), *[int(stamp.timestamp()) for stamp in stamps])
            """
        let lines = try runProgram(["python3", "-c", script, "\(months)"] + Self.ends).checked().output.split(separator: "\n")
        #expect(lines.count == Self.ends.count)
        for line in lines {
            let numbers = line.split(separator: " ").compactMap { Int64($0) }
            try #require(numbers.count == 3)
            #expect(ValidityPolicy(months: months, from: .dayOfExpiry).graceEnd(after: numbers[0]) == numbers[1], "\(line)")
            #expect(ValidityPolicy(months: months, from: .endOfMonth).graceEnd(after: numbers[0]) == numbers[2], "\(line)")
        }
    }

    @Test func theRuleOfEligibilityIsThreeMonthsFromTheEndOfTheMonth() {
        // 2024-03-15 14:59:59 UTC is the 15th in Japan; three months from the 31st end with 2024-06-30 23:59:59 there.
        #expect(ValidityPolicy.eligibilityByPlasticCard.graceEnd(after: Moment.expiredEnded) == 1_719_759_599)
        #expect(ValidityPolicy.untilExpiry.graceEnd(after: Moment.expiredEnded) == nil)
    }

    @Test(arguments: [Int64.min, Int64.min + 1, -62_135_629_200, 253_402_300_799, Int64.max - 32_399, Int64.max])
    func anyEndMayBeAsked(end: Int64) {
        for months in [Int.min, -1, 0, 1, 3, 100_000, Int(Int32.max), Int.max] {
            for start in ValidityPolicy.GraceStart.allCases {
                let grace = ValidityPolicy(months: months, from: start).graceEnd(after: end)
                #expect(grace.map { $0 >= end } ?? true)
            }
        }
    }

    @Test func graceIsAVerdictOfItsOwn() throws {
        let expired = try Certificate(der: SyntheticHolder.expired.authenticationCertificate)
        let anchor = try Certificate(der: SyntheticHolder.expired.authenticationAuthority)
        let until: Int64 = 1_719_759_599
        let checker = try Self.checker(.eligibilityByPlasticCard)
        let inGrace = CertificateVerdict.validInGrace(issuedBy: anchor, domain: .synthetic, until: until)
        #expect(checker.check(expired, at: Moment.expiredEnded) == .valid(issuedBy: anchor, domain: .synthetic))
        #expect(checker.check(expired, at: Moment.expiredEnded + 1) == inGrace)
        #expect(checker.check(expired, at: until) == inGrace)
        #expect(checker.check(expired, at: until + 1) == .invalid([.expired(since: Moment.expiredEnded)]))
        #expect(
            try Self.checker(.untilExpiry).check(expired, at: Moment.expiredEnded + 1) == .invalid([.expired(since: Moment.expiredEnded)]))
    }

    @Test func graceForgivesNothingElse() throws {
        let expired = try Certificate(der: SyntheticHolder.expired.authenticationCertificate)
        let signature = try CertificateChecker(
            use: .signature(policy: SyntheticPKI.signaturePolicy), anchors: Synthetic.anchors(SyntheticPKI.authenticationAuthorities),
            validity: .eligibilityByPlasticCard)
        let flaws = signature.check(expired, at: Moment.expiredEnded + 1).flaws
        #expect(flaws.contains(.wrongKeyUsage) && flaws.contains(.expired(since: Moment.expiredEnded)))
        let others = try CertificateChecker(
            use: .authentication(policy: SyntheticPKI.authenticationPolicy),
            anchors: Synthetic.anchors([SyntheticPKI.authenticationAuthorities[2]]), validity: .eligibilityByPlasticCard)
        #expect(
            others.check(expired, at: Moment.expiredEnded + 1) == .invalid([.expired(since: Moment.expiredEnded), .untrusted]))
        let none = CertificateChecker(use: .authentication(), anchors: .none, validity: .eligibilityByPlasticCard)
        #expect(none.check(expired, at: Moment.expiredEnded + 1) == .notChecked)
    }

    @Test func theAuthorityNeedNotOutliveTheGrace() throws {
        // A certificate that ends with its authority, on 2025-10-19.
        let issuing = Issuing(
            authority: Issuing.Identity(SyntheticPKI.authenticationAuthority(.of2015)), end: "20251019145959Z")
        let certificate = try Certificate(der: issuing.certificate())
        let verdict = try Self.checker(.eligibilityByPlasticCard).check(certificate, at: Moment.generation2015Ended + 86_400)
        guard case .validInGrace = verdict else {
            Issue.record("\(verdict)")
            return
        }
    }

    private static func checker(_ validity: ValidityPolicy) throws -> CertificateChecker {
        CertificateChecker(
            use: .authentication(policy: SyntheticPKI.authenticationPolicy),
            anchors: try Synthetic.anchors(SyntheticPKI.authenticationAuthorities), validity: validity)
    }
}
