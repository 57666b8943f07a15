import Cards
import CentreSimulator
import Certificates
import Diagnosis
import DriverCatalog
import Eligibility
import MyNumberCard
import ReaderKit
import ReaderTransport
import SimulationKit
import SimulatorCatalog
import Staging
import Station
import Testing

/// 2026-04-01 09:00:00 in Japan, when everything begins here.
let opening: Int64 = 1_775_001_600

/// The certified readers that are simulated.
let models = [
    "fujitsu-caora",
    "almex-cps100w",
    "panasonic-xcstfr2",
    "canon-hicara",
    "atlas-exc9000",
]

/// A counter in virtual time: a certified reader, a patient with a card, the staff and the centre.
final class Counter {
    let station: Station
    let twin: SimulatedReader
    let reader: any FacetedReader
    let card: VirtualCard
    let centre: EmbeddedCentre
    var setting: Visit.Setting
    let cast: StagedCast
    /// How the patient proves who they are.
    private let way: StagedPatient.Way

    init(
        _ model: String, _ way: StagedPatient.Way, _ script: [String] = [], card: VirtualCard = VirtualCard(holder: .hanako),
        holder: SyntheticHolder = .hanako, hasPasscode: Bool = true, seed: UInt64 = 1, at time: Int64 = opening,
        chip: (VirtualCard) -> any SimulatedCard = { $0 }
    ) throws {
        self.way = way
        station = Station(.virtual, startUnixTime: time)
        self.card = card
        let simulated = try #require(SimulatorModel.named(model))
        twin = simulated.makeReader()
        centre = EmbeddedCentre(core: CentreCore(try .inMemory()), on: station)
        var random = SeededGenerator(seed: seed)
        let passcode = try centre.issuePasscode(using: &random)
        cast = StagedCast(
            card: StagedCard(chip(card), face: .visualCode(Secret(holder.card.verificationNumberB.utf8))),
            pin: Secret("1234".utf8),
            passcode: passcode)
        if hasPasscode {
            twin.terminal?.issuePasscode()
            twin.terminal?.start()
        }
        let changes = try script.map { try #require(StagedLine($0), "\($0) is no line") }
        let patient = StagedPatient(way, placing: .seconds(1), using: &random).replacing(changes)
        for line in patient.lines { if let event = line.event(by: cast) { twin.stage(event) } }

        let attachment = InProcessHost(twin, on: station)
        let description = AttachmentDescription(name: model, product: "", usb: simulated.usb)
        let driver = try DriverCatalog().driver(for: attachment, described: description)
        reader = try #require(try driver.open(attachment, name: "sim:\(model)", on: station) as? any FacetedReader)
        setting = try Self.setting(reader, centre, on: station)
    }

    private static func setting(_ reader: any Reader, _ centre: EmbeddedCentre, on station: Station) throws -> Visit.Setting {
        var certificates: [Certificate] = []
        for authority in SyntheticPKI.authenticationAuthorities { certificates.append(try Certificate(der: authority)) }
        let challenge = try Challenge(bytes: [UInt8](repeating: 0x5C, count: Challenge.count))
        var setting = Visit.Setting(
            reader: reader,
            prompts: PreparedPatient(
                pin: Secret("1234".utf8), visualCode: Secret(SyntheticHolder.hanako.card.verificationNumberB.utf8), delay: .seconds(2),
                on: station), centre: centre,
            trust: CertificateTrust(
                CertificateChecker(
                    use: .authentication(policy: SyntheticPKI.authenticationPolicy),
                    anchors: try TrustAnchors(certificates, domain: .synthetic))),
            makeChallenge: { challenge })
        var keys: [CVKeyID: RSAPublicKey] = [:]
        for root in SyntheticPKI.cardRoots {
            keys[try CVKeyID(root.keyIdentifier)] = try RSAPublicKey(modulus: root.modulus, exponent: root.exponent)
        }
        setting.cardChecker = CVChecker(anchors: try CVTrustAnchors(keys, domain: .synthetic))
        return setting
    }

    func visit(allowsLastTry: Bool = false) -> VisitReport {
        let method = IdentityMethod(rawValue: way.rawValue)
        return visit(expecting: method, allowsLastTry: allowsLastTry)
    }

    /// A visit of whoever comes, as `method` says.
    func visit(expecting method: IdentityMethod?, allowsLastTry: Bool = false) -> VisitReport {
        Visit(setting, allowsLastTry: allowsLastTry, expecting: method, on: station).run()
    }

    /// Has something more happen at the reader.
    func stage(_ lines: String...) throws {
        for line in lines { if let event = try #require(StagedLine(line)).event(by: cast) { twin.stage(event) } }
    }

    /// Lets time pass in which no visit is under way.
    func pass(_ duration: Duration) {
        let end = station.now + duration
        while case .event = station.next(until: end) {}
    }

    /// The tries of the 照合番号B that opens the photograph; the 券面事項入力補助AP has a counter of its own.
    var visualCodeTries: Int? { card.triesLeft(of: .verificationNumberB, in: CardApplication.surfaceIdentifier) }

    /// Whether the card still answers, as only a card with power does.
    var cardHasPower: Bool {
        let command: [UInt8] = [0x00, 0x20, 0x00, 0x98]
        var response: [UInt8] = []
        let hasPower = card.process(command.span, into: &response, at: station.now) != nil
        if !hasPower { card.forgetComplaints() }
        return hasPower
    }
}

extension VisitReport {
    /// What was shown, in order.
    var shown: [String] { screens.map(\.code) }
}
