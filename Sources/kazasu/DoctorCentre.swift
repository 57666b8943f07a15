import CentreSimulator
import Commands
import Diagnosis
import Glibc

/// The centre's database: whether it can be opened, or could be made where there is none. Nothing is made.
struct DoctorCentre {
    let configured: String?
    let environment: Environment

    func finding() -> DoctorFinding {
        let broken = Sentence(ja: "資格データベースを使えません。", en: "It cannot be used.")
        do {
            let path = try configured ?? environment.centrePath()
            guard access(path, F_OK) != 0 else {
                guard try CentreDatabase.isCurrent(path: path) else { return Self.older(path) }
                return .ok(.centre, Sentence(ja: "開けました。", en: "It can be opened."), cause: path)
            }
            return mayBeMade(path)
        } catch let error as any DiagnosedError {
            return .failed(.centre, error, broken)
        } catch {
            return .failed(
                .centre, "unexpected", .internalFault, broken,
                advice: Sentence(ja: "--verbose を付けてもう一度実行してください。", en: "Run it again with --verbose."))
        }
    }

    private static func older(_ path: String) -> DoctorFinding {
        .warning(
            .centre, "centre-database-older",
            Sentence(ja: "前の版の Kazasu が作ったものです。", en: "An earlier Kazasu made it."),
            advice: Sentence(
                ja: "次の受付で新しい版に書き換えられます。前の版でも使うなら、先に控えを取ってください。",
                en: "The next visit brings it up to date; make a copy first if the earlier Kazasu is still to use it."),
            cause: path)
    }

    private func mayBeMade(_ path: String) -> DoctorFinding {
        var folder = Self.folder(of: path)
        while access(folder, F_OK) != 0, folder != "/", folder != "." { folder = Self.folder(of: folder) }
        var status = stat()
        let isFolder = stat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        guard isFolder, access(folder, W_OK | X_OK) == 0 else {
            return .failed(
                .centre, "centre-database-cannot-create", .cannotCreate,
                Sentence(ja: "資格データベースを作れません。", en: "There is none, and it cannot be made."),
                advice: Sentence(
                    ja: "書き込めるフォルダを、設定の centre か環境変数 XDG_DATA_HOME で指定してください。",
                    en: "Name a folder that can be written to, by 'centre' in the configuration or by XDG_DATA_HOME."),
                cause: "\(folder): \(isFolder ? "not writable" : "no folder")")
        }
        return .ok(.centre, Sentence(ja: "まだありません。最初の受付で作られます。", en: "There is none yet; the first visit makes it."), cause: path)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
