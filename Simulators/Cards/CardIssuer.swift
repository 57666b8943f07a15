import COpenSSL

/// Issues cards for made-up people under the synthetic authorities: new keys and new certificates each time.
public enum CardIssuer {
    /// Why no card was issued.
    public enum Failure: Error, Hashable {
        /// There was no synthetic authority on that day: the first began on 2015-10-20.
        case noAuthority
        /// The name or the address has a character that does not go into a certificate: of ASCII only letters, digits, space and hyphen do.
        case unfitText
        /// OpenSSL did not make a key or a certificate.
        case cryptography
    }

    /// New contents for a card of this kind.
    ///
    /// The certificates end on the fifth birthday after the day of issue (the tenth on the next generation's card), at 14:59:59 UTC, and not
    /// after the card. Under fifteen there is no signature certificate.
    ///
    /// - Parameters:
    ///   - holder: who, made up.
    ///   - day: when the card is issued, in Japan.
    ///   - kind: what kind of card.
    /// - Returns: what is put on the card.
    /// - Throws: `Failure`.
    public static func issue(_ holder: CardHolder, on day: CardDay, as kind: CardKind) throws(Failure) -> CardContents {
        guard isFit(holder.name), isFit(holder.address) else { throw .unfitText }
        let generation = try generation(on: day)
        let number = randomDigits(10)
        let isNext = kind.isNextGeneration
        let last = min(holder.birth.birthday(isNext ? 10 : 5, after: day), holder.expiry)
        // From the midnight with which the day of issue begins in Japan, to the end of the last day there.
        let validity = CertificateRequest.Validity(from: day.dayBefore.digits + "150000Z", to: last.digits + "145959Z")

        let authority = isNext ? SyntheticPKI.nextGenerationAuthority : SyntheticPKI.authenticationAuthority(generation)
        let authentication = try CertificateRequest.authentication(name: "KAZASUTEST\(number)A0001", validity)
            .issued(by: authority, onCurve: isNext)
        var signature: CardContents.Identity?
        if !isNext, holder.birth.age(on: day) >= 15 {
            signature = try CertificateRequest.signature(name: "KAZASUTEST\(number)S0001", of: holder, validity)
                .issued(by: SyntheticPKI.signatureAuthority(generation), onCurve: false)
        }
        var keys: [CardKey: [UInt8]] = [:]
        for key in CardKey.allCases { keys[key] = try PrivateKey(onCurve: false).pkcs8 }
        let everything = CardContents(
            authentication: authentication, signature: signature, personal: CardContents.Personal(holder: holder, keys: CardKeys(keys)))
        return kind.kept(of: everything)
    }

    /// Decimal digits by chance.
    public static func randomDigits(_ count: Int) -> String {
        var random = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &random))) })
    }

    private static func generation(on day: CardDay) throws(Failure) -> SyntheticGeneration {
        switch day {
        case CardDay(2023, 7, 16)...: .of2023
        case CardDay(2019, 9, 14)...: .of2019
        case CardDay(2015, 10, 20)...: .of2015
        default: throw .noAuthority
        }
    }

    /// Whether a text means itself in the configuration from which OpenSSL makes extensions.
    private static func isFit(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                guard scalar.isASCII else { return scalar.value > 0x9F }
                return scalar == " " || scalar == "-" || scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
            }
    }
}

/// A new private key, held by OpenSSL.
final class PrivateKey {
    let key: OpaquePointer

    /// An RSA-2048 key, or one on P-384.
    init(onCurve: Bool) throws(CardIssuer.Failure) {
        guard let context = EVP_PKEY_CTX_new_id(onCurve ? EVP_PKEY_EC : EVP_PKEY_RSA, nil) else { throw .cryptography }
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            (onCurve
                ? EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_secp384r1) : EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2_048)) == 1,
            EVP_PKEY_keygen(context, &made) == 1, let made
        else {
            ERR_clear_error()
            throw .cryptography
        }
        key = made
    }

    deinit { EVP_PKEY_free(key) }

    /// As PKCS #8 in DER, not encrypted (RFC 5958).
    var pkcs8: [UInt8] {
        get throws(CardIssuer.Failure) {
            guard let information = EVP_PKEY2PKCS8(key) else { throw .cryptography }
            defer { PKCS8_PRIV_KEY_INFO_free(information) }
            var bytes = [UInt8](repeating: 0, count: max(0, Int(i2d_PKCS8_PRIV_KEY_INFO(information, nil))))
            bytes.withUnsafeMutableBufferPointer { room in
                var next = room.baseAddress
                _ = i2d_PKCS8_PRIV_KEY_INFO(information, &next)
            }
            return bytes
        }
    }
}
