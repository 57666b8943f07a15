import CaptureFile
import Diagnosis

/// The packets of a capture in which no reader can be found.
struct OtherPackets {
    /// Frames of usbmon that were cut when they were captured.
    var cut = 0
    /// How many are not of usbmon.
    private(set) var count = 0
    // Few are enough to say what the capture is of.
    private var linkTypes: Set<UInt16> = []

    mutating func count(_ packet: CapturedPacket) {
        let isUSBMon = packet.linkType == USBFrame.linkType || packet.linkType == USBFrame.shortLinkType
        if isUSBMon, packet.bytes.count < packet.originalCount { cut += 1 }
        count += 1
        if !isUSBMon, linkTypes.count < 8 { linkTypes.insert(packet.linkType) }
    }

    /// Why there may be no reader; `nil` where it has nothing to do with them.
    var reason: ImportError.Reason? { cut > 0 ? .cut : linkTypes.isEmpty ? nil : .linkType }

    /// The link types that are not usbmon's.
    fileprivate var names: String {
        let known: [UInt16: String] = [1: "1 (Ethernet)", 249: "249 (USBPcap)"]
        return linkTypes.sorted().map { known[$0] ?? String($0) }.joined(separator: ", ")
    }
}

/// No reader of a capture can be chosen.
struct ImportError: DiagnosedError {
    /// Why not.
    enum Reason {
        /// There are several.
        case several
        /// There are none.
        case none
        /// There are others than the one that was asked for.
        case another
        /// Its packets are not those of usbmon.
        case linkType
        /// Its packets were cut when they were captured.
        case cut
    }

    private let reason: Reason
    private let readers: String
    private let others: OtherPackets

    init(_ reason: Reason, readers: String, _ others: OtherPackets) {
        self.reason = reason
        self.readers = readers
        self.others = others
    }

    var code: String {
        switch reason {
        case .several: "capture-readers-several"
        case .none, .another: "capture-reader-missing"
        case .linkType: "capture-link-type"
        case .cut: "capture-cut"
        }
    }

    var sentence: Sentence {
        switch reason {
        case .several:
            Sentence(ja: "カードリーダーが複数あります。--device で1台を指定してください。", en: "There are several readers; name one with --device.")
        case .another:
            Sentence(ja: "そのようなCCIDのカードリーダーがキャプチャにありません。", en: "There is no such CCID reader in the capture.")
        case .none:
            Sentence(
                ja: "キャプチャにCCIDのカードリーダーがありません。取り出せるのは、CCIDのインターフェースを持つリーダーだけです。",
                en: "There is no CCID reader in the capture; only readers with a CCID interface can be taken out of it.")
        case .linkType:
            Sentence(
                ja: "usbmon のキャプチャ（リンク種別 189、220）ではありません。Linux の usbmonN から、dumpcap か Wireshark で作ってください。",
                en: "This is no capture by usbmon (link types 189, 220); make one of usbmonN on Linux with dumpcap or Wireshark.")
        case .cut:
            Sentence(
                ja: "パケットが切られていて、リーダーを見つけられません。長さの制限（dumpcap の -s）なしでキャプチャしてください。",
                en: "Packets were cut, so that no reader can be found; capture again without a limit of length ('-s' of dumpcap).")
        }
    }

    var cause: String? {
        switch reason {
        case .linkType: "link types: \(others.names)"
        case .cut: "\(others.cut) packets"
        case .several, .none, .another: readers.isEmpty ? nil : "readers: \(readers)"
        }
    }

    var category: FailureCategory { .badData }
}
