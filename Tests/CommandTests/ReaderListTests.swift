import Testing

@testable import kazasu

@Suite struct ReaderListTests {
    @Test func aNameCannotBreakItsLine() {
        let list = ReaderList(readers: [
            .init(selector: "pcsc:A\u{1B}[2J\n", product: "a\u{7}b"), .init(selector: "sim:card", product: "simulated"),
        ])
        #expect(list.lines(selectorsOnly: true) == ["pcsc:A?[2J?", "sim:card"])
        #expect(list.lines(selectorsOnly: false) == ["pcsc:A?[2J?  a?b", "sim:card     simulated"])
    }
}
