import Centre
import MedicalAccess

// マイナ資格確認アプリ管理: activation codes (R175, R176), setting up (R177, R180–R183), and devices of the limited type (R039).

extension CentreCore {
    func app(_ request: AppRequest, _ turn: CentreTurn) throws(CentreError) -> CentreAnswer {
        switch request {
        case .issueCode(let memo): return .app(.code(try issueCode(memo, turn)))
        case .invalidateCode(let code):
            guard try activationCode(code) != nil else { throw CentreError(.code) }
            try database.run("UPDATE activation_code SET ended = ? WHERE code = ? AND ended IS NULL", [.integer(turn.now), .text(code)])
            return .done
        case .activate(let form): return .app(.device(try activate(form, turn)))
        case .registerDevice(let name, let kind):
            guard (1...50).contains(name.count) else { throw CentreError(.text) }
            return .app(.device(try register(kind, name: name, purpose: "limited", account: nil)))
        case .authenticate(let token):
            let isRegistered = try !database.rows(
                "SELECT 1 FROM device WHERE token = ? AND purpose = 'limited'", [.text(token.value)]
            ) { _ in true }.isEmpty
            guard isRegistered else { throw CentreError(.device) }
            return .app(.authenticated)
        }
    }

    private func issueCode(_ memo: String, _ turn: CentreTurn) throws(CentreError) -> String {
        guard (1...50).contains(memo.count) else { throw CentreError(.text) }
        let code = makeName(16)
        try database.run(
            "INSERT INTO activation_code (code, memo, issued) VALUES (?, ?, ?)", [.text(code), .text(memo), .integer(turn.now)])
        return code
    }

    private struct ActivationCode {
        let memo: String
        let issued: Int64
        let isUsed: Bool
        let isEnded: Bool
    }

    private func activationCode(_ code: String) throws(CentreError) -> ActivationCode? {
        try database.rows("SELECT memo, issued, used, ended FROM activation_code WHERE code = ?", [.text(code)]) { row in
            row.text(0).map { ActivationCode(memo: $0, issued: row.integer(1), isUsed: !row.isNull(2), isEnded: !row.isNull(3)) }
        }.first
    }

    /// Sets the app up on a device. The order of the checks tells nobody without a password what accounts and codes there are.
    private func activate(_ form: AppActivation, _ turn: CentreTurn) throws(CentreError) -> DeviceToken {
        guard isInstitution(form.institution) else { throw CentreError(.institution) }
        let account = try verified(form.user, form.password, turn)
        guard rules.viewing.allows(.app, to: account.right) else { throw CentreError(AccessRefusal.account) }
        guard account.hasLoggedIn || !rules.appNeedsEarlierLogIn else { throw CentreError(.accountNeverUsed) }
        let devices = try database.rows("SELECT 1 FROM device WHERE account = ?", [.text(form.user)]) { _ in true }
        guard devices.isEmpty || !rules.accountHasOneDevice else { throw CentreError(.accountHasDevice) }
        guard let code = try activationCode(form.code), !code.isEnded, !(code.isUsed && rules.activationIsSingle) else {
            throw CentreError(.code)
        }
        // A clock that went back makes no code older.
        let age = turn.now.subtractingReportingOverflow(code.issued).partialValue
        guard age >= rules.activationWait else { throw CentreError(.codeTooEarly) }
        if let lifetime = rules.activationLifetime, age > lifetime { throw CentreError(.code) }
        try database.run("UPDATE activation_code SET used = ? WHERE code = ?", [.integer(turn.now), .text(form.code)])
        return try register(form.device, name: code.memo, purpose: "home", account: form.user)
    }

    /// Whether it is the facility's 機関コード: ten digits (R182).
    func isInstitution(_ code: String) -> Bool {
        guard code.utf8.count == 10, code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return rules.institution.map { $0 == code } ?? true
    }

    private func register(_ kind: DeviceKind, name: String, purpose: String, account: String?) throws(CentreError) -> DeviceToken {
        let token = makeName(32)
        try database.run(
            "INSERT INTO device (token, purpose, kind, name, account) VALUES (?, ?, ?, ?, ?)",
            [.text(token), .text(purpose), .text(kind.rawValue), .text(name), .text(account)])
        return DeviceToken(token)
    }
}
