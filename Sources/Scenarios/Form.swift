import Diagnosis

/// What may stand at a place of a file. One table of forms is checked against and written out as JSON Schema, so that the two cannot differ.
indirect enum Form: Sendable {
    /// `true` or `false`.
    case flag
    /// A whole number.
    case whole(ClosedRange<Int>)
    /// A text that is not empty; one that looks like a number, `true`, `false` or `null` stands in quotes.
    case text(longest: Int)
    /// One of some words.
    case word([String])
    /// A text of a kind of its own.
    case written(Writing)
    /// A list.
    case list(Form, longest: Int, isUnique: Bool = false)
    /// Keys, of which each may be there once.
    case keys([Field])
    /// One key and its value, which must go together.
    case pair(Pair)
    /// Any of these; the first of them is meant where none fits.
    case oneOf([Form])

    /// A text of a kind of its own, such as a length of time.
    struct Writing: Sendable {
        /// What it is, for people.
        let name: Sentence
        /// What it looks like (ECMA 262 regular expression); everything that is accepted matches.
        let pattern: String
        /// What is wrong with a text; `nil` where nothing is.
        let fault: @Sendable (String) -> Sentence?
        /// Whether a plain number is meant as its text, as in `9000`.
        var takesNumbers = false

        /// A writing that is right or wrong.
        init(_ name: Sentence, pattern: String, takesNumbers: Bool = false, accepts: @escaping @Sendable (String) -> Bool) {
            self.init(name, pattern: pattern, takesNumbers: takesNumbers) {
                accepts($0) ? nil : Sentence(ja: "\(name.japanese)が必要です", en: "\(name.english) is needed")
            }
        }

        init(_ name: Sentence, pattern: String, takesNumbers: Bool = false, fault: @escaping @Sendable (String) -> Sentence?) {
            self.name = name
            self.pattern = pattern
            self.takesNumbers = takesNumbers
            self.fault = fault
        }
    }

    /// A key and its value.
    struct Pair: Sendable {
        /// What the key looks like (ECMA 262 regular expression).
        let keyPattern: String
        /// What the value is.
        let value: Form
        /// What is wrong with the two, where the value has the right form; a value that is no scalar is empty here.
        let fault: @Sendable (_ key: String, _ value: String) -> Sentence?
    }

    /// A key.
    struct Field: Sendable {
        /// The key.
        let key: String
        /// Whether it must be there.
        var isNeeded = false
        /// What it is for.
        let meaning: Sentence
        /// What its value is.
        let form: Form

        init(_ key: String, isNeeded: Bool = false, _ form: Form, _ meaning: Sentence) {
            self.key = key
            self.isNeeded = isNeeded
            self.meaning = meaning
            self.form = form
        }
    }
}
