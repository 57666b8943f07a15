import Commands
import Diagnosis
import Glibc
import YAML

/// What the configuration file says; options on the command line come before it.
struct Configuration {
    /// A key of the file.
    enum Key: String, CaseIterable {
        /// Which reader is meant where `--reader` is not given.
        case reader
        /// The directory of trust anchors where `--trust` is not given.
        case trust
        /// Where the centre's database is kept where `--centre` is not given.
        case centre
        /// The facility's name where `--facility` is not given.
        case facility

        var summary: Sentence {
            switch self {
            case .reader: Sentence(ja: "--reader を省いたときのリーダー", en: "The reader where --reader is not given")
            case .trust: Sentence(ja: "--trust を省いたときの認証局証明書のフォルダ", en: "The directory of trust anchors where --trust is not given")
            case .centre: Sentence(ja: "--centre を省いたときの資格データベース", en: "The centre's database where --centre is not given")
            case .facility: Sentence(ja: "--facility を省いたときの医療機関・薬局名", en: "The facility's name where --facility is not given")
            }
        }

        /// Whether its value is a path, which is relative to the folder of the file.
        var isPath: Bool { self == .trust || self == .centre }
    }

    /// The file that was read, or where it is looked for first; `nil` where the environment names no place.
    let path: String?
    /// Whether there is a file.
    let exists: Bool
    private let values: [Key: String]

    /// The value of a key; paths are as they can be opened.
    subscript(key: Key) -> String? { values[key] }

    /// The file that the environment points at. No file is no error, except where `KAZASU_CONFIG` names one.
    init(environment: Environment) throws {
        path = Self.place(environment)
        exists = path.map { access($0, F_OK) == 0 } ?? false
        guard let path, exists || environment[Self.variable]?.isEmpty == false else {
            values = [:]
            return
        }
        values = try Self.parse(try readFile(path, limit: 1 << 20), path: path)
    }

    static let variable = "KAZASU_CONFIG"

    /// The file that there is, else the one that is looked for first; `nil` where the environment names no place.
    static func place(_ environment: Environment) -> String? {
        let candidates = candidates(environment)
        return candidates.first { access($0, F_OK) == 0 } ?? candidates.first
    }

    /// Where it is looked for, in this order (XDG Base Directory Specification: what is not absolute is not taken).
    private static func candidates(_ environment: Environment) -> [String] {
        if let path = environment[variable], !path.isEmpty { return [path] }
        let home = [environment["XDG_CONFIG_HOME"], environment["HOME"].map { $0 + "/.config" }].compactMap { $0 }
        let system = environment["XDG_CONFIG_DIRS"].flatMap { $0.isEmpty ? nil : $0 } ?? "/etc/xdg"
        let folders =
            home.filter { $0.hasPrefix("/") }.prefix(1) + system.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        return folders.map { $0 + "/kazasu/config.yaml" }
    }

    static func parse(_ bytes: [UInt8], path: String) throws(ConfigurationError) -> [Key: String] {
        let root: YAMLNode?
        do { root = try YAMLFile.parse(bytes) } catch { throw ConfigurationError(path: path, place: error.place, reason: error.reason) }
        guard let root, !root.isNull else { return [:] }
        guard case .mapping(let entries) = root.value else {
            throw ConfigurationError(path: path, place: root.place, reason: "keys with values are expected")
        }
        var values: [Key: String] = [:]
        for entry in entries {
            guard let key = Key(rawValue: entry.key) else {
                let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
                throw ConfigurationError(path: path, place: entry.place, reason: "this key is none of: \(known)")
            }
            if entry.value.isNull { continue }
            guard let text = entry.value.text else {
                throw ConfigurationError(path: path, place: entry.value.place, reason: "'\(key.rawValue)' wants a text")
            }
            values[key] = key.isPath && !text.hasPrefix("/") ? folder(of: path) + text : text
        }
        return values
    }
}

/// The configuration file is wrong.
struct ConfigurationError: DiagnosedError, Equatable {
    let path: String
    let place: YAMLPlace
    let reason: String

    let code = "config-malformed"
    var sentence: Sentence {
        Sentence(
            ja: "設定ファイルの\(place.line)行目が正しくありません。直すか、その行を消してください。",
            en: "Line \(place.line) of the configuration file is wrong; mend it or take it out.")
    }
    var cause: String? { "\(path):\(place): \(reason)" }
    let category = FailureCategory.badData
}

extension Invocation {
    /// What the configuration file says.
    func configuration() throws -> Configuration { try Configuration(environment: environment) }
}
