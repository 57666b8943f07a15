import Synchronization

/// The issuers of the cards: they certify keys and sign what is on a card, with card-verifiable (CV) certificates.
///
/// Every identifier is of the test range: it begins with 6, where those of real cards begin with 5. The numbers of the roots are those of
/// the test cards; the keys are ours and published with the package.
extension SyntheticPKI {
    /// Whose certificate and key.
    public enum CardIssuer: Sendable, Hashable, CaseIterable {
        /// The upper one of the two at the level of the card (GET DATA `00F8`).
        case upper
        /// The lower one of the two at the level of the card (GET DATA `7F21`), certified by the upper one.
        case lower
        /// The one that signs the files of the 券面事項確認AP.
        case surface
        /// The one that signs the files of the 券面事項入力補助AP.
        case text
    }

    /// A root that card-verifiable certificates name as their issuer.
    public struct CardRoot: Sendable, Hashable {
        /// The 16 bytes that name the key.
        public let keyIdentifier: [UInt8]
        /// The modulus of the RSA key, 256 bytes big endian.
        public let modulus: [UInt8]
        /// The public exponent, big endian without leading zeros.
        public let exponent: [UInt8]
    }

    /// The card-verifiable certificate of an issuer: `7F21`, 568 bytes.
    public static func cardVerifiableCertificate(_ issuer: CardIssuer) -> [UInt8] { identity(issuer).certificate }

    /// The roots of the card-verifiable certificates: of the card level (6000020), of the 券面事項確認AP (6000023) and of the
    /// 券面事項入力補助AP (6000033).
    public static let cardRoots: [CardRoot] = [
        ("6000020", PackageResources.cv_root_upper_key_der), ("6000023", PackageResources.cv_root_surface_key_der),
        ("6000033", PackageResources.cv_root_text_key_der),
    ].compactMap { number, key in
        SigningKey(pkcs8: key)?.rsaPublicKey.map {
            CardRoot(keyIdentifier: keyIdentifier(number), modulus: $0.modulus, exponent: $0.exponent)
        }
    }

    /// The private key (PKCS #8) of an issuer, for tests of forgeries.
    public static func cardIssuerKey(_ issuer: CardIssuer) -> [UInt8] { identity(issuer).key }

    /// The 16 bytes that name a key: seven digits, `08 05`, three digits, four bytes of padding.
    static func keyIdentifier(_ number: String) -> [UInt8] { Array(number.utf8) + [0x08, 0x05] + Array("001".utf8) + [0, 0, 0, 0] }

    /// The signature of an issuer over a message: RSASSA-PKCS1-v1_5 with SHA-256.
    static func sign(_ message: [UInt8], by issuer: CardIssuer) -> [UInt8] {
        signature(over: message, SignatureOperation(.message, .digestInfo), by: issuer)
    }

    /// The signature over the face of a card: a DigestInfo of SHA-256 whose digest is three of them in a row, 96 bytes.
    static func sign(threeDigests: [UInt8]) -> [UInt8] {
        let algorithm: [UInt8] = [0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00]
        let digestInfo = tlv(0x30, algorithm + tlv(0x04, threeDigests))
        return signature(over: digestInfo, SignatureOperation(.prepared(lengths: 1...245), .plain), by: .surface)
    }

    private static func signature(over input: [UInt8], _ operation: SignatureOperation, by issuer: CardIssuer) -> [UInt8] {
        let work = IssuerWork(input: input, operation: operation, issuer: issuer)
        if let known = known.withLock({ $0[work] }) { return known }
        var made: [UInt8] = []
        _ = SigningKey(pkcs8: identity(issuer).key)?.sign(input.span, by: operation, into: &made)
        known.withLock { known in
            if known.count >= mostKnown { known.removeAll() }
            known[work] = made
        }
        return made
    }

    private struct IssuerWork: Hashable {
        let input: [UInt8]
        let operation: SignatureOperation
        let issuer: CardIssuer
    }

    // A card is issued once, however often it is put on a reader: the same bytes have the same signature (RFC 8017 clause 8.2 has no chance
    // in it).
    private static let known = Mutex<[IssuerWork: [UInt8]]>([:])
    private static let mostKnown = 128

    private static func identity(_ issuer: CardIssuer) -> SyntheticIdentity {
        switch issuer {
        case .upper: SyntheticIdentity(PackageResources.cv_upper_cv, PackageResources.cv_upper_key_der)
        case .lower: SyntheticIdentity(PackageResources.cv_lower_cv, PackageResources.cv_lower_key_der)
        case .surface: SyntheticIdentity(PackageResources.cv_surface_cv, PackageResources.cv_surface_key_der)
        case .text: SyntheticIdentity(PackageResources.cv_text_cv, PackageResources.cv_text_key_der)
        }
    }
}
