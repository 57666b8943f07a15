import Diagnosis
import Eligibility
import MedicalAccess
import YAML

extension Scenario {
    /// The longest file that is read, in bytes.
    public static let longestFile = 1 << 20

    /// Reads a scenario (YAML, UTF-8; any bytes). `path` is only told. Throws everything that is wrong, with its place.
    public init(_ bytes: [UInt8], path: String, vocabulary: Vocabulary) throws(ScenarioError) {
        let root: YAMLNode?
        do { root = try YAMLFile.parse(bytes) } catch {
            throw ScenarioError(
                path: path,
                faults: [
                    .init(error.place, Sentence(ja: "YAMLとして読めません（\(error.reason)）", en: "this cannot be read as YAML: \(error.reason)"))
                ])
        }
        guard let root else {
            let start = ScenarioError.Fault(nil, Sentence(ja: "何も書かれていません", en: "there is nothing in it"))
            throw ScenarioError(path: path, faults: [start])
        }
        var check = FormCheck()
        check.check(root, ScenarioForm.root(vocabulary))
        var faults = check.faults
        if faults.isEmpty { faults = Keys(root).contradictions }
        guard faults.isEmpty else { throw ScenarioError(path: path, faults: faults) }
        self.init(Keys(root))
    }

    /// What the form has let pass. So every value that is there can be read.
    private init(_ keys: Keys) {
        title = keys.text("scenario") ?? ""
        rules = keys.texts("rules")
        time = keys.text("at").flatMap { JapaneseTime($0) } ?? JapaneseTime(unixTime: 0)
        let flow = keys.text("flow").flatMap(Flow.init) ?? .certifiedReader
        self.flow = flow
        identity = keys.text("identity").flatMap(IdentityMethod.init) ?? .pin
        secondReader = keys.text("second-reader")
        readers = keys.texts("reader")
        firmware = keys.text("firmware")
        facility = keys.text("facility")
        passcode = keys.text("passcode").flatMap(Passcode.init) ?? .restarted
        usesLastTry = keys.text("last-try") == "true"
        let centre = keys.keys("centre")
        self.centre = CentreConduct(
            latency: centre?.text("latency").flatMap { Duration(written: $0) },
            fault: centre?.text("fault").flatMap(CentreConduct.Fault.init),
            faultyMessage: centre?.text("fault-at").flatMap { Int($0) })
        if let first = centre?.text("fault-from").flatMap({ Int($0) }) {
            self.centre.faultyMessage = first
            self.centre.isLasting = true
        }
        desk = Desk(keys, of: flow)
        preparation = CentrePreparation(centre ?? Keys(nothing: ()), bearer: keys.text("patient"))
        card = keys.card
        people = keys.keys("people").map(People.init) ?? People()
        stage = flow == .certifiedReader ? keys.items("stage").compactMap { node in node.stagedLine.map { (node.place, $0) } } : []
        expectations = keys.keys("expect").map(Self.expectations) ?? []
        let named = keys.node("needs") == nil ? [] : keys.texts("needs").compactMap(Capability.init)
        let hasPlainReader = flow != .certifiedReader || keys.node("needs") != nil && named.isEmpty
        needs = Set(named).union(Self.implied(by: flow == .certifiedReader ? identity : .pin, hasPlainReader: hasPlainReader))
    }

    /// What a reader needs without its being said: this flow is led by a screen, unless `needs: []` says that any reader will do.
    private static func implied(by identity: IdentityMethod, hasPlainReader: Bool) -> Set<Capability> {
        var needs: Set<Capability> = hasPlainReader ? [] : [.screen]
        switch identity {
        case .face: needs.insert(.face)
        case .visual: needs.formUnion([.face, .staffPanel])
        case .pin: break
        }
        return needs
    }

    private static func expectations(_ keys: Keys) -> [Expectation] {
        var found: [Expectation] = []
        func add(_ kind: Expectation.Kind, _ node: YAMLNode) { found.append(Expectation(kind: kind, place: node.place)) }
        for entry in keys.entries {
            let node = entry.value
            switch entry.key {
            case "consent", "eligibility", "registered":
                if let text = node.text { add(.field(entry.key, text), node) }
                for part in Keys(node).entries { add(.field("\(entry.key).\(part.key)", part.value.text ?? ""), part.value) }
            case "screens": add(.screens(keys.items("screens").map(ExpectedScreen.init)), node)
            case "status-words": add(.statusWords(keys.texts("status-words")), node)
            case "audit": add(.audit(keys.texts("audit")), node)
            case "viewed", "booked": add(.noted(entry.key, keys.texts(entry.key)), node)
            case "absent": for item in keys.items("absent") { add(.absent(item.text ?? ""), item) }
            case "at-most":
                for part in Keys(node).entries {
                    if let count = part.value.text.flatMap({ Int($0) }) { add(.commands(atMost: count), part.value) }
                    if let time = part.value.text.flatMap({ Duration(written: $0) }) { add(.time(atMost: time), part.value) }
                }
            default: add(.field(entry.key, node.text ?? ""), node)
            }
        }
        return found
    }
}

/// A mapping whose form was checked.
struct Keys {
    let entries: [YAMLNode.Entry]

    /// None.
    init(nothing: Void) { entries = [] }

    init(_ node: YAMLNode) { if case .mapping(let entries) = node.value { self.entries = entries } else { entries = [] } }

    func node(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
    func text(_ key: String) -> String? { node(key)?.text }
    func keys(_ key: String) -> Keys? { node(key).map(Keys.init) }

    func items(_ key: String) -> [YAMLNode] { if case .sequence(let items)? = node(key)?.value { items } else { [] } }

    /// A list of texts, or one text.
    func texts(_ key: String) -> [String] { text(key).map { [$0] } ?? items(key).compactMap(\.text) }

    var card: Scenario.Card {
        guard let name = text("card") else {
            let keys = keys("card")
            var card = Scenario.Card(
                kind: keys?.text("kind"), holder: keys?.text("holder"), file: keys?.text("file"),
                triesLeft: keys?.text("tries-left").flatMap { Int($0) },
                faceTriesLeft: keys?.text("face-tries-left").flatMap { Int($0) })
            card.isRevoked = keys?.text("revoked") == "true"
            return card
        }
        // A person and the kind of card that is theirs may have one name.
        return Scenario.Card(kind: name)
    }

    /// What is right by itself and does not go together.
    var contradictions: [ScenarioError.Fault] {
        var faults: [ScenarioError.Fault] = []
        func add(_ node: YAMLNode?, ja: String, en: String) {
            if let node { faults.append(.init(node.place, Sentence(ja: ja, en: en))) }
        }
        if let centre = keys("centre") {
            for number in [centre.node("fault-at"), centre.node("fault-from")] where centre.node("fault") == nil {
                add(number, ja: "fault と一緒に書きます", en: "this goes with 'fault'")
            }
            if centre.node("fault-at") != nil {
                add(centre.node("fault-from"), ja: "fault-at と一緒には書けません", en: "this does not go with 'fault-at'")
            }
        }
        if let card = keys("card"), card.node("file") != nil, let other = card.node("kind") ?? card.node("holder") {
            add(other, ja: "file と一緒には書けません", en: "this does not go with 'file'")
        }
        if let file = keys("card")?.node("file"), let path = file.text, path.hasPrefix("/") || path.split(separator: "/").contains("..") {
            add(file, ja: "この場面のファイルのフォルダの中のファイルが必要です", en: "a file in the folder of this one is needed")
        }
        if let needs = node("needs"), case .sequence(let items) = needs.value, items.isEmpty, text("identity") ?? "pin" != "pin",
            text("flow") ?? Scenario.Flow.certifiedReader.rawValue == Scenario.Flow.certifiedReader.rawValue
        {
            add(needs, ja: "identity が pin でなければ、画面が必要です", en: "without a screen 'identity' is pin")
        }
        return strangers + faults
    }
}

extension Scenario.People {
    fileprivate init(_ keys: Keys) {
        switch keys.text("pin") {
        case nil, "right": pin = .right
        case "wrong": pin = .wrong
        case let digits?: pin = .digits(Secret(digits.utf8))
        }
        placing = keys.text("placing").flatMap { Duration(written: $0) }
        seed = keys.text("seed").flatMap { UInt64($0) } ?? 0
    }
}

extension ExpectedScreen {
    fileprivate init(_ node: YAMLNode) {
        if let name = node.text {
            self.init(name: name, words: nil, place: node.place)
        } else {
            let entry = Keys(node).entries.first
            var words: [String] = []
            if case .sequence(let lines)? = entry?.value.value { words = lines.compactMap(\.text) }
            self.init(name: entry?.key ?? "", words: words, place: node.place)
        }
    }
}
