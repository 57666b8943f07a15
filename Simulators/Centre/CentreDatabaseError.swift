import CSQLite
import Diagnosis
import Centre
import Glibc

/// A system call that failed.
struct SystemFailure: Error {
    let call: String
    let number: Int32

    init(_ call: String, _ number: Int32 = errno) {
        self.call = call
        self.number = number
    }

    var words: String { "\(call): \(String(cString: strerror(number)))" }

    /// Whether the disk, a quota or the limit on the size of a file is reached.
    var isFull: Bool { [ENOSPC, EDQUOT, EFBIG].contains(number) }
}

extension CentreError {
    /// The error for a system call that failed while the database was looked for or made at `path`.
    init(_ failure: SystemFailure, at path: String) {
        let cause = "\(path): \(failure.words)"
        if failure.isFull {
            self = .diskFull(cause)
        } else if failure.number == EIO {
            self = .inputOutput(cause)
        } else {
            self.init(
                code: "centre-database-cannot-create",
                sentence: Sentence(
                    ja: "資格確認センターのデータベースを作成できません。書き込めるフォルダーを指定してください。",
                    en: "The centre's database cannot be created; name a folder that can be written to."),
                cause: cause, category: .cannotCreate)
        }
    }

    /// The error for what SQLite refused of the database at `path`.
    init(_ failure: SQLiteFailure, at path: String) {
        var cause = "\(path): \(failure.message) (SQLite \(failure.code))"
        let system = SystemFailure("system", failure.systemError)
        if failure.systemError != 0 { cause += ", \(system.words)" }
        switch failure.primaryCode {
        case SQLITE_NOTADB, SQLITE_FORMAT: self = .invalid(cause)
        case SQLITE_CORRUPT, SQLITE_MISMATCH: self = .damaged(cause)
        // A schema without our tables or columns; every SQL text of ours is fixed and right for this version.
        case SQLITE_ERROR, SQLITE_SCHEMA: self = .damaged(cause)
        case SQLITE_IOERR where failure.code == SQLITE_IOERR | (2 << 8): self = .damaged(cause)
        case SQLITE_FULL: self = .diskFull(cause)
        case SQLITE_IOERR: self = system.isFull ? .diskFull(cause) : .inputOutput(cause)
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy(cause)
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH, SQLITE_READONLY: self = .unreadable(cause)
        default: self = .fault(cause)
        }
    }

    static func path(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-path",
            sentence: Sentence(
                ja: "資格確認センターのデータベースの場所が正しくありません。ファイル名を指定してください。",
                en: "This is no place for the centre's database; name a file."),
            cause: cause, category: .usage)
    }

    static func leftover(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-leftover",
            sentence: Sentence(
                ja: "以前のデータベースの作業ファイルが残っています。移動してからやり直してください。",
                en: "A journal of an earlier database is left; move it away and try again."),
            cause: cause, category: .cannotCreate)
    }

    static func invalid(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-invalid",
            sentence: Sentence(
                ja: "指定のファイルはデータベースではありません。別のファイルを指定するか、このファイルを移動してください。",
                en: "This file is not a database; name another one or move it away."),
            cause: cause, category: .badData)
    }

    static func foreign(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-foreign",
            sentence: Sentence(
                ja: "指定のファイルは別のプログラムのデータベースです。別のファイルを指定してください。",
                en: "This file is the database of another program; name another file."),
            cause: cause, category: .badData)
    }

    static func newer(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-newer",
            sentence: Sentence(
                ja: "このデータベースは新しい版の Kazasu で作られています。Kazasu を更新するか、別のファイルを指定してください。",
                en: "A newer Kazasu made this database; update Kazasu or name another file."),
            cause: cause, category: .badData)
    }

    static func damaged(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-damaged",
            sentence: Sentence(
                ja: "資格確認センターのデータベースが壊れています。控えから戻すか、移動して作り直してください。",
                en: "The centre's database is damaged; restore a copy of it, or move it away so that a new one is made."),
            cause: cause, category: .badData)
    }

    static func unreadable(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-unreadable",
            sentence: Sentence(
                ja: "資格確認センターのデータベースを開けません。ファイルとフォルダーのアクセス権を確かめてください。",
                en: "The centre's database cannot be opened; check the permissions of the file and its folder."),
            cause: cause, category: .noInput)
    }

    static func busy(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-busy",
            sentence: Sentence(
                ja: "資格確認センターのデータベースは別のプログラムが使用中です。しばらくしてからやり直してください。",
                en: "Another program holds the centre's database; try again in a moment."),
            cause: cause, category: .temporary)
    }

    static func diskFull(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-disk-full",
            sentence: Sentence(
                ja: "ディスクの空きがありません。空きを作るか、別の場所を指定してください。",
                en: "The disk is full; free some space or name another place."),
            cause: cause, category: .inputOutput)
    }

    static func inputOutput(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-input-output",
            sentence: Sentence(
                ja: "資格確認センターのデータベースを読み書きできません。ディスクを確かめてください。",
                en: "The centre's database cannot be read or written; check the disk."),
            cause: cause, category: .inputOutput)
    }

    static func fault(_ cause: String) -> CentreError {
        CentreError(
            code: "centre-database-fault",
            sentence: Sentence(
                ja: "資格確認センターのデータベースで内部エラーが起きました。開発者に知らせてください。",
                en: "The centre's database failed inside; please report it."),
            cause: cause, category: .internalFault)
    }
}
