import Certificates
import Commands
import Diagnosis
import ISO7816
import MyNumberCard

/// `kazasu card dump`: every file that is free to read.
let cardDumpCommand = cardSubcommand(
    "dump", Sentence(ja: "秘密なしで読めるファイルを一覧にする", en: "List every file, with what is free to read"),
    discussion: Sentence(
        ja: """
            暗証番号などは使わない。人やカードを特定する中身（利用者証明用電子証明書、製造番号）は長さだけを出し、--personal を付けると出す。
            個人番号のファイルには触れない。
            """,
        en: """
            No PIN is used. What names a person or a card (the authentication certificate, serial numbers) is shown by its length only, unless \
            --personal is given. The files of the 12-digit number are not touched.
            """),
    options: [VisitOptions.personal, CardCommandOptions.output],
    example: Example("kazasu card dump --reader sim:card --json", Sentence(ja: "一覧をJSONで出力する", en: "The list as JSON"))
) { context in
    let invocation = context.invocation
    let lines = try context.card.survey().map { DumpLine($0.file, $0.finding, isPersonalShown: invocation[VisitOptions.personal]) }
    let text = try invocation.json ? jsonLine(lines) + "\n" : lines.map(\.text).joined(separator: "\n") + "\n"
    if let path = invocation[CardCommandOptions.output] {
        try context.write(Array(text.utf8), to: path)
    } else {
        try invocation.streams.output.write(text)
    }
}

private struct DumpLine: Encodable {
    let file: String
    let status: String
    let meaning: String
    var bytes: Int?
    var contents: String?

    init(_ file: CardFile, _ finding: FileFinding, isPersonalShown: Bool) {
        self.file = file.rawValue
        switch finding {
        case .contents(let bytes):
            status = StatusWord.success.description
            meaning = StatusWord.success.meaning.english
            self.bytes = bytes.count
            if isPersonalShown || !file.namesSomebody { contents = Hexadecimal.text(bytes) }
        case .refused(let word):
            status = word.description
            meaning = word.meaning.english
        case .malformed(let cause):
            status = StatusWord.success.description
            meaning = "malformed: \(cause ?? "")"
        }
    }

    var text: String {
        let length = bytes.map { "  \($0) bytes" } ?? ""
        let shown = contents.map { "\n    \($0)" } ?? ""
        return "\(file)  \(status)  \(printable(meaning))\(length)\(shown)"
    }
}

extension CardFile {
    /// Whether what is in it identifies a person or one card.
    fileprivate var namesSomebody: Bool {
        switch self {
        case .signatureAuthority, .authenticationAuthority, .textKeyCertificate, .textInformation, .faceInformation, .faceKeyCertificate:
            false
        // A token's serial number, the certificate by which an insured person is found, the card's own serial number, and what a PIN opens.
        case .tokenInformation, .signatureCertificate, .authenticationCertificate, .fourItems, .fourItemsIntegrity, .textCardKey,
            .ageRecord, .cardFace, .issueRecord:
            true
        }
    }
}
