import COpenSSL
import Cards
import Diagnosis
import YAML

/// The fields of a mapping in a file, and what each has to be. JSON is read as YAML, of which it is a part, because then every error has a
/// line.
struct Fields {
    private let entries: [YAMLNode.Entry]
    let place: YAMLPlace
    private let path: String

    /// The largest file that is read.
    static let limit = 4 << 20

    /// The one mapping of a file, with these keys and no others.
    init(file bytes: [UInt8], keys: Set<String>) throws(CardImageError) {
        guard bytes.count <= Self.limit else {
            throw CardImageError(nil, "", ja: "4 MiBより大きくなっています", en: "it is larger than 4 MiB")
        }
        let root: YAMLNode?
        do throws(YAMLError) { root = try YAMLFile.parse(bytes) } catch {
            throw CardImageError(error.place, "", ja: "JSONとして読めません（\(error.reason)）", en: "it cannot be read as JSON: \(error.reason)")
        }
        guard let root else { throw CardImageError(nil, "", ja: "空です", en: "it is empty") }
        try self.init(root, path: "", keys: keys)
    }

    private init(_ node: YAMLNode, path: String, keys: Set<String>) throws(CardImageError) {
        guard case .mapping(let entries) = node.value else {
            throw CardImageError(node.place, path, ja: "{ } で囲んでください", en: "has to be an object")
        }
        self.entries = entries
        self.path = path
        place = node.place
        for entry in entries where !keys.contains(entry.key) {
            throw CardImageError(
                entry.place, path, ja: "知らない項目があります。使える項目: \(keys.sorted().joined(separator: ", "))",
                en: "has an unknown field; the fields are \(keys.sorted().joined(separator: ", "))")
        }
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func node(_ key: String) -> YAMLNode? {
        guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
        return value
    }

    func error(_ key: String, ja: String, en: String) -> CardImageError {
        CardImageError(node(key)?.place ?? place, name(key), ja: ja, en: en)
    }

    func has(_ key: String) -> Bool { node(key) != nil }

    func isMapping(_ key: String) -> Bool {
        if case .mapping = node(key)?.value { true } else { false }
    }

    // MARK: Kinds of fields; `nil` where there is none

    func mapping(_ key: String, keys: Set<String>) throws(CardImageError) -> Fields? {
        guard let node = node(key) else { return nil }
        return try Fields(node, path: name(key), keys: keys)
    }

    func list(_ key: String, keys: Set<String>) throws(CardImageError) -> [Fields] {
        guard let node = node(key) else { return [] }
        guard case .sequence(let items) = node.value else { throw error(key, ja: "[ ] で囲んでください", en: "has to be a list") }
        var fields: [Fields] = []
        for (index, item) in items.enumerated() { fields.append(try Fields(item, path: "\(name(key))[\(index)]", keys: keys)) }
        return fields
    }

    /// Text of at most so many bytes, without control characters.
    func text(_ key: String, atMost limit: Int = 400) throws(CardImageError) -> String? {
        guard let node = node(key) else { return nil }
        guard let text = node.text else { throw error(key, ja: "文字列が必要です", en: "has to be text") }
        guard text.utf8.count <= limit else { throw error(key, ja: "\(limit)バイトより長くなっています", en: "is longer than \(limit) bytes") }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            throw error(key, ja: "制御文字があります", en: "has a control character")
        }
        return text
    }

    func digits(_ key: String, count: Int) throws(CardImageError) -> String? {
        guard let text = try text(key) else { return nil }
        guard text.utf8.count == count, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw error(key, ja: "数字\(count)桁が必要です", en: "has to be \(count) digits")
        }
        return text
    }

    func number(_ key: String, in range: ClosedRange<Int>) throws(CardImageError) -> Int? {
        guard let text = try text(key, atMost: 20) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw error(
                key, ja: "\(range.lowerBound)から\(range.upperBound)までの整数が必要です",
                en: "has to be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func truth(_ key: String) throws(CardImageError) -> Bool? {
        guard let text = try text(key) else { return nil }
        guard let truth = ["true": true, "false": false][text] else {
            throw error(key, ja: "true か false が必要です", en: "has to be true or false")
        }
        return truth
    }

    func day(_ key: String) throws(CardImageError) -> CardDay? {
        guard let text = try text(key) else { return nil }
        guard let day = CardDay(text), day.year >= 1868 else {
            throw error(key, ja: "1868年以後の日付（YYYY-MM-DD）が必要です", en: "has to be a day, YYYY-MM-DD, from 1868 on")
        }
        return day
    }

    func choice<Value>(_ key: String, _ choices: [(String, Value)]) throws(CardImageError) -> Value? {
        guard let text = try text(key) else { return nil }
        guard let choice = choices.first(where: { $0.0 == text }) else {
            let names = choices.map(\.0).joined(separator: ", ")
            throw error(key, ja: "次のどれかが必要です: \(names)", en: "has to be one of \(names)")
        }
        return choice.1
    }

    func hexadecimal(_ key: String, lengths: ClosedRange<Int>) throws(CardImageError) -> [UInt8]? {
        guard has(key) else { return nil }
        // An empty text is no bytes.
        guard let node = node(key), case .scalar(let text, _) = node.value, text.utf8.count <= 3 * lengths.upperBound else {
            throw error(key, ja: "16進数が必要です", en: "has to be hexadecimal")
        }
        guard let bytes = Hexadecimal.bytes(text), lengths.contains(bytes.count) else {
            throw error(
                key, ja: "\(lengths.lowerBound)から\(lengths.upperBound)バイトの16進数が必要です",
                en: "has to be \(lengths.lowerBound) to \(lengths.upperBound) bytes in hexadecimal")
        }
        return bytes
    }

    /// Bytes in Base64 (RFC 4648 clause 4), at least one and at most so many.
    func bytes(_ key: String, atMost limit: Int) throws(CardImageError) -> [UInt8]? {
        guard let text = try text(key, atMost: limit / 3 * 4 + 4) else { return nil }
        guard let bytes = Base64.decode(text) else { throw error(key, ja: "Base64で書いてください", en: "has to be in Base64") }
        return bytes
    }
}

extension Fields {
    /// The error where a field that is needed is missing.
    func needed<Value>(_ key: String, _ value: Value?) throws(CardImageError) -> Value {
        guard let value else { throw error(key, ja: "がありません", en: "is missing") }
        return value
    }
}

/// Base64 (RFC 4648 clause 4) by OpenSSL.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: bytes.count / 3 * 4 + 5)
        let count = EVP_EncodeBlock(&text, bytes, Int32(clamping: bytes.count))
        return String(decoding: text.prefix(Int(max(0, count))), as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        let padding = characters.suffix(2).count { $0 == 0x3D }
        let isPlain = characters.dropLast(padding).allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
            default: false
            }
        }
        guard !characters.isEmpty, characters.count % 4 == 0, isPlain else { return nil }
        var bytes = [UInt8](repeating: 0, count: characters.count / 4 * 3)
        let count = EVP_DecodeBlock(&bytes, characters, Int32(clamping: characters.count))
        guard Int(count) == bytes.count else { return nil }
        return Array(bytes.dropLast(padding))
    }
}
