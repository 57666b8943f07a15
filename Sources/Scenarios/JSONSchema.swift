import Diagnosis

/// The form of scenario files as JSON Schema (draft 2020-12), for editors and other programs.
public enum JSONSchema {
    /// The document, made of the table by which files are read.
    public static func scenario(_ vocabulary: Vocabulary) -> String {
        let head = [
            ("$schema", quoted("https://json-schema.org/draft/2020-12/schema")), ("title", quoted("Kazasu scenario")),
        ]
        return object(head + members(of: ScenarioForm.root(vocabulary))) + "\n"
    }

    private static func schema(_ form: Form) -> String { object(members(of: form)) }

    private static func members(of form: Form) -> [(String, String)] {
        switch form {
        case .flag: [("type", quoted("boolean"))]
        case .whole(let range):
            [("type", quoted("integer")), ("minimum", "\(range.lowerBound)"), ("maximum", "\(range.upperBound)")]
        case .text(let longest): [("type", quoted("string")), ("minLength", "1"), ("maxLength", "\(longest)")]
        case .word(let words): [("type", quoted("string")), ("enum", list(words.map(quoted)))]
        case .written(let writing) where writing.takesNumbers:
            [("anyOf", list([text(writing), object([("type", quoted("integer"))])]))]
        case .written(let writing): [("type", quoted("string")), ("pattern", quoted(writing.pattern))]
        case .list(let item, let longest, let isUnique):
            [("type", quoted("array")), ("items", schema(item)), ("maxItems", "\(longest)")] + (isUnique ? [("uniqueItems", "true")] : [])
        case .keys(let fields): members(of: fields)
        case .pair(let pair):
            [
                ("type", quoted("object")), ("minProperties", "1"), ("maxProperties", "1"),
                ("propertyNames", object([("pattern", quoted(pair.keyPattern))])), ("additionalProperties", schema(pair.value)),
            ]
        case .oneOf(let forms): [("anyOf", list(forms.map(schema)))]
        }
    }

    private static func members(of fields: [Form.Field]) -> [(String, String)] {
        let properties = fields.map { field in
            let meaning = ("description", quoted("\(field.meaning.japanese) / \(field.meaning.english)"))
            return (field.key, object([meaning] + members(of: field.form)))
        }
        let needed = fields.filter(\.isNeeded).map { quoted($0.key) }
        return [("type", quoted("object")), ("properties", object(properties)), ("additionalProperties", "false")]
            + (needed.isEmpty ? [] : [("required", list(needed))])
    }

    private static func text(_ writing: Form.Writing) -> String {
        object([("type", quoted("string")), ("pattern", quoted(writing.pattern))])
    }

    // MARK: JSON

    private static func quoted(_ text: String) -> String { JSONText.quoted(text) }
    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(quoted($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
    }
    private static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }
}
