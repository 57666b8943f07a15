import Commands
import Diagnosis
import GenericCCID
import MyNumberCard
import PluginReader
import ReaderKit
import ReaderTransport
import Station

/// One examination: the checks in their order, each told as it ends.
struct DoctorExamination {
    private let invocation: Invocation
    private let places: DoctorPlaces
    private let configuration: DoctorConfiguration
    private let named: ReaderSelector?
    private let simulated: SimulatedCard?
    private let profiles: [ReaderProfile]
    private let station: Station
    private let interrupts: Interrupts
    /// Of the signals that end the program.
    var cancellation: Cancellation { interrupts.cancellation }
    private let trace: TraceWriter?
    private let tell: (DoctorFinding) throws -> Void
    private(set) var report = DoctorReport()
    private(set) var facts: DoctorFacts

    /// Reads the options; throws a usage error where something is to be simulated at a reader that is not.
    init(
        _ invocation: Invocation, _ places: DoctorPlaces, trace: TraceWriter?, tell: @escaping (DoctorFinding) throws -> Void
    ) throws {
        self.invocation = invocation
        self.places = places
        self.trace = trace
        self.tell = tell
        configuration = DoctorConfiguration(invocation.environment, trust: invocation[TrustOptions.directory])
        named = try invocation[ReaderOptions.reader].map { text throws(ReaderError) in try ReaderSelector(text) } ?? configuration.selector
        let isSimulated = named?.scheme == "sim"
        if !isSimulated { try invocation.refuse([VisitOptions.time] + ReaderOptions.simulation) }
        simulated = isSimulated ? try invocation.simulatedCard() : nil
        let isVirtual = isSimulated && !invocation[ReaderOptions.realTime]
        station = isVirtual ? Station(.virtual, startUnixTime: invocation.simulationTime(with: simulated)) : Station(.real)
        interrupts = Interrupts.watch { [inbox = station.inbox] _ in inbox.cancel() }
        profiles = try invocation.profiles()
        facts = DoctorFacts(places)
        facts.configuration = configuration.configuration
        facts.trustPath = invocation[TrustOptions.directory]
        facts.patterns = [named?.pattern, plugin, configuration.configuration?[.reader]].compactMap { $0 }
    }

    private var isSimulated: Bool { simulated != nil }
    /// Whether the reader that is meant is looked for by the PC/SC service.
    private var usesService: Bool { !isSimulated && plugin == nil && named?.scheme != "usb" && !isBluetooth }
    private var isBluetooth: Bool { named?.scheme == "ble" }
    /// The library of the plugin that is meant.
    private var plugin: String? {
        named.flatMap { $0.scheme == ReaderPlugin.scheme ? ReaderPlugin.parts(of: $0.pattern).path : nil }
    }

    mutating func run() throws {
        try ReaderKey.read(for: invocation, cancellation)
        try note(configuration.finding)
        try examineService()
        try examineCard()
        try note(
            DoctorCentre(configured: configuration.configuration?[.centre], environment: invocation.environment).finding())
    }

    /// Throws where somebody has cancelled meanwhile: what was found then may be wrong.
    private mutating func note(_ finding: DoctorFinding) throws {
        if interrupts.cancellation.isCancelled { throw ReaderError(.cancelled) }
        report.findings.append(finding)
        try tell(finding)
    }

    private mutating func skip(_ checks: [DoctorCheck], after other: DoctorCheck) throws {
        for check in checks { try note(.skipped(check, after: other)) }
    }

    // MARK: Service, USB, readers

    private mutating func examineService() throws {
        if isSimulated {
            return try skip([.service, .usb, .readers], Sentence(ja: "シミュレーションのリーダーには要りません。", en: "A simulated reader needs none."))
        }
        guard usesService else { return try examineWithoutService() }
        let service = DoctorService(
            places: places, otherSocket: invocation.environment["PCSCLITE_CSOCK_NAME"], packages: facts.packages)
        let source = ReaderBench().sources.first { $0.scheme == "pcsc" }
        let (finding, readers) = service.look { () throws(TransportError) in try source?.attachments() ?? [] }
        facts.readers = readers?.map(\.name)
        try note(finding)
        facts.usb = DoctorUSB.readers(places)
        try note(DoctorUSBCheck(drivers: DoctorDrivers(places.drivers), profiles: profiles).finding(facts.usb, names: facts.readers))
        try note(readers.map(DoctorService.finding) ?? .skipped(.readers, after: .service))
    }

    /// A reader at USB, or behind a plugin, is spoken to without the service.
    private mutating func examineWithoutService() throws {
        let notNeeded = Sentence(ja: "このリーダーには要りません。", en: "This reader needs none.")
        try skip([.service], notNeeded)
        if let plugin {
            try skip([.usb], notNeeded)
            try note(DoctorReader.load(plugin))
        } else if let named, isBluetooth {
            try skip([.usb], notNeeded)
            for finding in DoctorBluetooth(station: station).findings(named.pattern) { try note(finding) }
        } else {
            facts.usb = DoctorUSB.readers(places)
            try note(DoctorUSBCheck(drivers: DoctorDrivers(places.drivers), profiles: profiles).finding(facts.usb, names: nil))
            try skip([.readers], notNeeded)
        }
    }

    private mutating func skip(_ checks: [DoctorCheck], _ reason: Sentence) throws {
        for check in checks { try note(.skipped(check, reason)) }
    }

    // MARK: Reader and card

    private static let ofTheCard: [DoctorCheck] = [.card, .applications, .counters, .certificate]

    private mutating func examineCard() throws {
        if plugin != nil || isBluetooth, [.failed, .skipped].contains(report.findings.last?.state) {
            return try skip([.reader] + Self.ofTheCard, after: .readers)
        }
        guard !usesService || facts.readers != nil else { return try skip([.reader] + Self.ofTheCard, after: .service) }
        guard named != nil || facts.readers != [] else { return try skip([.reader] + Self.ofTheCard, after: .readers) }
        let selector: ReaderSelector
        switch DoctorReader.choose(named, among: facts.readers) {
        case .success(let chosen): selector = chosen
        case .failure(let error):
            try note(error.finding)
            return try skip(Self.ofTheCard, after: .reader)
        }
        let world = simulated?.world(invocation, at: selector)
        let (finding, connection) = try DoctorReader(world: world, profiles: profiles, station: station).connect(selector)
        defer { connection?.close() }
        try note(finding)
        guard let connection else { return try skip(Self.ofTheCard, after: .reader) }
        try examine(connection.channel)
    }

    private mutating func examine(_ channel: any CardChannel) throws {
        facts.answerToReset = Hexadecimal.text(channel.answerToReset)
        let name = facts.redaction(invocation.environment).apply(to: channel.readerName)
        trace?.begin(program: "kazasu \(kazasuVersion)", reader: name, station: station)
        defer { trace?.end(outcome: report.firstFailure?.code ?? "done", at: station.now) }
        let session = CardSession(
            RenamedChannel(channel, as: name), on: station, memory: SharedLengthMemory(), observer: trace)
        let card = DoctorCard(
            card: MyNumberCard(session, layout: simulated?.layout ?? .myNumberCard, on: station), answerToReset: channel.answerToReset)
        try note(card.identify())
        guard report.findings.last?.state == .ok else { return try skip([.applications, .counters, .certificate], after: .card) }
        let (applications, kind) = card.lookAtApplications()
        try note(applications)
        guard let kind else { return try skip([.counters, .certificate], after: .applications) }
        let counters = card.lookAtCounters()
        try note(counters)
        // A blocked PIN is no reason not to look on; a card that is gone is.
        guard counters.state != .failed || counters.code == "pin-blocked" else { return try skip([.certificate], after: .counters) }
        let certificate = DoctorCertificate(
            trust: Trust(configuration.trust, isSimulated: isSimulated), isSimulated: isSimulated, unixTime: station.unixTime)
        try note(certificate.look(at: card.card, kind: kind))
    }
}
