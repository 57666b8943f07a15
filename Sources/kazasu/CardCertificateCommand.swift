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
        ja: "署名用の証明書には氏名と住所が入っていて、署名用パスワードが要る。ほかはそのまま読める。",
        en: "The signature certificate holds name and address and wants its password first; the others are free to read."),
    options: [CertificateOptions.kind, CardCommandOptions.output, CertificateOptions.der],
    secrets: [.authenticationPIN, .signaturePassword],
    example: Example(
        "kazasu card certificate --reader sim:card | openssl x509 -noout -dates",
        Sentence(ja: "有効期間を見る", en: "Look at the validity"))
) { context in
    let invocation = context.invocation
    if invocation[CertificateOptions.der], invocation[CardCommandOptions.output] == nil {
        throw invocation.misuse(Sentence(ja: "--der には --output を指定してください。", en: "--der needs --output."))
    }
    let name = invocation[CertificateOptions.kind]
    let der: [UInt8]
    if name == .signature {
        let secret = try context.secrets.take(.signaturePassword)
        der = try context.open(
            context.card.readCertificate(.signature, opening: .signaturePassword, with: secret, lastTry: context.lastTry))
    } else {
        der = try context.card.readCertificate(name.certificate)
    }
    let certificate = try Certificate(der: der)
    let pem = certificate.pem
    if let path = invocation[CardCommandOptions.output] {
        try writeFile(path, invocation[CertificateOptions.der] ? der : Array(pem.utf8))
    } else if !invocation.json {
        try invocation.streams.output.write(pem)
    }
    if invocation.json {
        let row = CertificateJSON(
            kind: name.rawValue, notBefore: certificate.notBefore, notAfter: certificate.notAfter, bytes: der.count,
            pem: invocation[CardCommandOptions.output] == nil ? pem : nil)
        try invocation.streams.output.writeLine(jsonLine(row))
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
