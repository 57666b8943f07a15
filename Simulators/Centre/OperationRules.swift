import Centre
import Diagnosis
import MedicalAccess

// A message with an operation key is carried out once: a program that has lost the answer asks again and gets it.

extension CentreCore {
    /// Carries `body` out, or answers what it has answered the first time; keeps the answer and an entry of the audit trail beside it.
    func once(
        _ message: CentreMessage, _ turn: CentreTurn, _ body: () throws(CentreError) -> CentreAnswer
    ) throws(CentreError) -> CentreAnswer {
        guard !message.request.changesNothing else { return try body() }
        guard let key = message.operation?.value else {
            let answer = try body()
            try audit(message, answer.outcome(of: message.request), at: turn.now)
            return answer
        }
        guard (1...64).contains(key.utf8.count), key.utf8.allSatisfy(\.isLetterOrDigit) else { throw CentreError(.operation) }
        let subject = try digest(of: "\(turn.caller.place.rawValue)\n\(turn.caller.account ?? "")\n\(message.request.subject)")
        if let earlier = try operation(key) {
            guard earlier.subject == subject else { throw CentreError(.operation, cause: "the key belongs to another message") }
            return try again(message.request, earlier, turn)
        }
        let answer = try body()
        try database.run(
            "INSERT INTO operation (key, subject, time, result) VALUES (?, ?, ?, ?)",
            [.text(key), .blob(subject), .integer(turn.now), .text(answer.result)])
        try audit(message, answer.outcome(of: message.request), at: turn.now)
        return answer
    }

    private struct Operation {
        let subject: [UInt8]
        let time: Int64
        let result: String?
    }

    private func operation(_ key: String) throws(CentreError) -> Operation? {
        try database.rows("SELECT subject, time, result FROM operation WHERE key = ?", [.text(key)]) { row in
            Operation(subject: row.blob(0), time: row.integer(1), result: row.text(2))
        }.first
    }

    private func again(_ request: CentreRequest, _ earlier: Operation, _ turn: CentreTurn) throws(CentreError) -> CentreAnswer {
        let then = CentreTurn(caller: turn.caller, right: turn.right, now: earlier.time)
        switch request {
        case .eligibility(let query): return .eligibility(try eligibility(query, then, registers: false))
        // Whether it may be seen is asked at this moment, not at the first.
        case .medical(let query): return .medical(try medical(query, turn))
        case .account(.create): return .account(.created)
        case .account(.logIn(let user, let password)): return .account(.loggedIn(try logIn(user, password, turn)))
        // Only its hash is left.
        case .passcode: throw CentreError(.shownOnce)
        case .environment(.set): return .environment(.settings(try settings()))
        case .disaster(.consent(let patient, _)): return .disaster(.consent(try emergencyConsent(of: patient, then)))
        default:
            guard let answer = CentreAnswer(result: earlier.result, of: request) else { throw .damaged("an operation's result") }
            return answer
        }
    }
}

extension UInt8 {
    /// Whether it is an ASCII letter or digit.
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }
}

extension CentreAnswer {
    /// What must be kept of an answer so that it can be given again, where it cannot be worked out anew.
    fileprivate var result: String? {
        switch self {
        case .app(.code(let code)): code
        case .app(.device(let token)): token.value
        case .environment(.webAddress(let address)): address
        case .bulk(.received(let reception)): reception
        case .registration(let answer): answer.rawValue
        case .systemFailure(.step(let state)): state.rawValue
        default: nil
        }
    }

    fileprivate init?(result: String?, of request: CentreRequest) {
        switch (request, result) {
        case (.consent, _), (.reference, _), (.app(.invalidateCode), _): self = .done
        case (.app(.issueCode), let code?): self = .app(.code(code))
        case (.app, let token?): self = .app(.device(DeviceToken(token)))
        case (.environment, let address?): self = .environment(.webAddress(address))
        case (.bulk, let reception?): self = .bulk(.received(reception: reception))
        case (.registration, let answer?):
            guard let answer = RegistrationAnswer(rawValue: answer) else { return nil }
            self = .registration(answer)
        case (.systemFailure, let state?):
            guard let state = EnablingState(rawValue: state) else { return nil }
            self = .systemFailure(.step(state))
        default: return nil
        }
    }

    fileprivate func outcome(of request: CentreRequest) -> AuditOutcome {
        guard case .medical(let query) = request else { return .done }
        if case .medical(.records) = self { return .shown(query.right.basis) }
        return .hidden
    }
}

extension CentreRequest {
    /// What tells two messages apart that change something. Of secrets nothing is in it, and only the digest of all of it is kept.
    fileprivate var subject: String {
        let name = CentreFunction(self).rawValue
        func text(_ parts: String...) -> String { ([name] + parts.map(JSONText.quoted)).joined(separator: "\n") }
        switch self {
        case .eligibility(let query):
            let answers = query.consent?.answers.map { "\($0.key.rawValue)\($0.value)" }.sorted() ?? []
            let setting = query.consent.map { "\($0.setting.rawValue) \($0.limit.map(String.init) ?? "")" } ?? ""
            return text(hexadecimal(query.serial.bytes), query.day.digits, query.service.rawValue, setting, answers.joined())
        case .consent(.cancel(let patient, let setting, let reason)):
            return text(patient.value, "\(setting.rawValue)", "\(reason.rawValue)")
        case .medical(let query):
            let right = query.right
            return text(
                right.patient.value, right.category.rawValue, right.viewer.account, right.viewer.profession.rawValue,
                query.from?.digits ?? "", query.until?.digits ?? "")
        case .registration(let registration): return text(hexadecimal(registration.serial.bytes))
        case .reference(let registration): return text(registration.patient.value, registration.number)
        case .bulk(.upload(let queries)):
            return text(queries.map { "\($0.insurerNumber) \($0.number) \($0.branch ?? "") \($0.birth.digits)\($0.day.digits)" }.joined())
        case .account(.create(let account)): return text(account.user, account.right.rawValue)
        case .account(.logIn(let user, _)): return text(user)
        case .app(.issueCode(let memo)): return text("issue", memo)
        case .app(.invalidateCode(let code)): return text("invalidate", code)
        case .app(.activate(let form)): return text(form.institution, form.user, form.code, form.device.rawValue)
        case .app(.registerDevice(let device, let kind)): return text(device, kind.rawValue)
        case .environment(.set(let setting, let isOn)): return text(setting.rawValue, "\(isOn)")
        case .systemFailure(.step(let step)): return text("\(step)")
        case .disaster(.consent(let patient, let agrees)): return text(patient.value, "\(agrees)")
        default: return name
        }
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String($0, radix: 16) }.joined(separator: " ") }
}
