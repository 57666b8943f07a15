import Certificates
import Commands
import Diagnosis
import ReaderKit

/// The configuration file, and what it names.
struct DoctorConfiguration {
    let finding: DoctorFinding
    /// What could be read of it.
    private(set) var configuration: Configuration?
    /// The anchors of `--trust`, else the configured ones, where they are in order.
    private(set) var trust: TrustFolder?
    /// The configured reader, where it is written as one.
    private(set) var selector: ReaderSelector?

    private static let broken = Sentence(ja: "設定ファイルを使えません。", en: "It cannot be used.")
    private static let brokenTrust = Sentence(
        ja: "認証局証明書のフォルダを使えません。", en: "The folder of trust anchors cannot be used.")
    private static let brokenSelector = Sentence(
        ja: "設定されたリーダーの書き方が正しくありません。", en: "The configured reader is not named correctly.")

    init(_ environment: Environment, trust named: String?) {
        let configuration: Configuration
        do { configuration = try Configuration(environment: environment) } catch {
            finding = Self.failed(error, Self.broken)
            return
        }
        self.configuration = configuration
        do { selector = try configuration[.reader].map { text throws(ReaderError) in try ReaderSelector(text) } } catch {
            finding = .failed(.configuration, error, Self.brokenSelector)
            return
        }
        do { trust = try (named ?? configuration[.trust]).map { path throws(CertificateError) in try TrustFolder(path: path) } } catch {
            finding = .failed(.configuration, error, Self.brokenTrust)
            return
        }
        finding = Self.inOrder(configuration)
    }

    private static func failed(_ error: any Error, _ sentence: Sentence) -> DoctorFinding {
        guard let error = error as? any DiagnosedError else {
            return .failed(
                .configuration, "unexpected", .internalFault, sentence,
                advice: Sentence(ja: "設定ファイルの内容を確認してください。", en: "Check what is in the file."))
        }
        return .failed(.configuration, error, sentence)
    }

    private static func inOrder(_ configuration: Configuration) -> DoctorFinding {
        guard configuration.exists else {
            return .ok(
                .configuration, Sentence(ja: "ファイルはありません。なくても動きます。", en: "There is no file, and none is needed."),
                cause: configuration.path)
        }
        let keys = Configuration.Key.allCases.filter { configuration[$0] != nil }.map(\.rawValue)
        let list =
            keys.isEmpty ? Sentence(ja: "なし", en: "nothing") : Sentence(ja: keys.joined(separator: "、"), en: keys.joined(separator: ", "))
        return .ok(
            .configuration, Sentence(ja: "正しく読めました（設定：\(list.japanese)）。", en: "It is in order and sets: \(list.english)."),
            cause: configuration.path)
    }
}
