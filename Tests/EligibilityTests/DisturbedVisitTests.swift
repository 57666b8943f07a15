import Cards
import Diagnosis
import Eligibility
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// Visits that are cancelled, pulled, swapped and garbled at every point. Whatever happens, the rules of `violations` hold, and the same
/// card serves the next visit.
@Suite struct DisturbedVisitTests {
    /// When something happens in a visit without disturbance, and a nanosecond before and after.
    private func moments() throws -> [Instant] {
        let world = try World()
        _ = world.visit()
        var moments = Set(world.cable.moments)
        moments.insert(.zero)
        moments.insert(world.station.now)
        // In the middle of everything too.
        let sorted = moments.sorted()
        for (one, next) in zip(sorted, sorted.dropFirst()) { moments.insert(one + .nanoseconds((next - one).wholeNanoseconds / 2)) }
        for moment in moments { moments.formUnion([moment + .nanoseconds(1), max(.zero, moment + .nanoseconds(-1))]) }
        return moments.sorted()
    }

    /// What must hold after a disturbed visit, this card's next one included.
    private func check(_ report: VisitReport, in world: World, _ what: String) throws {
        #expect(violations(of: report, in: world) == [], "\(what): \(report.outcome.code)")
        let next = try World(world.card)
        #expect(next.visit().outcome.code == "confirmed", "the visit after \(what)")
        #expect(world.card.triesLeft(of: .authenticationPIN) == 3)
    }

    // MARK: Cancellation

    @Test func theProgramCancelsAtAnyMoment() throws {
        let moments = try moments()
        #expect(moments.count > 50)
        var outcomes: Set<String> = []
        for pin in ["1234", "9999"] {
            for moment in moments {
                let world = try World(pin: pin)
                AtMoment(moment, on: world.station) { [inbox = world.station.inbox] in inbox.cancel() }
                let report = world.visit()
                let code = report.outcome.code
                outcomes.insert(code)
                if code == "cancelled" { #expect(world.station.now == moment, "at \(moment)") }
                #expect(["cancelled", pin == "1234" ? "confirmed" : "pin-rejected"].contains(code), "at \(moment)")
                try check(report, in: world, "a cancellation at \(moment)")
            }
        }
        #expect(outcomes == ["cancelled", "confirmed", "pin-rejected"])
    }

    @Test("A cancellation in front of a command", arguments: 1...5)
    func theProgramCancelsBeforeACommand(_ number: Int) throws {
        let world = try World(pin: number == 5 ? "1234" : "9999")
        world.cable.beforeExchange = { [inbox = world.station.inbox] in if $0 == number - 1 { inbox.cancel() } }
        if number == 1 { world.station.inbox.cancel() }
        let report = world.visit()
        #expect(report.outcome.code == "cancelled")
        #expect(world.cable.commands.count == number - 1)
        // The PIN is the fourth.
        #expect(world.card.triesLeft(of: .authenticationPIN) == 3)
        try check(report, in: world, "a cancellation before command \(number)")
    }

    @Test func aPINTypedAtTheMomentOfACancellationIsNotSent() throws {
        let world = try World()
        let patient = ScriptedPatient([(.seconds(2), .pin(Secret("9999".utf8)))], on: world.station)
        world.setting.prompts = patient
        // The reducer has taken the PIN; before the command is on its way, the program is told to stop.
        let prompts = CancellingPrompts(patient, inbox: world.station.inbox)
        world.setting.prompts = prompts
        let report = world.visit()
        #expect(report.outcome.code == "cancelled")
        #expect(world.cable.verifications == 0)
        #expect(patient.withdrawn == patient.prompts)
        try check(report, in: world, "a cancellation with the prompt")
    }

    /// Cancels the program as soon as somebody is asked.
    private final class CancellingPrompts: Prompts {
        private let inner: ScriptedPatient
        private let inbox: Inbox

        init(_ inner: ScriptedPatient, inbox: Inbox) {
            self.inner = inner
            self.inbox = inbox
        }

        var source: SourceID { inner.source }

        func askPIN(triesLeft: Int?) -> UInt64 {
            inbox.cancel()
            return inner.askPIN(triesLeft: triesLeft)
        }

        func askVisualCode() -> UInt64 { inner.askVisualCode() }

        func withdraw(_ prompt: UInt64) { inner.withdraw(prompt) }
    }

    // MARK: The card leaves

    @Test func theCardIsTakenAwayAtAnyMoment() throws {
        var outcomes: [String: Int] = [:]
        for moment in try moments() where moment > .zero + .seconds(1) {
            let world = try World()
            world.device.remove(at: moment)
            let report = world.visit()
            outcomes[report.outcome.code, default: 0] += 1
            try check(report, in: world, "a removal at \(moment)")
        }
        #expect(Set(outcomes.keys) == ["card-removed", "confirmed"])
        // Once the bearer is proved, the card is not needed any more: the last moments are those of the centre.
        #expect((1...15).contains(outcomes["confirmed"] ?? 0))
    }

    @Test("Another card in its place, at once or a little later", arguments: [0, 1, 5_000_000])
    func theCardIsSwappedAtAnyMoment(_ gap: Int) throws {
        var outcomes: Set<String> = []
        for moment in try moments() where moment > .zero + .seconds(1) + .nanoseconds(1) {
            let world = try World()
            let other = VirtualCard(holder: .taro)
            if gap > 0 { world.device.remove(at: moment) }
            world.device.place(other, at: moment + .nanoseconds(gap))
            let report = world.visit()
            outcomes.insert(report.outcome.code)
            // Nobody's eligibility is shown for another's card, and nobody's PIN goes to another's card.
            try check(report, in: world, "a swap at \(moment)")
            #expect(other.triesLeft(of: .authenticationPIN) == 3)
            #expect(!other.isVerified(.authenticationPIN))
            #expect(other.complaints.isEmpty)
        }
        #expect(outcomes == ["card-removed", "confirmed"])
    }

    @Test func theCardLeavesDuringThePrompt() throws {
        for isSwapped in [false, true] {
            let world = try World()
            let patient = ScriptedPatient([(.seconds(20), .pin(Secret("1234".utf8)))], on: world.station)
            world.setting.prompts = patient
            if isSwapped {
                world.device.place(VirtualCard(holder: .taro), at: .zero + .seconds(9))
            } else {
                world.device.remove(at: .zero + .seconds(9))
            }
            let report = world.visit()
            #expect(report.outcome.code == "card-removed")
            #expect(world.station.now == .zero + .seconds(9), "nobody is kept typing for a card that has gone")
            #expect(patient.withdrawn == patient.prompts)
            try check(report, in: world, "a removal during the prompt")
        }
    }

    @Test func aCardThatComesAndGoesBeforeTheVisitIsWaitedFor() throws {
        let world = try World(nil)
        for second in stride(from: 2, to: 8, by: 2) {
            world.device.place(VirtualCard(holder: .taro), at: .zero + .seconds(second))
            world.device.remove(at: .zero + .seconds(second) + .nanoseconds(1))
        }
        let report = world.visit()
        #expect(report.outcome.code == "card-removed", "the first card that is placed is the one that is read")
        #expect(world.station.now == .zero + .seconds(2) + .nanoseconds(1))

        let later = try World(nil)
        later.device.place(VirtualCard(holder: .taro), at: .zero)
        later.device.remove(at: .zero + .nanoseconds(1))
        while case .event = later.station.next(until: .zero + .seconds(1)) {}
        later.device.place(later.card, at: .zero + .seconds(5))
        let second = later.visit()
        #expect(second.outcome.code == "confirmed")
        #expect(second.stages.first?.duration == .seconds(4))
        #expect(violations(of: second, in: later, began: .zero + .seconds(1)) == [])
    }

    // MARK: Faults

    /// How a visit ends where the answer to each of its five commands is hit.
    private static let ends: [(effect: CardLaneFault.Effect, codes: [String])] = [
        (.pull, ["card-removed", "card-removed", "card-removed", "card-removed", "card-removed"]),
        (.mute, ["timed-out", "timed-out", "timed-out", "timed-out", "timed-out"]),
        (.oneByte, ["answer-malformed", "answer-malformed", "answer-malformed", "answer-malformed", "answer-malformed"]),
        // Answers without data have nothing to lose; the rest of the certificate is asked for; half a signature is none.
        (.truncate, ["confirmed", "confirmed", "confirmed", "confirmed", "signature-invalid"]),
        (.oversize, ["answer-malformed", "answer-malformed", "answer-malformed", "answer-malformed", "answer-malformed"]),
        (.flip, ["not-my-number-card", "card-refused", "certificate-malformed", "card-refused", "signature-invalid"]),
    ]

    @Test func theTableHasEveryEffect() {
        #expect(Set(Self.ends.map(\.effect)) == Set(CardLaneFault.Effect.allCases))
    }

    @Test(arguments: ends.indices, 1...5)
    func aFaultAtACommand(_ index: Int, _ number: Int) throws {
        let (effect, codes) = Self.ends[index]
        let world = try World(faults: [CardLaneFault(exchange: number, effect: effect)])
        let report = world.visit()
        #expect(report.outcome.code == codes[number - 1])
        #expect(world.cable.commands.count == (codes[number - 1] == "confirmed" ? (number == 3 ? 8 : 5) : number))
        if effect == .mute { #expect(report.stages.last?.duration ?? .zero >= .seconds(10)) }
        try check(report, in: world, "\(effect) at command \(number)")
    }

    @Test("With a wrong PIN a fault costs one try, where it was sent", arguments: CardLaneFault.Effect.allCases, 1...4)
    func aFaultWithAWrongPIN(_ effect: CardLaneFault.Effect, _ number: Int) throws {
        let world = try World(pin: "9999", faults: [CardLaneFault(exchange: number, effect: effect)])
        let report = world.visit()
        #expect(report.outcome.code != "confirmed")
        // What is pulled or lost on the way has not reached the card.
        let reached = world.cable.verifications == 1 && !(number == 4 && (effect == .pull || effect == .mute))
        #expect(world.card.triesLeft(of: .authenticationPIN) == (reached ? 2 : 3))
        #expect(violations(of: report, in: world) == [])
    }
}
