import Diagnosis
import Centre

extension CentreDatabase {
    /// Where the centre's database is unless told otherwise: `kazasu/centre.sqlite3` in the XDG data folder.
    ///
    /// `$XDG_DATA_HOME`, or `$HOME/.local/share` where that is not set, empty or not absolute (XDG Base Directory Specification).
    /// - Throws: `CentreError` (`centre-no-home`, usage) where neither names a folder.
    public static func defaultPath(environment: [String: String]) throws(CentreError) -> String {
        func folder(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        if let data = folder("XDG_DATA_HOME") { return data + "/kazasu/centre.sqlite3" }
        if let home = folder("HOME") { return home + "/.local/share/kazasu/centre.sqlite3" }
        throw CentreError(
            code: "centre-no-home",
            sentence: Sentence(
                ja: "データの置き場所が分かりません。環境変数 XDG_DATA_HOME か HOME を設定してください。",
                en: "There is no place for data; set XDG_DATA_HOME or HOME."),
            cause: "neither XDG_DATA_HOME nor HOME is an absolute path", category: .usage)
    }
}
