import Centre
import Certificates
import Diagnosis
import JapaneseCalendar
import MyNumberCard
import ReaderKit
import Station

/// One visit at one counter: waits for events, hands them to the reducer and does what it wants done.
///
/// Used once, on its station's thread. Card effects run as plans that stop at a cancellation before each APDU, and at the first APDU that
/// finds no card; screens and the centre are only posted to.
public final class Visit {
    private let station: Station
    private let setting: Setting
    // Looked at when the centre is asked, or at the end: a visit may be made long before it is run, and run past midnight.
    private lazy var day = CalendarDay(inJapanAtUnixTime: station.unixTime)
    private let timerSource: SourceID
    private(set) var state: VisitState
    private var outcome: VisitOutcome?
    private var stages: [VisitStage] = []

    private let places: CardPlaces
    private let reader: ReaderPrompts?
    private lazy var work = CardWork(setting, in: places, allowsLastTry: state.allowsLastTry, on: station) { [unowned self] in
        begin($0)
    }

    private var prompt: UInt64?
    // What the centre is asked, and by which messages: an answer to any of them is the answer.
    private var question: CentreMessage?
    private var queries: Set<UInt64> = []
    private var timer: (token: UInt64, number: UInt64)?
    private var auditedSight: VisualCheckGround?

    /// A visit on `station`, which begins when it is run. A reader that cannot prove the bearer by `method` is not tried.
    public init(_ setting: Setting, allowsLastTry: Bool = false, expecting method: IdentityMethod? = nil, on station: Station) {
        self.setting = setting
        self.station = station
        state = VisitState(allowsLastTry: allowsLastTry, equipment: setting.equipment, expecting: method, policy: setting.policy)
        timerSource = station.makeSource()
        places = CardPlaces(setting.reader, slot: setting.slot, second: setting.secondReader)
        reader = (setting.reader as? any FacetedReader).map { ReaderPrompts($0, on: station, setting) }
    }

    /// Runs the visit to its end. The card has no power afterwards, whatever happened.
    public func run() -> VisitReport {
        var input: VisitInput? = .begin
        prepare()
        while outcome == nil {
            let effects = state.receive(input ?? nextInput())
            input = nil
            for effect in effects where input == nil { input = perform(effect) }
        }
        return VisitReport(
            outcome: outcome ?? .cancelled, cardReader: places.placed, certificate: work.verdict, identity: state.identity,
            card: work.cardVerdict,
            sight: state.sight, consent: state.consent.isComplete ? state.consent : nil, delivery: state.delivery,
            screens: reader?.screens ?? [], isCardLeft: state.isCardLeft,
            stages: stages, tally: work.session?.tally ?? ExchangeTally(), day: day)
    }

    /// What holds on the day on which it begins.
    private func prepare() {
        let today = CalendarDay(inJapanAtUnixTime: station.unixTime)
        state.policy.consent = setting.consentRules.rules(on: today).used(with: setting.environment)
        guard let terminal = setting.modeAtTerminal else { return }
        (state.mode, state.tick) = (terminal.mode, terminal.tick)
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
        case (setting.prompts.source, prompt): (event.payload as? PromptAnswer).map(input(of:))
        case (setting.centre.source, _): queries.contains(event.token) ? input(ofReply: event.payload) : nil
        case (setting.modeAtTerminal?.source, _): event.payload as? VisitInput
        case (timerSource, timer?.token): timeRanOut()
        default: reader?.input(of: event) ?? places.input(of: event, isWaiting: state.isWaitingForCard)
        }
    }

    private func input(of answer: PromptAnswer) -> VisitInput {
        prompt = nil
        switch answer {
        case .pin(let pin): return .pinTyped(pin)
        case .visualCode(let code): return .cardFaceRead(code)
        case .cancelled: return .cancelled
        case .failed(let error): return .failed(error)
        }
    }

    private func input(ofReply reply: Any?) -> VisitInput? {
        // One message that was sent twice may be answered twice.
        queries = []
        return switch (reply as? CentreReply, question?.request) {
        case (.success(.eligibility(let answer)), .eligibility): .answered(answer)
        case (.success(.registration(let answer)), .registration): .cardRegistered(answer)
        case (.success(.passcode(.checked(let isIssued))), .passcode): .passcodeChecked(isIssued)
        case (.success, _): .failed(CentreError.otherAnswer)
        case (.failure(let error), _): .failed(error)
        case (nil, _): nil
        }
    }

    private func timeRanOut() -> VisitInput {
        timer = nil
        guard [.askingCentre, .registeringCard, .checkingPasscode].contains(state.phase) else { return .timedOut }
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
            places.watch()
            startTimer(setting.placePatience)
        case .readCard: return auditSight() ?? work.perform(effect)
        case .verify, .readCertificate, .prove, .readPhotograph, .checkCard: return work.perform(effect)
        case .askPIN(let tries):
            begin(.pin)
            prompt = setting.prompts.askPIN(triesLeft: tries)
            startTimer(setting.pinPatience)
        case .askVisualCode:
            begin(.cardFace)
            prompt = setting.prompts.askVisualCode()
            startTimer(setting.pinPatience)
        case .askCentre(let isAgain): isAgain ? sendAgain() : askCentre()
        case .registerCard(let isAgain): isAgain ? sendAgain() : registerCard()
        case .checkPasscode(let passcode): send(CentreMessage(.passcode(.check(passcode))))
        case .show, .askKeypad, .readCardFace, .compare, .askPasscode, .waitForVisualCheck: return performAtReader(effect)
        case .release: release()
        case .pause(let pause): startTimer(setting.duration(of: pause))
        case .finish(let outcome): finish(outcome)
        }
        return nil
    }

    /// A card that is placed again after a slip is that of the same look.
    private func auditSight() -> VisitInput? {
        defer { auditedSight = state.sight }
        guard let ground = state.sight, ground != auditedSight else { return nil }
        do {
            try setting.auditVisualCheck(VisualCheckEntry(at: station.unixTime, ground: ground, reader: setting.reader.name))
            return nil
        } catch { return .failed(error) }
    }

    private func performAtReader(_ effect: VisitEffect) -> VisitInput? {
        guard let reader else { return nil }
        startTimer(setting.screenPatience)
        do throws(ReaderError) {
            switch effect {
            case .show(let screen):
                if let stage = screen.stage, !stage.hasManyScreens || stages.last?.name != stage { begin(stage) }
                try reader.show(screen)
            case .askKeypad(let tries):
                begin(.pin)
                return work.plan { () throws(CardError) in try self.askKeypad(reader, triesLeft: tries) }
            case .readCardFace:
                begin(.cardFace)
                try reader.readCardFace()
            case .compare:
                begin(.compare)
                try reader.compare(work.face?.photograph ?? [])
            case .askPasscode:
                begin(.passcode)
                try reader.askPasscode()
            case .waitForVisualCheck:
                begin(.visualCheck)
                // The slots stay watched, with what is known of them: a card that lies there already was laid down before anybody was to
                // look, so it must be lifted and placed again.
                startTimer(setting.placePatience)
                try reader.waitForVisualCheck()
            default: break
            }
        } catch { return VisitInput(error) }
        return nil
    }

    private func askKeypad(_ reader: ReaderPrompts, triesLeft: Int?) throws(CardError) -> VisitInput? {
        guard let verification = try work.card?.prepareKeypad() else { return nil }
        do { try reader.askKeypad(verification, triesLeft: triesLeft, slot: places.slot) } catch { throw .reader(error) }
        return nil
    }

    private func askCentre() {
        guard let certificate = work.certificate else { return }
        work.session?.channel.close()
        // The patient is still to be told to take the card.
        if !state.watchesCardToTheEnd { places.stopWatching() }
        begin(.eligibility)
        let consent = state.consent.isComplete ? state.policy.consent.registration(of: state.consent) : nil
        let query = EligibilityQuery(serial: certificate.serial, day: day, consent: consent)
        send(CentreMessage(.eligibility(query), operation: setting.makeOperationKey()))
    }

    private func registerCard() {
        guard let certificate = work.certificate else { return }
        send(CentreMessage(.registration(RegistrationRequest(serial: certificate.serial)), operation: setting.makeOperationKey()))
    }

    private func send(_ message: CentreMessage) {
        question = message
        queries = []
        sendAgain()
    }

    private func sendAgain() {
        guard let question else { return }
        queries.insert(setting.centre.submit(question))
        startTimer(setting.centrePatience)
    }

    /// Takes everything back that is asked, but for what is on the reader's screen, and powers the card off.
    private func release() {
        if let prompt { setting.prompts.withdraw(prompt) }
        prompt = nil
        reader?.withdrawUnshown()
        work.session?.channel.close()
    }

    private func finish(_ outcome: VisitOutcome) {
        endStage()
        release()
        reader?.withdrawAll()
        places.stopWatching()
        work.forget()
        setting.modeAtTerminal?.visitEnded()
        setting.trace?.end(outcome: outcome.code, at: station.now)
        self.outcome = outcome
    }

    // MARK: Timing

    private func startTimer(_ patience: Duration) {
        stopTimer()
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
        stages[last].apdus = (work.session?.tally.apdus ?? 0) - before
    }
}

extension Visit.Setting {
    fileprivate func duration(of pause: VisitPause) -> Duration {
        switch pause {
        case .message: messageTime
        case .complete: completeTime
        case .card: cardPatience
        }
    }
}

extension Screen {
    /// The part of a visit that it begins; `nil` where the part begins by what is done beside it.
    fileprivate var stage: VisitStage.Name? {
        switch self {
        case .chooseMethod: .choose
        case .chooseConsent: .consent
        case .consent(let group): group == .insuranceCard ? .registration : .consent
        case .done, .removeCard: .take
        case .message: .message
        case .placeCard, .lookIntoCamera, .enterPIN: nil
        }
    }
}

extension VisitStage.Name {
    /// Whether one screen after the other belongs to it.
    fileprivate var hasManyScreens: Bool { self == .take || self == .consent }
}
