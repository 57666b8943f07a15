import Diagnosis
import Testing

@testable import Commands
@testable import kazasu

/// The whole help of kazasu, text by text.
@Suite struct HelpSpacingTests {
    /// A line that is continued in the source without its mark leaves the indentation behind, in the middle of a sentence.
    @Test func noTextHasTwoSpacesInASentence() {
        let texts = Self.texts(kazasuProgram.root)
        #expect(texts.count > 400)
        for text in texts.flatMap({ [$0.japanese, $0.english] }) {
            for line in text.split(separator: "\n") {
                // What begins a line may be indented, or stand in a column of names before what they mean.
                let indented = line.drop { $0 == " " }
                let column = indented.prefix { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
                let sentence = indented.dropFirst(column.count).drop { $0 == " " }
                #expect(!sentence.contains("  ") && sentence.last != " ", "\(sentence)")
            }
        }
    }

    private static func texts(_ command: Command) -> [Sentence] {
        [command.summary] + [command.discussion].compactMap { $0 } + command.options.map(\.specification.summary)
            + command.operands.map(\.summary) + command.variables.map(\.summary) + command.examples.map(\.summary)
            + command.subcommands.flatMap(texts)
    }
}
