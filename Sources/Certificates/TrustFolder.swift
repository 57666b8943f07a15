/// The trust anchors that an operator has put into a folder.
///
/// The folder has up to three folders in it, and nothing else:
///
/// - `authentication`: certificates of the authorities for 利用者証明用 certificates,
/// - `signature`: those for 署名用 certificates,
/// - `cv`: root keys of card-verifiable certificates.
///
/// A file of the first two holds one certificate in DER or any number in PEM (RFC 7468); its name does not matter. A file in `cv` holds
/// one public key in PEM (`PUBLIC KEY`) or DER (SubjectPublicKeyInfo) and is named after the key identifier, seven digits, three digits
/// and the last four bytes in hexadecimal: `6000023-001-00000000.pem`. Names that begin with a dot are passed over; every other file
/// must be fit, because an anchor that is left out without a word is found out at the counter only.
public struct TrustFolder: Sendable, Hashable {
    /// The authorities for 利用者証明用 (authentication) certificates; none where that folder is absent.
    public let authentication: TrustAnchors
    /// The authorities for 署名用 (signature) certificates; none where that folder is absent.
    public let signature: TrustAnchors
    /// The root keys of card-verifiable certificates; none where that folder is absent.
    public let cardVerifiable: CVTrustAnchors

    /// Reads the folder at `path`.
    ///
    /// - Throws: `trust-folder-unusable` where something cannot be read, is not as above, or there is nothing; `trust-anchor-unfit` for
    ///   a certificate or key that cannot be an anchor. The cause names the file.
    public init(path: String) throws(CertificateError) {
        let names = try AnchorFiles.names(in: path)
        for name in names where !["authentication", "signature", "cv"].contains(name) {
            throw .trustFolder("\(path)/\(name): only the folders authentication, signature and cv belong here")
        }
        guard !names.isEmpty else { throw .trustFolder("\(path): empty") }
        authentication = names.contains("authentication") ? try Self.authorities(in: path + "/authentication") : .none
        signature = names.contains("signature") ? try Self.authorities(in: path + "/signature") : .none
        cardVerifiable = names.contains("cv") ? try Self.rootKeys(in: path + "/cv") : .none
    }

    private static func authorities(in path: String) throws(CertificateError) -> TrustAnchors {
        var certificates: [Certificate] = []
        for name in try AnchorFiles.entries(of: path) {
            let file = "\(path)/\(name)"
            for der in try PEMBlocks.contents(of: try AnchorFiles.read(file), label: "CERTIFICATE", file: file) {
                let certificate = try named(file) { () throws(CertificateError) in try Certificate(der: der) }
                if let reason = certificate.unfitnessAsAnchor { throw .unfitAnchor("\(file): \(reason)") }
                if !certificates.contains(certificate) { certificates.append(certificate) }
            }
        }
        return try TrustAnchors(certificates, domain: .configured)
    }

    private static func rootKeys(in path: String) throws(CertificateError) -> CVTrustAnchors {
        var keys: [CVKeyID: RSAPublicKey] = [:]
        for name in try AnchorFiles.entries(of: path) {
            let file = "\(path)/\(name)"
            guard let identifier = keyID(fileName: name) else {
                throw .trustFolder("\(file): the name is not that of a key, such as 6000023-001-00000000.pem")
            }
            let blocks = try PEMBlocks.contents(of: try AnchorFiles.read(file), label: "PUBLIC KEY", file: file)
            guard blocks.count == 1, keys[identifier] == nil else { throw .trustFolder("\(file): not one key") }
            keys[identifier] = try named(file) { () throws(CertificateError) in try RSAPublicKey(subjectPublicKeyInfo: blocks[0]) }
        }
        return try CVTrustAnchors(keys, domain: .configured)
    }

    private static func keyID(fileName: String) -> CVKeyID? {
        let stem = fileName.split(separator: ".", maxSplits: 1)
        let parts = (stem.first ?? "").split(separator: "-", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard stem.count == 2, parts.map(\.count) == [7, 3, 8] else { return nil }
        let digits = parts[2].compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 8 else { return nil }
        let last = stride(from: 0, to: 8, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        return try? CVKeyID(parts[0] + [0x08, 0x05] + parts[1] + last)
    }

    private static func named<Value>(
        _ file: String, _ body: () throws(CertificateError) -> Value
    ) throws(CertificateError) -> Value {
        do throws(CertificateError) { return try body() } catch { throw .unfitAnchor("\(file): \(error.cause ?? error.code)") }
    }
}
