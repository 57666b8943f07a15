import Diagnosis
import MedicalAccess

/// A made-up account with which a new centre starts.
public struct SyntheticAccount: Sendable {
    /// ユーザID
    public let user: String
    /// 権限区分
    public let right: AccountRight
    /// ユーザ名
    public let name: String
    /// ユーザ名(カナ)
    public let kana: String
}

/// The synthetic accounts: one of each right. Somebody must be there who can make others.
public enum SyntheticAccounts {
    /// The administrator (管理者).
    public static let administrator = SyntheticAccount(user: "kanri", right: .administrator, name: "試験 管理者", kana: "シケン カンリシャ")
    /// At the counter (一般利用者).
    public static let counter = SyntheticAccount(user: "uketsuke", right: .general, name: "試験 受付", kana: "シケン ウケツケ")
    /// In the consulting room (医療情報閲覧).
    public static let consulting = SyntheticAccount(user: "shinsatu", right: .medicalViewing, name: "試験 診察室", kana: "シケン シンサツシツ")

    /// All of them.
    public static let all = [administrator, counter, consulting]

    /// The password of each of them, published here: it protects nothing.
    public static var password: Secret { Secret("kazasu-test".utf8) }
}
