import Centre
import Certificates
import MedicalAccess
import TestSupport
import Testing

@testable import CentreSimulator

/// What is asked twice with one operation key is done once.
@Suite struct OperationTests {
    @Test func aConsentIsRegisteredOnce() throws {
        let counter = try Counter()
        let patient = try synthetic("診療")
        let consent = ConsentRegistration(in: .outpatient, [.drugs: true, .checkup: false])
        let first = try counter.eligibility(patient, consent: consent, operation: "k1")
        let trail = try counter.core.auditTrail()
        counter.now += 3600
        let second = try counter.eligibility(patient, consent: consent, operation: "k1")
        #expect(first == second, "with the moment of the first")
        #expect(try counter.core.auditTrail() == trail)
        #expect(try counter.core.database.rows("SELECT count(*) FROM consent WHERE time >= \(noon)") { $0.integer(0) } == [2])
    }

    @Test func aKeyBelongsToOneMessage() throws {
        let counter = try Counter()
        let consent = ConsentRegistration(in: .outpatient, [.drugs: true])
        _ = try counter.eligibility(try synthetic("診療"), consent: consent, operation: "k1")
        func query(_ name: String, _ registration: ConsentRegistration) throws -> CentreRequest {
            .eligibility(
                EligibilityQuery(
                    serial: CertificateSerial(try synthetic(name).serial), day: try day("20261121"), consent: registration))
        }
        #expect(try counter.refusal(try query("家族", consent), operation: "k1") == "centre-operation-key")
        let other = ConsentRegistration(in: .outpatient, [.drugs: false])
        #expect(try counter.refusal(try query("診療", other), operation: "k1") == "centre-operation-key")
        #expect(try counter.refusal(try query("診療", consent), from: .counter, operation: "k1") == "centre-operation-key")
    }

    @Test(arguments: ["", "a b", "k1\n", "あ", String(repeating: "k", count: 65)]) func keysAreLettersAndDigits(key: String) throws {
        let counter = try Counter()
        #expect(try counter.refusal(.passcode(.issue), from: .counter, operation: key) == "centre-operation-key")
    }

    @Test func codesTokensAndAddressesComeAgain() throws {
        let counter = try Counter()
        func twice(_ request: CentreRequest, from caller: CentreCaller) throws -> (String, String) {
            let key = "k\(try counter.core.auditTrail().count)"
            let first = "\(try counter.ask(request, from: caller, operation: key))"
            counter.now += 5
            return (first, "\(try counter.ask(request, from: caller, operation: key))")
        }
        let requests: [(CentreRequest, CentreCaller)] = [
            (.app(.issueCode(memo: "受付の端末")), .administrator), (.app(.registerDevice(name: "健診室", .android)), .terminal),
            (.environment(.makeWebAddress), .administrator), (.bulk(.upload([try card(SyntheticPersons.hanako)])), .terminal),
            (.registration(RegistrationRequest(serial: CertificateSerial(try synthetic("未利用").serial))), .terminal),
            (.systemFailure(.step(.call(institution: "9910000001", name: "試験", contact: "試験"))), .terminal),
            (.environment(.set(.otherRoutes, true)), .administrator),
        ]
        for (request, caller) in requests {
            let (first, second) = try twice(request, from: caller)
            #expect(first == second)
        }
        for table in ["activation_code", "device", "web_address", "bulk"] {
            #expect(try counter.core.database.rows("SELECT count(*) FROM \(table)") { $0.integer(0) } == [1])
        }
    }

    @Test func cancellationsAndReferencesAreDoneOnce() throws {
        let counter = try Counter()
        let patient = try #require(try counter.agree(try synthetic("診療"), in: .online).patient)
        for request in [
            CentreRequest.consent(.cancel(patient, .online, .cancelledByPatient)), .reference(ReferenceRegistration("A-1", for: patient)),
            .account(
                .create(
                    NewAccount(
                        right: .general, user: "abc", name: "試験", kana: "シケン", from: try day("20260401"),
                        password: SyntheticAccounts.password))),
        ] {
            let key = "k\(try counter.core.auditTrail().count)"
            for _ in 0..<2 { _ = try counter.ask(request, from: caller(of: request), operation: key) }
        }
    }

    private func caller(of request: CentreRequest) -> CentreCaller { if case .account = request { .administrator } else { .counter } }

    @Test(.holds("R161")) func aPasscodeIsShownOnceOnly() throws {
        let counter = try Counter()
        _ = try counter.ask(.passcode(.issue), from: .counter, operation: "k1")
        #expect(try counter.refusal(.passcode(.issue), from: .counter, operation: "k1") == "centre-shown-once")
    }

    @Test func medicalInformationIsAskedForAnewEachTime() throws {
        let counter = try Counter()
        let patient = try synthetic("診療")
        let right = try counter.right(to: .drugs, of: try counter.agree(patient))
        let first = try counter.records(right, operation: "k1")
        let trail = try counter.core.auditTrail()
        #expect(try counter.records(right, operation: "k1") == first)
        #expect(try counter.core.auditTrail() == trail)
        _ = try counter.eligibility(patient, consent: ConsentRegistration(in: .outpatient, [.drugs: false]))
        #expect(try counter.refusal(.medical(MedicalQuery(with: right)), from: .consulting, operation: "k1") == "consent-missing")
    }

    @Test func theAuditTrailOnlyGrows() throws {
        let counter = try Counter()
        _ = try counter.ask(.passcode(.issue), from: .counter, operation: "k1")
        for statement in [
            "UPDATE audit SET account = NULL", "DELETE FROM audit", "INSERT OR REPLACE INTO audit SELECT * FROM audit",
            """
            INSERT OR REPLACE INTO audit (time, function, place, outcome, operation) SELECT 0, function, place, outcome, operation FROM audit
            """,
        ] {
            #expect(throws: CentreError.self) { try counter.core.database.run(statement) }
        }
        #expect(try counter.core.auditTrail().map(\.account) == ["uketsuke"])
    }
}
