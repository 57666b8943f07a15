import Certificates
import Diagnosis
import JapaneseCalendar
import MyNumberCard
import ReaderKit
import ReaderTransport
import Station

/// One visit at one counter: waits for events, hands them to the reducer and does what it wants done.
///
/// Used once, on its station's thread. Card effects run as plans that stop at a cancellation before each APDU, and at the first APDU that
/// finds no card; screens and the centre are only posted to.
public final class Visit {
    /// What a visit needs of its surroundings.
    public struct Setting {
        /// The reader; any model.
        public var reader: any Reader
        /// The slot.
        public var slot: UInt8 = 0
        /// Where the person is asked.
        public var prompts: any Prompts
        /// The eligibility system.
        public var centre: any EligibilityCentre
        /// Where the card keeps what.
        public var layout = CardLayout.myNumberCard
        /// Whose certificates count, and until when.
        public var trust: CertificateTrust
        /// Where the challenge comes from: fresh random bytes, or a seed where a run must repeat.
        public var makeChallenge: () throws(CertificateError) -> Challenge
        /// What is known of extended length.
        public var memory = SharedLengthMemory()
        /// The trace, if one is kept.
        public var trace: TraceWriter?
        /// Told of every stage as it begins, for whoever shows progress.
        public var stageBegan: (VisitStage.Name) -> Void = { _ in }
        /// How long a person may take to place the card.
        public var placePatience = Duration.seconds(60)
        /// How long a person may take to type the PIN.
        public var pinPatience = Duration.seconds(60)
        /// How long the centre may take.
        public var centrePatience = Duration.seconds(30)

        /// A setting with the usual patience.
        public init(
            reader: any Reader, prompts: any Prompts, centre: any EligibilityCentre, trust: CertificateTrust,
            makeChallenge: @escaping () throws(CertificateError) -> Challenge
        ) {
            self.reader = reader
            self.prompts = prompts
            self.centre = centre
            self.trust = trust
            self.makeChallenge = makeChallenge
        }
    }

    private let station: Station
    private let setting: Setting
    // Looked at when the centre is asked, or at the end: a visit may be made long before it is run, and run past midnight.
    private lazy var day = CalendarDay(inJapanAtUnixTime: station.unixTime)
    private let timerSource: SourceID
    private var state: VisitState
    private var outcome: VisitOutcome?
    private var stages: [VisitStage] = []

    private var session: CardSession?
    private var card: MyNumberCard?
    private var certificate: Certificate?
    private var verdict: CertificateVerdict?
    private var presence = CardPresence(isPresent: false, changes: 0)
    private var watch: TransferID?
    private var prompt: UInt64?
    private var query: UInt64?
    private var timer: (token: UInt64, number: UInt64)?

    /// A visit on `station`, which begins when it is run.
    public init(_ setting: Setting, allowsLastTry: Bool = false, on station: Station) {
        self.setting = setting
        self.station = station
        state = VisitState(allowsLastTry: allowsLastTry)
        timerSource = station.makeSource()
    }

    /// Runs the visit to its end. The card has no power afterwards, whatever happened.
    public func run() -> VisitReport {
        var input: VisitInput? = .begin
        while outcome == nil {
            let effects = state.receive(input ?? nextInput())
            input = nil
            for effect in effects { input = perform(effect) ?? input }
        }
        return VisitReport(
            outcome: outcome ?? .cancelled, certificate: verdict, stages: stages, tally: session?.tally ?? ExchangeTally(), day: day)
    }

    // MARK: Inputs

    private func nextInput() -> VisitInput {
        while true {
            switch station.next(until: .distantFuture) {
            case .cancelled: return .cancelled
            // Every wait has a timer, so there is always something to come.
            case .deadline: return .timedOut
            case .event(let event): if let input = input(of: event) { return input }
            }
        }
    }

    private func input(of event: Event) -> VisitInput? {
        switch (event.source, event.token) {
        case (setting.reader.source, watch?.rawValue): presenceChanged()
        case (setting.prompts.source, prompt): (event.payload as? PromptAnswer).map(input(of:))
        case (setting.centre.source, query): (event.payload as? CentreReply).map(input(of:))
        case (timerSource, timer?.token): timeRanOut()
        default: nil
        }
    }

    private func presenceChanged() -> VisitInput? {
        guard let watch else { return nil }
        let wasPresent = presence.isPresent
        do { presence = try setting.reader.presence(watch) } catch { return .failed(error) }
        watchPresence()
        // A card that is there after a change where one was before is another one, or has lost its power.
        return presence.isPresent && !wasPresent ? .cardPlaced : .cardRemoved
    }

    private func input(of answer: PromptAnswer) -> VisitInput {
        prompt = nil
        switch answer {
        case .pin(let pin): return .pinTyped(pin)
        case .cancelled: return .cancelled
        case .failed(let error): return .failed(error)
        }
    }

    private func input(of reply: CentreReply) -> VisitInput {
        switch reply {
        case .success(let answer): .answered(answer)
        case .failure(let error): .failed(error)
        }
    }

    private func timeRanOut() -> VisitInput {
        timer = nil
        guard state.phase == .askingCentre else { return .timedOut }
        return .failed(
            CentreError(
                code: "centre-silent",
                sentence: Sentence(
                    ja: "資格確認システムから応答がありません。しばらくしてからやり直してください。",
                    en: "The eligibility system does not answer; try again later."),
                cause: "no answer within \(setting.centrePatience)", category: .temporary))
    }

    // MARK: Effects

    private func perform(_ effect: VisitEffect) -> VisitInput? {
        stopTimer()
        switch effect {
        case .waitForCard:
            begin(.place)
            watchPresence()
            startTimer(setting.placePatience)
        case .readCard: return plan { () throws(CardError) in try self.readCard() }
        case .askPIN(let tries):
            begin(.pin)
            prompt = setting.prompts.askPIN(triesLeft: tries)
            startTimer(setting.pinPatience)
        case .verify(let pin): return plan { () throws(CardError) in try self.verify(pin) }
        case .readCertificate:
            return plan { () throws(CardError) in
                try self.card.map { card throws(CardError) in .certificateRead(try self.readCertificate(of: card)) }
            }
        case .prove: return prove()
        case .askCentre: askCentre()
        case .finish(let outcome): finish(outcome)
        }
        return nil
    }

    private func readCard() throws(CardError) -> VisitInput {
        begin(.select)
        let session = try connect()
        let card = MyNumberCard(session, layout: setting.layout, on: station)
        self.card = card
        try card.select()
        begin(.counter)
        let pinState = try card.authenticationPINState()
        do {
            return .cardRead(pinState, try readCertificate(of: card))
        } catch {
            guard case .refused(.securityStatusNotSatisfied, _) = error else { throw error }
            return .certificateClosed(pinState)
        }
    }

    private func readCertificate(of card: MyNumberCard) throws(CardError) -> CertificateVerdict {
        begin(.certificate)
        let der = try card.readAuthenticationCertificate()
        begin(.chain)
        let certificate: Certificate
        do { certificate = try Certificate(der: der) } catch { throw .certificateMalformed(cause: error.cause ?? error.code) }
        self.certificate = certificate
        let verdict = try card.verdict(on: certificate, by: setting.trust, at: station.unixTime)
        self.verdict = verdict
        return verdict
    }

    private func connect() throws(CardError) -> CardSession {
        let channel: any CardChannel
        do { channel = try setting.reader.connect(slot: setting.slot, until: station.now + .seconds(10)) } catch { throw .reader(error) }
        let session = CardSession(channel, on: station, memory: setting.memory, observer: setting.trace)
        self.session = session
        return session
    }

    private func verify(_ pin: Secret) throws(CardError) -> VisitInput? {
        begin(.verify)
        return try card.map { card throws(CardError) in .pinChecked(try card.verifyAuthenticationPIN(pin)) }
    }

    private func prove() -> VisitInput? {
        guard let card, let certificate else { return nil }
        let challenge: Challenge
        let digestInfo: [UInt8]
        let scheme: SignatureScheme
        do throws(CardError) { scheme = try card.signatureScheme(of: .authentication) } catch { return .failed(error) }
        do {
            challenge = try setting.makeChallenge()
            digestInfo = try scheme.digestInfo(of: challenge.bytes)
        } catch { return .failed(error) }
        return plan { () throws(CardError) in
            self.begin(.sign)
            let signature = try card.sign(digestInfo: digestInfo)
            self.begin(.signature)
            guard scheme.verifies(signature, of: challenge.bytes, by: certificate) else { throw .signatureInvalid }
            return .proved
        }
    }

    private func askCentre() {
        guard let certificate else { return }
        releaseCard()
        begin(.eligibility)
        query = setting.centre.submit(EligibilityQuery(serial: certificate.serial, day: day))
        startTimer(setting.centrePatience)
    }

    private func finish(_ outcome: VisitOutcome) {
        endStage()
        if let prompt { setting.prompts.withdraw(prompt) }
        releaseCard()
        setting.trace?.end(outcome: outcome.code, at: station.now)
        self.outcome = outcome
    }

    /// Runs commands to the card; what they throw is sorted into what the person must do again and what broke.
    private func plan(_ body: () throws(CardError) -> VisitInput?) -> VisitInput? {
        do { return try body() } catch {
            switch error {
            case .notMyNumberCard: return .otherCard
            case .reader(let error) where error.reason == .cardRemoved || error.reason == .noCard: return .cardRemoved
            case .reader(let error) where error.reason == .cancelled: return .cancelled
            default: return .failed(error)
            }
        }
    }

    // MARK: Watching, timing

    private func releaseCard() {
        if let watch { setting.reader.abandon(watch) }
        watch = nil
        session?.channel.close()
    }

    private func watchPresence() {
        watch = setting.reader.watchPresence(slot: setting.slot, known: presence)
    }

    private func startTimer(_ patience: Duration) {
        let token = station.makeToken()
        timer = (token, station.schedule(Event(source: timerSource, token: token), at: station.now + patience))
    }

    private func stopTimer() {
        if let timer { station.unschedule(timer.number) }
        timer = nil
    }

    private func begin(_ name: VisitStage.Name) {
        endStage()
        stages.append(VisitStage(name: name, began: station.now))
        setting.trace?.stage(name.rawValue, at: station.now)
        setting.stageBegan(name)
    }

    private func endStage() {
        guard let last = stages.indices.last else { return }
        stages[last].duration = station.now - stages[last].began
        let before = stages.dropLast().reduce(0) { $0 + $1.apdus }
        stages[last].apdus = (session?.tally.apdus ?? 0) - before
    }
}
