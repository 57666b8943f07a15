import Centre
import Diagnosis
import Eligibility
import MedicalAccess
import MyNumberCard
import Reception
import TestSupport
import Testing

/// 居宅同意取得型 as a function.
@Suite struct HomeConsentTests {
    private typealias Route = HomeConsentApp.Route

    private static func app(
        _ route: Route = .homeVisit, first: Bool = true, _ method: IdentityMethod = .pin, right: AccountRight = .general,
        on device: ReceptionDevice = ReceptionDevice(.ipad)
    ) -> HomeConsentApp {
        HomeConsentApp(.init(device: device, right: right, route: route, isFirstVisit: first, method: method))
    }

    private static var settings: ReceptionInput { .answered(.environment(.settings([.homeVisits, .otherRoutes]))) }
    private static let notRegistered = CentreError(
        code: "centre-card-not-registered", sentence: Sentence(ja: "利用登録がありません。", en: "Not registered."), cause: nil,
        category: .notPermitted)

    private static var inputs: [(name: String, input: ReceptionInput)] {
        cardInputs + [
            ("biometrics", .touched(.biometrics(true), by: .staff)), ("not recognised", .touched(.biometrics(false), by: .staff)),
            ("passcode", .passcodeChecked(true)), ("wrong passcode", .passcodeChecked(false)), ("settings read", settings),
            ("all off", .answered(.environment(.settings([])))), ("settings", .touched(.openSettings, by: .staff)),
            ("set PIN", .touched(.method(.pin), by: .staff)), ("set visual", .touched(.method(.visual), by: .staff)),
            ("set face", .touched(.method(.face), by: .staff)), ("all", .touched(.consentToAll, by: .patient)),
            ("staff: all", .touched(.consentToAll, by: .staff)), ("individually", .touched(.consentIndividually, by: .patient)),
            ("yes", .touched(.consent(true), by: .patient)), ("no", .touched(.consent(false), by: .staff)),
            ("confirm", .touched(.confirm, by: .patient)), ("staff confirm", .touched(.confirm, by: .staff)),
            ("correct", .touched(.correct, by: .patient)), ("eligible", .answered(.eligibility(answer()))),
            ("not registered", .failed(notRegistered)), ("register", .touched(.register(true), by: .patient)),
            ("do not register", .touched(.register(false), by: .patient)), ("registered", .answered(.registration(.registered))),
            ("unknown card", .answered(.registration(.unknown))), ("fetch", .touched(.fetch, by: .staff)),
            ("patient fetches", .touched(.fetch, by: .patient)), ("records", .opened(drugs)),
        ]
    }

    private static let same: Set<String> = [
        "missed", "no", "read left(1)", "read left(0)", "read blocked", "read unchecked", "read verified", "closed left(1)",
        "closed left(0)",
        "closed blocked", "closed verified", "swapped", "other card", "not checked", "copy", "not recognised",
    ]

    /// Of what can happen only a part, where the rest says the same: no card that is missed or bad, nobody who agrees to some.
    private static func explore(_ app: HomeConsentApp = app(), without left: Set<String> = []) -> Exploration<HomeConsentApp> {
        Exploration(app, inputs.filter { !left.contains($0.name) && !same.contains($0.name) && !$0.name.hasSuffix("expired") })
    }

    /// Drives an app; what it wanted done.
    private static func drive(_ app: inout HomeConsentApp, _ inputs: ReceptionInput...) -> [ReceptionEffect] {
        inputs.flatMap { app.receive($0) }
    }

    private static func toConsent(_ app: inout HomeConsentApp) -> [ReceptionEffect] {
        drive(&app, .begin, .touched(.biometrics(true), by: .staff), settings)
    }

    /// Ends with the bearer proved by PIN.
    private static func toRegistration(_ app: inout HomeConsentApp) -> [ReceptionEffect] {
        toConsent(&app)
            + drive(
                &app, .touched(.consentToAll, by: .patient), .touched(.confirm, by: .patient), .pinTyped(by: .patient), .card(.cardPlaced),
                .card(.cardRead(.left(3), valid)), .card(.pinChecked(.verified)), .card(.proved))
    }

    @Test(arguments: [true, false]) func endsInIdleWhateverHappens(_ first: Bool) {
        let exploration = Exploration(Self.app(first: first), Self.inputs.filter { $0.name != "no" })
        print("home consent, \(first ? "first visit" : "re-visit"): \(exploration.size)")
        checkEndings(exploration) { HomeConsentApp($0.configuration) }
    }

    // MARK: Consent

    /// Consent, then identity, then registration.
    @Test(.holds("R114", "R186")) func consentComesBeforeIdentity() {
        var app = Self.app()
        var trail: [String] = []
        let after: [ReceptionInput] = [.answered(.eligibility(answer())), .touched(.fetch, by: .staff), .answered(.eligibility(answer()))]
        for effect in Self.toRegistration(&app) + after.flatMap({ app.receive($0) }) {
            switch effect {
            case .show(.consent): trail.append("consent")
            case .show(.enterPIN), .show(.lookAtBearer): trail.append("identity")
            case .askEligibility(_, let consent, _): trail.append(consent == nil ? "eligibility" : "registration")
            case .show(.result): trail.append("result")
            default: break
            }
        }
        #expect(trail == ["consent", "identity", "registration", "eligibility", "result"])
        // Nobody comes to identity without an answer, whatever happens.
        let without = Self.explore(without: ["all", "staff: all", "individually"])
        #expect(!without.effects.contains { $0.step != nil || $0.registration != nil })
    }

    /// Nothing is registered that was not answered and confirmed by the patient; the staff may enter the answers.
    @Test(.holds("R115")) func thePatientConfirmsTheSummary() {
        #expect(!Self.explore(without: ["confirm"]).effects.contains { $0.step != nil || $0.registration != nil })
        #expect(Self.explore(without: ["all", "yes", "individually"]).effects.contains { $0.registration != nil })
        let exploration = Self.explore()
        for case .askEligibility(_, let consent?, _) in exploration.effects {
            #expect(consent.answers.keys.contains(.surgery) && consent.answers.keys.contains(.diagnosis))
            #expect(consent.answers.keys.contains(.drugs) && consent.answers.keys.contains(.checkup))
        }
    }

    /// The summary says what was answered, group by group, and the registration is what the summary said.
    @Test(.holds("R115", "R065")) func theSummaryIsWhatIsRegistered() {
        var app = Self.app(first: false)
        let effects =
            Self.toConsent(&app)
            + Self.drive(
                &app, .touched(.consentIndividually, by: .patient), .touched(.consent(false), by: .patient),
                .touched(.consent(true), by: .patient), .touched(.consent(false), by: .patient))
        guard case .show(.consentSummary(let consent))? = effects.last else {
            Issue.record("there is no summary")
            return
        }
        let words = ReceptionText.text(.consentSummary(consent)).text(in: .japanese)
        #expect(words.contains("手術・傷病名・感染症：同意しない") && words.contains("診療・お薬：同意する") && words.contains("健診：同意しない"))
        let sent = Self.drive(&app, .touched(.confirm, by: .patient), .card(.cardPlaced), .card(.cardRead(.left(3), valid)))
        let registration = sent.compactMap(\.registration).first
        #expect(registration?.answers == [.surgery: false, .diagnosis: true, .drugs: true, .checkup: false])
        #expect(registration?.setting == .homeVisit)
    }

    // MARK: Identity

    /// No effect asks the staff for the PIN, and there is no input by which they could give it.
    @Test(.holds("R116", "N17")) func onlyThePatientTypesThePIN() {
        #expect(PINEntrant.allCases == [.patient])
        var asked = 0
        for case .askPIN(let entrant) in Self.explore().effects {
            asked += 1
            #expect(entrant == .patient)
        }
        #expect(asked > 0)
        // Without the patient's typing no PIN reaches a card, whatever the staff do.
        #expect(!Self.explore(Self.app(), without: ["PIN typed", "set visual"]).effects.contains { $0.step != nil })
    }

    /// By the staff's eye or by PIN; whether the card's photograph shows this person is for the staff to say.
    @Test(.holds("R116", "R122", "R170")) func identity() {
        #expect(!Self.explore(Self.app(.homeVisit, .visual), without: ["looked", "set PIN"]).effects.contains { $0.step != nil })
        let offered = Self.explore().effects.compactMap(\.screen).compactMap { screen -> Set<IdentityMethod>? in
            if case .settings(let methods, _) = screen { Set(methods) } else { nil }
        }
        #expect(!offered.isEmpty && offered.allSatisfy { $0 == [.visual, .pin] })
        let words = ReceptionText.text(.settings([.visual, .pin], set: .visual)).text(in: .japanese)
        #expect(words.contains("職員による目視確認") && words.contains("利用者による4桁の暗証番号の入力"))
    }

    /// Only at home, and only after the first visit, nobody is proved again.
    @Test(
        .holds("R117"),
        arguments: [
            (Route.homeVisit, true, true), (.homeVisit, false, false), (.otherRoute, true, true), (.otherRoute, false, true),
            (.readerBroken, true, true), (.readerBroken, false, true),
        ])
    private func identityAtTheFirstVisitOnly(_ route: Route, _ first: Bool, _ proves: Bool) {
        let unproved = Self.explore(Self.app(route, first: first), without: ["proved", "genuine"])
        #expect(unproved.effects.contains { $0.registration != nil } == !proves)
        let exploration = Self.explore(Self.app(route, first: first))
        #expect(exploration.effects.contains { $0.step == .verifyPIN || $0.step == .readPhotograph } == proves)
        #expect(exploration.effects.contains { $0.registration != nil })
    }

    @Test(.holds("R118")) func nobodyLooksOverTheEntry() {
        let note = "患者が暗証番号を入力するときは他人から暗証番号がのぞかれないようにご注意ください。"
        #expect(ReceptionText.text(.enterPIN).text(in: .japanese).last == note)
    }

    /// The icon of the consent screen leads to the settings and back to the question, as if nothing had been answered.
    @Test(.holds("R041")) func theMethodIsSwitchedFromTheConsentScreen() {
        var app = Self.app(.homeVisit, .visual)
        var effects = Self.toConsent(&app) + Self.drive(&app, .touched(.openSettings, by: .staff), .touched(.method(.pin), by: .staff))
        guard case .show(.consent(method: .pin))? = effects.last else {
            Issue.record("the question does not come back")
            return
        }
        effects = Self.drive(&app, .touched(.consentToAll, by: .patient), .touched(.confirm, by: .patient))
        #expect(effects.contains { if case .askPIN = $0 { true } else { false } })
    }

    // MARK: Login, device, account, environment

    @Test(.holds("R184")) func theAppIsOpenedFirst() {
        let closed = Self.explore(without: ["biometrics", "passcode"])
        #expect(!closed.effects.contains { $0.request != nil || $0.step != nil })
        #expect(Self.explore(without: ["passcode"]).effects.contains { $0.registration != nil })
        #expect(Self.explore(without: ["biometrics"]).effects.contains { $0.registration != nil })
        // Four digits are not found by trying, nor is a face or a finger.
        var app = Self.app()
        _ = app.receive(.begin)
        #expect(app.receive(.touched(.biometrics(false), by: .staff)).allSatisfy { $0.request == nil } && app.phase == .loggingIn)
        for _ in 1..<5 { #expect(app.receive(.passcodeChecked(false)).compactMap(\.outcome).isEmpty) }
        #expect(app.receive(.passcodeChecked(false)).compactMap(\.outcome).first?.code == "login-refused")
    }

    /// The passcode of the app is four digits, called パスコード, and no PIN: it has its own type and leads to no card.
    @Test(.holds("R166", "R181")) func thePasscodeIsNoPIN() throws {
        for wrong in ["", "123", "12345", "12a4", "１２３４"] { #expect(AppPasscode(Secret(Array(wrong.utf8))) == nil) }
        let passcode = try #require(AppPasscode(Secret(Array("2468".utf8))))
        #expect(passcode.matches(try #require(AppPasscode(Secret(Array("2468".utf8))))))
        #expect(!passcode.matches(try #require(AppPasscode(Secret(Array("2469".utf8))))))
        let open = ReceptionText.text(.openApp).text(in: .japanese).joined()
        let pin = ReceptionText.text(.enterPIN).text(in: .japanese).joined()
        #expect(open.contains("パスコード") && !open.contains("暗証番号") && pin.contains("暗証番号") && !pin.contains("パスコード"))
    }

    @Test(.holds("R177"), arguments: [(AccountRight.general, true), (.medicalViewing, true), (.administrator, false)])
    func accounts(_ right: AccountRight, _ serves: Bool) {
        var app = Self.app(right: right)
        #expect(app.receive(.begin).compactMap(\.outcome).isEmpty == serves)
    }

    @Test(
        .holds("R171", "R173"),
        arguments: [
            (ReceptionDevice(.ipad), true), (ReceptionDevice(.windows), true), (ReceptionDevice(.iphone), true),
            (ReceptionDevice(.android), true), (ReceptionDevice(.android, owner: .patient), false),
            (ReceptionDevice(.ipad, readsCards: false), false),
        ])
    func devices(_ device: ReceptionDevice, _ serves: Bool) {
        var app = Self.app(on: device)
        #expect(app.receive(.begin).compactMap(\.outcome).isEmpty == serves)
    }

    /// While the facility has not switched it on, nobody is asked anything.
    @Test(
        .holds("R167"),
        arguments: [(Route.otherRoute, EnvironmentSetting.homeVisits), (.readerBroken, .homeVisits), (.homeVisit, .otherRoutes)])
    private func theFunctionIsOff(_ route: Route, _ other: EnvironmentSetting) {
        var app = Self.app(route)
        let effects = Self.drive(
            &app, .begin, .touched(.biometrics(true), by: .staff), .answered(.environment(.settings([other]))))
        #expect(effects.compactMap(\.outcome).first?.code == "function-off")
        #expect(!effects.contains { if case .show(.consent) = $0 { true } else { false } })
    }

    // MARK: Registration

    /// A card that is no insurance card yet: the patient is asked, and the consent is registered once the card is.
    @Test(.holds("R053", "R174")) func theCardCanBeRegistered() {
        var app = Self.app()
        _ = Self.toRegistration(&app)
        var effects = Self.drive(&app, .failed(Self.notRegistered))
        guard case .show(.offerCard)? = effects.last else {
            Issue.record("the card is not offered to be registered")
            return
        }
        effects = Self.drive(&app, .touched(.register(true), by: .patient))
        #expect(effects.contains { if case .registerCard(from: .app) = $0 { true } else { false } })
        #expect(Self.drive(&app, .answered(.registration(.registered))).compactMap(\.registration).count == 1)
        #expect(app.receive(.answered(.eligibility(answer()))).compactMap(\.outcome).isEmpty && app.phase == .registered)
        // Nobody's card is registered without a yes.
        #expect(
            !Self.explore(without: ["register"]).effects.contains { if case .registerCard = $0 { true } else { false } })
    }

    /// Once the centre has acknowledged the consent, no end says otherwise; as long as it has not, no end says that it has.
    @Test func whatIsAcknowledgedStands() {
        let exploration = Self.explore()
        let acknowledged: Set<HomeConsentApp.Phase> = [.registered, .fetching, .showing]
        var ends = 0
        for step in exploration.steps {
            for outcome in step.effects.compactMap(\.outcome) {
                ends += 1
                switch outcome {
                case .completed, .registered: #expect(acknowledged.contains(step.from.phase), "\(step.name) in \(step.from.phase)")
                case .notCompleted:
                    #expect(!acknowledged.contains(step.from.phase), "\(step.name) in \(step.from.phase)")
                    // What was sent is called not registered only by the centre's own word.
                    if step.from.phase == .registering { #expect(["refused by the centre", "not registered"].contains(step.name)) }
                case .consentUnknown: #expect(step.from.phase == .registering, "\(step.name) in \(step.from.phase)")
                }
            }
        }
        #expect(ends > 100)
    }

    /// Without an answer the same registration is sent again, two times; then its fate is called unknown.
    @Test func aRegistrationWithoutAnswerIsSentAgain() {
        var app = Self.app()
        #expect(Self.toRegistration(&app).compactMap(\.registration).count == 1)
        #expect(app.receive(.timedOut).compactMap(\.registration).count == 1)
        #expect(app.receive(.failed(CentreError.otherAnswer)).compactMap(\.registration).count == 1)
        #expect(app.receive(.timedOut).compactMap(\.outcome).first?.code == "consent-unknown")
        #expect(app.isIdle)
    }
}
