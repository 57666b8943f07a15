import Centre
import Diagnosis
import JapaneseCalendar
import MedicalAccess

/// The eligibility system (オンライン資格確認等システム) without time, thread or network: a question in, an answer out.
///
/// A host makes it part of something: `EmbeddedCentre` puts it on a station. What it answers is on the disk before, and so is what it
/// refuses. The rules stand in `CentreRules` as data, and in one file for each area as functions.
public final class CentreCore {
    let database: CentreDatabase
    let rules: CentreRules
    private var random: any RandomNumberGenerator

    /// The centre over a database. `random` makes codes, tokens and salts.
    public init(
        _ database: CentreDatabase, rules: CentreRules = .standard, random: any RandomNumberGenerator = SystemRandomNumberGenerator()
    ) {
        self.database = database
        self.rules = rules
        self.random = random
    }

    /// The answer to a message at a Unix time, in seconds.
    ///
    /// A message that names an operation which was done already gets its answer again, and nothing is done twice.
    /// - Throws: `CentreError`: a refusal (category `notPermitted`), which the audit trail names by then, or that the database cannot be
    ///   read or written, in which case nothing has changed.
    public func answer(_ message: CentreMessage, at unixTime: Int64) throws(CentreError) -> CentreAnswer {
        do throws(CentreError) {
            let body = { () throws(CentreError) -> CentreAnswer in
                let turn = try self.admit(message, at: unixTime)
                try self.checkTexts(of: message.request)
                return try self.once(message, turn) { () throws(CentreError) in try self.rule(message.request, turn) }
            }
            return message.request.changesNothing ? try database.reading(body) : try database.changing(body)
        } catch {
            if error.category == .notPermitted {
                try database.changing { () throws(CentreError) in try self.audit(message, .refused(error.code), at: unixTime) }
            }
            throw error
        }
    }

    private func rule(_ request: CentreRequest, _ turn: CentreTurn) throws(CentreError) -> CentreAnswer {
        switch request {
        case .eligibility(let query): .eligibility(try eligibility(query, turn))
        case .insuredCard(let query): .eligibility(try insuredCard(query))
        case .obtained(let query): .obtained(try obtained(query))
        case .bulk(let bulk): .bulk(try self.bulk(bulk, turn))
        case .reference(let registration): try register(registration)
        case .consent(let consent): try self.consent(consent, turn)
        case .medical(let query): .medical(try medical(query, turn))
        case .registration(let registration): .registration(try register(registration))
        case .passcode(.check(let passcode)): .passcode(.checked(try isIssued(passcode)))
        case .passcode(.issue): .passcode(.issued(try issuePasscode(turn)))
        case .account(.create(let account)): .account(try create(account))
        case .account(.logIn(let user, let password)): .account(.loggedIn(try logIn(user, password, turn)))
        case .app(let app): try self.app(app, turn)
        case .environment(let environment): .environment(try self.environment(environment, turn))
        case .systemFailure(.step(let step)): .systemFailure(.step(try take(step, turn)))
        case .systemFailure(.search(let search)): .systemFailure(try self.search(search))
        case .disaster(let disaster): .disaster(try self.disaster(disaster, turn))
        }
    }

    /// As many letters and digits as wanted, that nobody can guess where the generator is a good one.
    func makeName(_ length: Int, from letters: [Character] = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")) -> String {
        String((0..<length).map { _ in letters[Int.random(in: letters.indices, using: &random)] })
    }

    func makeSalt() -> [UInt8] { (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) } }

    func makeDigits(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0x30...0x39, using: &random) } }
}

/// Who asks, and when.
struct CentreTurn {
    let caller: CentreCaller
    /// What the account may do; `nil` where nobody has logged in.
    let right: AccountRight?
    /// Unix time, in seconds.
    let now: Int64

    var today: CalendarDay { CalendarDay(inJapanAtUnixTime: now) }
}

extension CentreCore {
    /// Checks place and account (R146, R147, R200–R202).
    fileprivate func admit(_ message: CentreMessage, at now: Int64) throws(CentreError) -> CentreTurn {
        guard let access = rules.access[CentreFunction(message.request)], access.places.contains(message.caller.place) else {
            throw CentreError(.place)
        }
        var turn = CentreTurn(caller: message.caller, right: nil, now: now)
        if let user = message.caller.account {
            guard let account = try account(user), account.from <= turn.today else { throw CentreError(.noAccount) }
            turn = CentreTurn(caller: message.caller, right: account.right, now: now)
        }
        guard let right = turn.right else {
            if access.needsAccount { throw CentreError(.noAccount) }
            return turn
        }
        if let function = access.function, !rules.viewing.allows(function, to: right) { throw CentreError(AccessRefusal.account) }
        return turn
    }
}

extension CentreRequest {
    /// Whether it only reads. What is shown of medical information is written into the audit trail.
    var changesNothing: Bool {
        switch self {
        case .eligibility(let query): query.consent?.answers.isEmpty ?? true
        case .insuredCard, .obtained, .bulk(.result), .consent(.list), .passcode(.check), .app(.authenticate), .environment(.read),
            .environment(.checkWebAddress), .systemFailure(.search), .disaster(.open), .disaster(.searchByCard), .disaster(.searchByPerson):
            true
        default: false
        }
    }
}
