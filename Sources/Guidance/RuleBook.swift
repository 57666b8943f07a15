/// The rules of the guidance in their order.
public struct RuleBook: Sendable {
    /// All of them, by number.
    public let rules: [Rule]
    private let places: [RuleID: Int]

    /// The rules of the guidance, which a test reads without `try`.
    public static let standard = (try? RuleBook(chapters: chapters)) ?? RuleBook(ordered: [])

    /// The files of the standard book in the order of the numbers.
    static let chapters: [(path: String, bytes: [UInt8])] = [
        ("names.yaml", PackageResources.names_yaml), ("services.yaml", PackageResources.services_yaml),
        ("reception.yaml", PackageResources.reception_yaml), ("fields.yaml", PackageResources.fields_yaml),
        ("consent.yaml", PackageResources.consent_yaml), ("fallback.yaml", PackageResources.fallback_yaml),
        ("facility.yaml", PackageResources.facility_yaml), ("negative.yaml", PackageResources.negative_yaml),
    ]

    /// A book from files of rules (YAML). Throws what is wrong first, with file, line and column; so it does for a number that is not greater
    /// than the one before, and for a source that is no rule of the book.
    public init(chapters: [(path: String, bytes: [UInt8])]) throws(RuleBookError) {
        var read: [(rule: Rule, error: RuleBookError)] = []
        for (path, bytes) in chapters {
            for (rule, place) in try RuleReading.rules(bytes, path: path) {
                func error(_ reason: String) -> RuleBookError { RuleBookError(path: path, place: place, reason: reason) }
                if let last = read.last?.rule.id, rule.id <= last { throw error("\(rule.id) comes after \(last)") }
                read.append((rule, error("a source of \(rule.id) is no rule")))
            }
        }
        self.init(ordered: read.map(\.rule))
        for (rule, error) in read {
            for case .rule(let source) in rule.sources where places[source] == nil { throw error }
        }
    }

    private init(ordered: [Rule]) {
        rules = ordered
        places = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.id, $0) })
    }

    /// The rule of a number; `nil` where there is none.
    public subscript(_ id: RuleID) -> Rule? { places[id].map { rules[$0] } }
    /// The rule whose number `text` writes; `nil` where there is none.
    public subscript(_ text: String) -> Rule? { RuleID(text).flatMap { self[$0] } }
}
