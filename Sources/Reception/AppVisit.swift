import Centre
import Certificates
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess
import MyNumberCard
import ReaderKit
import Station

/// What an app visit needs beside what every visit does.
public struct ReceptionSetting {
    /// Reader, prompts of the patient, centre and trust, as for a visit at a reader.
    public var visit: Visit.Setting
    /// Where the screens are shown.
    public var screens: any ReceptionScreens
    /// The account of the centre that the app was set up with, or that is logged in.
    public var account: String?
    /// The passcode that opens the app; without one none does.
    public var passcode: AppPasscode?
    /// A new name for what is to be done once.
    public var makeOperation: () -> OperationKey
    /// Who may see what.
    public var viewing = ViewingRules.standard
    /// Where what is seen is audited; without one nothing is.
    public var audit: (any AuditTrail)?
    /// Takes a result of the limited type, and the Unix time at which it was obtained.
    public var keep: (LimitedResult, Int64) -> Void = { _, _ in }
    /// Takes what the device shows to the centre from now on.
    public var keepDevice: (DeviceToken) -> Void = { _ in }
    /// Takes the passcode by which the app is opened from now on.
    public var keepPasscode: (AppPasscode) -> Void = { _ in }
    /// Takes what a bulk inquiry has brought.
    public var book: ([EligibilityAnswer]) -> Void = { _ in }
    /// How long a screen may stay untouched (assumed).
    public var screenPatience = Duration.seconds(180)

    /// A setting with the usual patience.
    public init(visit: Visit.Setting, screens: any ReceptionScreens, makeOperation: @escaping () -> OperationKey) {
        self.visit = visit
        self.screens = screens
        self.makeOperation = makeOperation
    }
}

/// One use of an app, the terminal or the web reception: waits for events, hands them to the flow and does what it wants done.
///
/// Used once, on its station's thread. What a person types in secret is kept here, until the card has got it or the visit ends, and never in
/// the flow.
public final class AppVisit<Flow: ReceptionFlow> {
    /// The flow; idle once the visit has run.
    public private(set) var flow: Flow
    private let setting: ReceptionSetting
    private let station: Station
    private let timerSource: SourceID
    private let places: CardPlaces
    private lazy var work = CardWork(setting.visit, in: places, allowsLastTry: false, on: station) { _ in }
    private var outcome: ReceptionOutcome?

    private var screen: UInt64?
    private var prompt: UInt64?
    private var query: UInt64?
    private var timer: (token: UInt64, number: UInt64)?
    private var typed: Secret?
    private var isWaitingForCard = false
    private var watchesCard = false
    // The same name however often the same registration is sent.
    private lazy var operation = setting.makeOperation()
    private var view: ViewingRight?
    private var chosen: AppPasscode?
    // Who has logged in, and who is about to.
    private lazy var account = setting.account
    private var user: String?

    /// A visit on `station`, which begins when it is run.
    public init(_ flow: Flow, _ setting: ReceptionSetting, on station: Station) {
        self.flow = flow
        self.setting = setting
        self.station = station
        timerSource = station.makeSource()
        places = CardPlaces(setting.visit.reader, slot: setting.visit.slot, second: nil)
    }

    /// Runs the flow from idle to idle. The card has no power afterwards, whatever happened.
    public func run() -> ReceptionOutcome {
        if let from = flow.availableFrom, CalendarDay(inJapanAtUnixTime: station.unixTime) < from {
            return .notCompleted(.failed(ReceptionRefusal.notYetAvailable))
        }
        var input: ReceptionInput? = .begin
        while outcome == nil {
            let effects = flow.receive(input ?? nextInput())
            input = nil
            for effect in effects where input == nil { input = perform(effect) }
        }
        return outcome ?? .notCompleted(.cancelled)
    }

    // MARK: Inputs

    private func nextInput() -> ReceptionInput {
        // Nothing may be waited for without end: what a flow has no use for, such as an answer of the card, starts no timer.
        if timer == nil { startTimer(setting.screenPatience) }
        while true {
            switch station.next(until: .distantFuture) {
            case .cancelled: return .cancelled
            case .deadline: return .timedOut
            case .event(let event): if let input = input(of: event) { return input }
            }
        }
    }

    private func input(of event: Event) -> ReceptionInput? {
        switch (event.source, event.token) {
        case (setting.screens.source, screen): (event.payload as? ScreenReply).map(input(of:))
        case (setting.visit.prompts.source, prompt): (event.payload as? PromptAnswer).map(input(of:))
        case (setting.visit.centre.source, query): (event.payload as? CentreReply).flatMap(input(of:))
        case (timerSource, timer?.token): timeRanOut()
        default: watchesCard ? places.input(of: event, isWaiting: isWaitingForCard).map(input(of:)) : nil
        }
    }

    private func input(of reply: ScreenReply) -> ReceptionInput {
        switch reply {
        case .touched(let touch, let hand): return .touched(touch, by: hand)
        case .passcode(let typed): return .passcodeChecked(setting.passcode?.matches(typed) ?? false)
        case .newPasscode(let typed):
            chosen = typed
            return .passcodeChosen
        }
    }

    private func input(of answer: PromptAnswer) -> ReceptionInput {
        prompt = nil
        switch answer {
        case .pin(let pin):
            typed = pin
            return .pinTyped(by: .patient)
        case .visualCode(let code):
            typed = code
            return .visualCodeTyped
        case .cancelled: return .touched(.end, by: .patient)
        case .failed(let error): return .failed(error)
        }
    }

    private func input(of reply: CentreReply) -> ReceptionInput? {
        query = nil
        stopTimer()
        switch reply {
        case .success(.medical(let answer)): return open(answer)
        case .success(.account(.loggedIn(let right))):
            account = user
            return .answered(.account(.loggedIn(right)))
        case .success(let answer): return .answered(answer)
        case .failure(let error): return .failed(error)
        }
    }

    /// What happens to the card, and what breaks beside it.
    private func input(of input: VisitInput) -> ReceptionInput {
        switch input {
        case .cancelled: return .cancelled
        case .timedOut: return .timedOut
        case .failed(let error): return .failed(error)
        default:
            if case .cardPlaced = input { isWaitingForCard = false }
            return .card(input)
        }
    }

    private func timeRanOut() -> ReceptionInput {
        timer = nil
        query = nil
        return .timedOut
    }

    // MARK: Effects

    private func perform(_ effect: ReceptionEffect) -> ReceptionInput? {
        switch effect {
        case .show(let content):
            screen = setting.screens.show(content)
            startTimer(setting.screenPatience)
        case .ask(let request, let place):
            if case .account(.logIn(let user, _)) = request { self.user = user }
            submit(request, from: place, operation: request.registersConsent ? operation : nil)
        case .askEligibility(let service, let consent, let place): askEligibility(service, consent, from: place)
        case .registerCard(let place):
            guard let certificate = work.certificate else { return nil }
            submit(.registration(RegistrationRequest(serial: certificate.serial)), from: place, operation: nil)
        case .askPIN:
            prompt = setting.visit.prompts.askPIN(triesLeft: nil)
            startTimer(setting.visit.pinPatience)
        case .askVisualCode:
            prompt = setting.visit.prompts.askVisualCode()
            startTimer(setting.visit.pinPatience)
        case .card(let step): return perform(step)
        case .release: release()
        case .keep(let result): setting.keep(result, station.unixTime)
        case .book(let answers): setting.book(answers)
        case .keepDevice(let token): setting.keepDevice(token)
        case .keepPasscode: if let chosen { setting.keepPasscode(chosen) }
        case .view(let view): return ask(view)
        case .pause(let duration): startTimer(duration)
        case .finish(let outcome): finish(outcome)
        }
        return nil
    }

    private func perform(_ step: CardStep) -> ReceptionInput? {
        stopTimer()
        let effect: VisitEffect
        switch step {
        case .wait:
            isWaitingForCard = true
            watchesCard = true
            places.watch()
            startTimer(setting.visit.placePatience)
            return nil
        case .read: effect = .readCard
        case .readCertificate: effect = .readCertificate
        case .prove: effect = .prove
        case .check: effect = .checkCard
        // What was typed is sent once.
        case .verifyPIN, .readPhotograph:
            guard let secret = typed else { return nil }
            typed = nil
            effect = step == .verifyPIN ? .verify(secret) : .readPhotograph(secret)
        }
        return work.perform(effect).map(input(of:))
    }

    private func askEligibility(_ service: EligibilityQuery.Service, _ consent: ConsentRegistration?, from place: CentreCaller.Place) {
        guard let certificate = work.certificate else { return }
        let day = CalendarDay(inJapanAtUnixTime: station.unixTime)
        let query = EligibilityQuery(serial: certificate.serial, day: day, service: service, consent: consent)
        submit(.eligibility(query), from: place, operation: consent.map { _ in operation })
    }

    private func submit(_ request: CentreRequest, from place: CentreCaller.Place, operation: OperationKey?) {
        query = setting.visit.centre.submit(
            CentreMessage(request, from: CentreCaller(place, account: account), operation: operation))
        startTimer(setting.visit.centrePatience)
    }

    /// Powers the card off; it may be taken away.
    private func release() {
        work.session?.channel.close()
        places.stopWatching()
        watchesCard = false
    }

    private func finish(_ outcome: ReceptionOutcome) {
        stopTimer()
        if let prompt { setting.visit.prompts.withdraw(prompt) }
        prompt = nil
        typed = nil
        view = nil
        chosen = nil
        release()
        // Nothing of a person stays on the screen.
        screen = setting.screens.show(.message(outcome.sentence ?? ReceptionText.ended))
        self.outcome = outcome
    }

    // MARK: Medical information

    /// Without a right the question cannot be put; why there is none is audited.
    private func ask(_ view: RecordsView) -> ReceptionInput? {
        guard let audit = setting.audit else { return .failed(AuditError(cause: "there is no audit trail")) }
        let now = station.unixTime
        do {
            let right = try setting.viewing.audited(view.category, of: view.patient, for: view.viewer, at: now, audit: audit) {
                () throws(AccessRefusal) in try view.right(by: setting.viewing, at: now)
            }
            self.view = right
            submit(.medical(MedicalQuery(with: right, from: view.from, until: view.until)), from: view.place, operation: nil)
            return nil
        } catch { return Self.input(of: error) }
    }

    private func open(_ answer: MedicalAnswer) -> ReceptionInput? {
        guard let right = view, let audit = setting.audit else { return nil }
        view = nil
        switch answer {
        case .hidden: return .hidden
        case .records(let sealed):
            do { return .opened(try sealed.open(with: right, at: station.unixTime, audit: audit)) } catch { return Self.input(of: error) }
        }
    }

    private static func input(of error: any Error) -> ReceptionInput {
        switch error {
        case let refusal as AccessRefusal: .refused(refusal)
        case let error as any DiagnosedError: .failed(error)
        default: .failed(AuditError(cause: nil))
        }
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
}

extension CentreRequest {
    /// Whether a patient's answer is registered by it, which is to be done once however often it is sent.
    fileprivate var registersConsent: Bool { if case .disaster(.consent) = self { true } else { false } }
}
