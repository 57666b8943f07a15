import Diagnosis
import YAML

/// Holds a file against a form and collects what is wrong in it.
struct FormCheck {
    private(set) var faults: [ScenarioError.Fault] = []

    mutating func check(_ node: YAMLNode, _ form: Form) {
        switch form {
        case .flag: checkFlag(node)
        case .whole(let range): checkWhole(node, range)
        case .text(let longest): checkText(node, longest)
        case .word(let words): checkWord(node, words)
        case .written(let writing): checkWritten(node, writing)
        case .list(let item, let longest, let isUnique): checkList(node, item, longest, isUnique)
        case .keys(let fields): checkKeys(node, fields)
        case .pair(let pair): checkPair(node, pair)
        case .oneOf(let forms): checkAny(node, forms)
        }
    }

    private mutating func add(_ place: YAMLPlace, ja: String, en: String) { faults.append(.init(place, Sentence(ja: ja, en: en))) }

    // MARK: One value

    private mutating func checkFlag(_ node: YAMLNode) {
        guard let text = node.plainText, ["true", "false"].contains(text) else {
            return add(node.place, ja: "true か false が必要です", en: "true or false is needed")
        }
    }

    private mutating func checkWhole(_ node: YAMLNode, _ range: ClosedRange<Int>) {
        guard let text = node.plainText, text.isWholeNumber, let number = Int(text) else {
            return add(node.place, ja: "整数が必要です", en: "a whole number is needed")
        }
        guard !range.contains(number) else { return }
        add(
            node.place, ja: "\(range.lowerBound)から\(range.upperBound)までの数が必要です",
            en: "a number from \(range.lowerBound) to \(range.upperBound) is needed")
    }

    private mutating func checkText(_ node: YAMLNode, _ longest: Int) {
        guard let text = mustBeText(node) else { return }
        guard text.unicodeScalars.count <= longest else {
            return add(node.place, ja: "\(longest)文字以内にしてください", en: "it is longer than \(longest) characters")
        }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\n" }) {
            add(node.place, ja: "制御文字は書けません", en: "it has a control character in it")
        }
    }

    /// The text of a node; what is read otherwise elsewhere has to stand in quotes.
    private mutating func mustBeText(_ node: YAMLNode, takesNumbers: Bool = false) -> String? {
        guard case .scalar(let text, let isPlain) = node.value, !node.isNull, !text.isEmpty else {
            add(node.place, ja: "文字列が必要です", en: "a text is needed")
            return nil
        }
        guard isPlain, text.isOtherThanText, !(takesNumbers && text.isWholeNumber) else { return text }
        add(node.place, ja: "引用符で囲んでください（\"…\"）", en: "put it in quotes (\"…\")")
        return nil
    }

    private mutating func checkWord(_ node: YAMLNode, _ words: [String]) {
        guard let text = mustBeText(node) else { return }
        if !words.contains(text) { addUnknown(text, among: words, node.place) }
    }

    private mutating func checkWritten(_ node: YAMLNode, _ writing: Form.Writing) {
        guard let text = mustBeText(node, takesNumbers: writing.takesNumbers) else { return }
        if let reason = writing.fault(text) { faults.append(.init(node.place, reason)) }
    }

    /// Shows no more of what stands there than a word that may be a slip of the finger.
    private mutating func addUnknown(_ text: String, among known: [String], _ place: YAMLPlace) {
        if let nearest = NearestWord.nearest(to: text, among: known) {
            add(place, ja: "知らない語です（'\(nearest)' でしょうか）", en: "this word is unknown; did you mean '\(nearest)'?")
        } else {
            let list = known.joined(separator: ", ")
            add(place, ja: "次のいずれかが必要です：\(list)", en: "one of these is needed: \(list)")
        }
    }

    // MARK: Several

    private mutating func checkList(_ node: YAMLNode, _ item: Form, _ longest: Int, _ isUnique: Bool) {
        guard case .sequence(let items) = node.value else { return add(node.place, ja: "リストが必要です", en: "a list is needed") }
        guard items.count <= longest else { return add(node.place, ja: "\(longest)個以内にしてください", en: "there are more than \(longest)") }
        var seen: Set<String> = []
        for node in items {
            check(node, item)
            if isUnique, let text = node.text, !seen.insert(text).inserted {
                add(node.place, ja: "同じものが前にあります", en: "the same stands before")
            }
        }
    }

    private mutating func checkKeys(_ node: YAMLNode, _ fields: [Form.Field]) {
        guard case .mapping(let entries) = node.value else { return add(node.place, ja: "キーと値が必要です", en: "keys are needed") }
        for entry in entries {
            if let field = fields.first(where: { $0.key == entry.key }) {
                check(entry.value, field.form)
            } else {
                addUnknownKey(entry, among: fields.map(\.key))
            }
        }
        for field in fields where field.isNeeded && !entries.contains(where: { $0.key == field.key }) {
            add(node.place, ja: "'\(field.key)' がありません", en: "'\(field.key)' is missing")
        }
    }

    private mutating func addUnknownKey(_ entry: YAMLNode.Entry, among known: [String]) {
        if let nearest = NearestWord.nearest(to: entry.key, among: known) {
            add(entry.place, ja: "知らないキーです（'\(nearest)' でしょうか）", en: "this key is unknown; did you mean '\(nearest)'?")
        } else {
            let list = known.joined(separator: ", ")
            add(entry.place, ja: "知らないキーです。キーは次のいずれかです：\(list)", en: "this key is none of: \(list)")
        }
    }

    private mutating func checkPair(_ node: YAMLNode, _ pair: Form.Pair) {
        guard case .mapping(let entries) = node.value, let entry = entries.first, entries.count == 1 else {
            return add(node.place, ja: "1つのキーと値が必要です", en: "one key with its value is needed")
        }
        let before = faults.count
        check(entry.value, pair.value)
        guard faults.count == before, let reason = pair.fault(entry.key, entry.value.text ?? "") else { return }
        faults.append(.init(entry.place, reason))
    }

    private mutating func checkAny(_ node: YAMLNode, _ forms: [Form]) {
        var first: [ScenarioError.Fault]?
        for form in forms where form.goes(with: node) || form.isLast(of: forms, for: node) {
            var check = FormCheck()
            check.check(node, form)
            if check.faults.isEmpty { return }
            first = first ?? check.faults
        }
        faults += first ?? []
    }
}

extension Form {
    /// Whether a node is of the kind that this form is about: a list, keys, or one value.
    fileprivate func goes(with node: YAMLNode) -> Bool {
        switch (self, node.value) {
        case (.list, .sequence), (.keys, .mapping), (.pair, .mapping): true
        case (.list, _), (.keys, _), (.pair, _): false
        case (.oneOf(let forms), _): forms.contains { $0.goes(with: node) }
        case (_, .scalar): true
        default: false
        }
    }

    /// Whether nothing goes with a node, and this is the first of the forms: what is wrong is told in its words.
    fileprivate func isLast(of forms: [Form], for node: YAMLNode) -> Bool { !forms.contains { $0.goes(with: node) } }
}

extension YAMLNode {
    /// The text of a plain scalar.
    var plainText: String? { if case .scalar(let text, isPlain: true) = value { text } else { nil } }
}

extension String {
    /// Whether these are the digits of a whole number as JSON writes it.
    var isWholeNumber: Bool {
        let digits = utf8.first == UInt8(ascii: "-") ? utf8.dropFirst() : utf8[...]
        let isLong = digits.count > 1 && digits.first == UInt8(ascii: "0")
        return (1...18).contains(digits.count) && !isLong && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Whether other readers of YAML (1.2, core schema) take it, in no quotes, for something else than a text.
    var isOtherThanText: Bool {
        if ["true", "false", "True", "False", "TRUE", "FALSE", "null", "Null", "NULL", "~"].contains(self) { return true }
        guard let first = utf8.first, (0x30...0x39).contains(first) || "+-.".utf8.contains(first) else { return false }
        return Double(self) != nil || hasPrefix("0o") && Int(dropFirst(2), radix: 8) != nil
    }
}
