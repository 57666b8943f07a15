import CentreSimulator
import Certificates
import Commands
import Diagnosis
import Eligibility
import ReaderKit
import SimulationKit
import Staging
import Station

/// One run of `kazasu visit`.
struct VisitSession {
    let invocation: Invocation
    private let selector: ReaderSelector
    private let second: ReaderSelector?
    private let variables: SecretRoute.Variables
    /// What is simulated; `nil` at a real reader.
    private let scene: VisitScene?

    init(_ invocation: Invocation) throws {
        self.invocation = invocation
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
        scene = isSimulated ? try VisitScene(invocation, at: selector, beside: second) : nil
    }

    /// The embedded centre issues passcodes to simulated staff only.
    private static func refuseVisualCheck(_ invocation: Invocation) throws {
        guard invocation[VisitOptions.identity] == .visual else { return }
        throw invocation.misuse(
            Sentence(
                ja: "--identity visual は、いまは sim: のカードリーダーだけで使えます。", en: "--identity visual is for sim: readers only, for now."))
    }

    func run() throws -> Int32 {
        let isSimulated = scene != nil
        let station =
            isSimulated && !invocation[ReaderOptions.realTime]
            ? Station(.virtual, startUnixTime: invocation.simulationTime(with: scene?.card)) : Station(.real)
        let interrupts = Interrupts.watch { [inbox = station.inbox] _ in inbox.cancel() }
        var random = SeededGenerator(seed: invocation[ReaderOptions.seed])

        // Anchors and database first: when they are broken, no card is touched.
        let anchors = try Trust(invocation, isSimulated: isSimulated)
        let trust = try anchors.authentication(validity: .eligibilityByPlasticCard)
        let cardChecker = try anchors.cardVerifiable()
        let centre = EmbeddedCentre(core: CentreCore(try database()), on: station)
        let placing = Duration.milliseconds(Int.random(in: 900...1_500, using: &random))
        let typing = Duration.milliseconds(Int.random(in: 2_000...3_200, using: &random))
        let prepared = try SecretRoute.given([.authenticationPIN], variables, to: invocation, interrupts.cancellation)[.authenticationPIN]
        let people = scene.map { self.people(of: $0, placing: placing, pin: prepared, at: centre) }
        let readers = try open(people, on: station)
        defer { readers.close() }

        let challenge = random.bytes(Challenge.count)
        var setting = Visit.Setting(
            reader: readers.first, prompts: self.prompts(people, prepared, typing: typing, on: station), centre: centre, trust: trust,
            makeChallenge: { () throws(CertificateError) in
                // A simulated card may sign a challenge that repeats; a card that somebody holds may not.
                isSimulated ? try Challenge(bytes: challenge) : try Challenge()
            })
        setting.secondReader = readers.second
        setting.cardChecker = cardChecker
        if let scene { setting.layout = scene.card.layout }
        return try carryOut(setting, on: station, interrupts)
    }

    /// Carries the visit out, shows how it goes and what came of it.
    private func carryOut(_ setting: Visit.Setting, on station: Station, _ interrupts: Interrupts) throws -> Int32 {
        var setting = setting
        let name = setting.reader.name
        let trace = try invocation[VisitOptions.trace].map { path throws(TraceError) in try TraceWriter(path: path) }
        trace?.begin(program: "kazasu \(kazasuVersion)", reader: name, station: station)
        setting.trace = trace
        let progress = VisitProgress(invocation, reader: name)
        setting.stageBegan = { stage in progress.show(stage, at: station.now) }
        setting.screenShown = { screen in progress.show(screen) }
        let visit = Visit(
            setting, allowsLastTry: invocation[VisitOptions.lastTry], expecting: invocation[VisitOptions.identity], on: station)
        let report = visit.run()
        progress.end()
        invocation.warnOfFaults(after: report.tally.apdus)
        let status = try VisitPrinter(invocation, reader: name, report: report).print(interruptedBy: interrupts.received)
        // Only now: what the visit has brought is not lost with the trace.
        try trace?.finish()
        return status
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

    private func open(_ people: VisitScene.People?, on station: Station) throws -> Readers {
        let faults = invocation[ReaderOptions.fault]
        let (bench, benchBeside) =
            if let scene, let people {
                (ReaderBench(scene.world(of: people, faults: faults)), ReaderBench(scene.secondWorld(of: people, faults: faults)))
            } else {
                (ReaderBench(sharing: invocation.sharing), ReaderBench(sharing: invocation.sharing))
            }
        var readers = Readers(first: try bench.open(selector, on: station))
        do { readers.second = try second.map { selector in try benchBeside.open(selector, on: station) } } catch {
            readers.close()
            throw error
        }
        return readers
    }

    /// The patient, who types `pin` where one was given, and the staff, to whom the centre has issued a passcode.
    private func people(of scene: VisitScene, placing: Duration, pin: Secret?, at centre: EmbeddedCentre) -> VisitScene.People {
        // Other numbers than those of the challenge, so that who does what changes nothing there.
        let seed = ~invocation[ReaderOptions.seed]
        var random = SeededGenerator(seed: seed)
        let passcode = centre.passcodes.issue(to: "reception", using: &random)
        let cast = StagedCast(
            card: scene.card.staged, pin: pin ?? Secret(scene.card.credentials[.authenticationPIN] ?? []), passcode: passcode)
        return VisitScene.People(seed: random.next(), placing: placing, cast: cast)
    }

    private func database() throws -> CentreDatabase {
        if let path = try invocation[VisitOptions.centre] ?? invocation.configuration()[.centre] { return try CentreDatabase(path: path) }
        var folders: [String: String] = [:]
        for name in ["XDG_DATA_HOME", "HOME"] { folders[name] = invocation.environment[name] }
        return try CentreDatabase(path: try CentreDatabase.defaultPath(environment: folders))
    }

    /// Who is asked where the program runs: a synthetic patient, one who has told the PIN beforehand, or somebody at the terminal.
    private func prompts(_ people: VisitScene.People?, _ prepared: Secret?, typing: Duration, on station: Station) -> any Prompts {
        if let people { return PreparedPatient(pin: people.cast.pin, delay: typing, on: station) }
        if let prepared { return PreparedPatient(pin: prepared, delay: .zero, on: station) }
        return TerminalPatient(language: invocation.language, on: station)
    }
}
