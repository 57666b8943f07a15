/// A secret that a holder knows or that is printed on the card, whatever file of the card compares it.
public enum Credential: String, Sendable, Hashable, CaseIterable {
    /// 利用者証明用電子証明書の暗証番号: 4 digits.
    case authenticationPIN
    /// 署名用電子証明書の暗証番号: 6 to 16 capitals and digits.
    case signaturePassword
    /// 券面事項入力補助用の暗証番号: 4 digits.
    case textPIN
    /// 住民基本台帳用の暗証番号: 4 digits.
    case residentRegistryPIN
    /// The PIN of the 共通カードAP (本人確認業務用): 4 digits.
    case commonPIN
    /// 照合番号A: 12 digits, on a real card the number of the person; here nobody's (`WrongNumber`).
    case verificationNumberA
    /// 照合番号B: 14 digits from what is printed on the card.
    case verificationNumberB
    /// 生年月日 as the key of the age record: 6 digits.
    case birthKey
    /// The first PIN (暗証番号1) of a driving licence: 4 digits.
    case licencePIN1
    /// The second PIN (暗証番号2) of a driving licence: 4 digits.
    case licencePIN2
}

/// The secrets of a simulated card; synthetic ones, for they are compared and changed in plain memory. Printing shows none of them.
public struct CardCredentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private var values: [Credential: [UInt8]]

    /// The secrets that a holder chooses, as ASCII without padding, at most 16 bytes each. The printed ones come from the holder's data.
    public init(
        authenticationPIN: String = "1234", signaturePassword: String = "ABC123", textPIN: String = "2345",
        residentRegistryPIN: String = "3456", commonPIN: String = "4567", licencePIN1: String = "5678", licencePIN2: String = "6789"
    ) {
        values = [
            .authenticationPIN: Array(authenticationPIN.utf8), .signaturePassword: Array(signaturePassword.utf8),
            .textPIN: Array(textPIN.utf8), .residentRegistryPIN: Array(residentRegistryPIN.utf8), .commonPIN: Array(commonPIN.utf8),
            .licencePIN1: Array(licencePIN1.utf8), .licencePIN2: Array(licencePIN2.utf8),
        ]
    }

    /// One secret; `nil` where the holder has none, and then no VERIFY is right.
    public subscript(credential: Credential) -> [UInt8]? {
        get { values[credential] }
        set { values[credential] = newValue }
    }

    /// With the printed secrets of a holder (照合番号A and B, 生年月日) where they were not given.
    public func completed(for holder: CardHolder?) -> CardCredentials {
        guard let holder else { return self }
        var completed = self
        let printed: [Credential: [UInt8]] = [
            .verificationNumberA: holder.wrongNumber.digits, .verificationNumberB: Array(holder.verificationNumberB.utf8),
            .birthKey: Array(holder.birthKey.utf8),
        ]
        completed.values.merge(printed) { given, _ in given }
        return completed
    }

    /// Never the secrets.
    public var description: String { "credentials" }
    /// Never the secrets.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
