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

            カードのAPDUまで見るには、Wireshark/ccid-card.lua（make install のあとは share/kazasu/ccid-card.lua）を読み込み、\
            -d usbccid.subdissector,ccid_card を指定する（Wireshark では「Decode As」）。T=1 のブロック（NAD、PCB、LEN、INF、LRC）と、\
            分かれて届くAPDUと、割り込み転送の通知も解析される。これを使わないと、T=1 のブロックやエスケープがAPDUとして誤って表示される。
            メーカー独自のもの（エスケープ、fujitsu-caora と panasonic-xcstfr2 の2つ目のレーン、atlas-exc9000、rcs380）は、バイトのまま表示される。
            """,
        en: """
            Writes what 'kazasu record' has kept as a capture of USB by usbmon (pcapng, link type 220). Every transfer is two packets, its \
            submission and its end; times are those of the recording's clock, to the nanosecond. Descriptors, bus, addresses and endpoint \
            numbers are not in a recording, so they are synthesized. Bytes that were withheld are packets that were cut. What is not USB \
            (sim:card, pcsc:, serial, Bluetooth) is left out.

            To look into the card's APDUs as well, load Wireshark/ccid-card.lua (share/kazasu/ccid-card.lua after 'make install') and give \
            '-d usbccid.subdissector,ccid_card' to tshark, or use 'Decode As' in Wireshark. It shows blocks of T=1 (NAD, PCB, LEN, INF, LRC), \
            puts APDUs in parts together, and takes the notifications of the interrupt endpoint. Without it blocks of T=1 and escapes are \
            taken for APDUs.
            What is the maker's own stays bytes: escapes, the second lane of fujitsu-caora and of panasonic-xcstfr2, atlas-exc9000, rcs380.
            """),
    options: [ExportOptions.pcapng],
    operands: [
        Operand("RECORDING", kind: .file, Sentence(ja: "通信記録（- は標準入力）", en: "The recording; - is standard input")),
        Operand("OUT", kind: .file, Sentence(ja: "書くファイル", en: "The file to write")),
    ],
    examples: [
        Example("kazasu trace export --pcapng visit.rec visit.pcapng", Sentence(ja: "Wiresharkで開くために", en: "To open it in Wireshark")),
        Example(
            "tshark -X lua_script:Wireshark/ccid-card.lua -d usbccid.subdissector,ccid_card -r visit.pcapng",
            Sentence(ja: "APDUまで見る", en: "Look at it down to the APDUs")),
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
