import Centre
import Diagnosis
import JapaneseCalendar
import MedicalAccess
import Reception
import Staging
import YAML

// What a file says of a flow beside the certified reader. The form has let all of it pass.

extension Desk {
    init(_ keys: Keys, of flow: Scenario.Flow) {
        self.init()
        account = keys.text("account").map { AccountRight(rawValue: $0) } ?? Self.usualAccount(of: flow)
        profession = keys.text("profession").flatMap(Profession.init) ?? .doctor
        if let device = keys.keys("device") { self.device = Device(device) }
        route = DeskForm.routes.first { $0.name == keys.text("route") }?.route ?? .homeVisit
        app = keys.text("app") == "limited" ? .limited : .homeConsent
        isRevisit = keys.text("revisit") == "true"
        place = keys.text("place").flatMap(CentreCaller.Place.init) ?? .terminal
        address = keys.text("address").flatMap(Address.init) ?? .current
        searches = keys.items("search").map { Search(Keys($0)) }
        views = keys.items("view").compactMap(View.init)
        lookAgain = keys.text("look-again").flatMap { JapaneseTime($0) }
        rechecks = keys.text("recheck") == "true"
        if flow != .certifiedReader { stage = keys.items("stage").compactMap { node in node.deskLine.map { (node.place, $0) } } }
    }

    /// Nobody logs in where the guidance names no account.
    private static func usualAccount(of flow: Scenario.Flow) -> AccountRight? {
        switch flow {
        case .homeConsent, .appSetUp: .general
        case .disasterViewing, .medicalInquiry: .medicalViewing
        default: nil
        }
    }
}

extension Desk.Device {
    fileprivate init(_ keys: Keys) {
        self.init()
        device.kind = keys.text("kind").flatMap(DeviceKind.init) ?? .windows
        device.owner = keys.text("owner") == "patient" ? .patient : .facility
        device.readsCards = keys.text("reads-cards") != "false"
        isRegistered = keys.text("registered") != "false"
        code = keys.text("code").flatMap(Desk.Code.init) ?? .ready
        hasLoggedIn = keys.text("logged-in") != "false"
    }
}

extension Desk.Search {
    fileprivate init(_ keys: Keys) {
        self.init()
        fields.birth = keys.day("birth")
        fields.sex = keys.text("sex").flatMap { Int($0) }
        fields.day = keys.day("day")
        fields.name = keys.text("name")
        fields.kana = keys.text("kana")
        fields.address = keys.text("address")
        fields.insurer = keys.text("insurer")
        insurerNumber = keys.text("insurer-number")
        symbol = keys.text("symbol")
        number = keys.text("number")
        branch = keys.text("branch")
    }
}

extension Desk.View {
    fileprivate init?(_ node: YAMLNode) {
        let keys = Keys(node)
        guard let category = (node.text ?? keys.text("category")).flatMap(ConsentCategory.init) else { return nil }
        self.init(category: category, from: keys.day("from"), until: keys.day("until"))
    }
}

extension CentrePreparation {
    init(_ keys: Keys, bearer: String?) {
        self.init()
        for name in keys.texts("on") { if let setting = EnvironmentSetting(rawValue: name) { settings[setting] = true } }
        for name in keys.texts("off") { if let setting = EnvironmentSetting(rawValue: name) { settings[setting] = false } }
        systemFailure = keys.text("system-failure").flatMap(EnablingState.init) ?? .off
        if let disaster = keys.keys("disaster"), let from = disaster.text("from").flatMap({ JapaneseTime($0) }),
            let until = disaster.text("until").flatMap({ JapaneseTime($0) })
        {
            opening = Opening(area: disaster.text("area") ?? "試験県", from: from, until: until)
        }
        self.bearer = bearer
    }
}

extension Keys {
    /// A day, `2026-04-01`.
    fileprivate func day(_ key: String) -> CalendarDay? {
        text(key).flatMap { JapaneseTime($0) }.map { CalendarDay(inJapanAtUnixTime: $0.unixTime) }
    }

    /// What is right by itself and does not go with the flow.
    var strangers: [ScenarioError.Fault] {
        let flow = text("flow").flatMap(Scenario.Flow.init) ?? .certifiedReader
        let keys = entries.filter { !DeskForm.flows(of: $0.key).contains(flow) }.map { entry in
            let list = DeskForm.flows(of: entry.key).map(\.rawValue).sorted().joined(separator: ", ")
            return ScenarioError.Fault(
                entry.place, Sentence(ja: "このキーは flow が次のときのものです：\(list)", en: "this key is for flow: \(list)"))
        }
        let lines = items("stage").filter { flow == .certifiedReader ? $0.stagedLine == nil : $0.deskLine == nil }.map { node in
            ScenarioError.Fault(
                node.place, Sentence(ja: "flow: \(flow.rawValue) にはない行です", en: "there is no such line in flow: \(flow.rawValue)"))
        }
        return keys + lines
    }
}

extension YAMLNode {
    /// `- consent: agree`, or the same without the space.
    private var lineText: String {
        if let text { return text }
        guard let entry = Keys(self).entries.first else { return "" }
        return "\(entry.key):\(entry.value.text ?? "")"
    }

    /// A line of a visit at a certified reader; `nil` for another one.
    var stagedLine: StagedLine? { StagedLine(lineText) }
    /// A line at an app, the terminal or the web reception; `nil` for another one.
    var deskLine: DeskLine? { DeskLine(lineText) }
}
