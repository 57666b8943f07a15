import Commands
import Diagnosis
import GenericCCID
import ReaderTransport
import YAML

/// A file that tells of one CCID reader what `ReaderProfile.builtIn` tells of others (YAML).
struct ReaderProfileFile {
    /// What the simulated reader is called: `sim:MODEL`.
    let model: String
    let profile: ReaderProfile

    private static let largest = 1 << 16
    private static let keys: Set<String> = ["name", "model", "usb", "provenance", "interfaces"]
    private static let interfaceKeys: Set<String> = ["class", "protocols", "features", "max-message", "max-ifsd", "slots"]

    init(_ path: String) throws { try self.init(try readFile(path, limit: Self.largest), path: path) }

    init(_ bytes: [UInt8], path: String) throws(ReaderProfileError) {
        let root: YAMLNode?
        do { root = try YAMLFile.parse(bytes) } catch {
            throw ReaderProfileError(path: path, place: error.place, reason: error.reason)
        }
        guard let root else { throw ReaderProfileError(path: path, place: nil, reason: "it is empty") }
        let fields = try ProfileFields(root, keys: Self.keys, path: path)
        let model = try fields.text("model")
        guard (1...40).contains(model.utf8.count), model.utf8.allSatisfy({ Self.modelCharacters.contains($0) }) else {
            throw fields.error("model", "'model' is made of a-z, 0-9 and -, at most 40 of them")
        }
        self.model = model
        let list = try fields.list("interfaces")
        guard (1...16).contains(list.count) else { throw fields.error("interfaces", "'interfaces' has 1 to 16 of them") }
        var interfaces: [ReaderProfile.Interface] = []
        for node in list { interfaces.append(try Self.interface(ProfileFields(node, keys: Self.interfaceKeys, path: path))) }
        profile = ReaderProfile(
            name: try fields.text("name"), usb: try Self.product(fields), interfaces: interfaces,
            provenance: try fields.optional("provenance") ?? "a profile file")
    }

    private static let modelCharacters = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)

    /// Vendor and product, as lsusb(8) writes them.
    private static func product(_ fields: ProfileFields) throws(ReaderProfileError) -> USBProduct {
        let parts = try fields.text("usb").split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 4 }), let vendor = UInt16(parts[0], radix: 16),
            let product = UInt16(parts[1], radix: 16)
        else { throw fields.error("usb", "'usb' is vendor and product, such as 04e6:5120") }
        return USBProduct(vendor: vendor, product: product)
    }

    private static func interface(_ fields: ProfileFields) throws(ReaderProfileError) -> ReaderProfile.Interface {
        let kind = try fields.text("class")
        guard let isMarked = ["ccid": true, "vendor": false][kind] else {
            throw fields.error("class", "'class' is ccid (0B) or vendor (FF)")
        }
        var protocols: CardProtocols = []
        for name in try fields.texts("protocols") {
            guard let one = ["T=0": CardProtocols.t0, "T=1": .t1][name] else {
                throw fields.error("protocols", "'protocols' are T=0 and T=1")
            }
            protocols.insert(one)
        }
        let text = try fields.text("features")
        guard text.utf8.count == 8, let features = UInt32(text, radix: 16) else {
            throw fields.error("features", "'features' is dwFeatures, eight hexadecimal digits")
        }
        let interface = ReaderProfile.Interface(
            isMarked: isMarked, protocols: protocols, features: features, maxMessageLength: try fields.number("max-message", 11...65_554),
            maxIFSD: try fields.number("max-ifsd", 1...65_536), slots: try fields.texts("slots"))
        guard interface.level != nil else { throw fields.error("features", "'features' names more than one exchange level") }
        guard interface.slots.count <= 16 else { throw fields.error("slots", "'slots' has at most 16 of them") }
        return interface
    }
}

/// The keys of a mapping in a profile, and what each has to be.
private struct ProfileFields {
    private let node: YAMLNode
    private let entries: [YAMLNode.Entry]
    private let path: String

    init(_ node: YAMLNode, keys: Set<String>, path: String) throws(ReaderProfileError) {
        guard case .mapping(let entries) = node.value else {
            throw ReaderProfileError(path: path, place: node.place, reason: "keys with values are expected")
        }
        for entry in entries where !keys.contains(entry.key) {
            throw ReaderProfileError(
                path: path, place: entry.place, reason: "this key is none of: \(keys.sorted().joined(separator: ", "))")
        }
        (self.node, self.entries, self.path) = (node, entries, path)
    }

    private func value(_ key: String) -> YAMLNode? { entries.first { $0.key == key }.flatMap { $0.value.isNull ? nil : $0.value } }

    /// What is wrong at a key, or where it is missing.
    func error(_ key: String, _ reason: String) -> ReaderProfileError {
        ReaderProfileError(path: path, place: value(key)?.place ?? node.place, reason: reason)
    }

    func optional(_ key: String) throws(ReaderProfileError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.text, text.utf8.count <= 200, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw error(key, "'\(key)' wants a text of at most 200 bytes")
        }
        return text
    }

    func text(_ key: String) throws(ReaderProfileError) -> String {
        guard let text = try optional(key) else { throw error(key, "'\(key)' is missing") }
        return text
    }

    func list(_ key: String) throws(ReaderProfileError) -> [YAMLNode] {
        guard let value = value(key) else { throw error(key, "'\(key)' is missing") }
        guard case .sequence(let items) = value.value else { throw error(key, "'\(key)' wants a list") }
        return items
    }

    /// The texts of a list; none where there is no such key.
    func texts(_ key: String) throws(ReaderProfileError) -> [String] {
        guard value(key) != nil else { return [] }
        var texts: [String] = []
        for item in try list(key) {
            guard let text = item.text, text.utf8.count <= 40 else {
                throw ReaderProfileError(path: path, place: item.place, reason: "'\(key)' wants texts of at most 40 bytes")
            }
            texts.append(text)
        }
        return texts
    }

    func number(_ key: String, _ range: ClosedRange<UInt32>) throws(ReaderProfileError) -> UInt32 {
        guard let number = UInt32(try text(key)), range.contains(number) else {
            throw error(key, "'\(key)' is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

/// A profile of a reader cannot be used.
struct ReaderProfileError: DiagnosedError, Equatable {
    let path: String
    let place: YAMLPlace?
    let reason: String

    let code = "profile-malformed"
    var sentence: Sentence {
        let line = place.map { ("の\($0.line)行目", " at line \($0.line)") } ?? ("", "")
        return Sentence(
            ja: "カードリーダーのプロファイル\(line.0)が正しくありません。", en: "The profile of the reader is wrong\(line.1).")
    }
    var cause: String? { "\(path):\(place.map { "\($0): " } ?? " ")\(reason)" }
    let category = FailureCategory.badData
}

extension Invocation {
    /// The profile that was given.
    func profile() throws -> ReaderProfileFile? { try self[ReaderOptions.profile].map { try ReaderProfileFile($0) } }
}
