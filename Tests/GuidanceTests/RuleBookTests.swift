import Guidance
import Testing

@Suite struct RuleBookTests {
    /// The numbers of the guidance, by chapter.
    private static let numbers: [ClosedRange<Int>] = [
        1...22, 30...55, 60...71, 80...88, 90...102, 110...122, 130...191, 200...205, 210...214, 220...226,
    ]

    private static var expected: [String] {
        func digits(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        return numbers.joined().flatMap { $0 == 145 ? ["R145", "R145a"] : ["R" + digits($0, 3)] } + (1...30).map { "N" + digits($0, 2) }
    }

    @Test func everyRuleOfTheGuidanceIsInTheBook() {
        #expect(RuleBook.standard.rules.map(\.id.description) == Self.expected)
    }

    @Test func everyRuleHasItsSentences() {
        for rule in RuleBook.standard.rules {
            #expect(rule.sentence.japanese.hasSuffix("。") && rule.sentence.english.hasSuffix("."), "\(rule.id)")
            #expect(rule.sentence.english.utf8.allSatisfy { $0 < 0x80 }, "\(rule.id)")
        }
    }

    @Test func everyDocumentIsASource() {
        let used = Set(
            RuleBook.standard.rules.flatMap(\.sources).compactMap { source in
                if case .document(let document, _) = source { document } else { nil }
            })
        #expect(used == Set(SourceDocument.allCases))
    }

    @Test func whatMustNotWorkFollowsFromRules() {
        for rule in RuleBook.standard.rules where rule.id.description.hasPrefix("N") {
            #expect(rule.kind == .derived && rule.isToBeHeld, "\(rule.id)")
            #expect(rule.sources.contains { if case .rule = $0 { true } else { false } }, "\(rule.id)")
        }
    }

    @Test func namesAreToBeHeldWhereSomethingFollowsFromThem() {
        let free = RuleBook.standard.rules.filter { !$0.isToBeHeld }.map(\.id.description)
        #expect(
            free == ["R001", "R002", "R003", "R004", "R005", "R006", "R007", "R008", "R009", "R010", "R011", "R014", "R015", "R016"]
                + ["R214", "R226"])
    }

    @Test func aRuleIsFoundByItsNumber() throws {
        let rule = try #require(RuleBook.standard["R145a"])
        #expect(rule.sources == [.document(.fallback, place: "対応パターン"), .document(.published, place: "")])
        #expect(RuleBook.standard["R056"] == nil && RuleBook.standard["r001"] == nil)
    }

    @Test(arguments: ["", "R1", "R01", "R0001", "R001A", "R001ab", "N1", "N001", "Rabca", "X01", "R０01", "N0a"])
    func whatIsNoNumber(_ text: String) {
        #expect(RuleID(text) == nil)
    }

    // A file of rules, each time with one thing wrong.

    private static let good = "- id: R001\n  kind: data\n  ja: あ。\n  en: A.\n  source: [clinics 1]\n"

    private func error(_ text: String) -> RuleBookError? {
        do {
            _ = try RuleBook(chapters: [(path: "a.yaml", bytes: Array(text.utf8))])
            return nil
        } catch {
            return error
        }
    }

    @Test func aGoodFileIsRead() {
        #expect(error(Self.good) == nil)
    }

    @Test(arguments: [
        ("R001", "R1", "a.yaml:1:7: 'id' is R001 to R999 or N01 to N99"),
        ("data", "date", "a.yaml:2:9: 'kind' is one of: system, data, screen, role, number, testable, derived, context, ambiguous"),
        ("data", "context", "a.yaml:1:3: R001 has to say in 'context' why no test is asked for"),
        ("  en: A.\n", "", "a.yaml:1:3: 'en' is missing"), ("A.", "''", "a.yaml:4:7: 'en' wants a text"),
        ("en:", "eng:", "a.yaml:4:3: this key is none of: context, en, id, ja, kind, source"),
        ("clinics 1", "clinic 1", "a.yaml:5:12: this names no document and no rule"),
        ("clinics 1", "R002", "a.yaml:1:3: a source of R001 is no rule"),
        ("[clinics 1]", "[]", "a.yaml:5:11: 'source' wants a list with something in it"),
        ("[clinics 1]", "clinics 1", "a.yaml:5:11: 'source' wants a list with something in it"),
        ("- id", "id", "a.yaml:2:7: mapping values are not allowed in this context"), ("", "", "a.yaml:6:3: R001 comes after R001"),
    ])
    func whatIsWrongIsNamedWithItsPlace(_ part: String, _ other: String, _ cause: String) throws {
        let range = try #require(part.isEmpty ? Self.good.startIndex..<Self.good.startIndex : Self.good.firstRange(of: part))
        let text = part.isEmpty ? Self.good + Self.good : Self.good.replacingCharacters(in: range, with: other)
        #expect(error(text)?.cause == cause)
    }

    @Test func numbersRiseThroughAllFiles() {
        let later = Array(Self.good.replacing("R001", with: "N01").utf8)
        let chapters = [(path: "a.yaml", bytes: later), (path: "b.yaml", bytes: Array(Self.good.utf8))]
        #expect(throws: RuleBookError.self) { try RuleBook(chapters: chapters) }
        #expect(throws: Never.self) { try RuleBook(chapters: chapters.reversed()) }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
        String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
