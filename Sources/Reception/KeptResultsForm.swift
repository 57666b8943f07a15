import Centre
import Diagnosis
import JapaneseCalendar
import YAML

/// How kept results are written: a JSON object, which is read as YAML, of which JSON as it is written here is a part.
enum KeptResultsForm {
    /// What is wrong first.
    struct Flaw: Error {
        let reason: String
    }

    private static let version = 1

    // MARK: Writing

    static func text(_ kept: KeptResults) -> String {
        let entries = kept.entries.map { entry in
            object([
                ("number", "\(entry.number)"), ("time", "\(entry.time)"), ("last", "\(entry.last)"),
                ("validity", "\(entry.result.validity.rawValue)"), ("day", quoted(entry.result.day)),
                ("person", entry.result.person.map(text)), ("qualification", entry.result.qualification.map(text)),
            ])
        }
        return object([
            ("version", "\(version)"), ("lastNumber", "\(kept.lastNumber)"), ("entries", "[\n\(entries.joined(separator: ",\n"))\n]"),
        ]) + "\n"
    }

    private static func text(_ person: InsuredPerson) -> String {
        object([
            ("name", JSONText.quoted(person.name)), ("kana", JSONText.quoted(person.kana)), ("birth", quoted(person.birth)),
            ("sex", "\(person.sex)"), ("postalCode", quoted(person.postalCode)), ("address", quoted(person.address)),
            ("telephones", "[\(person.telephones.map(JSONText.quoted).joined(separator: ","))]"),
            ("birthCalendar", quoted(person.birthCalendar.rawValue)),
        ])
    }

    private static func text(_ held: Qualification) -> String {
        object([
            ("insurerNumber", quoted(held.insurerNumber)), ("insurerName", quoted(held.insurerName)), ("symbol", quoted(held.symbol)),
            ("number", quoted(held.number)), ("branch", quoted(held.branch)), ("contributionPercent", "\(held.contributionPercent)"),
            ("from", quoted(held.from)), ("lostOn", quoted(held.lostOn)), ("cardClass", quoted(held.cardClass.rawValue)),
            ("relation", "\(held.relation.rawValue)"), ("issued", quoted(held.issued)), ("validFrom", quoted(held.validFrom)),
            ("validUntil", quoted(held.validUntil)), ("reasonOfLoss", quoted(held.reasonOfLoss?.rawValue)),
            ("isPreschool", "\(held.isPreschool)"),
        ])
    }

    /// A member without a value is left out.
    private static func object(_ members: [(String, String?)]) -> String {
        "{" + members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String?) -> String? { text.map(JSONText.quoted) }
    private static func quoted(_ day: CalendarDay?) -> String? { quoted(day?.description) }

    // MARK: Reading

    static func read(_ bytes: [UInt8], retention: KeptResults.Retention) throws(Flaw) -> KeptResults {
        let root: YAMLNode?
        do { root = try YAMLFile.parse(bytes) } catch { throw Flaw(reason: "\(error.place): no JSON") }
        guard let root else { throw Flaw(reason: "it is empty") }
        let object = try Members(root)
        let found: Int = try object.number("version")
        guard found == version else { throw Flaw(reason: "version \(found), this program knows \(version)") }
        guard case .sequence(let nodes)? = object["entries"]?.value else { throw Flaw(reason: "no entries") }
        var entries: [KeptResults.Entry] = []
        for node in nodes { entries.append(try entry(Members(node))) }
        return KeptResults(retention: retention, entries: entries, lastNumber: try object.number("lastNumber"))
    }

    private static func entry(_ object: Members) throws(Flaw) -> KeptResults.Entry {
        guard let validity = QualificationValidity(rawValue: try object.number("validity")) else { throw object.flaw("validity") }
        var answer = EligibilityAnswer(
            validity: validity, qualification: try object["qualification"].map { node throws(Flaw) in try qualification(Members(node)) },
            person: try object["person"].map { node throws(Flaw) in try person(Members(node)) })
        answer.day = try object.optionalDay("day")
        return KeptResults.Entry(
            number: try object.number("number"), time: try object.number("time"), last: try object.number("last"),
            result: LimitedResult(answer))
    }

    private static func person(_ object: Members) throws(Flaw) -> InsuredPerson {
        var person = InsuredPerson(
            name: try object.text("name"), kana: try object.text("kana"), birth: try object.day("birth"), sex: try object.number("sex"))
        person.postalCode = object["postalCode"]?.text
        person.address = object["address"]?.text
        guard case .sequence(let telephones)? = object["telephones"]?.value else { throw object.flaw("telephones") }
        person.telephones = telephones.compactMap(\.text)
        guard let calendar = BirthCalendar(rawValue: try object.text("birthCalendar")) else { throw object.flaw("birthCalendar") }
        person.birthCalendar = calendar
        return person
    }

    private static func qualification(_ object: Members) throws(Flaw) -> Qualification {
        var held = Qualification(
            insurerNumber: try object.text("insurerNumber"), insurerName: try object.text("insurerName"), symbol: object["symbol"]?.text,
            number: try object.text("number"), branch: object["branch"]?.text,
            contributionPercent: try object.number("contributionPercent"), from: try object.day("from"),
            lostOn: try object.optionalDay("lostOn"))
        guard let cardClass = InsuredCardClass(rawValue: try object.text("cardClass")) else { throw object.flaw("cardClass") }
        guard let relation = InsuredRelation(rawValue: try object.number("relation")) else { throw object.flaw("relation") }
        held.cardClass = cardClass
        held.relation = relation
        held.issued = try object.optionalDay("issued")
        held.validFrom = try object.optionalDay("validFrom")
        held.validUntil = try object.optionalDay("validUntil")
        if let text = object["reasonOfLoss"]?.text {
            guard let reason = LossReason(rawValue: text) else { throw object.flaw("reasonOfLoss") }
            held.reasonOfLoss = reason
        }
        held.isPreschool = try object.text("isPreschool") == "true"
        return held
    }

    /// The members of an object, by name.
    private struct Members {
        private let place: YAMLPlace
        private let entries: [YAMLNode.Entry]

        init(_ node: YAMLNode) throws(Flaw) {
            guard case .mapping(let entries) = node.value else { throw Flaw(reason: "\(node.place): no object") }
            self.entries = entries
            place = node.place
        }

        subscript(_ name: String) -> YAMLNode? { entries.first { $0.key == name }?.value }

        func flaw(_ name: String) -> Flaw { Flaw(reason: "\(place): \(name)") }

        func text(_ name: String) throws(Flaw) -> String {
            guard let text = self[name]?.text else { throw flaw(name) }
            return text
        }

        func number<Number: FixedWidthInteger>(_ name: String) throws(Flaw) -> Number {
            guard let number = Number(try text(name)) else { throw flaw(name) }
            return number
        }

        func day(_ name: String) throws(Flaw) -> CalendarDay {
            guard let day = try optionalDay(name) else { throw flaw(name) }
            return day
        }

        func optionalDay(_ name: String) throws(Flaw) -> CalendarDay? {
            guard let text = self[name]?.text else { return nil }
            guard let day = CalendarDay(digits: text.filter { $0 != "-" }), day.description == text else { throw flaw(name) }
            return day
        }
    }
}
