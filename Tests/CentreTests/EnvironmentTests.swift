import Centre
import Certificates
import MedicalAccess
import TestSupport
import Testing
import TwoDimensionalCode

@testable import CentreSimulator

@Suite struct EnvironmentTests {
    let counter: Counter

    init() throws { counter = try Counter() }

    private func query(_ setting: CareSetting?, _ service: EligibilityQuery.Service = .full) throws -> CentreRequest {
        .eligibility(
            EligibilityQuery(
                serial: CertificateSerial(SyntheticPersons.hanako.serial), day: try day("20261121"), service: service,
                consent: setting.map { ConsentRegistration(in: $0, [.drugs: true]) }))
    }

    @Test(.holds("R167"), arguments: [CentreCaller.Place.app, .web]) func webAndAppAreRefusedWhileOff(place: CentreCaller.Place) throws {
        let caller = CentreCaller(place)
        for setting in [CareSetting.outpatient, .online] {
            #expect(try counter.refusal(try query(setting), from: caller) == "centre-function-off")
        }
        #expect(try counter.refusal(try query(nil), from: caller) == "centre-function-off")
        try counter.set(.otherRoutes, true)
        for setting in [CareSetting.outpatient, .online] { _ = try counter.ask(try query(setting), from: caller) }
        try counter.set(.otherRoutes, false)
        #expect(try counter.refusal(try query(.online), from: caller) == "centre-function-off")
    }

    /// After the consent of a visit at home the app asks for the eligibility, with the switch of such visits and no other.
    @Test func theAppAsksAfterTheConsentOfAVisitAtHome() throws {
        let app = CentreCaller(.app)
        #expect(try counter.refusal(try query(nil), from: app) == "centre-function-off")
        _ = try counter.ask(try query(.homeVisit), from: app)
        _ = try counter.ask(try query(nil), from: app)
        try counter.set(.homeVisits, false)
        #expect(try counter.refusal(try query(nil), from: app) == "centre-function-off")
    }

    @Test func visitsAtHomeHaveASwitchOfTheirOwn() throws {
        let app = CentreCaller(.app)
        _ = try counter.ask(try query(.homeVisit), from: app)
        try counter.set(.homeVisits, false)
        #expect(try counter.refusal(try query(.homeVisit), from: app) == "centre-function-off")
    }

    /// Who has registered a consent in the app gets the eligibility afterwards by the same switch.
    @Test(.holds("R186")) func theEligibilityAfterAConsent() throws {
        let app = CentreCaller(.app)
        _ = try counter.ask(try query(.homeVisit), from: app)
        _ = try counter.ask(try query(nil), from: app)
        try counter.set(.homeVisits, false)
        #expect(try counter.refusal(try query(nil), from: app) == "centre-function-off")
        try counter.set(.otherRoutes, true)
        #expect(try counter.refusal(try query(nil), from: app) == "centre-function-off")
        _ = try counter.ask(try query(.outpatient), from: app)
        _ = try counter.ask(try query(nil), from: app)
    }

    @Test func aRevokedCertificateIsRefused() throws {
        var rules = CentreRules.standard
        rules.revoked = [SyntheticPersons.hanako.serial]
        let counter = try Counter(rules)
        #expect(try counter.refusal(try query(nil), from: .terminal) == "centre-certificate-revoked")
        #expect(
            try counter.refusal(.registration(RegistrationRequest(serial: CertificateSerial(SyntheticPersons.hanako.serial))))
                == "centre-certificate-revoked")
        #expect(try counter.eligibility(SyntheticPersons.taro).validity == .valid)
    }

    @Test func theSwitchIsNotForTheCounterNorForTheLimitedType() throws {
        for (request, caller) in [(try query(.outpatient), CentreCaller.terminal), (try query(nil, .limited), CentreCaller(.app))] {
            guard case .eligibility(let answer) = try counter.ask(request, from: caller) else { throw CentreError.otherAnswer }
            #expect(answer.validity == .valid)
        }
    }

    @Test(.holds("R167", "R200")) func theAdministratorSetsIt() throws {
        for caller in [CentreCaller.counter, .consulting] {
            #expect(try counter.refusal(.environment(.set(.otherRoutes, true)), from: caller) == "account-not-permitted")
        }
        #expect(try counter.refusal(.environment(.set(.otherRoutes, true))) == "centre-account-unknown")
        guard case .environment(.settings(let settings)) = try counter.ask(.environment(.read)) else { throw CentreError.otherAnswer }
        #expect(settings == [.homeVisits, .showsSurgery, .showsDiagnosis, .showsDrugs, .showsCheckup])
        #expect(counter.core.rules.settingsAtFirst == settings)
        let request = CentreRequest.environment(.set(.otherRoutes, true))
        guard case .environment(.settings(let changed)) = try counter.ask(request, from: .administrator) else {
            throw CentreError.otherAnswer
        }
        #expect(changed == settings.union([.otherRoutes]))
    }

    // MARK: The address of the web reception

    private func makeAddress(_ counter: Counter) throws -> String {
        guard case .environment(.webAddress(let address)) = try counter.ask(.environment(.makeWebAddress), from: .administrator) else {
            throw CentreError.otherAnswer
        }
        return address
    }

    private func holds(_ address: String, _ counter: Counter) throws -> Bool {
        guard case .environment(.checked(let holds)) = try counter.ask(.environment(.checkWebAddress(address)), from: CentreCaller(.web))
        else { throw CentreError.otherAnswer }
        return holds
    }

    @Test(.holds("R168")) func aNewAddressEndsTheOldOne() throws {
        try counter.set(.otherRoutes, true)
        let old = try makeAddress(counter)
        #expect(old.hasPrefix("https://"))
        #expect(try holds(old, counter))
        let new = try makeAddress(counter)
        #expect(old != new)
        #expect(try !holds(old, counter))
        #expect(try holds(new, counter))
        #expect(try !holds(new + "x", counter))
    }

    /// On paper it stands as a 2-D code, which an independent decoder (ZBar's zbarimg) reads.
    @Test(.holds("R168", "R169")) func theAddressHoldsThatStandsInTheCode() throws {
        try counter.set(.otherRoutes, true)
        let folder = TemporaryFolder()
        let path = try folder.write("address.png", try TwoDimensionalCode(try makeAddress(counter)).png())
        let read = try runProgram(["zbarimg", "--raw", "--quiet", "--nodbus", "-Sdisable", "-Sqrcode.enable", path]).checked().output
        let isHeld = try holds(String(read.dropLast()), counter)
        #expect(read.hasSuffix("\n") && isHeld)
    }

    @Test func theOldAddressMayStayByRule() throws {
        var rules = CentreRules()
        rules.newWebAddressEndsOld = false
        let counter = try Counter(rules)
        try counter.set(.otherRoutes, true)
        let addresses = [try makeAddress(counter), try makeAddress(counter)]
        for address in addresses { #expect(try holds(address, counter)) }
    }

    @Test(.holds("R167")) func noAddressHoldsWhileTheFunctionIsOff() throws {
        let address = try makeAddress(counter)
        #expect(try !holds(address, counter))
    }

    @Test(.holds("R168", "R200")) func theAdministratorMakesIt() throws {
        #expect(try counter.refusal(.environment(.makeWebAddress), from: .consulting) == "account-not-permitted")
        #expect(try makeAddress(counter).hasPrefix("https://"))
    }
}
