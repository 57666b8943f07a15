import CentreSimulator
import Certificates
import Commands
import Diagnosis
import Eligibility
import GenericCCID
import Glibc
import PluginReader
import ReaderKit
import SimulationKit
import Staging
import Station

/// One run of `kazasu visit`, also of one that is recorded or replayed.
struct VisitSession {
    let invocation: Invocation
    private let tape: VisitTape
    private let selector: ReaderSelector
    private let second: ReaderSelector?
    private let variables: SecretRoute.Variables
    /// What is simulated; `nil` at a real reader.
    private let scene: VisitScene?
    private let profileFile: [UInt8]?
    private let profiles: [ReaderProfile]
    /// Told of what has come of the visit, and of what was staged and has happened.
    var ended: (VisitReport, _ startUnixTime: Int64, _ staged: [WrittenLine]) throws -> Void = { _, _, _ in }

    init(_ invocation: Invocation, tape: VisitTape = .none) throws {
        self.invocation = invocation
        self.tape = tape
        variables = SecretRoute.takeVariables(of: invocation)
        selector = try invocation.selector()
        second = try invocation[VisitOptions.secondReader].map { text throws(ReaderError) in try ReaderSelector(text) }
        let isSimulated = selector.scheme == "sim"
        if let second, (second.scheme == "sim") != isSimulated {
            throw invocation.misuse(
                Sentence(ja: "2台のカードリーダーは、両方とも sim: か、両方とも実物にしてください。", en: "Both readers are sim: or neither is."))
        }
        if !isSimulated {
            try invocation.refuse([VisitOptions.time, VisitOptions.stage] + ReaderOptions.simulation)
            try Self.refuseVisualCheck(invocation)
        }
        profileFile = try tape.profileFile(of: invocation)
        profiles = try invocation.profiles(in: profileFile)
        scene = isSimulated ? try VisitScene(invocation, at: selector, beside: second, profiles: profiles) : nil
        if tape.isRecorded { try mustBeRecordable() }
    }

    private func mustBeRecordable() throws {
        func misuse(_ sentence: Sentence) -> UsageError {
            UsageError(code: "usage", sentence: sentence, path: [invocation.program.name, recordCommand.name])
        }
        guard selector.scheme != ReaderPlugin.scheme, second?.scheme != ReaderPlugin.scheme else {
            throw misuse(
                Sentence(
                    ja: "plugin: のカードリーダーにはケーブルがないため、通信を残せません。",
                    en: "A reader by plugin: has no cable, so nothing of it can be recorded."))
        }
        guard scene != nil else { return }
        let routes: [SecretRoute] = second == nil ? [.authenticationPIN] : [.authenticationPIN, .visualCode]
        for route in routes {
            let isGiven = if case .success(nil) = variables[route] { false } else { true }
            guard isGiven || invocation.isGiven(route.descriptor) else { continue }
            let names = (route.variable.name, route.descriptor.specification.longForm)
            throw misuse(
                Sentence(
                    ja: "sim: の通信記録には暗証番号や照合番号も書かれます。\(names.0) も \(names.1) も使わないでください。",
                    en: "A recording of a sim: reader has the secrets of the card in it; leave \(names.0) and \(names.1) out."))
        }
    }

    /// The embedded centre issues passcodes to simulated staff only.
    private static func refuseVisualCheck(_ invocation: Invocation) throws {
        guard invocation[VisitOptions.identity] == .visual else { return }
        throw invocation.misuse(
            Sentence(
                ja: "--identity visual は、いまは sim: のカードリーダーだけで使えます。", en: "--identity visual is for sim: readers only, for now."))
    }

    func run() throws -> Int32 {
        let station = tape.station ?? ownStation()
        let interrupts = Interrupts.watch { [inbox = station.inbox] _ in inbox.cancel() }
        let cables = try tape.cables(
            of: invocation, reader: selector.description, profileFile: profileFile, isSimulated: scene != nil, on: station)
        let done: Done
        do { done = try carryOut(cables, on: station, interrupts) } catch { throw cables.finish(without: error) }
        let interrupt = try cables.finish(done.report, by: interrupts.received)
        invocation.warnOfFaults(after: done.report.tally.apdus)
        if let scene, !tape.isReplayed, let last = done.report.stages.last {
            for missed in scene.missed(until: last.began + last.duration) { invocation.tell(missed) }
        }
        let status = try VisitPrinter(invocation, reader: done.reader, report: done.report).print(interruptedBy: interrupt)
        // Only now: what the visit has brought is not lost with the files.
        try done.trace?.finish()
        try cables.keep()
        let end = done.report.stages.last.map { $0.began + $0.duration } ?? .zero
        try ended(done.report, station.startUnixTime, scene?.happened(until: end) ?? [])
        return status
    }

    private func ownStation() -> Station {
        scene != nil && !invocation[ReaderOptions.realTime]
            ? Station(.virtual, startUnixTime: invocation.simulationTime(with: scene?.card)) : Station(.real)
    }

    /// A visit that was carried out, with its devices closed.
    private struct Done {
        let reader: String
        let report: VisitReport
        let trace: TraceWriter?
    }

    private func carryOut(_ cables: any VisitCables, on station: Station, _ interrupts: Interrupts) throws -> Done {
        let isSimulated = scene != nil
        var random = SeededGenerator(seed: invocation[ReaderOptions.seed])

        // Anchors and database first: when they are broken, no card is touched.
        let anchors = tape.isReplayed ? Trust(nil, isSimulated: isSimulated) : try Trust(invocation, isSimulated: isSimulated)
        let trust = try anchors.authentication(validity: .eligibilityByPlasticCard)
        let cardChecker = try anchors.cardVerifiable()
        let centre = EmbeddedCentre(core: CentreCore(try database()), on: station)
        let placing = Duration.milliseconds(Int.random(in: 900...1_500, using: &random))
        let typing = Duration.milliseconds(Int.random(in: 2_000...3_200, using: &random))
        let given = try givenSecrets(interrupts.cancellation)
        let people = try scene.map { try self.people(of: $0, placing: placing, pin: given[.authenticationPIN], at: centre) }
        let readers = try open(people, cables, on: station)
        defer { readers.close() }

        let challenge = random.bytes(Challenge.count)
        let prompts = cables.prompts(self.prompts(people, given, typing: typing, on: station))
        var setting = Visit.Setting(
            reader: readers.first, prompts: prompts, centre: centre, trust: trust,
            makeChallenge: { () throws(CertificateError) in
                // A simulated card may sign a challenge that repeats; a card that somebody holds may not.
                isSimulated ? try Challenge(bytes: challenge) : try cables.challenge()
            })
        setting.secondReader = readers.second
        setting.facility = try showFacility(at: readers.first)
        setting.showsStaffButton = isSimulated
        setting.cardChecker = cardChecker
        if let scene { setting.layout = scene.card.layout }
        return try carryOut(setting, cables, on: station)
    }

    /// Carries the visit out and shows how it goes.
    private func carryOut(_ setting: Visit.Setting, _ cables: any VisitCables, on station: Station) throws -> Done {
        var setting = setting
        let name = setting.reader.name
        let trace = try invocation[VisitOptions.trace].map { path throws(TraceError) in try TraceWriter(path: path) }
        trace?.begin(program: "kazasu \(kazasuVersion)", reader: name, station: station)
        setting.trace = trace
        let progress = VisitProgress(invocation, reader: name)
        setting.stageBegan = { stage in
            cables.stageBegan(stage)
            progress.show(stage, at: station.now)
        }
        setting.screenShown = { screen in progress.show(screen) }
        let visit = Visit(
            setting, allowsLastTry: invocation[VisitOptions.lastTry], expecting: invocation[VisitOptions.identity], on: station)
        let report = visit.run()
        progress.end()
        return Done(reader: name, report: report, trace: trace)
    }

    // MARK: The surroundings

    /// The reader, and the second one where one is named.
    private struct Readers {
        let first: any Reader
        var second: (any Reader)?

        func close() {
            second?.close()
            first.close()
        }
    }

    private func open(_ people: VisitScene.People?, _ cables: any VisitCables, on station: Station) throws -> Readers {
        let faults = invocation[ReaderOptions.fault]
        let world = people.flatMap { people in scene?.world(of: people, faults: faults, on: station) }
        let worldBeside = people.flatMap { people in scene?.secondWorld(of: people, faults: faults) }
        let bench = cables.bench(world, sharing: invocation.sharing, profiles: profiles)
        let benchBeside = cables.bench(worldBeside, sharing: invocation.sharing, profiles: profiles)
        var readers = Readers(first: try bench.open(selector, on: station))
        do { readers.second = try second.map { selector in try benchBeside.open(selector, on: station) } } catch {
            readers.close()
            throw error
        }
        guard (readers.second as? any FacetedReader)?.patientScreen == nil else {
            readers.close()
            throw invocation.misuse(
                Sentence(
                    ja: "--second-reader には画面のないカードリーダーを指定してください。患者を案内する画面は --reader のものだけです。",
                    en: "Name a reader without a screen with --second-reader; only the screen of --reader leads the patient."))
        }
        return readers
    }

    /// Has the reader show the facility's name; returns what it shows.
    private func showFacility(at reader: any Reader) throws -> String? {
        let name = try invocation[VisitOptions.facility] ?? (tape.isReplayed ? nil : invocation.configuration()[.facility])
        guard let name, let sign = (reader as? any FacetedReader)?.facilitySign else { return nil }
        try sign.show(facility: name)
        return name
    }

    /// The patient, who types `pin` where one was given, and the staff, to whom the centre has issued a passcode.
    private func people(of scene: VisitScene, placing: Duration, pin: Secret?, at centre: EmbeddedCentre) throws -> VisitScene.People {
        // Other numbers than those of the challenge, so that who does what changes nothing there.
        let seed = ~invocation[ReaderOptions.seed]
        var random = SeededGenerator(seed: seed)
        // Only where somebody types it: a database that cannot be written serves for the other visits.
        let passcode =
            scene.typesPasscode
            ? try centre.issuePasscode(using: &random) : Secret((0..<4).map { _ in UInt8.random(in: 0x30...0x39, using: &random) })
        let cast = StagedCast(
            card: scene.card.staged, pin: pin ?? Secret(scene.card.credentials[.authenticationPIN] ?? []), passcode: passcode)
        return VisitScene.People(seed: random.next(), placing: placing, cast: cast)
    }

    /// What was given beforehand. What one run was given is not for another one.
    private func givenSecrets(_ cancellation: Cancellation) throws -> [SecretRoute: Secret] {
        if tape.isReplayed { return [:] }
        return try SecretRoute.given([.authenticationPIN, .visualCode], variables, to: invocation, cancellation)
    }

    private func database() throws -> CentreDatabase {
        if let path = try invocation[VisitOptions.centre] ?? (tape.isReplayed ? nil : invocation.configuration()[.centre]) {
            // Where a recording says so no file is made.
            if tape.isReplayed, access(path, F_OK) != 0 { throw FileError(path: path, reason: .unreadable(errno)) }
            return try CentreDatabase(path: path)
        }
        return try CentreDatabase(path: try invocation.environment.centrePath())
    }

    /// Who is asked where the program runs: a synthetic person, or somebody at the terminal for what was not given beforehand.
    private func prompts(
        _ people: VisitScene.People?, _ given: [SecretRoute: Secret], typing: Duration, on station: Station
    ) -> any Prompts {
        guard let people, let scene else { return TerminalPatient(language: invocation.language, given: given, on: station) }
        let code = given[.visualCode] ?? scene.card.credentials[.verificationNumberB].map { Secret($0) }
        return PreparedPatient(pin: people.cast.pin, visualCode: code, delay: typing, on: station)
    }
}
