import CReaderPlugin
import Glibc
import ReaderKit

/// What a function of a plugin returned.
enum PluginStatus {
    /// The longest text that is taken from a plugin, in bytes.
    private static let mostText = 200

    /// Why it failed; `nil` for KAZASU_OK.
    static func reason(_ status: Int32) -> ReaderError.Reason? {
        switch status {
        case KAZASU_OK: nil
        case KAZASU_NOT_SUPPORTED: .notSupported
        case KAZASU_TIMED_OUT: .timedOut
        case KAZASU_CANCELLED: .cancelled
        case KAZASU_READER_NOT_FOUND: .readerNotFound
        case KAZASU_READER_AMBIGUOUS: .readerAmbiguous
        case KAZASU_READER_HELD: .readerHeld
        case KAZASU_READER_BUSY: .readerBusy
        case KAZASU_READER_GONE: .readerGone
        case KAZASU_SERVICE_SILENT: .serviceSilent
        case KAZASU_NO_CARD: .noCard
        case KAZASU_CARD_REMOVED: .cardRemoved
        case KAZASU_CARD_RESET: .cardReset
        case KAZASU_CARD_MUTE: .cardMute
        case KAZASU_ANSWER_MALFORMED: .answerMalformed
        case KAZASU_COMMAND_TOO_LONG: .commandTooLong
        default: .inputOutput
        }
    }

    /// The error of a status, with the plugin's own words; `nil` for KAZASU_OK.
    static func error(_ status: Int32, _ words: UnsafePointer<CChar>?) -> ReaderError? {
        guard let reason = reason(status) else { return nil }
        let isKnown = (KAZASU_FAILED...KAZASU_COMMAND_TOO_LONG).contains(status)
        let parts = [isKnown ? nil : "status \(status), which is not one", text(words)].compactMap { $0 }
        return ReaderError(reason, cause: parts.isEmpty ? nil : parts.joined(separator: ": "))
    }

    /// The beginning of a text of a plugin: without control characters, and whatever its bytes are.
    static func text(_ words: UnsafePointer<CChar>?) -> String? {
        guard let words else { return nil }
        let bytes = UnsafeRawBufferPointer(start: words, count: strnlen(words, mostText))
        let text = String(decoding: bytes, as: UTF8.self)
        return text.isEmpty
            ? nil : String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
