import Diagnosis

/// A file is no capture that can be used.
public struct CaptureError: DiagnosedError, Equatable {
    /// What is wrong with it.
    public enum Reason: Sendable, Hashable {
        /// It does not begin as pcapng does.
        case notPcapng
        /// It is a capture in the older format, pcap.
        case olderFormat
        /// It ends within a block.
        case cut
        /// It breaks the rules of the format, in these words.
        case malformed(String)
        /// It has more of something than this program takes, in these words.
        case tooMuch(String)
    }

    /// What is wrong.
    public let reason: Reason
    /// Where in the file, in bytes from its beginning: the block in question.
    public let offset: UInt64

    /// An error at a place of the file.
    public init(_ reason: Reason, at offset: UInt64) {
        self.reason = reason
        self.offset = offset
    }

    /// Always the same.
    public var code: String { "capture-malformed" }

    /// What to do.
    public var sentence: Sentence {
        switch reason {
        case .notPcapng:
            Sentence(ja: "pcapng 形式のファイルではありません。", en: "This is no pcapng file.")
        case .olderFormat:
            Sentence(
                ja: "古い pcap 形式です。editcap -F pcapng で変換してください。", en: "This is the older pcap format; convert it with 'editcap -F pcapng'.")
        case .cut: Sentence(ja: "キャプチャが途中で切れています。", en: "The capture is cut.")
        case .malformed: Sentence(ja: "キャプチャが壊れています。", en: "The capture is damaged.")
        case .tooMuch: Sentence(ja: "キャプチャがこのプログラムの上限を超えています。", en: "The capture is beyond what this program takes.")
        }
    }

    /// The place, and what is wrong there; no byte of a packet.
    public var cause: String? {
        switch reason {
        case .notPcapng, .olderFormat, .cut: "at byte \(offset)"
        case .malformed(let words), .tooMuch(let words): "at byte \(offset): \(words)"
        }
    }

    /// Always bad data.
    public var category: FailureCategory { .badData }
}
