import Diagnosis
import YAML

/// What was expected and came otherwise.
public struct Mismatch: Sendable, Hashable {
    /// Where it is expected.
    public let place: YAMLPlace
    /// What.
    public let expected: String
    /// What came.
    public let got: String

    /// A mismatch.
    public init(place: YAMLPlace, expected: String, got: String) {
        self.place = place
        self.expected = expected
        self.got = got
    }

    /// `expected …, got …`.
    public var sentence: Sentence {
        Sentence(ja: "期待：\(expected)、実際：\(got)", en: "expected \(expected), got \(got)")
    }
}

extension Expectation {
    /// What is otherwise in a result; `nil` where nothing is.
    public func mismatch(with result: ScenarioResult) -> Mismatch? {
        switch kind {
        case .field(let name, let value): mismatch(of: name, value, result)
        case .screens(let screens): mismatch(of: screens, result)
        case .statusWords(let words): mismatch(of: words, result.exchanges.map(\.status), separator: " ")
        case .audit(let entries): mismatch(of: entries, result.audit, separator: ", ")
        case .noted(let name, let entries): mismatch(of: entries, result.notes[name] ?? [], separator: ", ")
        case .commands(let most):
            result.commands <= most ? nil : Mismatch(place: place, expected: "at most \(most) APDUs", got: "\(result.commands)")
        case .time(let most):
            result.duration <= most ? nil : Mismatch(place: place, expected: "at most \(most.written)", got: result.duration.written)
        // What must not be written anywhere is not written here either.
        case .absent(let words):
            result.written.contains(words) ? Mismatch(place: place, expected: "the words of this line nowhere", got: "them") : nil
        }
    }

    private func mismatch(of name: String, _ value: String, _ result: ScenarioResult) -> Mismatch? {
        let got = result.fields[name] ?? ExpectationForm.none
        return got == value ? nil : Mismatch(place: place, expected: "\(name) \(value)", got: got)
    }

    private func mismatch(of screens: [ExpectedScreen], _ result: ScenarioResult) -> Mismatch? {
        for (index, screen) in screens.enumerated() {
            guard index < result.screens.count else {
                return Mismatch(place: screen.place, expected: "the screen \(screen.name)", got: "no more screens")
            }
            let shown = result.screens[index]
            guard shown.name == screen.name else {
                return Mismatch(place: screen.place, expected: "the screen \(screen.name)", got: shown.name)
            }
            guard let words = screen.words, !shown.words.values.contains(words) else { continue }
            let isJapanese = words.contains { $0.unicodeScalars.contains { $0.value > 0x2FFF } }
            let got = shown.words[isJapanese ? .japanese : .english] ?? []
            return Mismatch(place: screen.place, expected: Self.quoted(words), got: Self.quoted(got))
        }
        guard result.screens.count > screens.count else { return nil }
        return Mismatch(place: place, expected: "no screen after these", got: result.screens[screens.count].name)
    }

    private static func quoted(_ lines: [String]) -> String { lines.map { "'\($0)'" }.joined(separator: " / ") }

    private func mismatch(of pattern: [String], _ got: [String], separator: String) -> Mismatch? {
        guard !Self.matches(pattern[...], got[...]) else { return nil }
        func text(_ words: [String]) -> String { words.isEmpty ? "nothing" : words.joined(separator: separator) }
        return Mismatch(place: place, expected: text(pattern), got: text(got))
    }

    /// Whether a list is as a pattern says; it goes back to the last `*` only, so that no pattern takes endless time.
    static func matches(_ pattern: ArraySlice<String>, _ words: ArraySlice<String>) -> Bool {
        var (place, word) = (pattern.startIndex, words.startIndex)
        var star: (place: Int, word: Int)?
        while word < words.endIndex {
            if place < pattern.endIndex, pattern[place] == "*" {
                star = (place, word)
                place += 1
            } else if place < pattern.endIndex, pattern[place] == words[word] {
                place += 1
                word += 1
            } else if let last = star {
                star = (last.place, last.word + 1)
                (place, word) = (last.place + 1, last.word + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}

extension Scenario {
    /// Everything that came otherwise, in the order of the file.
    public func mismatches(with result: ScenarioResult) -> [Mismatch] { expectations.compactMap { $0.mismatch(with: result) } }
}
