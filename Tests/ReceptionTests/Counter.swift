import Cards
import Centre
import Certificates
import Diagnosis
import DualInterfaceSimulator
import Eligibility
import JapaneseCalendar
import MedicalAccess
import MyNumberCard
import ReaderKit
import ReaderTransport
import Reception
import SimulationKit
import Station

/// A facility's device in virtual time: a generic reader, Hanako with her card, the staff, and a centre that answers as the test says.
final class Counter {
    let station: Station
    let device = DualInterfaceReaderSimulator()
    let card = VirtualCard(holder: .hanako)
    let screens: ScriptedScreens
    let centre: ScriptedCentre
    let audit = AuditList()
    var setting: ReceptionSetting

    /// Hanako places the card after `placed`, types `pin` for two seconds, and the staff read 照合番号B off the card.
    init(
        station: Station = Station(.virtual, startUnixTime: opening), pin: String = "1234", placed: Duration = .seconds(20),
        touches: @escaping (ReceptionScreen) -> ScreenReply?,
        answers: @escaping (CentreMessage) -> CentreReply?
    ) throws {
        self.station = station
        device.place(card, at: .zero + placed)
        screens = ScriptedScreens(on: station, touches)
        centre = ScriptedCentre(on: station, answers)
        var certificates: [Certificate] = []
        for authority in SyntheticPKI.authenticationAuthorities { certificates.append(try Certificate(der: authority)) }
        let challenge = try Challenge(bytes: [UInt8](repeating: 0x5C, count: Challenge.count))
        var visit = Visit.Setting(
            reader: try CardLaneDriver().open(InProcessHost(device, on: station), name: "sim:card", on: station),
            prompts: PreparedPatient(
                pin: Secret(Array(pin.utf8)), visualCode: Secret(Array(SyntheticHolder.hanako.card.verificationNumberB.utf8)),
                delay: .seconds(2), on: station),
            centre: centre,
            trust: CertificateTrust(
                CertificateChecker(
                    use: .authentication(policy: SyntheticPKI.authenticationPolicy),
                    anchors: try TrustAnchors(certificates, domain: .synthetic))),
            makeChallenge: { challenge })
        var keys: [CVKeyID: RSAPublicKey] = [:]
        for root in SyntheticPKI.cardRoots {
            keys[try CVKeyID(root.keyIdentifier)] = try RSAPublicKey(modulus: root.modulus, exponent: root.exponent)
        }
        visit.cardChecker = CVChecker(anchors: try CVTrustAnchors(keys, domain: .synthetic))
        var operations = 0
        setting = ReceptionSetting(visit: visit, screens: screens) {
            operations += 1
            return OperationKey("operation\(operations)")
        }
        setting.account = "user1"
        setting.audit = audit
    }

    /// Whether the card still answers, as only a card with power does.
    var cardHasPower: Bool {
        let command: [UInt8] = [0x00, 0x20, 0x00, 0x98]
        var response: [UInt8] = []
        let hasPower = card.process(command.span, into: &response, at: station.now) != nil
        if !hasPower { card.forgetComplaints() }
        return hasPower
    }
}

/// A test double of a screen: whoever stands before it touches what the test says, a second after it was shown.
final class ScriptedScreens: ReceptionScreens {
    let source: SourceID
    private(set) var shown: [ReceptionScreen] = []
    private let station: Station
    private let touches: (ReceptionScreen) -> ScreenReply?

    init(on station: Station, _ touches: @escaping (ReceptionScreen) -> ScreenReply?) {
        self.station = station
        self.touches = touches
        source = station.makeSource()
    }

    func show(_ screen: ReceptionScreen) -> UInt64 {
        shown.append(screen)
        let token = station.makeToken()
        if let reply = touches(screen) {
            station.schedule(Event(source: source, token: token, payload: reply), at: station.now + .seconds(1))
        }
        return token
    }

    /// The words of what was shown, in order.
    var headings: [String] { shown.map { ReceptionText.text($0).heading.japanese } }
}

/// A test double of a centre: it answers as the test says after 180 ms, or never.
final class ScriptedCentre: EligibilityCentre {
    let source: SourceID
    private(set) var messages: [CentreMessage] = []
    private let station: Station
    private let answers: (CentreMessage) -> CentreReply?

    init(on station: Station, _ answers: @escaping (CentreMessage) -> CentreReply?) {
        self.station = station
        self.answers = answers
        source = station.makeSource()
    }

    func submit(_ message: CentreMessage) -> UInt64 {
        messages.append(message)
        let token = station.makeToken()
        if let reply = answers(message) {
            station.schedule(Event(source: source, token: token, payload: reply), at: station.now + .milliseconds(180))
        }
        return token
    }

    /// What was asked about bearers of cards.
    var queries: [(query: EligibilityQuery, message: CentreMessage)] {
        messages.compactMap { message in
            if case .eligibility(let query) = message.request { (query, message) } else { nil }
        }
    }
}

/// An audit trail in memory.
final class AuditList: AuditTrail {
    private(set) var entries: [AuditEntry] = []

    func append(_ entry: AuditEntry) throws(AuditError) { entries.append(entry) }
}
