/// A file of the card that an operation reads. The raw value is its name in causes, dumps and JSON; programs may depend on it.
public enum CardFile: String, Sendable, Hashable, CaseIterable {
    /// 署名用電子証明書: the holder's certificate for signing documents.
    case signatureCertificate = "signature-certificate"
    /// The certificate of the authority that issued it.
    case signatureAuthority = "signature-ca-certificate"
    /// Token information of the 公的個人認証AP.
    case tokenInformation = "token-information"
    /// 利用者証明用電子証明書: the holder's certificate for showing who is there.
    case authenticationCertificate = "authentication-certificate"
    /// The certificate of the authority that issued it.
    case authenticationAuthority = "authentication-ca-certificate"
    /// 基本4情報: name, address, birth and sex as text.
    case fourItems = "four-items"
    /// The signed digests of the text.
    case fourItemsIntegrity = "four-items-signature"
    /// The card-verifiable certificate of the key that signed the text.
    case textKeyCertificate = "text-key-certificate"
    /// What the 券面事項入力補助AP says of itself.
    case textInformation = "text-information"
    /// The public half of that application's own key, signed.
    case textCardKey = "text-card-key"
    /// 生年月日: the birth alone, signed.
    case ageRecord = "age-record"
    /// 券面情報: what is printed on the card, with the photograph.
    case cardFace = "card-face"
    /// What the 券面事項確認AP says of itself.
    case faceInformation = "face-information"
    /// The card-verifiable certificate of the key that signed face and age record.
    case faceKeyCertificate = "face-key-certificate"
    /// Serial number, municipality and expiry of the card.
    case issueRecord = "issue-record"
}

/// A PIN, a password or a 照合番号 of the card. 照合番号A, which is the 12-digit number, has no name here.
public enum CardReference: String, Sendable, Hashable, CaseIterable {
    /// 利用者証明用電子証明書の暗証番号.
    case authenticationPIN = "authentication-pin"
    /// 署名用電子証明書の暗証番号.
    case signaturePassword = "signature-password"
    /// 券面事項入力補助用の暗証番号.
    case textPIN = "text-pin"
    /// 照合番号B in the 券面事項入力補助AP.
    case textVisualCode = "text-visual-code"
    /// 照合番号B in the 券面事項確認AP; the same digits, another counter.
    case faceVisualCode = "face-visual-code"
    /// 生年月日: era year, month and day of birth.
    case birthKey = "birth-key"
    /// 本人確認業務用の暗証番号.
    case commonPIN = "common-pin"
    /// 住民基本台帳用の暗証番号.
    case residentPIN = "resident-pin"
}

/// A private key of the card. The raw value is its name in causes.
public enum CardSigningKey: String, Sendable, Hashable, CaseIterable {
    /// 利用者証明用秘密鍵.
    case authentication
    /// 署名用秘密鍵.
    case signature
    /// The card's own key in the 券面事項入力補助AP; it asks for no PIN.
    case textCard = "text-card"
    /// The card's own key in the 券面事項確認AP; it asks for no PIN.
    case faceCard = "face-card"
}

/// An X.509 certificate on the card.
public enum CardCertificate: Sendable, Hashable, CaseIterable {
    /// 利用者証明用電子証明書. Free to read on plastic cards; phones want the PIN first.
    case authentication
    /// Its authority's. Free to read.
    case authenticationAuthority
    /// 署名用電子証明書, with name and address. Wants the password first.
    case signature
    /// Its authority's. Free to read.
    case signatureAuthority

    var file: CardFile {
        switch self {
        case .authentication: .authenticationCertificate
        case .authenticationAuthority: .authenticationAuthority
        case .signature: .signatureCertificate
        case .signatureAuthority: .signatureAuthority
        }
    }
}
