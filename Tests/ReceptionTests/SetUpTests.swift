import Centre
import CentreSimulator
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess
import Reception
import SimulationKit
import Station
import TestSupport
import Testing

/// Accounts, activation codes, devices and the first start of an app, against the simulated centre.
@Suite struct SetUpTests {
    private static let password = Secret(Array("angou-dayo".utf8))

    /// A facility at which everybody touches what the test says. Its centre is real.
    private final class Facility {
        let counter: Counter
        let core: CentreCore
        var touches: (ReceptionScreen) -> ScreenReply? = { _ in nil }
        var devices: [DeviceToken] = []
        var passcodes: [AppPasscode] = []

        init(_ change: (inout CentreRules) -> Void = { _ in }) throws {
            var rules = CentreRules()
            rules.hashRounds = 2
            rules.institution = "9910000001"
            change(&rules)
            core = CentreCore(try .inMemory(), rules: rules, random: SeededGenerator(seed: 7))
            var touch: (ReceptionScreen) -> ScreenReply? = { _ in nil }
            counter = try Counter(touches: { touch($0) }, answers: { _ in nil })
            counter.setting.account = nil
            counter.setting.visit.centre = EmbeddedCentre(core: core, on: counter.station)
            counter.setting.keepDevice = { [unowned self] in devices.append($0) }
            counter.setting.keepPasscode = { [unowned self] in passcodes.append($0) }
            touch = { [unowned self] in touches($0) }
        }

        /// The screens of the last visit begin behind this one.
        private var seen = 0
        var screens: [ReceptionScreen] { Array(counter.screens.shown.dropFirst(seen)) }
        var headings: [String] { Array(counter.screens.headings.dropFirst(seen)) }

        func run(_ flow: some ReceptionFlow, _ touches: @escaping (ReceptionScreen) -> ScreenReply?) -> String {
            seen = counter.screens.shown.count
            self.touches = touches
            let visit = AppVisit(flow, counter.setting, on: counter.station)
            let outcome = visit.run()
            #expect(visit.flow == flow, "an idle flow has nothing of anybody")
            return outcome.code
        }

        func pass(_ duration: Duration) {
            let end = counter.station.now + duration
            // What is left of the last visit is of no interest to anybody.
            while case .event = counter.station.next(until: end) {}
        }
    }

    /// The administrator, or somebody else, does one thing after the other at the terminal. Returns how it ended.
    private func prepare(
        _ facility: Facility, user: String = "kanri", password: Secret = SyntheticAccounts.password, _ todo: [Touch]
    ) -> String {
        var todo = todo[...]
        return facility.run(AppPreparation()) { screen in
            switch screen {
            case .logIn: .touched(.logIn(user: user, password: password), by: .staff)
            case .preparation: .touched(todo.popFirst() ?? .end, by: .staff)
            case .accountMade, .activationCode, .webAddress: .touched(.again, by: .staff)
            case .message: .touched(.again, by: .staff)
            default: nil
            }
        }
    }

    private func code(_ facility: Facility) throws -> String {
        #expect(prepare(facility, [.issueCode(memo: "訪問用タブレット1")]) == "completed")
        return try #require(facility.screens.compactMap { if case .activationCode(let code) = $0 { code } else { nil } }.first)
    }

    /// Somebody sets the app up, and gives up when it is refused.
    private func setUp(
        _ facility: Facility, code: String, user: String = "uketsuke", password: Secret = SyntheticAccounts.password,
        institution: String = "9910000001"
    ) -> String {
        let form = AppActivation(institution: institution, user: user, password: password, code: code, device: .ipad)
        return facility.run(AppSetUp(.init(.homeConsent, on: ReceptionDevice(.ipad)))) { screen in
            switch screen {
            case .terms: .touched(.consent(true), by: .staff)
            case .deviceSafety: .touched(.confirm, by: .staff)
            case .setUpForm(let wrong, let refused):
                wrong.isEmpty && refused == nil ? .touched(.activate(form), by: .staff) : .touched(.end, by: .staff)
            case .choosePasscode: AppPasscode(Secret(Array("2468".utf8))).map { .newPasscode($0) }
            default: nil
            }
        }
    }

    /// Why the form was shown again.
    private func refusal(_ facility: Facility) -> String? {
        facility.screens.compactMap { if case .setUpForm(_, let refused) = $0 { refused?.english } else { nil } }.last
    }

    private func wrong(_ facility: Facility) -> Set<SetUpField> {
        facility.screens.compactMap { if case .setUpForm(let wrong, _) = $0 { wrong } else { nil } }.last ?? []
    }

    // MARK: The whole way

    /// Account, log-in, code, ten minutes, set-up, and a visit with the passcode that was chosen.
    @Test(.holds("R175", "R178", "R181")) func fromTheAccountToTheFirstVisit() throws {
        let facility = try Facility()
        let account = NewAccount(
            right: .general, user: "houmon1", name: "試験 訪問", kana: "シケン ホウモン", from: CalendarDay(inJapanAtUnixTime: opening),
            password: Self.password)
        #expect(prepare(facility, [.createAccount(account), .issueCode(memo: "訪問用タブレット1"), .makeWebAddress]) == "completed")
        #expect(
            facility.headings.filter { $0 != "お待ちください。" && $0 != "マイナ資格確認アプリ管理" }.map { $0.prefix(6) }
                == ["ログイン", "アカウントを", "アクティベー", "医療機関等別", "終了しました"])
        let code = try #require(facility.screens.compactMap { if case .activationCode(let code) = $0 { code } else { nil } }.first)
        #expect(
            prepare(facility, user: "houmon1", password: Self.password, []) == "account-not-permitted", "it has no menu, but has logged in")
        facility.pass(.seconds(600))
        #expect(setUp(facility, code: code, user: "houmon1", password: Self.password) == "completed")
        #expect(facility.devices.count == 1 && facility.passcodes.count == 1)
        #expect(
            facility.headings == [
                "利用規約に同意しますか。", "端末のセキュリティ対策を確認してください。", "機関コード、ID、パスワード、アクティベーションコードを登録してください。",
                "お待ちください。", "ログイン用の4桁のパスコードを決めてください。", "終了しました。",
            ])
        // The account is the one of the device; the passcode opens the app from now on.
        facility.counter.setting.account = "houmon1"
        facility.counter.setting.passcode = facility.passcodes.first
        facility.counter.device.place(facility.counter.card, at: facility.counter.station.now + .seconds(20))
        let app = HomeConsentApp(
            .init(device: ReceptionDevice(.ipad), right: .general, route: .homeVisit, isFirstVisit: true, method: .pin))
        let outcome = facility.run(app) { screen in
            switch screen {
            case .openApp: AppPasscode(Secret(Array("2468".utf8))).map { .passcode($0) }
            case .consent: .touched(.consentToAll, by: .patient)
            case .consentSummary: .touched(.confirm, by: .patient)
            case .consentRegistered: .touched(.fetch, by: .staff)
            case .result: .touched(.end, by: .staff)
            default: nil
            }
        }
        #expect(outcome == "completed", "\(facility.headings)")
        let query = ObtainedQuery(institution: "9910000001", day: CalendarDay(inJapanAtUnixTime: opening))
        let answer = try facility.core.answer(
            CentreMessage(.obtained(query), from: CentreCaller(.receiptComputer)), at: facility.counter.station.unixTime)
        guard case .obtained(let answers) = answer else { throw CentreError.otherAnswer }
        #expect(answers.contains { $0.person?.name == hanakosName }, "the receipt computer gets who was received at home")
    }

    // MARK: What the centre refuses

    /// The code was issued at the second at which the centre was asked: some seconds before the visit at the terminal was over.
    @Test(.holds("R176", "N05")) func aCodeIsUsedAfterTenMinutes() throws {
        let facility = try Facility()
        #expect(prepare(facility, user: "uketsuke", []) == "account-not-permitted")
        let code = try code(facility)
        #expect(facility.screens.contains { ReceptionText.text($0).lines.contains { $0.japanese == "発行から10分程度経過してから利用してください。" } })
        facility.pass(.seconds(580))
        #expect(setUp(facility, code: code) == "cancelled")
        #expect(refusal(facility)?.contains("ten minutes") == true && facility.devices.isEmpty)
        facility.pass(.seconds(30))
        #expect(setUp(facility, code: code) == "completed" && facility.devices.count == 1)
    }

    @Test(.holds("R180", "N07")) func theAccountMustHaveLoggedIn() throws {
        let facility = try Facility()
        let code = try code(facility)
        facility.pass(.seconds(600))
        #expect(setUp(facility, code: code) == "cancelled")
        #expect(refusal(facility) == CentreRefusal.accountNeverUsed.sentence.english)
    }

    @Test(.holds("R177", "R183")) func theAccountIsAGeneralOrAViewingOne() throws {
        let facility = try Facility()
        let code = try code(facility)
        facility.pass(.seconds(600))
        #expect(setUp(facility, code: code, user: "kanri") == "cancelled")
        #expect(refusal(facility) == AccessRefusal.account.sentence.english && facility.devices.isEmpty)
    }

    @Test(.holds("R175", "R178")) func onlyAnAdministratorPrepares() throws {
        for user in ["uketsuke", "shinsatu"] {
            let facility = try Facility()
            #expect(prepare(facility, user: user, [.issueCode(memo: "x")]) == "account-not-permitted")
            #expect(prepare(facility, user: user, password: Self.password, []) == "centre-log-in-failed")
        }
        let facility = try Facility()
        #expect(prepare(facility, [.issueCode(memo: "")]) == "completed")
        #expect(facility.headings.contains(CentreRefusal.text.sentence.japanese), "without a memo there is no code")
    }

    // MARK: What is not sent

    @Test(
        .holds("R179", "R182", "N06", "N08"),
        arguments: [
            ("991000000", "uketsuke", [.institution]), ("９９１００００００１", "uketsuke", [.institution]),
            ("9910000001", "u", [.user]), ("9910000001", "uketsuke9", [.user]), ("9910000001", "受付", [.user]),
            ("1", "", [.institution, .user]),
        ] as [(String, String, Set<SetUpField>)])
    func whatCannotBeRightIsShownAtOnce(_ institution: String, _ user: String, _ fields: Set<SetUpField>) throws {
        let facility = try Facility()
        #expect(setUp(facility, code: "ABCDEF", user: user, institution: institution) == "cancelled")
        #expect(wrong(facility) == fields)
        #expect(try facility.core.auditTrail().isEmpty, "the centre was not asked")
    }

    @Test(.holds("R181")) func passwordAndCodeAreNeeded() throws {
        let facility = try Facility()
        #expect(setUp(facility, code: "", password: Secret([])) == "cancelled")
        #expect(wrong(facility) == [.password, .code])
    }

    @Test(.holds("R181")) func whoRefusesTheTermsGetsNoApp() throws {
        let facility = try Facility()
        let flow = AppSetUp(.init(.homeConsent, on: ReceptionDevice(.ipad)))
        #expect(facility.run(flow) { if case .terms = $0 { .touched(.consent(false), by: .staff) } else { nil } } == "terms-refused")
    }

    @Test(.holds("R185")) func theDeviceMustBeSafe() throws {
        let facility = try Facility()
        let flow = AppSetUp(.init(.homeConsent, on: ReceptionDevice(.ipad)))
        let outcome = facility.run(flow) { if case .terms = $0 { .touched(.consent(true), by: .staff) } else { nil } }
        #expect(outcome == "timed-out", "nobody has said that it is")
        #expect(facility.screens.contains { ReceptionText.text($0).lines.contains { $0.japanese.contains("ウイルス対策ソフト") } })
    }

    @Test(.holds("R172"), arguments: [(1_743_433_199, "not-yet-available"), (1_743_433_200, "terms-refused")] as [(Int64, String)])
    func theHomeConsentAppIsThereSinceApril2025(_ time: Int64, _ code: String) {
        #expect(outcome(of: AppSetUp(.init(.homeConsent, on: ReceptionDevice(.ipad))), at: time) == code)
    }

    @Test(.holds("R172")) func eachServiceHasItsFirstDay() {
        let home = HomeConsentApp(.init(device: ReceptionDevice(.ipad), right: .general, route: .homeVisit, isFirstVisit: true))
        let web = WebReception(.init(device: ReceptionDevice(.windows), address: "x"))
        #expect(outcome(of: home, at: 1_743_433_199) == "not-yet-available" && outcome(of: home, at: 1_743_433_200) != "not-yet-available")
        #expect(outcome(of: web, at: 1_698_764_399) == "not-yet-available" && outcome(of: web, at: 1_698_764_400) != "not-yet-available")
    }

    /// How a flow ends at a Unix time where whoever is there refuses the first thing that is asked.
    private func outcome(of flow: some ReceptionFlow, at time: Int64) -> String {
        let station = Station(.virtual, startUnixTime: time)
        guard let counter = try? Counter(station: station, touches: { _ in .touched(.consent(false), by: .staff) }, answers: { _ in nil })
        else { return "" }
        return AppVisit(flow, counter.setting, on: station).run().code
    }

    // MARK: The limited type

    @Test(.holds("R039", "N04")) func aDeviceOfTheLimitedTypeIsRegisteredAndBegins() throws {
        let facility = try Facility()
        let outcome = facility.run(AppSetUp(.init(.limited, on: ReceptionDevice(.windows)))) { screen in
            switch screen {
            case .terms: .touched(.consent(true), by: .staff)
            case .deviceSafety: .touched(.confirm, by: .staff)
            case .deviceForm: .touched(.registerDevice(name: "健診室"), by: .staff)
            default: nil
            }
        }
        #expect(outcome == "completed" && facility.passcodes.isEmpty)
        func begin(_ token: DeviceToken) -> String {
            facility.run(LimitedApp(.init(device: ReceptionDevice(.windows), token: token))) {
                if case .ready = $0 { .touched(.end, by: .staff) } else { nil }
            }
        }
        #expect(begin(try #require(facility.devices.first)) == "cancelled")
        #expect(begin(DeviceToken("another")) == "centre-device-unknown")
    }

    // MARK: Every state

    @Test func everyStateEndsInIdleWithNothingOfAnybody() {
        let error = CentreError(.codeTooEarly)
        let inputs: [(name: String, input: ReceptionInput)] = [
            ("begin", .begin), ("agree", .touched(.consent(true), by: .staff)), ("refuse", .touched(.consent(false), by: .staff)),
            ("the patient agrees", .touched(.consent(true), by: .patient)), ("confirm", .touched(.confirm, by: .staff)),
            (
                "activate",
                .touched(
                    .activate(
                        AppActivation(
                            institution: "9910000001", user: "uketsuke", password: SyntheticAccounts.password, code: "A", device: .ipad)),
                    by: .staff)
            ), ("register", .touched(.registerDevice(name: "x"), by: .staff)), ("token", .answered(.app(.device(DeviceToken("t"))))),
            ("refused", .failed(error)), ("chosen", .passcodeChosen), ("end", .touched(.end, by: .staff)),
            ("other answer", .answered(.done)),
            ("log in", .touched(.logIn(user: "kanri", password: SyntheticAccounts.password), by: .staff)),
            ("logged in", .answered(.account(.loggedIn(.administrator)))), ("as general", .answered(.account(.loggedIn(.general)))),
            ("issue", .touched(.issueCode(memo: "x"), by: .staff)), ("code", .answered(.app(.code("A")))),
            ("address", .touched(.makeWebAddress, by: .staff)), ("made", .answered(.environment(.webAddress("x")))),
            ("again", .touched(.again, by: .staff)),
        ]
        for app in AppSetUp.App.allCases {
            let exploration = Exploration(AppSetUp(.init(app, on: ReceptionDevice(.ipad))), inputs)
            checkEndings(exploration) { AppSetUp($0.configuration) }
            #expect(Set(exploration.states.map(\.phase)).count == (app == .limited ? 5 : 6), "every phase is reached")
            // Nothing is kept of a device that the centre does not know.
            for step in exploration.steps where step.effects.contains(where: { if case .keepDevice = $0 { true } else { false } }) {
                #expect(step.from.phase == .registering && step.name == "token")
            }
        }
        let exploration = Exploration(AppPreparation(), inputs)
        checkEndings(exploration) { AppPreparation($0.configuration) }
        #expect(Set(exploration.states.map(\.phase)) == Set(AppPreparation.Phase.allCases))
        for step in exploration.steps where step.to.phase == .making && step.from.phase != .making {
            #expect(step.from.phase == .choosing, "nothing is made before an administrator has logged in")
        }
    }
}
