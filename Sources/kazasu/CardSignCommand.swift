import Certificates
import Commands
import Diagnosis
import MyNumberCard

enum SignOptions {
    static let key = DefaultedOption<SigningKeyName>(
        "key", placeholder: "KEY", default: .authentication, Sentence(ja: "署名に使う鍵", en: "The key that signs"))

    static func output(_ invocation: Invocation) throws -> String {
        guard invocation.isGiven(CardCommandOptions.input), let output = invocation[CardCommandOptions.output] else {
            throw invocation.misuse(
                Sentence(ja: "--input と --output を指定してください。", en: "Name the files with --input and --output."))
        }
        return output
    }
}

/// A key that its holder opens.
enum SigningKeyName: String, CaseIterable {
    case authentication, signature

    var key: CardSigningKey { self == .authentication ? .authentication : .signature }
    var certificate: CardCertificate { self == .authentication ? .authentication : .signature }
    var route: SecretRoute { self == .authentication ? .authenticationPIN : .signaturePassword }
}

/// `kazasu card sign`: the raw signature of a file.
let cardSignCommand = cardSubcommand(
    "sign", Sentence(ja: "ファイルに署名する", en: "Sign a file"),
    discussion: Sentence(
        ja: "書き出すのは署名そのもの（RSA 2048、PKCS #1 v1.5、SHA-256、256バイト）で、openssl dgst -sha256 -verify で確かめられる。",
        en: """
            What is written is the raw signature (RSA 2048, PKCS #1 v1.5, SHA-256, 256 bytes), as 'openssl dgst -sha256 -verify' checks it.
            """),
    options: [CardCommandOptions.output, SignOptions.key], secrets: [.authenticationPIN, .signaturePassword],
    reads: [CardCommandOptions.input],
    example: Example(
        "kazasu card sign --reader sim:card --input a.pdf --output a.sig",
        Sentence(ja: "利用者証明用の鍵で署名する", en: "Sign with the authentication key")),
    check: { invocation in _ = try SignOptions.output(invocation) }
) { context in
    let invocation = context.invocation
    let output = try SignOptions.output(invocation)
    let message = context.contents(of: CardCommandOptions.input) ?? []
    let name = invocation[SignOptions.key]
    let scheme = try context.card.signatureScheme(of: name.key)
    let digestInfo = try scheme.digestInfo(of: message)
    let secret = try context.secrets.take(name.route)
    let signature = try context.open(
        context.card.sign(digestInfo: digestInfo, with: name.key, secret: secret, lastTry: context.lastTry))
    // What goes out is a signature by the key of the certificate, or nothing.
    let certificate = try Certificate(der: context.card.readCertificate(name.certificate))
    guard scheme.verifies(signature, of: message, by: certificate) else { throw CardError.signatureInvalid }
    try context.write(signature, to: output)
    try context.print([ResultRow("bytes", Sentence(ja: "署名のバイト数", en: "bytes of the signature"), .number(signature.count))])
}
