import Centre
import Diagnosis
import TestSupport
import Testing

@testable import CentreSimulator

@Suite struct PasscodeTests {
    let counter: Counter

    init() throws { counter = try Counter() }

    private func issue(_ caller: CentreCaller, at counter: Counter? = nil) throws -> Secret {
        guard case .passcode(.issued(let passcode)) = try (counter ?? self.counter).ask(.passcode(.issue), from: caller) else {
            throw CentreError.otherAnswer
        }
        return passcode
    }

    private func holds(_ passcode: Secret, at counter: Counter? = nil) throws -> Bool {
        guard case .passcode(.checked(let holds)) = try (counter ?? self.counter).ask(.passcode(.check(passcode))) else {
            throw CentreError.otherAnswer
        }
        return holds
    }

    @Test(.holds("R159", "R203")) func eachAccountHasItsOwn() throws {
        let first = try issue(.counter)
        let second = try issue(.consulting)
        #expect(try holds(first))
        #expect(try holds(second))
        #expect(try issued() == ["shinsatu", "uketsuke"])
        #expect(try counter.refusal(.passcode(.issue)) == "centre-account-unknown", "to nobody none is issued")
    }

    @Test(.holds("R160")) func fourDigitsThatTheCentreDraws() throws {
        var drawn: Set<[UInt8]> = []
        for _ in 0..<20 {
            let digits = try issue(.counter).withBytes { bytes in bytes.indices.map { bytes[$0] } }
            #expect(digits.count == 4)
            #expect(digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            drawn.insert(digits)
        }
        #expect(drawn.count > 15)
    }

    @Test(.holds("R163")) func aNewOneEndsTheOldOneAtOnce() throws {
        let old = try issue(.counter)
        let other = try issue(.consulting)
        let new = try issue(.counter)
        #expect(try !holds(old))
        #expect(try holds(new))
        #expect(try holds(other), "the other account keeps its own")
        #expect(try issued() == ["shinsatu", "uketsuke"])
    }

    @Test func theOldOneMayStayByRule() throws {
        var rules = CentreRules()
        rules.reissueEndsPasscode = false
        let counter = try Counter(rules)
        let old = try issue(.counter, at: counter)
        let new = try issue(.counter, at: counter)
        #expect(try holds(old, at: counter))
        #expect(try holds(new, at: counter))
    }

    @Test(.holds("R162")) func itDoesNotExpire() throws {
        let passcode = try issue(.counter)
        counter.now += 100 * 366 * 86_400
        #expect(try holds(passcode))
    }

    @Test(.holds("R164")) func aReceiptComputerMayIssueOne() throws {
        #expect(try holds(try issue(CentreCaller(.receiptComputer, account: "uketsuke"))))
        for place in [CentreCaller.Place.app, .web] {
            let caller = CentreCaller(place, account: "uketsuke")
            #expect(try counter.refusal(.passcode(.issue), from: caller) == "centre-place-not-permitted")
        }
    }

    @Test(.holds("R166")) func theMessageIsNoPINsAndOtherLengthsAreWrong() throws {
        _ = try issue(.counter)
        for typed in ["", "1", "12345", "1234\0"] { #expect(try !holds(Secret(typed.utf8))) }
    }

    @Test func itOutlivesTheProgram() throws {
        let scratch = TemporaryFolder()
        let path = scratch / "centre.sqlite3"
        let passcode = try issue(.counter, at: try Counter(database: try CentreDatabase(path: path)))
        #expect(try holds(passcode, at: try Counter(database: try CentreDatabase(path: path))))
    }

    private func issued() throws -> [String] {
        try counter.core.database.rows("SELECT account FROM passcode ORDER BY account") { $0.text(0) }
    }
}
