/// What a status word says, in English and in Japanese.
public struct StatusMeaning: Hashable, Sendable {
    /// The English wording.
    public let english: String
    /// The Japanese wording.
    public let japanese: String

    init(_ english: String, _ japanese: String) {
        self.english = english
        self.japanese = japanese
    }
}

extension StatusWord {
    /// What the status word says: ISO/IEC 7816-4 clause 5.6, and JICSAP where Japanese cards differ from it (`6300`, `6984`, `6986`).
    ///
    /// A value that neither names gets the meaning of its first byte.
    public var meaning: StatusMeaning {
        if let remainingTries {
            return StatusMeaning("comparison failed, \(remainingTries) tries left", "照合不一致(残り\(remainingTries)回)")
        }
        if let bytesAvailable {
            return StatusMeaning("\(bytesAvailable) more bytes to fetch", "続きのデータが\(bytesAvailable)バイトある")
        }
        if let correctLength {
            return StatusMeaning("wrong Le, \(correctLength) is right", "Leが正しくない(正しい長さは\(correctLength))")
        }
        return exactMeaning ?? classMeaning
    }

    private var exactMeaning: StatusMeaning? {
        switch rawValue {
        case 0x9000: StatusMeaning("done", "正常終了")
        case 0x6281: StatusMeaning("the data returned may be corrupt", "出力データに異常の可能性がある")
        case 0x6282: StatusMeaning("the file ended before the expected length", "指定の長さより先にファイルが終わった")
        case 0x6283: StatusMeaning("the selected file is invalidated", "選択したファイルが閉塞している")
        case 0x6300: StatusMeaning("comparison failed, the counter is not told", "照合不一致(残り回数の通知なし)")
        case 0x6381: StatusMeaning("the file is now full", "この書き込みでファイルが一杯になった")
        case 0x6400: StatusMeaning("execution error, nothing was changed", "実行誤り(状態は変わっていない)")
        case 0x6581: StatusMeaning("writing to memory failed", "メモリへの書き込みに失敗した")
        case 0x66F1: StatusMeaning("a session key cannot be set in this application", "このアプリケーションではセッション鍵を設定できない")
        case 0x6700: StatusMeaning("wrong length, or extended length is not supported", "LcまたはLeが正しくない(拡張長に未対応の場合を含む)")
        case 0x6881: StatusMeaning("logical channel not supported", "論理チャネルに対応していない")
        case 0x6882: StatusMeaning("secure messaging not supported", "セキュアメッセージングに対応していない")
        case 0x6981: StatusMeaning("the command does not suit the kind of file", "ファイルの構造とコマンドが合わない")
        case 0x6982: StatusMeaning("security status not satisfied", "セキュリティステータスが満たされていない")
        case 0x6983: StatusMeaning("authentication method blocked", "認証方法が閉塞している")
        case 0x6984: StatusMeaning("reference data blocked", "参照データ(暗証番号など)が閉塞している")
        case 0x6985: StatusMeaning("conditions of use not satisfied", "コマンドの使用条件が満たされていない")
        case 0x6986: StatusMeaning("no current elementary file", "カレントEFがない")
        case 0x6987: StatusMeaning("secure messaging object missing", "セキュアメッセージング用のデータがない")
        case 0x6988: StatusMeaning("secure messaging object wrong", "セキュアメッセージング用のデータが正しくない")
        case 0x69FC: StatusMeaning("the secure messaging session is broken", "セキュアメッセージングのセッションが無効になった")
        case 0x6A80: StatusMeaning("wrong data field", "データフィールドが正しくない")
        case 0x6A81: StatusMeaning("function not supported", "機能に対応していない")
        case 0x6A82: StatusMeaning("file or application not found", "ファイルまたはアプリケーションがない")
        case 0x6A83: StatusMeaning("record not found", "レコードがない")
        case 0x6A84: StatusMeaning("not enough memory in the file", "ファイルに空きがない")
        case 0x6A85: StatusMeaning("Lc disagrees with the TLV structure", "LcがTLVの構造と合わない")
        case 0x6A86: StatusMeaning("wrong P1-P2", "P1-P2が正しくない")
        case 0x6A87: StatusMeaning("Lc disagrees with P1-P2", "LcがP1-P2と合わない")
        case 0x6A88: StatusMeaning("reference data or key not found", "参照データまたは鍵がない")
        case 0x6B00: StatusMeaning("offset outside the file", "オフセットがEFの範囲外")
        case 0x6D00: StatusMeaning("instruction not supported", "INSに対応していない")
        case 0x6E00: StatusMeaning("class not supported", "CLAに対応していない")
        case 0x6F00: StatusMeaning("error without a diagnosis", "原因を特定できない異常")
        default: nil
        }
    }

    private var classMeaning: StatusMeaning {
        switch sw1 {
        case 0x62: StatusMeaning("warning, nothing was changed", "警告(状態は変わっていない)")
        case 0x63: StatusMeaning("warning, something was changed", "警告(状態が変わった)")
        case 0x64: StatusMeaning("execution error, nothing was changed", "実行誤り(状態は変わっていない)")
        case 0x65: StatusMeaning("execution error, something was changed", "実行誤り(状態が変わった)")
        case 0x66: StatusMeaning("security error", "セキュリティに関する誤り")
        case 0x67: StatusMeaning("wrong length", "長さが正しくない")
        case 0x68: StatusMeaning("function of the class byte not supported", "CLAの機能に対応していない")
        case 0x69: StatusMeaning("command not allowed", "コマンドが許されていない")
        case 0x6A, 0x6B: StatusMeaning("wrong parameters", "パラメータが正しくない")
        case 0x6D: StatusMeaning("instruction not supported", "INSに対応していない")
        case 0x6E: StatusMeaning("class not supported", "CLAに対応していない")
        case 0x6F: StatusMeaning("error without a diagnosis", "原因を特定できない異常")
        default: StatusMeaning("unknown status word", "未知のステータスワード")
        }
    }
}
