import CCID
import ReaderTransport
import YAML

extension ReaderProfile {
    /// The longest file of profiles, in bytes.
    public static let longestFile = 1 << 16

    /// Every reader of `readers.yaml`, which a test reads without `try`.
    public static let builtIn: [ReaderProfile] = (try? read(PackageResources.readers_yaml, path: "readers.yaml")) ?? []

    private static let keys: Set<String> = ["name", "model", "usb", "provenance", "interfaces"]
    private static let interfaceKeys: Set<String> = ["protocols", "features", "max-message", "max-ifsd", "slots", "quirks"]
    private static let modelCharacters = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)

    /// The profiles of a file (YAML): one, or a list of them, as `readers.yaml` is. Throws what is wrong first, with line and column; so it does
    /// for a product or model that is there twice, for a model that is in `taken`, and for a product in `owned`, which has a driver of its own.
    public static func read(
        _ bytes: [UInt8], path: String, taken: Set<String> = [], owned: Set<USBProduct> = []
    ) throws(ReaderProfileError) -> [ReaderProfile] {
        guard bytes.count <= longestFile else {
            throw ReaderProfileError(path: path, place: nil, reason: "it has more than \(longestFile) bytes")
        }
        let root: YAMLNode?
        do { root = try YAMLFile.parse(bytes) } catch {
            throw ReaderProfileError(path: path, place: error.place, reason: error.reason)
        }
        guard let root else { throw ReaderProfileError(path: path, place: nil, reason: "it is empty") }
        let nodes = if case .sequence(let items) = root.value { items } else { [root] }
        guard !nodes.isEmpty else { throw ReaderProfileError(path: path, place: root.place, reason: "there is no reader in it") }
        var profiles: [ReaderProfile] = []
        for node in nodes {
            let fields = try ProfileFields(node, keys: keys, path: path)
            let profile = try ReaderProfile(fields, path: path)
            if profiles.contains(where: { $0.usb == profile.usb }) { throw fields.error("usb", "this product stands here twice") }
            if owned.contains(profile.usb) {
                throw fields.error("usb", "this product has a driver of its own, which asks for no profile")
            }
            if let model = profile.model, taken.contains(model) || profiles.contains(where: { $0.model == model }) {
                throw fields.error("model", "there is a model '\(model)' already")
            }
            profiles.append(profile)
        }
        return profiles
    }

    private init(_ fields: ProfileFields, path: String) throws(ReaderProfileError) {
        let model = try fields.optional("model")
        if let model, model.utf8.count > 40 || !model.utf8.allSatisfy({ Self.modelCharacters.contains($0) }) {
            throw fields.error("model", "'model' is made of a-z, 0-9 and -, at most 40 of them")
        }
        let list = try fields.list("interfaces")
        guard (1...16).contains(list.count) else { throw fields.error("interfaces", "'interfaces' has 1 to 16 of them") }
        var interfaces: [Interface] = []
        for node in list { interfaces.append(try Self.interface(ProfileFields(node, keys: Self.interfaceKeys, path: path))) }
        self.init(
            name: try fields.text("name"), model: model, usb: try Self.product(fields), interfaces: interfaces,
            provenance: try fields.optional("provenance") ?? "a profile file")
    }

    /// Vendor and product, as lsusb(8) writes them.
    private static func product(_ fields: ProfileFields) throws(ReaderProfileError) -> USBProduct {
        let parts = try fields.text("usb").split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 4 && $0.allSatisfy(\.isHexDigit) }),
            let vendor = UInt16(parts[0], radix: 16), let product = UInt16(parts[1], radix: 16)
        else { throw fields.error("usb", "'usb' is vendor and product, such as 04e6:5120") }
        return USBProduct(vendor: vendor, product: product)
    }

    private static func interface(_ fields: ProfileFields) throws(ReaderProfileError) -> Interface {
        var protocols: CardProtocols = []
        for (name, node) in try fields.someTexts("protocols") {
            guard let one = ["T=0": CardProtocols.t0, "T=1": .t1][name] else {
                throw fields.error(at: node, "'protocols' are T=0 and T=1")
            }
            protocols.insert(one)
        }
        var quirks: Set<Quirk> = []
        for (name, node) in try fields.texts("quirks") {
            guard let quirk = Quirk(rawValue: name) else {
                throw fields.error(at: node, "'quirks' are \(Quirk.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            quirks.insert(quirk)
        }
        guard !quirks.isSuperset(of: [.chainsAPDUs, .shortAPDUsOnly]) else {
            throw fields.error("quirks", "chains-apdus and short-apdus-only exclude each other")
        }
        let text = try fields.text("features")
        guard text.utf8.count == 8, text.allSatisfy(\.isHexDigit), let features = UInt32(text, radix: 16) else {
            throw fields.error("features", "'features' is dwFeatures, eight hexadecimal digits")
        }
        let interface = Interface(
            quirks: quirks, protocols: protocols, features: features,
            maxMessageLength: try fields.number("max-message", Interface.messageLengths),
            maxIFSD: try fields.number("max-ifsd", Interface.fieldLengths), slots: try slots(fields))
        try check(interface, fields)
        return interface
    }

    /// Whether such a reader can be used, and what it says of blocks goes with what it says of messages.
    private static func check(_ interface: Interface, _ fields: ProfileFields) throws(ReaderProfileError) {
        // A short APDU crosses in one message (USB CCID 1.1 clause 3.2.2.1); only extended ones are chained.
        guard !interface.takesShortAPDUsOnly || interface.maxMessageLength >= shortestMessage else {
            throw fields.error("max-message", "'max-message' is at least \(shortestMessage) for a reader that takes short APDUs only")
        }
        switch interface.level {
        case nil: throw fields.error("features", "'features' names more than one exchange level")
        case .character: throw fields.error("features", "'features' names the level of characters, which is not supported")
        case .tpdu:
            guard interface.maxIFSD <= Interface.longestField else {
                throw fields.error("max-ifsd", "'max-ifsd' is at most \(Interface.longestField) at the level of TPDUs")
            }
        case .shortAPDU, .extendedAPDU:
            // Readers that exchange APDUs say also what no block can have; yet it comes in a message.
            guard interface.maxIFSD <= interface.maxMessageLength else {
                throw fields.error("max-ifsd", "'max-ifsd' is no more than 'max-message'")
            }
        }
    }

    private static let shortestMessage = UInt32(ClassDescriptor.shortestMessage)

    private static func slots(_ fields: ProfileFields) throws(ReaderProfileError) -> [String] {
        let slots = try fields.has("slots") ? fields.someTexts("slots") : []
        guard slots.count <= 16 else { throw fields.error("slots", "'slots' has at most 16 of them") }
        for (name, node) in slots where name.contains("#") || !name.isPrintable {
            throw fields.error(at: node, "the name of a slot is printable and has no # in it")
        }
        return slots.map(\.text)
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
    func error(_ key: String, _ reason: String) -> ReaderProfileError { error(at: value(key) ?? node, reason) }

    /// What is wrong at a value.
    func error(at node: YAMLNode, _ reason: String) -> ReaderProfileError {
        ReaderProfileError(path: path, place: node.place, reason: reason)
    }

    func optional(_ key: String) throws(ReaderProfileError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.text, text.utf8.count <= 200, text.isPrintable else {
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

    func has(_ key: String) -> Bool { value(key) != nil }

    /// The texts of a list that has some, with their places.
    func someTexts(_ key: String) throws(ReaderProfileError) -> [(text: String, node: YAMLNode)] {
        guard has(key) else { throw error(key, "'\(key)' is missing") }
        let texts = try texts(key)
        guard !texts.isEmpty else { throw error(key, "there is nothing in '\(key)'") }
        return texts
    }

    /// The texts of a list, with their places; none where there is no such key.
    func texts(_ key: String) throws(ReaderProfileError) -> [(text: String, node: YAMLNode)] {
        guard value(key) != nil else { return [] }
        var texts: [(text: String, node: YAMLNode)] = []
        for item in try list(key) {
            guard let text = item.text, text.utf8.count <= 40 else { throw error(at: item, "'\(key)' wants texts of at most 40 bytes") }
            guard !texts.contains(where: { $0.text == text }) else { throw error(at: item, "this stands here twice") }
            texts.append((text, item))
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

extension String {
    /// Whether no control character is in it.
    fileprivate var isPrintable: Bool { unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) } }
}
