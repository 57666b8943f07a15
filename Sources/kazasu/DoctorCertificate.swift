import Certificates
import Diagnosis
import MyNumberCard
import Station

/// The authentication certificate: its dates, and whether a trusted authority has signed it.
///
/// No date is told: a certificate ends on a birthday.
struct DoctorCertificate {
    let trust: Trust
    /// Whether reader and card are simulated.
    let isSimulated: Bool
    let unixTime: Int64

    /// How long before its end a certificate can be renewed.
    private static let renewal = ValidityPolicy(months: 3, from: .dayOfExpiry)

    /// Reads the certificate and judges it; a phone gives it only after a PIN, which nobody asks for here.
    func look(at card: MyNumberCard, kind: TokenDescription.Kind) -> DoctorFinding {
        if kind.isPhone {
            return .skipped(
                .certificate,
                Sentence(ja: "スマートフォンの証明書は、暗証番号を入力しないと読めません。", en: "A phone shows its certificate only after a PIN."))
        }
        do {
            let certificate = try Certificate(der: try card.readCertificate(.authentication))
            return try finding(certificate, grace: kind.isPhone ? .untilExpiry : .eligibilityByPlasticCard)
        } catch CardError.refused(.fileNotFound, _) {
            return .failed(
                .certificate, "certificate-absent", .badData,
                Sentence(ja: "利用者証明用電子証明書が入っていません。", en: "The card has no authentication certificate."),
                advice: Sentence(ja: "市区町村の窓口で発行できます。", en: "The municipal office can issue one."))
        } catch let error as any DiagnosedError {
            return .failed(.certificate, error, Sentence(ja: "電子証明書を調べられません。", en: "It cannot be examined."))
        } catch {
            return .failed(
                .certificate, CardError.certificateMalformed(cause: "unexpected"),
                Sentence(ja: "電子証明書を調べられません。", en: "It cannot be examined."))
        }
    }

    func finding(_ certificate: Certificate, grace: ValidityPolicy) throws(CertificateError) -> DoctorFinding {
        let verdict = try trust.authentication(validity: grace).check(certificate, at: unixTime)
        if verdict.issuer?.domain == .synthetic, !isSimulated { return synthetic }
        switch verdict {
        case .valid(_, let domain): return endsSoon(certificate) ?? valid(domain)
        case .validInGrace: return inGrace
        case .invalid(let flaws): return invalid(flaws)
        case .notChecked: return dateTrouble(certificate, grace) ?? notChecked
        }
    }

    private func valid(_ domain: TrustDomain) -> DoctorFinding {
        guard domain == .synthetic else {
            return .ok(.certificate, Sentence(ja: "有効で、設定された認証局のものです。", en: "It is valid and of a configured authority."))
        }
        return .ok(.certificate, Sentence(ja: "有効です（試験用の認証局）。", en: "It is valid (by an authority of simulated cards)."))
    }

    private var synthetic: DoctorFinding {
        .warning(
            .certificate, CertificateFlaw.synthetic.code, Sentence(ja: "試験用（模擬）のカードです。", en: "It is that of a simulated card."),
            advice: CertificateFlaw.synthetic.sentence)
    }

    private var notChecked: DoctorFinding {
        .warning(
            .certificate, "chain-not-checked",
            Sentence(ja: "期限内ですが、認証局の署名は確認していません。", en: "It has not expired; who has signed it was not checked."),
            advice: Sentence(
                ja: "認証局の証明書をフォルダに置き、設定の trust で指定してください。",
                en: "Put the authorities' certificates into a folder and name it by 'trust' in the configuration."))
    }

    // MARK: Dates

    private func endsSoon(_ certificate: Certificate) -> DoctorFinding? {
        guard let limit = Self.renewal.graceEnd(after: unixTime), certificate.notAfter <= limit else { return nil }
        return .warning(
            .certificate, "certificate-expires-soon", Sentence(ja: "3か月以内に期限が切れます。", en: "It expires within three months."),
            advice: Sentence(ja: "市区町村の窓口で、もう更新できます。", en: "The municipal office can renew it already."))
    }

    private func dateTrouble(_ certificate: Certificate, _ grace: ValidityPolicy) -> DoctorFinding? {
        if unixTime < certificate.notBefore { return invalid([.notYetValid(until: certificate.notBefore)]) }
        guard unixTime > certificate.notAfter else { return endsSoon(certificate) }
        if let end = grace.graceEnd(after: certificate.notAfter), unixTime <= end { return inGrace }
        return invalid([.expired(since: certificate.notAfter)])
    }

    private var inGrace: DoctorFinding {
        .warning(
            .certificate, "certificate-in-grace",
            Sentence(
                ja: "期限が切れていますが、満了日の属する月の末日から3か月は、資格の確認だけできます。",
                en: "It has expired; for three months from the end of that month it still shows eligibility, and nothing else."),
            advice: Sentence(ja: "市区町村の窓口で更新してください。", en: "Have it renewed at the municipal office."))
    }

    private func invalid(_ flaws: [CertificateFlaw]) -> DoctorFinding {
        let codes = flaws.map(\.code).joined(separator: ", ")
        let isExpired = flaws.contains { if case .expired = $0 { true } else { false } }
        if isExpired {
            return .failed(
                .certificate, "certificate-expired", .notPermitted,
                Sentence(
                    ja: "期限が切れています。満了日の属する月の末日から3か月の猶予も過ぎています。",
                    en: "It has expired, and three months from the end of that month are over too."),
                advice: Sentence(ja: "市区町村の窓口で更新してください。", en: "Have it renewed at the municipal office."), cause: codes)
        }
        let first = flaws.first ?? .untrusted
        if first == .synthetic { return synthetic }
        return .failed(
            .certificate, first.code, .notPermitted, Sentence(ja: "電子証明書を認められません。", en: "It is not accepted."), advice: first.sentence,
            cause: codes)
    }
}
