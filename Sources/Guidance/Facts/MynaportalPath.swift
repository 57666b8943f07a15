/// How drugs are seen in マイナポータル where the disaster mode is not available (R153).
public enum MynaportalPath {
    /// Whose phone serves.
    public static let devices = ["本人のスマートフォン", "家族のスマートフォン"]
    /// Digits of the PIN that the login asks for.
    public static let pinDigits = 4
    /// What is pressed, one after the other, after the login.
    public static let steps = ["わたしの情報", "健康・医療", "診療・薬剤情報", "表示対象日を選択", "表示する"]
    /// How the data can be downloaded.
    public static let downloads = ["PDF", "CSV"]
    /// What else can be confirmed there.
    public static let alsoShown = ["被保険者番号などの資格情報", "電子処方箋の処方・調剤情報"]

    /// Which edition of the site.
    public enum Edition: Sendable, Hashable {
        /// マイナポータル.
        case regular
        /// マイナポータル実証β版.
        case beta
    }

    /// What an edition shows: the β edition drugs alone.
    public static func views(in edition: Edition) -> Set<String> {
        switch edition {
        case .regular: ["薬剤情報", "診療情報", "特定健診情報"]
        case .beta: ["薬剤情報"]
        }
    }
}
