import Cards
import Centre
import Diagnosis
import Eligibility
import JapaneseCalendar
import MedicalAccess
import Reception
import Station
import TestSupport
import Testing

/// The flows over a station, with a reader, a card and a centre that is a test double.
@Suite struct AppVisitTests {
    private static let limited = LimitedApp(.init(device: ReceptionDevice(.windows), token: DeviceToken("device1"), method: .pin))

    private static func home(_ method: IdentityMethod) -> HomeConsentApp {
        HomeConsentApp(.init(device: ReceptionDevice(.ipad), right: .general, route: .homeVisit, isFirstVisit: true, method: method))
    }

    /// What everybody does where all goes well.
    private static func touch(_ screen: ReceptionScreen) -> ScreenReply? {
        switch screen {
        case .ready: .touched(.start, by: .staff)
        case .openApp: AppPasscode(Secret(Array("2468".utf8))).map { .passcode($0) }
        case .lookAtBearer: .touched(.looked, by: .staff)
        case .consent: .touched(.consentToAll, by: .patient)
        case .consentSummary: .touched(.confirm, by: .patient)
        case .consentRegistered: .touched(.fetch, by: .staff)
        case .checkPhoto: .touched(.photoMatches(true), by: .staff)
        case .compareInformation: .touched(.informationMatches(true), by: .staff)
        case .result, .limitedResult: .touched(.end, by: .staff)
        default: nil
        }
    }

    /// A centre that says yes.
    private static func agree(_ message: CentreMessage) -> CentreReply? {
        switch message.request {
        case .app: .success(.app(.authenticated))
        case .environment(.read): .success(.environment(.settings([.homeVisits, .otherRoutes])))
        case .environment: .success(.environment(.checked(true)))
        case .eligibility: .success(.eligibility(answer()))
        default: nil
        }
    }

    @Test(.holds("R035", "R042", "R040"), arguments: [IdentityMethod.pin, .visual]) func limitedType(_ method: IdentityMethod) throws {
        let counter = try Counter(touches: Self.touch, answers: Self.agree)
        var kept = KeptResults()
        counter.setting.keep = { kept.keep($0, at: $1) }
        let app = LimitedApp(.init(device: ReceptionDevice(.windows), token: DeviceToken("device1"), method: method))
        let visit = AppVisit(app, counter.setting, on: counter.station)
        let outcome = visit.run()
        #expect(outcome.code == "completed" && visit.flow == app)
        #expect(counter.centre.queries.map(\.query.service) == [.limited] && counter.centre.queries.first?.query.consent == nil)
        #expect(counter.centre.messages.allSatisfy { $0.caller == CentreCaller(.app, account: "user1") && $0.operation == nil })
        #expect(kept.list(at: counter.station.unixTime).map(\.result.person?.name) == [hanakosName])
        #expect(!counter.cardHasPower && counter.card.complaints.isEmpty && counter.device.complaints.isEmpty)
        // What is left on the screen names nobody.
        #expect(counter.screens.headings.last == "終了しました。")
    }

    @Test(.holds("R114", "R184", "R186"), arguments: [IdentityMethod.pin, .visual]) func homeConsent(_ method: IdentityMethod) throws {
        let counter = try Counter(touches: Self.touch, answers: Self.agree)
        counter.setting.passcode = AppPasscode(Secret(Array("2468".utf8)))
        let visit = AppVisit(Self.home(method), counter.setting, on: counter.station)
        #expect(visit.run().code == "completed")
        let queries = counter.centre.queries
        #expect(queries.map { $0.query.consent?.setting } == [.homeVisit, nil])
        #expect(queries.first?.query.consent?.answers[.specifiedDisease] == true)
        #expect(queries.map(\.message.operation?.value) == ["operation1", nil])
        #expect(!counter.cardHasPower && counter.card.complaints.isEmpty)
    }

    /// The passcode of the app reaches no card: a wrong one costs no try of the PIN (R166).
    @Test(.holds("R166", "R184")) func aWrongPasscodeOpensNothing() throws {
        let counter = try Counter(touches: Self.touch, answers: Self.agree)
        counter.setting.passcode = AppPasscode(Secret(Array("1357".utf8)))
        #expect(AppVisit(Self.home(.pin), counter.setting, on: counter.station).run().code == "login-refused")
        #expect(counter.centre.messages.isEmpty && counter.card.triesLeft(of: .authenticationPIN) == 3)
    }

    /// A lost answer: the same operation goes out again under the same name, so the centre does it once.
    @Test func aRegistrationIsSentAgainUnderItsName() throws {
        var asked = 0
        let counter = try Counter(touches: Self.touch) { message in
            guard case .eligibility = message.request else { return Self.agree(message) }
            asked += 1
            return asked == 1 ? nil : Self.agree(message)
        }
        counter.setting.passcode = AppPasscode(Secret(Array("2468".utf8)))
        #expect(AppVisit(Self.home(.pin), counter.setting, on: counter.station).run().code == "completed")
        #expect(counter.centre.queries.map(\.message.operation?.value) == ["operation1", "operation1", nil])
    }

    @Test(.holds("R119", "R170")) func webReception() throws {
        let counter = try Counter(touches: Self.touch, answers: Self.agree)
        let web = WebReception(.init(device: ReceptionDevice(.android, owner: .patient), address: "https://example.jp/r/1"))
        #expect(AppVisit(web, counter.setting, on: counter.station).run().code == "completed")
        #expect(counter.centre.queries.map(\.message.caller.place) == [.web, .terminal])
        #expect(counter.screens.headings.contains("顔写真付き身分証で本人確認を行う") && counter.screens.headings.contains("患者情報が一致するか確認"))
    }

    @Test func aWrongPINCostsOneTry() throws {
        let counter = try Counter(pin: "9999", touches: Self.touch, answers: Self.agree)
        #expect(AppVisit(Self.limited, counter.setting, on: counter.station).run().code == "pin-rejected")
        #expect(counter.card.triesLeft(of: .authenticationPIN) == 2 && counter.centre.queries.isEmpty && !counter.cardHasPower)
    }

    /// Whatever ends a visit, at whatever moment: the card has no power, the screen and the flow have nothing of anybody, and a registration
    /// that was acknowledged is told.
    @Test(arguments: [IdentityMethod.pin, .visual]) func cancelledAtEveryMoment(_ method: IdentityMethod) throws {
        for eighth in 0..<220 {
            let moment = Duration.milliseconds(125 * eighth)
            let counter = try Counter(touches: Self.touch, answers: Self.agree)
            counter.setting.passcode = AppPasscode(Secret(Array("2468".utf8)))
            counter.station.attach(Alarm(at: .zero + moment, counter.station))
            let visit = AppVisit(Self.home(method), counter.setting, on: counter.station)
            let outcome = visit.run()
            #expect(visit.flow == Self.home(method), "\(moment)")
            #expect(!counter.cardHasPower && counter.card.complaints.isEmpty, "\(moment)")
            if case .message = counter.screens.shown.last {} else { Issue.record("\(moment): the screen still shows something") }
            let isAcknowledged = counter.screens.headings.contains("同意登録が完了しました。")
            #expect(isAcknowledged == ["completed", "registered-cancelled"].contains(outcome.code), "\(moment): \(outcome.code)")
        }
    }

    // MARK: Medical information in a disaster

    private static func disaster(_ profession: Profession) -> DisasterViewing {
        DisasterViewing(.init(professions: ["user1": profession]))
    }

    /// The whole way: by the emergency right, audited before it is shown; somebody who is no qualified person is refused, which is audited too.
    @Test(.holds("R111", "R112", "R145a", "N19"), arguments: [(Profession.doctor, true), (.clerk, false)])
    func disasterViewing(_ profession: Profession, _ serves: Bool) throws {
        let period = EmergencyOpening(name: "test", first: opening, last: opening + 86_400)
        let sealed = SealedRecords(drugs, of: PatientKey("p1"))
        let counter = try Counter { screen in
            switch screen {
            case .logIn: .touched(.logIn(user: "user1", password: Secret([0x31])), by: .staff)
            case .disasterSearch:
                .touched(
                    .searchByPerson(name: hanakosName, birth: CalendarDay(inJapanAtUnixTime: opening), sex: 2, address: "試験県"), by: .staff)
            case .disasterConsent: .touched(.consent(true), by: .staff)
            case .chooseRecords: .touched(.view(.drugs, from: nil, until: nil), by: .staff)
            case .records, .message: .touched(.end, by: .staff)
            default: nil
            }
        } answers: { message in
            switch message.request {
            case .account: .success(.account(.loggedIn(.medicalViewing)))
            case .disaster(.open): .success(.disaster(.open(period)))
            case .disaster(.searchByPerson): .success(.disaster(.found([answer()])))
            case .disaster(.consent(let patient, let agrees)):
                .success(.disaster(.consent(EmergencyConsent(period, of: patient, agrees: agrees, at: opening))))
            case .medical: .success(.medical(.records(sealed)))
            default: nil
            }
        }
        let outcome = AppVisit(Self.disaster(profession), counter.setting, on: counter.station).run()
        #expect(outcome.code == "completed")
        #expect(counter.screens.headings.contains("処方履歴") == serves)
        let entry = try #require(counter.audit.entries.first)
        #expect(counter.audit.entries.count == 1 && entry.category == .drugs && entry.patient == PatientKey("p1"))
        #expect(entry.outcome == (serves ? .shown(.emergency("test")) : .refused(.notQualified)))
        #expect(counter.centre.messages.contains { if case .medical = $0.request { true } else { false } } == serves)
    }
}

/// Cancels a station at a moment.
private final class Alarm: TimeDriven {
    private let moment: Instant
    private let station: Station
    private var hasRung = false

    init(at moment: Instant, _ station: Station) {
        self.moment = moment
        self.station = station
    }

    var nextDue: Instant? { hasRung ? nil : moment }

    func advance(to now: Instant) {
        guard !hasRung, now >= moment else { return }
        hasRung = true
        station.inbox.cancel()
    }
}
