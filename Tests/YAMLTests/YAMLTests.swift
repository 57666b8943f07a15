import TestSupport
import Testing
import YAML

@Suite struct YAMLTests {
    @Test func readsListsKeysAndTextsWithTheirPlaces() throws {
        let node = try #require(try YAMLFile.parse(Array("reader: 'pcsc:*'\ntrust:\n  - 一\n  - \"null\"\n  - ~\n".utf8)))
        guard case .mapping(let entries) = node.value else { throw BenchError("no mapping") }
        #expect(entries.map(\.key) == ["reader", "trust"])
        #expect(entries[0].value.text == "pcsc:*")
        #expect(entries[1].place.description == "2:1")
        guard case .sequence(let items) = entries[1].value.value else { throw BenchError("no sequence") }
        #expect(items.map(\.isNull) == [false, false, true])
        #expect(items.map(\.text) == ["一", "null", "~"])
        #expect(items.map(\.place.description) == ["3:5", "4:5", "5:5"])
    }

    @Test func nothingIsNoDocument() throws {
        #expect(try YAMLFile.parse([]) == nil)
        #expect(try YAMLFile.parse(Array("# only a comment\n".utf8)) == nil)
    }

    @Test(arguments: [
        ("a: 1\na: 2\n", "2:1", "twice"), ("a: &x 1\n", "1:4", "anchors"), ("a: !!str 1\n", "1:4", "tags"), ("? [1]\n: 2\n", "1:3", "key"),
        ("a: 1\n---\nb: 2\n", "2:1", "second document"), ("a: [1, 2\nb: 3\n", "2:2", "did not find"), ("a: *x\n", "1:4", "aliases"),
        ("\ta: 1\n", "1:1", "cannot start"), ("a: \u{0}\n", "1:1", "control characters"),
    ])
    func refusesWithThePlace(_ text: String, _ place: String, _ reason: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLFile.parse(Array(text.utf8)) }
        #expect(error?.place.description == place)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test func refusesDeepNestingAndBrokenCharacters() {
        let error = #expect(throws: YAMLError.self) { try YAMLFile.parse(Array(repeating: UInt8(ascii: "["), count: 100_000)) }
        #expect(error?.place.line == 1)
        #expect(throws: YAMLError.self) { try YAMLFile.parse([0x61, 0x3A, 0x20, 0xFF, 0xFE, 0x0A]) }
        #expect(throws: YAMLError.self) { try YAMLFile.parse([0xFE, 0xFF, 0x00, 0x61]) }
    }
}
