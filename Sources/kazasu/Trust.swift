import Cards
import Certificates
import Commands
import Diagnosis

enum TrustOptions {
    static let directory = ValueOption<String>(
        "trust", placeholder: "DIR", kind: .directory,
        Sentence(
            ja: "信頼する認証局のフォルダ（中に authentication、signature、cv の各フォルダ）",
            en: "The authorities that are trusted: a folder with the folders authentication, signature and cv in it"))
}

/// Whose certificates count in a run: those under the authorities of a folder, and those of simulated cards where no folder is given.
///
/// The keys of simulated cards are published. So a simulated reader takes simulated cards; a real reader takes them, and names them so, only
/// while nobody has said which authorities count.
struct Trust {
    private let isSimulated: Bool
    private let folder: TrustFolder?

    /// Reads the folder that `--trust` or the configuration names. Throws where it cannot be used.
    init(_ invocation: Invocation, isSimulated: Bool) throws {
        self.isSimulated = isSimulated
        let path = try invocation[TrustOptions.directory] ?? invocation.configuration()[.trust]
        folder = try path.map { path throws(CertificateError) in try TrustFolder(path: path) }
        // What cannot be used is said by every command alike, not only by the one that needs it.
        _ = (try authentication(), try signature(), try cardVerifiable())
    }

    /// Trust by a folder that was read already.
    init(_ folder: TrustFolder?, isSimulated: Bool) {
        self.isSimulated = isSimulated
        self.folder = folder
    }

    private var accepted: Set<TrustDomain> {
        if isSimulated { [.synthetic] } else if folder != nil { [.configured] } else { [.synthetic, .configured] }
    }

    /// For 利用者証明用 (authentication) certificates.
    func authentication(validity: ValidityPolicy = .untilExpiry) throws(CertificateError) -> CertificateTrust {
        try CertificateTrust(
            configured: CertificateChecker(use: .authentication(), anchors: folder?.authentication ?? .none, validity: validity),
            synthetic: CertificateChecker(
                use: .authentication(policy: SyntheticPKI.authenticationPolicy),
                anchors: try Self.anchors(SyntheticPKI.authenticationAuthorities + [SyntheticPKI.nextGenerationAuthority.certificate]),
                validity: validity),
            accepting: accepted)
    }

    /// For 署名用 (signature) certificates.
    func signature() throws(CertificateError) -> CertificateTrust {
        try CertificateTrust(
            configured: CertificateChecker(use: .signature(), anchors: folder?.signature ?? .none),
            synthetic: CertificateChecker(
                use: .signature(policy: SyntheticPKI.signaturePolicy), anchors: try Self.anchors(SyntheticPKI.signatureAuthorities)),
            accepting: accepted)
    }

    /// For the keys of the card itself.
    func cardVerifiable() throws(CertificateError) -> CVChecker {
        var keys: [CVKeyID: RSAPublicKey] = [:]
        for root in SyntheticPKI.cardRoots {
            keys[try CVKeyID(root.keyIdentifier)] = try RSAPublicKey(modulus: root.modulus, exponent: root.exponent)
        }
        let synthetic = try CVTrustAnchors(keys, domain: .synthetic)
        try folder?.cardVerifiable.mustDiffer(from: synthetic)
        if isSimulated { return CVChecker(anchors: synthetic) }
        return folder.map { CVChecker(anchors: $0.cardVerifiable) } ?? CVChecker(anchors: .none, synthetic: synthetic)
    }

    private static func anchors(_ authorities: [[UInt8]]) throws(CertificateError) -> TrustAnchors {
        var certificates: [Certificate] = []
        for der in authorities { certificates.append(try Certificate(der: der)) }
        return try TrustAnchors(certificates, domain: .synthetic)
    }
}
