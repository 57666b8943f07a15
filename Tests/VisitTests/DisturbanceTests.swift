import Cards
import Eligibility
import ReaderKit
import Staging
import Station
import TestSupport
import Testing

/// Visits at a certified reader that are pulled, left and forgotten everywhere; after each the same reader serves the next patient.
@Suite struct DisturbanceTests {
    /// A way at a reader.
    struct Case: Sendable, CustomTestStringConvertible {
        let model: String
        let way: StagedPatient.Way
        var testDescription: String { "\(model) \(way.rawValue)" }
    }

    static let cases = models.flatMap { model in StagedPatient.Way.allCases.map { Case(model: model, way: $0) } }

    // MARK: The card leaves

    @Test("The card is pulled at every command of a visit", arguments: cases)
    func pulled(_ test: Case) throws {
        let counter = try Counter(test.model, test.way)
        let undisturbed = counter.visit()
        let exchanges = counter.twin.exchanges
        #expect(exchanges >= 5)
        for number in 1...exchanges {
            let counter = try Counter(test.model, test.way, ["apdu#\(number):remove"])
            let report = counter.visit()
            #expect(report.outcome.code == "card-removed", "at command \(number)")
            #expect(report.outcome.eligibility == nil && report.consent == nil)
            try check(counter, test.way, after: report, "a pull at command \(number)", undisturbed)
        }
    }

    /// Where a card is taken at a screen, the visit is over; before it lies there, and after it is complete, that is in order.
    @Test(arguments: cases)
    func takenAtEveryScreen(_ test: Case) throws {
        let undisturbed = try Counter(test.model, test.way).visit()
        for (screen, name) in Self.asking(test.way) {
            let counter = try Counter(test.model, test.way, ["\(screen.rawValue)+300ms:remove"])
            let report = counter.visit()
            let isBefore = screen == .passcode || screen == .visualCheck
            #expect(report.outcome.code == (isBefore ? "timed-out" : "card-removed"), "at \(name)")
            try check(counter, test.way, after: report, "the card was taken at \(name)", undisturbed)
        }
    }

    // MARK: The person leaves

    @Test("終了する and 中止 on every screen that has one", .holds("R069"), arguments: cases)
    func ended(_ test: Case) throws {
        let undisturbed = try Counter(test.model, test.way).visit()
        for (screen, name) in Self.asking(test.way) {
            let counter = try Counter(test.model, test.way, ["\(screen.rawValue)+300ms:end"])
            let report = counter.visit()
            // 中止 of the staff leads back to the idle screen, where nobody does anything.
            let isStaff = screen == .passcode || screen == .visualCheck
            #expect(report.outcome.code == (isStaff ? "timed-out" : "cancelled"), "at \(name)")
            #expect(report.consent == nil)
            try check(counter, test.way, after: report, "the end at \(name)", undisturbed)
        }
    }

    @Test("Nobody does anything at a screen", arguments: cases)
    func silent(_ test: Case) throws {
        let undisturbed = try Counter(test.model, test.way).visit()
        for (screen, name) in Self.asking(test.way) + [(StagedScreen.placeCard, "the idle screen")] where screen != .camera {
            let counter = try Counter(test.model, test.way, ["\(screen.rawValue):nothing"])
            let report = counter.visit()
            #expect(report.outcome.code == "timed-out", "at \(name)")
            let next = report.screens.last.flatMap { $0.code == "remove-card" ? $0 : nil }
            let silent = report.screens.last { $0.code != "remove-card" }
            let waited = (next?.moment ?? counter.station.now) - (silent?.moment ?? .zero)
            #expect(waited > .seconds(59) && waited < .seconds(62), "at \(name): \(waited)")
            try check(counter, test.way, after: report, "silence at \(name)", undisturbed)
        }
    }

    @Test("The program is cancelled at every screen", arguments: cases)
    func cancelled(_ test: Case) throws {
        let undisturbed = try Counter(test.model, test.way).visit()
        for number in undisturbed.screens.indices {
            let counter = try Counter(test.model, test.way)
            var shown = 0
            counter.setting.screenShown = { [inbox = counter.station.inbox] _ in
                shown += 1
                if shown == number + 1 { inbox.cancel() }
            }
            let report = counter.visit()
            // Once it is complete, it stays so.
            let isComplete = undisturbed.screens[number].code == "done"
            #expect(report.outcome.code == (isComplete ? "confirmed" : "cancelled"), "at screen \(number)")
            #expect(!counter.cardHasPower)
        }
    }

    @Test("The cable is pulled at every screen", arguments: cases)
    func unplugged(_ test: Case) throws {
        for (screen, name) in Self.asking(test.way) {
            let counter = try Counter(test.model, test.way, ["\(screen.rawValue)+300ms:unplug"])
            let report = counter.visit()
            #expect(report.outcome.code == "reader-gone", "at \(name)")
            #expect(report.outcome.eligibility == nil)
            counter.reader.close()
        }
    }

    // MARK: Repetition

    @Test(arguments: cases)
    func theSameSeedTwiceIsTheSame(_ test: Case) throws {
        let both = try (0..<2).map { _ in try Counter(test.model, test.way, seed: 7).visit() }
        #expect(both[0].stages == both[1].stages)
        #expect(both[0].screens == both[1].screens)
        #expect(both[0].tally == both[1].tally)
        let other = try Counter(test.model, test.way, seed: 8).visit()
        #expect(other.stages != both[0].stages)
    }

    // MARK: What must hold

    /// The screens of a way on which something is asked.
    private static func asking(_ way: StagedPatient.Way) -> [(screen: StagedScreen, name: String)] {
        let screens: [StagedScreen] =
            switch way {
            case .face: [.chooseMethod, .camera, .chooseConsent]
            case .pin: [.chooseMethod, .keypad, .chooseConsent]
            case .visual: [.passcode, .visualCheck, .chooseConsent]
            }
        return screens.map { ($0, $0.rawValue) }
    }

    /// What must hold after a disturbed visit; then the next visit at this reader is as one that nothing disturbed.
    private func check(
        _ counter: Counter, _ way: StagedPatient.Way, after report: VisitReport, _ what: String, _ undisturbed: VisitReport
    ) throws {
        #expect(!counter.cardHasPower, "after \(what): the card has no power")
        counter.pass(.seconds(2))
        #expect(counter.twin.terminal?.screen == nil, "after \(what): no screen is left")
        #expect(counter.twin.complaints.isEmpty, "after \(what): \(counter.twin.complaints)")
        #expect(counter.card.triesLeft(of: .authenticationPIN) == 3)

        counter.twin.stage(StagedEvent(.at(counter.station.now), .remove))
        counter.pass(.seconds(2))
        // Other screens are answered each time that they come.
        let begin = way == .visual ? "staff-button" : "place"
        try counter.stage(
            "place-card#\(report.shown.count { $0 == "place-card" } + 1)+1s:\(begin)",
            "done#\(report.shown.count { $0 == "done" } + 1)+1s:remove")
        let next = counter.visit()
        #expect(next.outcome.code == "confirmed", "the visit after \(what): \(next.outcome.code), \(next.shown)")
        #expect(next.tally.apdus == undisturbed.tally.apdus, "the visit after \(what)")
        #expect(next.shown == undisturbed.shown, "the visit after \(what)")
        counter.reader.close()
    }
}
