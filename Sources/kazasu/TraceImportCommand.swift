import CaptureFile
import Commands
import Diagnosis
import Glibc
import ReaderTransport
import Recordings
import Station
import USBCapture

/// `kazasu trace import`: a capture by usbmon as a recording.
let traceImportCommand = Command(
    "import", Sentence(ja: "USBのキャプチャを通信記録にする", en: "Turn a capture of USB into a recording"),
    discussion: Sentence(
        ja: """
            usbmon のキャプチャ（pcapng、リンク種別 189 と 220。dumpcap や Wireshark で usbmonN から作る）から、CCIDのカードリーダー1台の通信を取り出し、\
            通信記録にする。kazasu trace show と trace diff で扱える。リーダーが複数あるときは --device で選ぶ。

            バイトを残すのは、kazasu record と同じく架空のカードのときだけである。電子証明書が架空の認証局のもので、その鍵による署名がキャプチャの中にあり、\
            公開の暗証番号のほかに何も照合していないこと。そうでなければ、経路と長さと時刻だけが残り、その理由を表示する。APDU のほか T=1 のブロックも読む。\
            画面のある顔認証付きカードリーダー（fujitsu-caora、panasonic-xcstfr2、canon-hicara）では、入力された内容が通るため、いつも残さない。
            kazasu trace export で作ったキャプチャなら、記録したときの指定も戻すので、バイトの残った受付は kazasu replay で再生できる。
            CCIDでないリーダー（rcs380、atlas-exc9000）は取り出せない。
            """,
        en: """
            Takes what one CCID reader did out of a capture by usbmon (pcapng, link types 189 and 220, as dumpcap and Wireshark make them of \
            usbmonN) and writes it as a recording, for 'kazasu trace show' and 'trace diff'. Where there are several readers, --device names one.

            Bytes are kept for synthetic cards only, as by 'kazasu record': the certificate is by our synthetic authority, a signature by its \
            key is in the capture, and nothing but a published PIN was verified. Otherwise only lane, length and time are written, and the \
            reason is told. APDUs are looked into, and blocks of T=1. Of the face readers (fujitsu-caora, panasonic-xcstfr2, canon-hicara) \
            no byte is ever kept, because what people type at the screen crosses their cable.
            Of a capture by 'kazasu trace export' the options of the recorded command come back, so a visit whose bytes were kept can be replayed.
            Readers that are not CCID (rcs380, atlas-exc9000) cannot be taken.
            """),
    options: [ImportOptions.device],
    operands: [
        Operand("CAPTURE", kind: .file, Sentence(ja: "キャプチャ（pcapng）", en: "The capture, a pcapng file")),
        Operand("OUT", kind: .file, Sentence(ja: "書く通信記録（通信記録があれば上書きする）", en: "The recording; one that is there is replaced")),
    ],
    examples: [
        Example("kazasu trace import reader.pcapng reader.rec", Sentence(ja: "キャプチャを通信記録にする", en: "Make a recording of it")),
        Example(
            "kazasu trace import reader.pcapng --device 1.5 reader.rec", Sentence(ja: "バス1の装置5だけ", en: "Of device 5 at bus 1")),
    ],
    run: { invocation in try CaptureImporting(invocation).run() })

private enum ImportOptions {
    static let device = ValueOption<USBFrame.Device>(
        "device", placeholder: "BUS.ADDRESS", Sentence(ja: "どの装置か（lsusb の番号）", en: "Which device, by its numbers as lsusb(8) tells them"),
        parse: { text in
            let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
            guard numbers.count == 2, let bus = UInt16(numbers[0]), let address = UInt8(numbers[1]) else { return nil }
            return USBFrame.Device(bus: bus, address: address)
        })
}

/// One call of the command.
private struct CaptureImporting {
    private let invocation: Invocation
    private let path: String

    init(_ invocation: Invocation) {
        self.invocation = invocation
        path = invocation.operands[0]
    }

    func run() throws -> Int32 {
        var survey = CaptureSurvey()
        var times: [USBFrame.Device: Int64] = [:]
        var others = OtherPackets()
        // What is wrong anywhere in the file is known before anything is written.
        let section = try readCapture(path) { packet in
            guard let frame = USBFrame(packet) else { return others.count(packet) }
            if frame.isCut { others.cut += 1 }
            survey.take(frame)
            if times[frame.device] == nil, times.count < CaptureSurvey.mostDevices { times[frame.device] = packet.time }
        } cut: {
            invocation.tell($0)
        }
        let device = try choose(among: survey.readers, others)
        let began = CapturedProvenance(section.comments, beginning: times[device.place] ?? 0)
        let station = Station(.virtual, startUnixTime: began.unixTime)
        let recorder = try Recorder(
            path: invocation.operands[1], program: began.program ?? section.application ?? "usbmon", options: began.options,
            clock: began.clock, on: station)
        let capture = CaptureImport(device, name: began.name(of: device), into: recorder, on: station)
        let proof = try CapturedProof(device.lanes, recorder: recorder) { station.unixTime }
        capture.message = { isFromReader, bytes in proof.look(isFromReader: isFromReader, bytes) }
        _ = try readCapture(path) { packet throws(CaptureLimit) in
            if let frame = USBFrame(packet) { try capture.take(frame, time: packet.time) }
        } cut: { _ in
        }
        capture.finish()
        proof.finish()
        try recorder.end(outcome: began.outcome ?? "imported")
        tell(capture.losses, others: others.count)
        let reason = capture.losses.cut > 0 ? CapturedProof.Obstacle.cut : proof.reason
        try invocation.print([
            ResultRow("device", Sentence(ja: "装置", en: "device"), .text("\(device.place.bus).\(device.place.address)")),
            ResultRow("name", Sentence(ja: "名前", en: "name"), .text(began.name(of: device))),
            ResultRow("guessed", Sentence(ja: "ディスクリプタなし（推定）", en: "guessed without descriptors"), .truth(device.isGuessed)),
            ResultRow("bytes", Sentence(ja: "バイトを残した", en: "bytes kept"), .truth(proof.hasKept)),
            ResultRow("reason", Sentence(ja: "残さない理由", en: "why not"), reason.map { .word($0.rawValue, $0.sentence) }),
        ])
        return 0
    }

    private func choose(among readers: [CapturedDevice], _ others: OtherPackets) throws -> CapturedDevice {
        let wanted = invocation[ImportOptions.device]
        let fitting = readers.filter { wanted == nil || $0.place == wanted }
        if fitting.count == 1 { return fitting[0] }
        let names = readers.map { "\($0.place.bus).\($0.place.address)" }.joined(separator: ", ")
        throw ImportError(!fitting.isEmpty ? .several : !readers.isEmpty ? .another : others.reason ?? .none, readers: names, others)
    }

    private func tell(_ losses: CaptureImport.Losses, others: Int) {
        let lines: [(count: Int, words: Sentence)] = [
            (
                losses.cut,
                Sentence(ja: "件の転送は、キャプチャのときに切られていたため、バイトを残さない", en: "transfers were cut when they were captured, so no byte is kept")
            ),
            (
                losses.withoutBeginning,
                Sentence(ja: "件の転送は、キャプチャより前に始まっていたため省いた", en: "transfers that began before the capture were left out")
            ),
            (
                losses.ofNoLane,
                Sentence(ja: "件は装置の設定などの通信なので省いた", en: "requests that configure the device, or are on other endpoints, were left out")
            ),
            (losses.backInTime, Sentence(ja: "件の時刻が前後していた", en: "packets went back in time")),
            (others, Sentence(ja: "件はUSBのパケットではない", en: "packets are not of usbmon")),
        ]
        for (count, words) in lines where count > 0 {
            invocation.streams.error.writeLine("\(invocation.program.name): \(count) \(words.text(in: invocation.language))")
        }
    }
}

/// Reads a capture piece by piece and hands its packets over; what is missing at the end is told. Returns what the file says of itself.
private func readCapture(
    _ path: String, packet take: (CapturedPacket) throws(CaptureLimit) -> Void, cut: (CaptureError) -> Void
) throws -> CaptureSection {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, reason: .unreadable(errno)) }
    defer { close(descriptor) }
    var reader = CaptureReader()
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw FileError(path: path, reason: .unreadable(errno)) }
        if count == 0 { break }
        reader.append(piece[..<count])
        while let packet = try reader.next() {
            do throws(CaptureLimit) { try take(packet) } catch { throw CaptureError(.tooMuch(error.words), at: reader.offset) }
        }
    }
    do throws(CaptureError) { try reader.finish() } catch {
        guard error.reason == .cut else { throw error }
        cut(error)
    }
    guard let section = reader.section else { throw CaptureError(.notPcapng, at: 0) }
    return section
}
