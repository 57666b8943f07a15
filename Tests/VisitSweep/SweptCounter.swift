import AlmexCPS100WSimulator
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

/// What visits ask and believe: the same for all of them on one thread.
public final class SweptWorld {
    let core: CentreCore
    let trust: CertificateTrust
    let cardChecker: CVChecker
    let challenge: Challenge
    private var read: [[UInt8]: Certificate] = [:]

    /// The synthetic centre and authorities.
    public init() throws {
        core = CentreCore(try .inMemory())
        var certificates: [Certificate] = []
        for authority in SyntheticPKI.authenticationAuthorities { certificates.append(try Certificate(der: authority)) }
        trust = CertificateTrust(
            CertificateChecker(
                use: .authentication(policy: SyntheticPKI.authenticationPolicy),
                anchors: try TrustAnchors(certificates, domain: .synthetic)))
        var keys: [CVKeyID: RSAPublicKey] = [:]
        for root in SyntheticPKI.cardRoots {
            keys[try CVKeyID(root.keyIdentifier)] = try RSAPublicKey(modulus: root.modulus, exponent: root.exponent)
        }
        cardChecker = CVChecker(anchors: try CVTrustAnchors(keys, domain: .synthetic))
        challenge = try Challenge(bytes: [UInt8](repeating: 0x5C, count: Challenge.count))
    }

    /// The certificate in these bytes. The same bytes are read once: OpenSSL 3.0 takes an eighth of a trial for that. What it says is checked in
    /// every visit, and bytes that are otherwise are read by themselves.
    func certificate(der: [UInt8]) throws(CertificateError) -> Certificate {
        if let known = read[der] { return known }
        let certificate = try Certificate(der: der)
        if read.count < 64 { read[der] = certificate }
        return certificate
    }
}

/// A counter in virtual time with one reader, at which the same patient comes twice: while the cable is faulty, and afterwards.
final class SweptCounter {
    let station = Station(.virtual, startUnixTime: 1_775_001_600)
    let twin: any SweptTwin
    let card: VirtualCard
    private let visit: SweptVisit
    private let world: SweptWorld
    private let model: SimulatorModel
    // The program goes on between the visits, with what its drivers remember.
    private let catalog = DriverCatalog(random: { count in
        // A run repeats to the byte.
        var generator = SeededGenerator(seed: 1)
        return generator.bytes(count)
    })
    private let staged: StagedCard

    init(_ visit: SweptVisit, _ world: SweptWorld) throws {
        guard let model = SimulatorModel.named(visit.reader) else { throw SweepError.noSuchReader(visit.reader) }
        self.visit = visit
        self.world = world
        self.model = model
        twin = model.name == "almex-cps100w" ? AlmexCPS100WSimulator(timing: Self.quickAdapter) : model.makeReader()
        card = VirtualCard(holder: .hanako)
        staged = StagedCard(card, face: .visualCode(Secret(SyntheticHolder.hanako.card.verificationNumberB.utf8)))
        let cast = StagedCast(card: staged, pin: Secret("1234".utf8), passcode: Secret("0000".utf8))
        guard model.hasTerminal else { return }
        for line in visit.patient.lines { if let event = line.event(by: cast) { twin.stage(event) } }
        if visit.patient == .stranger { twin.stage(StagedEvent(.at(.zero), .stand(.otherFace))) }
    }

    /// A serial adapter at high-speed USB hands over 510 bytes at once (assumed). In the 62 of the other a photograph is hundreds of reads, a
    /// fault in each of which is the same fault.
    private static var quickAdapter: CPS100WTiming {
        var timing = CPS100WTiming()
        timing.adapterRoom = 510
        return timing
    }

    /// What the reader was sent against the book.
    var complaints: [String] { twin.complaints }

    /// The cable of the twin.
    func attach() -> any Attachment { InProcessHost(twin, on: station) }

    /// Opens the reader on `cable`, holds a visit, and closes the reader.
    func hold(on cable: any Attachment) -> VisitRecord {
        let began = station.now
        // The card comes when it would be asked for, whether it is or not.
        twin.stage(StagedEvent(.at(began + .milliseconds(500)), .place(staged)))
        do throws(ReaderError) {
            let description = AttachmentDescription(name: model.name, product: "", usb: model.usb)
            let reader: any Reader
            do throws(ReaderError) {
                reader = try catalog.driver(for: cable, described: description).open(cable, name: "sim:\(model.name)", on: station)
            } catch {
                cable.close()
                throw error
            }
            let method: IdentityMethod = visit.patient == .pin ? .pin : .face
            let report = Visit(setting(reader), expecting: method, on: station).run()
            reader.close()
            return VisitRecord(report, since: began, until: station.now)
        } catch { return VisitRecord(error, since: began, until: station.now) }
    }

    private func setting(_ reader: any Reader) -> Visit.Setting {
        let prompts = PreparedPatient(pin: Secret("1234".utf8), delay: SweptVisit.Patient.pause, on: station)
        let centre = EmbeddedCentre(core: world.core, on: station)
        var setting = Visit.Setting(
            reader: reader, prompts: prompts, centre: centre, trust: world.trust, makeChallenge: { [world] in world.challenge })
        setting.cardChecker = world.cardChecker
        setting.readCertificate = { [world] der throws(CertificateError) in try world.certificate(der: der) }
        return setting
    }

    // MARK: Between the visits

    /// Lets the time of the twin pass while no program uses it.
    func pass(_ duration: Duration) {
        let idle = attach()
        let end = station.now + duration
        while case .event = station.next(until: end) {}
        idle.close()
    }

    /// Lets more time pass than anything goes on that was begun, to a moment at which every clock of the twin stands as at the beginning.
    func passToNextVisit() {
        let grid = Duration.seconds(600)
        let elapsed = station.now - .zero
        pass(grid * (1 + Int(elapsed / grid)) - elapsed)
    }

    /// Pulls the cable out and puts it back.
    func replug() {
        twin.stage(StagedEvent(.at(station.now), .unplug))
        pass(.seconds(1))
        twin.stage(StagedEvent(.at(station.now), .plug))
        pass(.seconds(1))
    }

    /// The patient takes the card, wherever it lies.
    func takeCard() { twin.stage(StagedEvent(.at(station.now), .remove)) }

    /// Whether the card still answers, as only a card with power does.
    var cardHasPower: Bool {
        let command: [UInt8] = [0x00, 0x20, 0x00, 0x98]
        var response: [UInt8] = []
        return card.process(command.span, into: &response, at: station.now) != nil
    }
}

/// What a counter needs of the twin of a reader.
protocol SweptTwin: PassiveDevice {
    var complaints: [String] { get }
    /// What stands on the panel.
    var shown: StagedScreen? { get }
    func stage(_ event: StagedEvent)
}

extension SimulatedReader: SweptTwin {
    var shown: StagedScreen? { terminal?.screen?.kind }
}

extension AlmexCPS100WSimulator: SweptTwin {
    var shown: StagedScreen? { terminal.screen?.kind }
}

/// Why a sweep cannot begin.
public enum SweepError: Error {
    /// There is no simulated reader of this name.
    case noSuchReader(String)
    /// Without a fault it goes wrong already.
    case faultFreeVisitFails(String)
}
