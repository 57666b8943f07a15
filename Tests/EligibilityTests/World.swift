import Centre
import Cards
import CentreSimulator
import Certificates
import Diagnosis
import DualInterfaceSimulator
import Eligibility
import JapaneseCalendar
import ReaderKit
import ReaderTransport
import SimulationKit
import Station

/// 2026-04-01 09:00:00 in Japan, when everything begins here.
let opening: Int64 = 1_775_001_600

/// One counter in virtual time: a reader, a card that somebody places, a person who types a PIN, and the centre.
final class World {
    let station: Station
    let device = DualInterfaceReaderSimulator()
    let card: VirtualCard
    let cable: WatchedCable
    var setting: Visit.Setting

    /// A world in which everything goes well unless told otherwise. The person places the card after a second and types for two.
    init(
        _ card: VirtualCard? = VirtualCard(holder: .hanako), pin: String = "1234", at unixTime: Int64 = opening,
        faults: [CardLaneFault] = [],
        authorities: [[UInt8]] = SyntheticPKI.authenticationAuthorities
    ) throws {
        station = Station(.virtual, startUnixTime: unixTime)
        self.card = card ?? VirtualCard(holder: .hanako)
        if let card { device.place(card, at: .zero + .seconds(1)) }
        cable = WatchedCable(FaultyAttachment(InProcessHost(device, on: station), faults: faults, on: station), on: station)
        var certificates: [Certificate] = []
        for authority in authorities { certificates.append(try Certificate(der: authority)) }
        let challenge = try Challenge(bytes: [UInt8](repeating: 0x5C, count: Challenge.count))
        setting = Visit.Setting(
            reader: try CardLaneDriver().open(cable, name: "sim:card", on: station),
            prompts: PreparedPatient(pin: Secret(pin.utf8), delay: .seconds(2), on: station),
            centre: EmbeddedCentre(core: CentreCore(try .inMemory()), on: station),
            trust: CertificateTrust(
                CertificateChecker(
                    use: .authentication(policy: SyntheticPKI.authenticationPolicy),
                    anchors: try TrustAnchors(certificates, domain: .synthetic))),
            makeChallenge: { challenge })
    }

    func visit(allowsLastTry: Bool = false) -> VisitReport {
        Visit(setting, allowsLastTry: allowsLastTry, on: station).run()
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

/// A decorator of an attachment that remembers what crosses it and when, and calls the test before each exchange.
final class WatchedCable: Attachment {
    private let inner: any Attachment
    private let station: Station
    /// The commands that were sent.
    private(set) var commands: [[UInt8]] = []
    /// When something was sent or came back.
    private(set) var moments: [Instant] = []
    /// What to do before the nth exchange, counted from 1.
    var beforeExchange: (Int) -> Void = { _ in }

    init(_ inner: any Attachment, on station: Station) {
        self.inner = inner
        self.station = station
    }

    /// How many times a PIN was sent.
    var verifications: Int { commands.count { $0.count > 5 && $0[1] == 0x20 } }

    var source: SourceID { inner.source }
    var lanes: [Lane] { inner.lanes }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        moments.append(station.now)
        if transfer.operation == .exchange {
            commands.append(bytes.withUnsafeBufferPointer { Array($0) })
            beforeExchange(commands.count)
        }
        return inner.submit(transfer, sending: bytes)
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        moments.append(station.now)
        return inner.collect(transfer, into: &buffer)
    }

    func abort(_ transfer: TransferID) { inner.abort(transfer) }
    func close() { inner.close() }
}

/// A test double of a person: answers as told, or never, and remembers what was asked.
final class ScriptedPatient: Prompts {
    let source: SourceID
    private let station: Station
    private let answers: [(after: Duration, answer: PromptAnswer)]
    private(set) var asked: [Int?] = []
    private(set) var prompts: [UInt64] = []
    private(set) var withdrawn: [UInt64] = []

    init(_ answers: [(after: Duration, answer: PromptAnswer)], on station: Station) {
        self.station = station
        self.answers = answers
        source = station.makeSource()
    }

    func askPIN(triesLeft: Int?) -> UInt64 {
        let prompt = station.makeToken()
        asked.append(triesLeft)
        prompts.append(prompt)
        for (after, answer) in answers {
            station.schedule(Event(source: source, token: prompt, payload: answer), at: station.now + after)
        }
        return prompt
    }

    func askVisualCode() -> UInt64 { askPIN(triesLeft: nil) }

    func withdraw(_ prompt: UInt64) { withdrawn.append(prompt) }
}

/// A test double of a centre: it answers as told, or never, since the embedded one always answers.
final class ScriptedCentre: EligibilityCentre {
    let source: SourceID
    private let station: Station
    private let reply: (EligibilityQuery) -> [(after: Duration, reply: CentreReply)]
    private(set) var queries: [EligibilityQuery] = []

    init(on station: Station, _ reply: @escaping (EligibilityQuery) -> [(after: Duration, reply: CentreReply)]) {
        self.station = station
        self.reply = reply
        source = station.makeSource()
    }

    /// It has issued no passcode.
    func submit(_ message: CentreMessage) -> UInt64 {
        let token = station.makeToken()
        guard case .eligibility(let query) = message.request else {
            station.schedule(Event(source: source, token: token, payload: CentreReply.success(.passcode(.checked(false)))), at: station.now)
            return token
        }
        queries.append(query)
        for (after, reply) in reply(query) {
            station.schedule(Event(source: source, token: token, payload: reply), at: station.now + after)
        }
        return token
    }
}

/// A report as a value that can be compared and handed to another thread.
struct Summary: Sendable, Equatable {
    let outcome: String
    let cause: String?
    let eligibility: EligibilityAnswer?
    let stages: [VisitStage]
    let tally: ExchangeTally
    let day: CalendarDay

    init(_ report: VisitReport) {
        outcome = report.outcome.code
        cause = report.outcome.cause
        eligibility = report.outcome.eligibility
        stages = report.stages
        tally = report.tally
        day = report.day
    }
}

/// What went wrong with a visit that must hold whatever happened; empty where nothing did.
func violations(of report: VisitReport, in world: World, began: Instant = .zero, triesBefore: Int = 3) -> [String] {
    var found: [String] = []
    func check(_ holds: Bool, _ rule: String) { if !holds { found.append(rule) } }

    let stages = report.stages
    check(stages.first?.began == began, "the first stage begins with the visit")
    for (stage, next) in zip(stages, stages.dropFirst()) {
        check(stage.began + stage.duration == next.began, "no gap after \(stage.name)")
    }
    check(stages.reduce(Duration.zero) { $0 + $1.duration } == world.station.now - began, "the stages last as long as the visit")
    check(stages.reduce(0) { $0 + $1.apdus } == report.tally.apdus, "every APDU belongs to a stage")
    check(report.tally.apdus == world.cable.commands.count, "what is counted is what was sent")
    check(report.tally.bytesSent == world.cable.commands.reduce(0) { $0 + $1.count }, "so are the bytes")
    check(Set(stages.map(\.name)).count == stages.count, "no stage comes twice")

    let tries = world.card.triesLeft(of: .authenticationPIN) ?? -1
    check(world.cable.verifications <= 1, "a PIN is sent once at most")
    check(tries >= triesBefore - world.cable.verifications, "no try is lost that was not sent")
    check(!world.card.isVerified(.authenticationPIN), "nothing stays verified")
    check(world.device.complaints.isEmpty, "the reader complains: \(world.device.complaints)")
    check(world.card.complaints.isEmpty, "the card complains: \(world.card.complaints)")
    check(!world.cardHasPower, "the card has no power")
    if case .confirmed(let answer) = report.outcome {
        check(answer.person?.name == "試験 花子" && answer.validity == .valid, "what is confirmed is of the bearer")
        check(world.cable.verifications == 1, "what is confirmed was proved by a PIN")
    }
    return found
}
