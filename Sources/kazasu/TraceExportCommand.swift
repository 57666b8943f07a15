import Commands
import Diagnosis
import ReaderTransport
import Recordings
import USBCapture

/// `kazasu trace export`: a recording for Wireshark and its like.
let traceExportCommand = Command(
    "export", Sentence(ja: "通信記録をWiresharkで読める形にする", en: "Turn a recording into a capture for Wireshark"),
    discussion: Sentence(
        ja: """
            kazasu record の通信記録を、usbmon のUSBキャプチャ（pcapng、リンク種別 220）にする。転送ごとに開始と終了の2つのパケットになり、\
            時刻はナノ秒まで通信記録の時計による。ディスクリプタ、バスとアドレス、エンドポイントの番号は通信記録にないため、合成する。\
            隠されたバイトは切り詰めたパケットになる。USBでないもの（sim:card、pcsc:、シリアル、Bluetooth）は含まれない。

            Wireshark はCCIDのバルク転送を自動で解析する。カードのAPDUまで見るには、tshark では -d usbccid.subdissector,iso7816 を指定する\
            （Wireshark では「Decode As」）。
            Wireshark 4.0 は割り込み転送の通知を自動では解析しない。-d usb.product==0x054c0dc8,usbccid のように、製品の番号で指定する。
            """,
        en: """
            Writes what 'kazasu record' has kept as a capture of USB by usbmon (pcapng, link type 220). Every transfer is two packets, its \
            submission and its end; times are those of the recording's clock, to the nanosecond. Descriptors, bus, addresses and endpoint \
            numbers are not in a recording, so they are synthesized. Bytes that were withheld are packets that were cut. What is not USB \
            (sim:card, pcsc:, serial, Bluetooth) is left out.

            Wireshark takes the bulk endpoints of CCID by itself. To look into the card's APDUs as well, give \
            '-d usbccid.subdissector,iso7816' to tshark, or use 'Decode As' in Wireshark.
            The notifications of the interrupt endpoint Wireshark 4.0 does not take by itself: name it by the numbers of the product, such \
            as '-d usb.product==0x054c0dc8,usbccid'.
            """),
    options: [ExportOptions.pcapng],
    operands: [
        Operand("RECORDING", kind: .file, Sentence(ja: "通信記録（- は標準入力）", en: "The recording; - is standard input")),
        Operand("OUT", kind: .file, Sentence(ja: "書くファイル", en: "The file to write")),
    ],
    examples: [
        Example("kazasu trace export --pcapng visit.rec visit.pcapng", Sentence(ja: "Wiresharkで開くために", en: "To open it in Wireshark")),
        Example(
            "tshark -r visit.pcapng -d usbccid.subdissector,iso7816", Sentence(ja: "APDUまで見る", en: "Look at it down to the APDUs")),
    ]
) { invocation in
    guard invocation[ExportOptions.pcapng] else {
        throw invocation.misuse(Sentence(ja: "--pcapng を指定してください。形式はこれだけです。", en: "Give --pcapng; there is no other format."))
    }
    let recording = try RecordingFile.parse(try readFile(invocation.operands[0]))
    let export = try CaptureExport(recording) { RecordedDevice($0)?.description.usb }
    try writeFile(invocation.operands[1], export.bytes, cancellation: Interrupts.watch { _ in }.cancellation)
    let count = export.leftOut.values.reduce(0, +)
    if count > 0 {
        let kinds = export.leftOut.keys.map(\.text).sorted().joined(separator: ", ")
        let words = Sentence(
            ja: "USBでない転送 \(count) 件を省いた（\(kinds)）。", en: "\(count) transfers that are not USB were left out (\(kinds)).")
        invocation.streams.error.writeLine("\(invocation.program.name): \(words.text(in: invocation.language))")
    }
    return 0
}

private enum ExportOptions {
    static let pcapng = Flag("pcapng", Sentence(ja: "pcapng 形式で書く", en: "Write the format pcapng"))
}
