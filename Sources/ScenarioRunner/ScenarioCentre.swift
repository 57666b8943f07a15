import Centre
import CentreSimulator
import Certificates
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess
import Scenarios
import SimulationKit
import Station

/// The centre of a scenario, as it was prepared and as it behaves there.
final class ScenarioCentre {
    /// Who is asked.
    let centre: EmbeddedCentre
    /// What the device of the limited type shows (R039).
    private(set) var token = DeviceToken("UNREGISTERED")
    /// The activation code that is typed where an app is set up.
    private(set) var code = "UNKNOWN"
    /// By which address the web reception is opened.
    private(set) var address = ""
    private let station: Station
    // What was done before the session is no part of it.
    private var entriesBefore = 0

    private static let administrator = CentreCaller(.terminal, account: SyntheticAccounts.administrator.user)

    /// The centre; `certificate` is that of the card that is used.
    init(
        _ scenario: Scenario, rules: CentreRules, certificate: [UInt8]? = nil, seed: UInt64, on station: Station
    ) throws {
        self.station = station
        var rules = rules
        if scenario.card.isRevoked, let certificate { rules.revoked = [try Certificate(der: certificate).serial.bytes] }
        if scenario.desk.device.code == .expired { rules.activationLifetime = 3_600 }
        let core = CentreCore(
            try Self.database(scenario.preparation, certificate), rules: rules, random: SeededGenerator(seed: seed))
        centre = EmbeddedCentre(core: core, on: station, latency: scenario.centre.latency ?? EmbeddedCentre.assumedLatency)
        try prepare(scenario.preparation)
        switch scenario.flow {
        case .limited: if scenario.desk.device.isRegistered { try registerDevice(scenario.desk.device.device.kind) }
        case .webReception: try open(scenario.desk.address)
        case .appSetUp where scenario.desk.app == .homeConsent: try issue(scenario.desk.device, to: scenario.desk.user)
        default: break
        }
        entriesBefore = try core.auditTrail().count
        guard let fault = scenario.centre.fault else { return }
        guard let first = scenario.centre.faultyMessage else {
            centre.faults = [CentreFault(fault.kind, at: .from(0))]
            return
        }
        // No session has so many messages.
        let last = scenario.centre.isLasting ? first + 100 : first
        centre.faults = (first...last).map { CentreFault(fault.kind, at: .request($0)) }
    }

    /// The test patients; one of them bears the card where that is said.
    private static func database(_ preparation: CentrePreparation, _ certificate: [UInt8]?) throws -> CentreDatabase {
        guard let bearer = preparation.bearer, let certificate else { return try .inMemory() }
        guard let person = SyntheticPersons.bearing(bearer) else {
            throw ScenarioBenchError.unexpected(cause: "there is no test patient \(bearer)")
        }
        return try .inMemory(persons: SyntheticPersons.all(with: try Certificate(der: certificate).serial.bytes, borneBy: person))
    }

    /// What it has written down since: a function and what came of it, each.
    func audit() throws(CentreError) -> [String] {
        try centre.core.auditTrail().dropFirst(entriesBefore).map { "\($0.function) \($0.outcome)" }
    }

    /// What it has registered of the bearer of a certificate for some care.
    func consents(of certificate: [UInt8], in care: CareSetting) throws -> [ConsentCategory: ConsentState] {
        let day = CalendarDay(inJapanAtUnixTime: station.unixTime)
        let person = try? centre.core.answer(EligibilityQuery(serial: try Certificate(der: certificate).serial, day: day)).patient
        let viewer = CentreCaller(.terminal, account: SyntheticAccounts.consulting.user)
        guard let person, case .consents(let list) = try answer(.consent(.list(care)), from: viewer) else { return [:] }
        return list.first { $0.patient == person }?.consents ?? [:]
    }

    // MARK: Before the session

    private func answer(_ request: CentreRequest, from caller: CentreCaller) throws(CentreError) -> CentreAnswer {
        try centre.core.answer(CentreMessage(request, from: caller), at: station.unixTime)
    }

    private func prepare(_ preparation: CentrePreparation) throws(CentreError) {
        for (setting, isOn) in preparation.settings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            _ = try answer(.environment(.set(setting, isOn)), from: Self.administrator)
        }
        let steps: [EnablingStep] = [
            .call(institution: Self.institution, name: "試験病院", contact: "試験 受付"), .callBack(phone: "03-0000-0000"), .enable,
            .report(title: centre.core.reportTitle),
        ]
        let reached = EnablingState.allCases.firstIndex(of: preparation.systemFailure) ?? 0
        for step in steps.prefix(reached) { _ = try answer(.systemFailure(.step(step)), from: .terminal) }
        if let opening = preparation.opening {
            try centre.core.openDisasterViewing(
                "disaster", in: opening.area, from: opening.from.unixTime, until: opening.until.unixTime)
        }
    }

    private func registerDevice(_ kind: DeviceKind) throws(CentreError) {
        if case .app(.device(let token)) = try answer(.app(.registerDevice(name: "受付の端末", kind)), from: .terminal) { self.token = token }
    }

    /// The account logs in once, and a code is issued for its device.
    private func issue(_ device: Desk.Device, to user: String) throws(CentreError) {
        if device.hasLoggedIn { _ = try answer(.account(.logIn(user: user, password: SyntheticAccounts.password)), from: .terminal) }
        guard device.code != .unknown else { return }
        let age: Int64 =
            switch device.code {
            case .early: 540
            case .expired: 7_200
            case .ready, .used, .takenBack, .unknown: 900
            }
        let issued = try centre.core.answer(
            CentreMessage(.app(.issueCode(memo: "訪問診療の端末")), from: Self.administrator), at: station.unixTime - age)
        guard case .app(.code(let code)) = issued else { return }
        self.code = code
        switch device.code {
        case .used:
            let other = SyntheticAccounts.consulting.user
            _ = try answer(.account(.logIn(user: other, password: SyntheticAccounts.password)), from: .terminal)
            let form = AppActivation(
                institution: Self.institution, user: other, password: SyntheticAccounts.password, code: code, device: .android)
            _ = try answer(.app(.activate(form)), from: CentreCaller(.app))
        case .takenBack: _ = try answer(.app(.invalidateCode(code)), from: Self.administrator)
        case .ready, .early, .expired, .unknown: break
        }
    }

    /// The facility's 機関コード.
    static let institution = "1311234567"

    private func open(_ chosen: Desk.Address) throws(CentreError) {
        guard case .environment(.webAddress(let first)) = try answer(.environment(.makeWebAddress), from: Self.administrator) else {
            return
        }
        address = first
        switch chosen {
        case .current: break
        case .replaced: _ = try answer(.environment(.makeWebAddress), from: Self.administrator)
        case .unknown: address = first + "X"
        }
    }
}

extension Scenario.CentreConduct.Fault {
    fileprivate var kind: CentreFault.Kind {
        switch self {
        case .down: .down
        case .lost: .lost
        case .wrong: .wrong
        case .half: .half
        }
    }
}
