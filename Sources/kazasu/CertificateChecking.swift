import AuthoritySimulator
import Cards
import Certificates
import Commands
import Diagnosis
import JapaneseCalendar

/// How revocation is asked for.
enum RevocationMethod: String, CaseIterable {
    case ocsp
    case list = "crl"
}

/// What the simulated authority says of a certificate.
enum SimulatedAnswer: String, CaseIterable {
    case good, revoked, unknown, silent
}

enum CertificateCheckOptions {
    static let check = Flag("check", Sentence(ja: "PEMの代わりに検証の結果を出力する", en: "Check it, and print the result instead of PEM"))
    static let revocation = ValueOption<RevocationMethod>(
        "revocation", placeholder: "METHOD",
        Sentence(ja: "失効を模擬認証局にたずねる（sim: のみ）", en: "Ask the simulated authority for revocation (sim: only)"))
    static let answer = DefaultedOption<SimulatedAnswer>(
        "authority-says", placeholder: "ANSWER", default: .good, Sentence(ja: "模擬認証局の答え", en: "What the simulated authority answers"))
    static let list = ValueOption<String>(
        "crl", placeholder: "FILE", kind: .file, Sentence(ja: "失効リストのファイル（DERかPEM）", en: "A revocation list to look into, DER or PEM"))

    static let all: [any Option] = [check, revocation, answer]

    static func check(_ invocation: Invocation) throws {
        let isSimulated = try invocation.selector().scheme == "sim"
        if !isSimulated { try invocation.refuse([revocation, answer]) }
        let isChecked = invocation[check]
        let others: [any Option] = [revocation, answer, list]
        if !isChecked, let given = others.first(where: { invocation.isGiven($0) }) {
            throw invocation.misuse(
                Sentence(ja: "\(given.specification.longForm) には --check が必要です。", en: "\(given.specification.longForm) needs --check."))
        }
        if invocation[revocation] != nil, invocation[list] != nil {
            throw invocation.misuse(Sentence(ja: "--revocation と --crl は一緒に使えません。", en: "--revocation and --crl do not go together."))
        }
        if isChecked, ![.authentication, .signature].contains(invocation[CertificateOptions.kind]) {
            throw invocation.misuse(
                Sentence(ja: "--check は利用者の証明書にだけ使えます。", en: "--check is for the holder's certificates, not for an authority's."))
        }
    }
}

extension CardContext {
    /// Checks a holder's certificate and prints what came of it; throws where it does not serve or could not be checked.
    func check(_ certificate: Certificate, _ name: CertificateName, _ list: RevocationList?) throws {
        let chosen = name == .signature ? try trust.signature() : try trust.authentication(validity: .eligibilityByPlasticCard)
        let now = station.unixTime
        var verdict = try card.verdict(on: certificate, by: chosen, at: now)
        var status = RevocationStatus.notAsked
        if let (source, method) = revocationSource(of: certificate, list, under: verdict.issuer?.certificate, at: now) {
            let checker = RevocationChecker(source: source, method: method, policy: .hardFail)
            (verdict, status) = checker.check(certificate, after: verdict, at: now, nonce: try challenge())
        }
        let failure: (any DiagnosedError)? =
            switch verdict {
            case .valid, .validInGrace: nil
            case .notChecked: ChainNotChecked()
            case .invalid(let flaws): UnfitCertificate(flaws: flaws)
            }
        let rows = [
            ResultRow("kind", Sentence(ja: "証明書", en: "certificate"), .text(name.rawValue)),
            ResultRow("from", Sentence(ja: "有効期間の開始", en: "valid from"), .text(day(certificate.notBefore))),
            ResultRow("to", Sentence(ja: "有効期間の満了", en: "valid to"), .text(day(certificate.notAfter))),
            verdict.row,
            ResultRow("graceTo", Sentence(ja: "猶予の終わり", en: "grace to"), .text(verdict.graceEnd.map(day))),
            ResultRow("revocation", Sentence(ja: "失効", en: "revocation"), .text(status.code)),
        ]
        try print(rows, failure: failure)
    }

    private func day(_ unixTime: Int64) -> String { CalendarDay(inJapanAtUnixTime: unixTime).description }

    private func revocationSource(
        of certificate: Certificate, _ list: RevocationList?, under issuer: Certificate?, at time: Int64
    ) -> (source: CheckSource, method: RevocationChecker<CheckSource>.Method)? {
        if let list { return (.file(list), .list) }
        guard let method = invocation[CertificateCheckOptions.revocation] else { return nil }
        let authorities = SyntheticGeneration.allCases.flatMap {
            [SyntheticPKI.authenticationAuthority($0), SyntheticPKI.signatureAuthority($0)]
        }
        var authority = (authorities + [SyntheticPKI.nextGenerationAuthority]).first { $0.certificate == issuer?.der }.map {
            SimulatedAuthority($0)
        }
        switch invocation[CertificateCheckOptions.answer] {
        case .good: break
        case .revoked: authority?.states[certificate.serial.bytes] = .revoked(since: certificate.notBefore, reason: nil)
        case .unknown: authority?.states[certificate.serial.bytes] = .unknown
        case .silent: authority?.fault = .silent
        }
        return (authority.map { .simulated($0, at: time) } ?? .nobody, method == .ocsp ? .ocsp : .list)
    }
}

/// Where an answer about revocation comes from.
private enum CheckSource: RevocationSource {
    case file(RevocationList)
    case simulated(SimulatedAuthority, at: Int64)
    /// No simulated authority has issued the certificate.
    case nobody

    func answer(toOCSP request: [UInt8]) throws(RevocationGap) -> [UInt8] {
        guard case .simulated(let authority, let time) = self, let answer = try? authority.answer(toOCSP: request, at: time) else {
            throw .unavailable
        }
        return answer
    }

    func revocationList(for certificate: Certificate, issuedBy issuer: Certificate) throws(RevocationGap) -> [UInt8] {
        switch self {
        case .file(let list): return list.der
        case .simulated(let authority, let time):
            guard let list = try? authority.revocationList(forPartOf: certificate.der, at: time) else { throw .unavailable }
            return list
        case .nobody: throw .unavailable
        }
    }
}

extension CertificateVerdict {
    /// A stable name.
    var code: String {
        switch self {
        case .valid(_, .synthetic): "valid-synthetic"
        case .valid(_, .configured): "valid"
        case .validInGrace(_, .synthetic, _): "valid-synthetic-in-grace"
        case .validInGrace(_, .configured, _): "valid-in-grace"
        case .invalid(let flaws): flaws.first?.code ?? "invalid"
        case .notChecked: "chain-not-checked"
        }
    }

    /// The last second of grace in Unix time, where it serves in grace only.
    var graceEnd: Int64? {
        if case .validInGrace(_, _, let end) = self { end } else { nil }
    }

    fileprivate var row: ResultRow { ResultRow("verdict", Sentence(ja: "検証", en: "verdict"), .word(code, words)) }

    private var words: Sentence {
        switch self {
        case .valid(_, .synthetic): Sentence(ja: "有効（架空のカード）", en: "valid (a synthetic card)")
        case .valid(_, .configured): Sentence(ja: "有効", en: "valid")
        case .validInGrace(_, .synthetic, _):
            Sentence(ja: "満了したが、資格の確認には使える（架空のカード）", en: "expired, but it still serves for eligibility (a synthetic card)")
        case .validInGrace: Sentence(ja: "満了したが、資格の確認には使える", en: "expired, but it still serves for eligibility")
        case .invalid(let flaws): flaws.first?.sentence ?? Sentence(ja: "無効", en: "invalid")
        case .notChecked: Sentence(ja: "認証局が設定されていないため検証していない", en: "chain not checked: no authority is configured")
        }
    }
}

/// The certificate does not serve its use.
private struct UnfitCertificate: DiagnosedError {
    let flaws: [CertificateFlaw]

    var code: String { flaws.first?.code ?? "certificate-refused" }
    var sentence: Sentence {
        flaws.first?.sentence ?? Sentence(ja: "電子証明書が使えません。", en: "The certificate does not serve.")
    }
    var cause: String? { flaws.count > 1 ? flaws.map(\.code).joined(separator: ", ") : nil }
    let category = FailureCategory.notPermitted
}
