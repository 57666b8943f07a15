import Centre
import Diagnosis
import TestSupport
import Testing

@testable import CentreSimulator

@Suite struct AppTests {
    let counter: Counter

    init() throws { counter = try Counter() }

    /// A code that is ten minutes old, and an account that has logged in.
    private func prepared(_ counter: Counter? = nil, memo: String = "訪問用タブレット") throws -> String {
        let counter = counter ?? self.counter
        guard case .code(let code) = try counter.app(.issueCode(memo: memo), from: .administrator) else { throw CentreError.otherAnswer }
        for account in SyntheticAccounts.all { try counter.logIn(account) }
        counter.now += 600
        return code
    }

    private func form(
        _ code: String, institution: String = "9910000001", user: String = "uketsuke", password: Secret = SyntheticAccounts.password,
        device: DeviceKind = .ipad
    ) -> CentreRequest {
        .app(.activate(AppActivation(institution: institution, user: user, password: password, code: code, device: device)))
    }

    private let device = CentreCaller(.app)

    @Test(.holds("R175", "R200")) func codesAreTheAdministratorsToIssue() throws {
        for caller in [CentreCaller.counter, .consulting] {
            #expect(try counter.refusal(.app(.issueCode(memo: "x")), from: caller) == "account-not-permitted")
        }
        #expect(try counter.refusal(.app(.issueCode(memo: "")), from: .administrator) == "centre-text-length")
        #expect(
            try counter.refusal(.app(.issueCode(memo: String(repeating: "x", count: 51))), from: .administrator) == "centre-text-length")
        let codes = try Set((0..<5).map { _ in try prepared() })
        #expect(codes.count == 5)
    }

    @Test(.holds("R176", "N05")) func aCodeIsUsedAfterTenMinutes() throws {
        let code = try prepared()
        counter.now -= 1
        #expect(try counter.refusal(form(code), from: device) == "centre-activation-code-early")
        counter.now += 1
        guard case .app(.device) = try counter.ask(form(code), from: device) else {
            Issue.record("not set up")
            return
        }
    }

    @Test func aClockThatWentBackMakesNoCodeOlder() throws {
        let code = try prepared()
        counter.now = .min
        #expect(throws: CentreError.self) { try counter.ask(form(code), from: device) }
    }

    @Test func aCodeIsUsedOnceUnlessTheRuleSaysOtherwise() throws {
        let code = try prepared()
        _ = try counter.ask(form(code), from: device)
        #expect(try counter.refusal(form(code, user: "shinsatu"), from: device) == "centre-activation-code")
        var rules = CentreRules()
        rules.activationIsSingle = false
        let lenient = try Counter(rules)
        let again = try prepared(lenient)
        _ = try lenient.ask(form(again), from: device)
        _ = try lenient.ask(form(again, user: "shinsatu"), from: device)
    }

    @Test func aCodeMayHaveALifetime() throws {
        var rules = CentreRules()
        rules.activationLifetime = 86_400
        let counter = try Counter(rules)
        let code = try prepared(counter)
        counter.now = noon + 86_401
        #expect(try counter.refusal(form(code), from: device) == "centre-activation-code")
        counter.now = noon + 86_400
        _ = try counter.ask(form(code), from: device)
    }

    @Test func aCodeThatWasTakenBackIsWorthNothing() throws {
        let code = try prepared()
        _ = try counter.ask(.app(.invalidateCode(code)), from: .administrator)
        #expect(try counter.refusal(form(code), from: device) == "centre-activation-code")
        #expect(try counter.refusal(.app(.invalidateCode("nothing")), from: .administrator) == "centre-activation-code")
    }

    @Test(.holds("R182", "N08"), arguments: ["", "991000000", "99100000011", "９９１００００００１", "991000000a", "9910000001\n"])
    func theInstitutionHasTenDigits(institution: String) throws {
        let code = try prepared()
        #expect(try counter.refusal(form(code, institution: institution), from: device) == "centre-institution-code")
    }

    @Test func theInstitutionIsTheFacilitys() throws {
        var rules = CentreRules()
        rules.institution = "9910000001"
        let counter = try Counter(rules)
        let code = try prepared(counter)
        #expect(try counter.refusal(form(code, institution: "9910000002"), from: device) == "centre-institution-code")
        _ = try counter.ask(form(code), from: device)
    }

    @Test(.holds("R180", "N07")) func theAccountHasLoggedInBefore() throws {
        guard case .code(let code) = try counter.app(.issueCode(memo: "x"), from: .administrator) else { throw CentreError.otherAnswer }
        counter.now += 600
        #expect(try counter.refusal(form(code), from: device) == "centre-account-never-used")
        try counter.logIn(SyntheticAccounts.counter)
        _ = try counter.ask(form(code), from: device)
    }

    @Test(.holds("R177", "R183", "R201", "R202")) func theAppNeedsAGeneralOrAViewingAccount() throws {
        #expect(try counter.refusal(form(try prepared(), user: "kanri"), from: device) == "account-not-permitted")
        _ = try counter.ask(form(try prepared(), user: "uketsuke"), from: device)
        _ = try counter.ask(form(try prepared(), user: "shinsatu"), from: device)
    }

    @Test(.holds("R177", "R203")) func eachDeviceHasAnAccountOfItsOwn() throws {
        _ = try counter.ask(form(try prepared()), from: device)
        #expect(try counter.core.database.rows("SELECT name FROM device WHERE account = 'uketsuke'") { $0.text(0) } == ["訪問用タブレット"])
        #expect(try counter.refusal(form(try prepared()), from: device) == "centre-account-has-device")
    }

    @Test(.holds("R181")) func allFourAreNeeded() throws {
        let code = try prepared()
        #expect(try counter.refusal(form(code, password: Secret("wrong".utf8)), from: device) == "centre-log-in-failed")
        #expect(try counter.refusal(form(code, user: "nobody"), from: device) == "centre-log-in-failed")
        #expect(try counter.refusal(form("ABC"), from: device) == "centre-activation-code")
        #expect(try counter.refusal(form(code)) == "centre-place-not-permitted", "on the device, not at the terminal")
        _ = try counter.ask(form(code), from: device)
    }

    @Test(.holds("R039", "N04")) func aDeviceOfTheLimitedTypeIsRegistered() throws {
        #expect(try counter.refusal(.app(.authenticate(DeviceToken("unknown"))), from: device) == "centre-device-unknown")
        guard case .device(let token) = try counter.app(.registerDevice(name: "健診室", .windows), from: .terminal) else {
            throw CentreError.otherAnswer
        }
        #expect(try counter.app(.authenticate(token), from: device) == .authenticated)
        // The home app's device is another kind.
        guard
            case .device(let home) = try counter.app(
                .activate(
                    AppActivation(
                        institution: "9910000001", user: "uketsuke", password: SyntheticAccounts.password, code: try prepared(),
                        device: .ipad)),
                from: device)
        else { return }
        #expect(try counter.refusal(.app(.authenticate(home)), from: device) == "centre-device-unknown")
    }
}
