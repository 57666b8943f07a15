import Centre
import Diagnosis
import JapaneseCalendar
import MedicalAccess

// アカウント情報管理: accounts, logging in, and the passcodes that belong to accounts.

/// An account as it is kept.
struct KnownAccount {
    let right: AccountRight
    let from: CalendarDay
    let password: SaltedHash
    /// Whether it has logged in to the centre once.
    let hasLoggedIn: Bool
}

extension CentreCore {
    /// The account with a user id.
    func account(_ user: String) throws(CentreError) -> KnownAccount? {
        try database.rows("SELECT right, from_day, salt, rounds, hash, logged_in FROM account WHERE user = ?", [.text(user)]) {
            row -> KnownAccount? in
            guard let right = row.text(0).flatMap(AccountRight.init), let from = row.day(1), let rounds = Int(exactly: row.integer(3))
            else { return nil }
            let password = SaltedHash(salt: row.blob(2), rounds: rounds, bytes: row.blob(4))
            return KnownAccount(right: right, from: from, password: password, hasLoggedIn: !row.isNull(5))
        }.first
    }

    /// Makes an account (R178, R179).
    func create(_ new: NewAccount) throws(CentreError) -> AccountAnswer {
        guard rules.creatableRights.contains(new.right) else { throw CentreError(AccessRefusal.account) }
        guard rules.userIDLength.contains(new.user.utf8.count), new.user.utf8.allSatisfy(\.isLetterOrDigit) else {
            throw CentreError(.userID)
        }
        guard (1...100).contains(new.name.count), (1...100).contains(new.kana.count) else { throw CentreError(.text) }
        guard rules.passwordLength.contains(new.password.count) else { throw CentreError(.password) }
        guard try account(new.user) == nil else { throw CentreError(.userExists) }
        let password = try SaltedHash(of: new.password, salt: makeSalt(), rounds: rules.hashRounds)
        try database.run(
            "INSERT INTO account (user, right, name, kana, from_day, salt, rounds, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .text(new.user), .text(new.right.rawValue), .text(new.name), .text(new.kana), .day(new.from), .blob(password.salt),
                .integer(Int64(password.rounds)), .blob(password.bytes),
            ])
        return .created
    }

    /// Logs somebody in, which is kept (R180).
    func logIn(_ user: String, _ password: Secret, _ turn: CentreTurn) throws(CentreError) -> AccountRight {
        let account = try verified(user, password, turn)
        try database.run("UPDATE account SET logged_in = ? WHERE user = ?", [.integer(turn.now), .text(user)])
        return account.right
    }

    /// The account, where the password is its own. An unknown user takes as long as a wrong password.
    func verified(_ user: String, _ password: Secret, _ turn: CentreTurn) throws(CentreError) -> KnownAccount {
        guard let account = try account(user) else {
            _ = try SaltedHash(of: password, salt: [0], rounds: rules.hashRounds)
            throw CentreError(.logIn)
        }
        guard try account.password.matches(password), account.from <= turn.today else { throw CentreError(.logIn) }
        return account
    }
}

// MARK: 目視確認用パスコード

extension CentreCore {
    /// Issues a passcode to the caller's account: four digits that the centre chooses (R160), of which it keeps a hash only (R161, R163).
    func issuePasscode(_ turn: CentreTurn) throws(CentreError) -> Secret {
        let digits = Secret(makeDigits(4))
        try keep(digits, for: turn.caller.account ?? "")
        return digits
    }

    /// Issues a passcode that a host has drawn, so that a simulated world repeats. The account must exist.
    ///
    /// - Throws: `CentreError` where there is no such account, or the database cannot be written.
    public func issuePasscode(to account: String, using random: inout some RandomNumberGenerator) throws(CentreError) -> Secret {
        let digits = Secret((0..<4).map { _ in UInt8.random(in: 0x30...0x39, using: &random) })
        try database.changing { () throws(CentreError) in
            guard try self.account(account) != nil else { throw CentreError(.noAccount) }
            try self.keep(digits, for: account)
        }
        return digits
    }

    private func keep(_ digits: Secret, for account: String) throws(CentreError) {
        if rules.reissueEndsPasscode { try database.run("DELETE FROM passcode WHERE account = ?", [.text(account)]) }
        let hash = try SaltedHash(of: digits, salt: makeSalt(), rounds: rules.hashRounds)
        try database.run(
            "INSERT INTO passcode (account, salt, rounds, hash) VALUES (?, ?, ?, ?)",
            [.text(account), .blob(hash.salt), .integer(Int64(hash.rounds)), .blob(hash.bytes)])
    }

    /// Whether some account has this passcode (R159). All are compared, so that the time does not tell which account it is.
    func isIssued(_ passcode: Secret) throws(CentreError) -> Bool {
        let hashes = try database.rows("SELECT salt, rounds, hash FROM passcode ORDER BY id") { row in
            Int(exactly: row.integer(1)).map { SaltedHash(salt: row.blob(0), rounds: $0, bytes: row.blob(2)) }
        }
        var isIssued = false
        for hash in hashes where try hash.matches(passcode) { isIssued = true }
        return isIssued
    }
}
