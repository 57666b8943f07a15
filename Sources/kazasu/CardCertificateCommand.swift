import Certificates
import Commands
import Diagnosis
import JapaneseCalendar
import MyNumberCard

enum CertificateOptions {
    static let kind = DefaultedOption<CertificateName>(
        "kind", placeholder: "KIND", default: .authentication, Sentence(ja: "読む証明書", en: "Which certificate is read"))
    static let der = Flag("der", Sentence(ja: "PEMではなくDERで書く（--output が必要）", en: "Write DER instead of PEM; needs --output"))
}

/// A certificate as the command line names it.
enum CertificateName: String, CaseIterable {
    case authentication, signature
    case authenticationAuthority = "authentication-ca"
    case signatureAuthority = "signature-ca"

    var certificate: CardCertificate {
        switch self {
        case .authentication: .authentication
        case .signature: .signature
        case .authenticationAuthority: .authenticationAuthority
        case .signatureAuthority: .signatureAuthority
        }
    }
}

/// `kazasu card certificate`: a certificate of the card, as PEM.
let cardCertificateCommand = cardSubcommand(
    "certificate", Sentence(ja: "電子証明書をPEMで出力する", en: "Print a certificate as PEM"),
    discussion: Sentence(
        ja: """
            署名用の証明書には氏名と住所が入っていて、署名用パスワードが要る。ほかはそのまま読める。
            --check を付けると、--trust か設定ファイルの認証局に対して検証し、失効も確かめられる。使えない、または検証できないときの終了コードは 77 である。
            """,
        en: """
            The signature certificate holds name and address and wants its password first; the others are free to read.
            With --check it is checked against the authorities of --trust or the configuration file, and for revocation where that is asked for; \
            the exit status is 77 where it does not serve or could not be checked.
            """),
    options: [
        CertificateOptions.kind, CardCommandOptions.output, CertificateOptions.der,
    ] + CertificateCheckOptions.all,
    secrets: [.authenticationPIN, .signaturePassword], reads: [CertificateCheckOptions.list], checksChain: true,
    example: Example(
        "kazasu card certificate --reader sim:card | openssl x509 -noout -dates",
        Sentence(ja: "有効期間を見る", en: "Look at the validity")),
    check: { invocation in
        if invocation[CertificateOptions.der], invocation[CardCommandOptions.output] == nil {
            throw invocation.misuse(Sentence(ja: "--der には --output を指定してください。", en: "--der needs --output."))
        }
        try CertificateCheckOptions.check(invocation)
    }
) { context in
    let invocation = context.invocation
    let name = invocation[CertificateOptions.kind]
    // Before a secret is used: a file that is no list helps nobody.
    let list = try context.contents(of: CertificateCheckOptions.list).map { bytes throws(CertificateError) in
        try RevocationList(fileContents: bytes)
    }
    let der: [UInt8]
    if name == .signature {
        let secret = try context.secrets.take(.signaturePassword)
        der = try context.open(
            context.card.readCertificate(.signature, opening: .signaturePassword, with: secret, lastTry: context.lastTry))
    } else {
        der = try context.readOpenCertificate(name)
    }
    let certificate = try Certificate(der: der)
    if let path = invocation[CardCommandOptions.output] {
        try context.write(invocation[CertificateOptions.der] ? der : Array(certificate.pem.utf8), to: path)
    }
    if invocation[CertificateCheckOptions.check] { return try context.check(certificate, name, list) }
    let isInFile = invocation[CardCommandOptions.output] != nil
    if invocation.json {
        let row = CertificateJSON(
            kind: name.rawValue, notBefore: certificate.notBefore, notAfter: certificate.notAfter, bytes: der.count,
            pem: isInFile ? nil : certificate.pem)
        try invocation.streams.output.writeLine(jsonLine(row))
    } else if !isInFile {
        try invocation.streams.output.write(certificate.pem)
    }
}

extension CardContext {
    /// A certificate that is free to read; a phone asks for the PIN first.
    fileprivate func readOpenCertificate(_ name: CertificateName) throws -> [UInt8] {
        do throws(CardError) { return try card.readCertificate(name.certificate) } catch {
            guard name == .authentication, case .refused(.securityStatusNotSatisfied, _) = error else { throw error }
        }
        let pin = try secrets.take(.authenticationPIN)
        return try open(card.readCertificate(.authentication, opening: .authenticationPIN, with: pin, lastTry: lastTry))
    }
}

private struct CertificateJSON: Encodable {
    let kind: String
    /// Unix times.
    let notBefore: Int64
    let notAfter: Int64
    let bytes: Int
    let pem: String?
}
