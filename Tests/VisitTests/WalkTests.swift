import SimulationKit
import TestSupport
import Testing

@testable import Eligibility

/// Random walks through a visit, each shortened to what matters where it breaks a rule.
@Suite struct WalkTests {
    /// Walks as long as one that nobody stops, most of them by inputs that lead on.
    private static func walk(_ kind: VisitKind, _ inputs: [NamedInput], using random: inout SeededGenerator) -> [NamedInput] {
        var state = kind.start(allowsLastTry: true)
        var walk: [NamedInput] = []
        for _ in 0..<40 where state.phase != .finished {
            var input = inputs[Int.random(in: inputs.indices, using: &random)]
            for _ in 0..<60 where Int.random(in: 0..<40, using: &random) > 0 {
                var after = state
                _ = after.receive(input.input)
                if after.phase != state.phase, after.settled == nil, after.phase != .finished, after.phase != .returningCard { break }
                input = inputs[Int.random(in: inputs.indices, using: &random)]
            }
            walk.append(input)
            _ = state.receive(input.input)
        }
        return walk
    }

    /// What a walk breaks.
    private static func violations(_ kind: VisitKind, _ walk: [NamedInput]) -> [String] {
        var state = kind.start(allowsLastTry: true)
        var rules = VisitRules()
        for input in walk {
            let before = state
            let effects = state.receive(input.input)
            rules.check(before, input.name, state, effects)
        }
        rules.checkEnd(of: state)
        return rules.violations.sorted()
    }

    /// The same walk without what can be left out so that `fails` still holds.
    private static func shrunk(_ walk: [NamedInput], _ fails: ([NamedInput]) -> Bool) -> [NamedInput] {
        var walk = walk
        var size = walk.count
        while size > 0 {
            var start = 0
            while start < walk.count {
                var shorter = walk
                shorter.removeSubrange(start..<min(walk.count, start + size))
                if fails(shorter) { walk = shorter } else { start += size }
            }
            size /= 2
        }
        return walk
    }

    @Test(.holds("R033", "R060", "R110"), arguments: VisitKind.allCases)
    func whateverComesNothingIsDoneThatWasNotEarned(_ kind: VisitKind) throws {
        let inputs = try kind.inputs()
        var random = SeededGenerator(seed: 20_241_007)
        var phases: Set<VisitPhase> = []
        var confirmed = 0
        for _ in 0..<300 {
            let walk = Self.walk(kind, inputs, using: &random)
            let broken = Self.violations(kind, walk)
            if !broken.isEmpty {
                let short = Self.shrunk(walk) { Self.violations(kind, $0) != [] }
                Issue.record("\(short.map(\.name)): \(Self.violations(kind, short))")
                return
            }
            var state = kind.start(allowsLastTry: true)
            for input in walk {
                _ = state.receive(input.input)
                phases.insert(state.phase)
                if input.name == "answered", state.phase == .complete || state.phase == .finished, state.identity != nil { confirmed += 1 }
            }
        }
        #expect(phases.count > kind.phases / 2, "\(phases.count) phases")
        #expect(confirmed > 0, "some walks come to the end")
    }

    @Test("A walk is shortened to what it takes: to a consent that is complete it is seven inputs")
    func shrinking() throws {
        let inputs = try VisitKind.certified.inputs()
        func named(_ names: String...) -> [NamedInput] { names.compactMap { name in inputs.first { $0.name == name } } }
        let detour = named(
            "begin", "staff left", "placed", "removed", "begin", "typed", "missed", "placed", "read 3", "timed out", "pin")
        let path = named(
            "begin", "nobody", "placed", "read 3", "answered", "pin", "verified", "begin", "proved", "consent individually",
            "consent no", "photograph", "consent to all", "consent yes", "consent yes", "proved")
        func agreed(_ walk: [NamedInput]) -> Bool {
            var state = VisitKind.certified.start(allowsLastTry: true)
            for input in walk { _ = state.receive(input.input) }
            return state.consent.isComplete
        }
        #expect(!agreed(detour))
        let short = Self.shrunk(path, agreed).map(\.name)
        #expect(short == ["begin", "placed", "read 3", "pin", "verified", "proved", "consent to all"])
    }
}
