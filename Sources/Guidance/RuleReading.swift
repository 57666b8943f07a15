import Diagnosis
import YAML

/// Reads a file of rules: a list of mappings with the keys `id`, `kind`, `ja`, `en`, `source` and perhaps `context`.
enum RuleReading {
    private static let keys: Set<String> = ["id", "kind", "ja", "en", "source", "context"]

    /// The rules of a file and where each stands. Throws what is wrong first.
    static func rules(_ bytes: [UInt8], path: String) throws(RuleBookError) -> [(rule: Rule, place: YAMLPlace)] {
        let root: YAMLNode?
        do { root = try YAMLFile.parse(bytes) } catch {
            throw RuleBookError(path: path, place: error.place, reason: error.reason)
        }
        guard let root, case .sequence(let nodes) = root.value else {
            throw RuleBookError(path: path, place: root?.place, reason: "a list of rules is expected")
        }
        var rules: [(rule: Rule, place: YAMLPlace)] = []
        for node in nodes { rules.append((try rule(node, path), node.place)) }
        return rules
    }

    private static func rule(_ node: YAMLNode, _ path: String) throws(RuleBookError) -> Rule {
        guard case .mapping(let entries) = node.value else {
            throw RuleBookError(path: path, place: node.place, reason: "keys are expected")
        }
        func error(_ node: YAMLNode, _ reason: String) -> RuleBookError { RuleBookError(path: path, place: node.place, reason: reason) }
        for entry in entries where !keys.contains(entry.key) {
            throw RuleBookError(path: path, place: entry.place, reason: "this key is none of: \(keys.sorted().joined(separator: ", "))")
        }
        func value(_ key: String) throws(RuleBookError) -> YAMLNode {
            guard let entry = entries.first(where: { $0.key == key }) else { throw error(node, "'\(key)' is missing") }
            return entry.value
        }
        func text(_ key: String) throws(RuleBookError) -> String {
            let node = try value(key)
            guard let text = node.text else { throw error(node, "'\(key)' wants a text") }
            return text
        }
        guard let id = RuleID(try text("id")) else { throw error(try value("id"), "'id' is R001 to R999 or N01 to N99") }
        guard let kind = Rule.Kind(rawValue: try text("kind")) else {
            throw error(try value("kind"), "'kind' is one of: \(Rule.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let context = entries.contains { $0.key == "context" } ? try text("context") : nil
        if kind == .context && context == nil { throw error(node, "\(id) has to say in 'context' why no test is asked for") }
        guard case .sequence(let items) = try value("source").value, !items.isEmpty else {
            throw error(try value("source"), "'source' wants a list with something in it")
        }
        var sources: [RuleSource] = []
        for item in items {
            guard let source = item.text.flatMap(RuleSource.init) else { throw error(item, "this names no document and no rule") }
            sources.append(source)
        }
        return Rule(id: id, kind: kind, sentence: Sentence(ja: try text("ja"), en: try text("en")), sources: sources, context: context)
    }
}
