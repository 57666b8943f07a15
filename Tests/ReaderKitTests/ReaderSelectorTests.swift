import ReaderKit
import ReaderTransport
import Testing

@Suite struct ReaderSelectorTests {
    private static let names = [
        "Lab Reader [CCID] (SN0001) 00 00", "Lab Reader [CCID] (SN0002) 01 00", "Lab Reader C (SN0003) 02 00", "card", "読取機 00",
    ]
    private let candidates = names.map { AttachmentDescription(name: $0, product: "for tests") }

    private func chosen(_ text: String) throws(ReaderError) -> String {
        try ReaderSelector(text).choose(among: candidates).name
    }

    @Test(arguments: [
        ("sim:card", "sim", "card"), ("pcsc:", "pcsc", "*"), ("pcsc:a:b", "pcsc", "a:b"), ("usb: x ", "usb", " x "), ("x:*", "x", "*"),
    ])
    func schemeAndPattern(_ text: String, _ scheme: String, _ pattern: String) throws {
        let selector = try ReaderSelector(text)
        #expect(selector.scheme == scheme)
        #expect(selector.pattern == pattern)
        #expect(selector.description == "\(scheme):\(pattern)")
    }

    @Test(arguments: ["", ":", ":card", "card", "読取機"])
    func withoutASchemeItIsNone(_ text: String) {
        #expect(throws: ReaderError(.selectorInvalid, cause: "'\(text)' is not of the form scheme:name")) { try ReaderSelector(text) }
    }

    @Test("The exact name goes before the pattern, since names hold brackets", arguments: names)
    func exactName(_ name: String) throws {
        #expect(try chosen("pcsc:\(name)") == name)
    }

    @Test func aNameWithBracketsReadAsAPatternIsAnotherReader() throws {
        // As a pattern [CCID] is one letter of four, so without the second reader the pattern finds the third.
        let pattern = try ReaderSelector("pcsc:Lab Reader [CCID] (SN000?) 0? 00")
        #expect(try pattern.choose(among: candidates).name == Self.names[2])
    }

    @Test(arguments: [
        ("pcsc:*SN0002*", 1), ("pcsc:Lab Reader \\[CCID\\] (SN0001)*", 0), ("pcsc:c?rd", 3), ("pcsc:読取機*", 4), ("pcsc:*[!0]", 3),
    ])
    func aPatternThatMatchesOne(_ selector: String, _ index: Int) throws {
        #expect(try chosen(selector) == Self.names[index])
    }

    @Test func aPatternThatMatchesSeveralNamesThem() {
        let error = #expect(throws: ReaderError.self) { try chosen("pcsc:Lab Reader ?CCID*") }
        #expect(error?.reason == .readerAmbiguous)
        #expect(error?.cause == "pcsc:Lab Reader ?CCID* matches '\(Self.names[0])', '\(Self.names[1])'")
    }

    @Test func theEmptyPatternIsAnyReaderAndAmbiguousWithTwo() throws {
        #expect(throws: ReaderError.self) { try chosen("pcsc:") }
        #expect(try ReaderSelector("pcsc:").choose(among: [candidates[2]]) == candidates[2])
    }

    @Test func twoReadersOfOneNameAreAmbiguousEvenByThatName() {
        let twins = [candidates[3], AttachmentDescription(name: "card", product: "the other")]
        #expect(reason { _ = try ReaderSelector("sim:card").choose(among: twins) } == .readerAmbiguous)
    }

    @Test func aPatternThatMatchesNoneNamesWhatThereIs() throws {
        let error = #expect(throws: ReaderError.self) { try chosen("pcsc:Card") }
        #expect(error?.reason == .readerNotFound)
        #expect(error?.cause == "pcsc:Card matches none of: " + Self.names.map { "'\($0)'" }.joined(separator: ", "))
        let none = #expect(throws: ReaderError.self) { try ReaderSelector("pcsc:*").choose(among: []) }
        #expect(none?.cause == "pcsc:* matches none of: no reader")
    }

    @Test func theOrderOfTheReadersDoesNotMatter() throws {
        for selector in ["pcsc:*SN0002*", "pcsc:card", "pcsc:\(Self.names[0])"] {
            let parsed = try ReaderSelector(selector)
            #expect(try parsed.choose(among: candidates) == parsed.choose(among: candidates.reversed()))
        }
    }
}
