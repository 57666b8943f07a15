import Centre
import Certificates
import Diagnosis
import JapaneseCalendar
import MedicalAccess
import SimulationKit
import Testing

@testable import CentreSimulator

/// 2026-11-21 12:00:00 in Japan.
let noon: Int64 = 1_795_230_000

extension CentreCaller {
    static let administrator = CentreCaller(.terminal, account: SyntheticAccounts.administrator.user)
    static let consulting = CentreCaller(.terminal, account: SyntheticAccounts.consulting.user)
    static let counter = CentreCaller(.terminal, account: SyntheticAccounts.counter.user)
}

func day(_ digits: String) throws -> CalendarDay { try #require(CalendarDay(digits: digits)) }

/// A facility with its centre, and a clock that the test moves.
final class Counter {
    let core: CentreCore
    var now = noon

    init(_ rules: CentreRules = .standard, database: CentreDatabase? = nil) throws {
        var rules = rules
        rules.hashRounds = 2
        core = CentreCore(try database ?? .inMemory(), rules: rules, random: SeededGenerator(seed: 7))
    }

    func ask(_ request: CentreRequest, from caller: CentreCaller = .terminal, operation: String? = nil) throws -> CentreAnswer {
        try core.answer(CentreMessage(request, from: caller, operation: operation.map(OperationKey.init)), at: now)
    }

    /// The code of the refusal; an issue where it is none, or where the audit trail does not name it.
    func refusal(
        _ request: CentreRequest, from caller: CentreCaller = .terminal, operation: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let before = try core.auditTrail().count
        let error = #expect(throws: CentreError.self, sourceLocation: sourceLocation) {
            _ = try ask(request, from: caller, operation: operation)
        }
        let trail = try core.auditTrail()
        #expect(trail.count == before + 1, "each refusal has an entry", sourceLocation: sourceLocation)
        #expect(trail.last?.outcome == "refused", sourceLocation: sourceLocation)
        #expect(trail.last?.reason == error?.code, sourceLocation: sourceLocation)
        #expect(error?.category == .notPermitted, sourceLocation: sourceLocation)
        return error?.code ?? ""
    }

    // MARK: Eligibility and consents

    func eligibility(
        _ person: SyntheticPerson, _ service: EligibilityQuery.Service = .full, consent: ConsentRegistration? = nil,
        from caller: CentreCaller = .terminal, on digits: String = "20261121", operation: String? = nil
    ) throws -> EligibilityAnswer {
        let query = EligibilityQuery(serial: CertificateSerial(person.serial), day: try day(digits), service: service, consent: consent)
        guard case .eligibility(let answer) = try ask(.eligibility(query), from: caller, operation: operation) else {
            throw CentreError.otherAnswer
        }
        return answer
    }

    /// The patient agrees to all, or to those that are named.
    func agree(
        _ person: SyntheticPerson, to categories: [ConsentCategory] = ConsentCategory.allCases, in setting: CareSetting = .outpatient
    ) throws -> EligibilityAnswer {
        try eligibility(person, consent: ConsentRegistration(in: setting, Dictionary(uniqueKeysWithValues: categories.map { ($0, true) })))
    }

    /// The right of a doctor in the consulting room.
    func right(to category: ConsentCategory, of answer: EligibilityAnswer, _ profession: Profession = .doctor) throws -> ViewingRight {
        try ViewingRules.standard.right(
            to: category, of: try #require(answer.patient), by: try #require(answer.consents[category]),
            for: Viewer(account: SyntheticAccounts.consulting.user, right: .medicalViewing, profession: profession), at: now)
    }

    /// What a doctor sees.
    func records(_ right: ViewingRight, from: String? = nil, until: String? = nil, operation: String? = nil) throws -> MedicalRecords {
        let query = MedicalQuery(with: right, from: try from.map(day), until: try until.map(day))
        guard case .medical(.records(let sealed)) = try ask(.medical(query), from: .consulting, operation: operation) else {
            throw CentreError.otherAnswer
        }
        return try sealed.open(with: right, at: now, audit: SilentTrail())
    }

    func found(_ request: CentreRequest, from caller: CentreCaller = .terminal) throws -> EligibilityAnswer {
        guard case .eligibility(let answer) = try ask(request, from: caller) else { throw CentreError.otherAnswer }
        return answer
    }

    func app(_ request: AppRequest, from caller: CentreCaller, operation: String? = nil) throws -> AppAnswer {
        guard case .app(let answer) = try ask(.app(request), from: caller, operation: operation) else { throw CentreError.otherAnswer }
        return answer
    }

    func set(_ setting: EnvironmentSetting, _ isOn: Bool) throws {
        _ = try ask(.environment(.set(setting, isOn)), from: .administrator)
    }

    /// Logs an account in with the published password.
    func logIn(_ account: SyntheticAccount) throws {
        _ = try ask(.account(.logIn(user: account.user, password: SyntheticAccounts.password)))
    }
}

/// The facility's own trail, which is not what these tests look at.
struct SilentTrail: AuditTrail {
    func append(_ entry: AuditEntry) throws(AuditError) {}
}

/// A person of the list by the word behind 試験.
func synthetic(_ name: String) throws -> SyntheticPerson {
    try #require(SyntheticPersons.all.first { $0.name == "試験 \(name)" })
}

/// What stands on the person's insurance card.
func card(_ person: SyntheticPerson, on digits: String = "20261121") throws -> InsuredCardQuery {
    let held = try #require(person.qualifications.first)
    return InsuredCardQuery(
        insurerNumber: held.insurerNumber, symbol: held.symbol, number: held.number, branch: held.branch, birth: try day(person.birth),
        day: try day(digits))
}
