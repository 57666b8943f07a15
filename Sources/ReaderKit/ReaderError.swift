import Diagnosis

/// Why a reader, or the card in it, could not do what was asked.
public struct ReaderError: DiagnosedError, Equatable {
    /// What went wrong.
    public enum Reason: String, Sendable, CaseIterable {
        /// No reader answers to the selector.
        case readerNotFound = "reader-not-found"
        /// More than one reader answers to the selector.
        case readerAmbiguous = "reader-ambiguous"
        /// The selector is not of the form `scheme:pattern`, or nobody has that scheme.
        case selectorInvalid = "selector-invalid"
        /// The attachment has no lane that a driver here can use.
        case readerUnusable = "reader-unusable"
        /// The reader, or the service in front of it, went away.
        case readerGone = "reader-gone"
        /// The service in front of the reader does not answer.
        case serviceSilent = "service-silent"
        /// Another program holds the reader or the card.
        case readerHeld = "reader-held"
        /// The reader still waits for the card: a command was given up, and neither card nor reader has answered since.
        case readerBusy = "reader-busy"
        /// There is no card in the slot.
        case noCard = "no-card"
        /// The card left while it was in use.
        case cardRemoved = "card-removed"
        /// The card was reset by another program.
        case cardReset = "card-reset"
        /// The card does not answer, or not as a card must.
        case cardMute = "card-mute"
        /// The card's answer is shorter or longer than any response APDU, or never ends.
        case answerMalformed = "answer-malformed"
        /// The command does not fit what card and reader can carry.
        case commandTooLong = "command-too-long"
        /// There was no answer before the deadline.
        case timedOut = "timed-out"
        /// Somebody cancelled.
        case cancelled = "cancelled"
        /// The reader does not have that screen, key or camera.
        case notSupported = "not-supported"
        /// The face of the card could not be read.
        case cardFaceUnreadable = "card-face-unreadable"
        /// Anything else that the system reports.
        case inputOutput = "reader-failed"
    }

    /// What went wrong.
    public let reason: Reason
    /// What the engineer wants to know.
    public let cause: String?

    /// An error.
    public init(_ reason: Reason, cause: String? = nil) {
        self.reason = reason
        self.cause = cause
    }

    /// The reason's name.
    public var code: String { reason.rawValue }

    /// What kind of failure it is.
    public var category: FailureCategory {
        switch reason {
        case .selectorInvalid: .usage
        case .readerNotFound, .readerAmbiguous, .readerUnusable, .readerGone, .serviceSilent, .noCard, .cardRemoved, .cardMute: .unavailable
        case .readerHeld, .readerBusy, .timedOut, .cardReset: .temporary
        case .answerMalformed: .protocolViolation
        case .commandTooLong, .notSupported, .cardFaceUnreadable: .badData
        case .cancelled: .cancelled
        case .inputOutput: .inputOutput
        }
    }

    /// What the person at the counter can act on.
    public var sentence: Sentence {
        switch reason {
        case .readerNotFound:
            Sentence(
                ja: "カードリーダーが見つかりません。接続を確認し、kazasu readers で一覧を見てください。",
                en: "The card reader was not found; check its connection and list the readers with 'kazasu readers'.")
        case .readerAmbiguous:
            Sentence(
                ja: "該当するカードリーダーが複数あります。名前をもっと詳しく指定してください。",
                en: "Several card readers match; name one of them more exactly.")
        case .selectorInvalid:
            Sentence(
                ja: "カードリーダーの指定が正しくありません。sim:card、pcsc:名前、usb:番号、plugin:ファイル のように指定してください。",
                en: "The reader is not named correctly; write it like sim:card, pcsc:NAME, usb:ID or plugin:FILE.")
        case .readerUnusable:
            Sentence(
                ja: "このカードリーダーは使えません。別のカードリーダーを接続してください。",
                en: "This card reader cannot be used; connect another one.")
        case .notSupported:
            Sentence(
                ja: "このカードリーダーには、その機能がありません。",
                en: "This card reader cannot do that.")
        case .cardFaceUnreadable:
            Sentence(
                ja: "券面を読み取れません。カードの向きを確認して置き直してください。",
                en: "The face of the card could not be read; place the card again, the right way round.")
        case .readerGone:
            Sentence(
                ja: "カードリーダーとの接続が切れました。ケーブルを確認して、やり直してください。",
                en: "The card reader was disconnected; check the cable and try again.")
        case .serviceSilent:
            Sentence(
                ja: "カードリーダーのサービス (pcscd) が応答しません。pcscd を再起動して、やり直してください。",
                en: "The service for card readers (pcscd) does not answer; restart it and try again.")
        case .readerHeld:
            Sentence(
                ja: "ほかのプログラムがカードを使用中です。そのプログラムを終了してから、やり直してください。",
                en: "Another program is using the card reader; end that program, or wait for it, and try again.")
        case .readerBusy:
            Sentence(
                ja: "カードリーダーが応答しません。カードを取り出して、置き直してください。",
                en: "The card reader does not answer and is still busy; take the card out and place it again.")
        case .noCard:
            Sentence(ja: "カードがありません。カードを置いてください。", en: "There is no card; place the card on the reader.")
        case .cardRemoved:
            Sentence(
                ja: "途中でカードが外れました。カードを置き直して、最初からやり直してください。",
                en: "The card was removed too early; place it again and start over.")
        case .cardReset:
            Sentence(
                ja: "ほかのプログラムがカードをリセットしました。もう一度やり直してください。",
                en: "Another program reset the card; try again.")
        case .cardMute:
            Sentence(
                ja: "カードが応答しません。カードを置き直してください。",
                en: "The card does not answer; place it again.")
        case .answerMalformed:
            Sentence(
                ja: "カードから正しくない応答がありました。カードを置き直してください。",
                en: "The card gave an answer that is not valid; place it again.")
        case .commandTooLong:
            Sentence(
                ja: "カードに送るデータが長すぎます。",
                en: "What was to be sent does not fit this card and reader.")
        case .timedOut:
            Sentence(
                ja: "時間内に応答がありませんでした。もう一度やり直してください。",
                en: "There was no answer in time; try again.")
        case .cancelled:
            Sentence(ja: "取り消しました。", en: "Cancelled.")
        case .inputOutput:
            Sentence(
                ja: "カードリーダーでエラーが起きました。接続し直して、やり直してください。",
                en: "The card reader reported an error; reconnect it and try again.")
        }
    }
}
