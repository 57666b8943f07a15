import Commands
import Diagnosis
import SimulationKit
import SimulatorCatalog
import Staging

/// `kazasu simulate reader`: a simulated reader at somebody else's USB or Bluetooth.
enum SimulateReaderCommand {
    static let command = Command(
        "reader", Sentence(ja: "模擬カードリーダーをUSBかBluetoothで見せる", en: "Show a simulated reader at USB or by Bluetooth"), discussion: discussion,
        options: [usbip, vhci, bluetooth, ReaderOptions.profile, ReaderOptions.without] + CardOptions.all(card: SimulateCardCommand.card),
        operands: [model],
        variables: [SimulateCardCommand.pin, SimulateCardCommand.password, passcode],
        examples: [
            Example(
                "kazasu simulate reader generic-ccid --usbip 127.0.0.1:3240",
                Sentence(
                    ja: "USB/IPで見せる（つなぐ側は usbip attach -r 127.0.0.1 -b 1-1）",
                    en: "Show it by USB/IP; then, where it is to be attached: usbip attach -r 127.0.0.1 -b 1-1")),
            Example(
                "kazasu simulate reader generic-ccid-short --vhci",
                Sentence(
                    ja: "このコンピュータのUSBにつなぐ（rootで modprobe vhci-hcd の後）", en: "Attach it to this machine, as root after modprobe vhci-hcd")),
            Example(
                "kazasu simulate reader acr1255u --bluetooth hci1",
                Sentence(
                    ja: "Bluetoothアダプター hci1 でリーダーになる（使う側は --reader ble:名前）",
                    en: "Be a Bluetooth reader by the adapter hci1; whoever uses it names it by --reader ble:NAME")),
        ]
    ) { invocation in try RunningReader(invocation).run() }

    private static let discussion = Sentence(
        ja: """
            合成のカードを載せた模擬のカードリーダーを、カーネルに本物のUSB装置として見せます。libccid、pcscd、OpenSCなどはそのまま使えます。
            acr1255uとfeitian-bleは、--bluetoothのアダプターで、近くのコンピュータにBluetoothのリーダーとして見せます。

            機種：
            generic-ccid        CCID 1.1、拡張長のAPDU。libccidの一覧にない番号は使われないため、RC-S300/S（054c:0dc8）の番号を名乗ります
            generic-ccid-short  CCID 1.1、短いAPDUのみ。ACR3901U（072f:b000）の番号を名乗ります
            generic-ccid-tpdu   CCID 1.1、TPDU（カードは端子でT=1を話します。--card my-number-card-t0 ならT=0）。ACR39U（072f:b100）の番号を名乗ります
            fujitsu-caora       顔認証付きカードリーダー PD-CA01 の仮の規約（04c5:ffc0）。画面、カメラ、キーパッドがあります
            panasonic-xcstfr2   顔認証付きカードリーダー XC-STFR2JMN の仮の規約（04da:ffc1）。同じく画面などがあり、CCIDのほかはHIDです
            canon-hicara        顔認証付きカードリーダー Hi-CARA の仮の規約（04a9:ffc2）。画面などもCCIDの独自コマンドで操作します
            atlas-exc9000       顔認証付きカードリーダー EXC-9000 の仮の規約。番号は試験用のもの（1209:0001）です
            rcs380              RC-S380/S（054c:06c1）。命令の一部は仮のものです
            exhibit             あらゆる部分のある、どこの製品でもないリーダー（1209:0010）。--without で部分を外せます。exhibit#contact ならカードは端子のスロットに入ります
            acr1255u            ACR1255U-J1。Bluetoothだけです
            feitian-ble         Feitian bR301 BLE。Bluetoothだけです
            番号のほかは、どのメーカーの製品にも似せていません。

            端末では i（カードを入れる）、r（抜く）、u（ケーブルを抜く）、p（差す）、s（状態）、q（終わる）などのキーで（? で一覧）、そうでなければ標準入力の行で操作します：
            insert、remove、unplug、plug、status、quit、\(words)
            それぞれに標準出力の1行で答えます。リーダーにできないことには not-here と答えます。

            鍵、証明書、暗証番号はすべて合成のもので、誰のものでもありません。暗証番号は 1234、署名用パスワードは ABC123 です。\
            職員のパスコードは起動のたびに決まり、標準エラー出力に1度だけ示します（KAZASU_PASSCODE で決めておけます）。
            """,
        en: """
            Shows a simulated reader with a synthetic card in it to a kernel as a USB device; stock libccid, pcscd and OpenSC use it as they are. \
            acr1255u and feitian-ble are Bluetooth readers, for machines near the adapter of --bluetooth.

            Models:
            generic-ccid        CCID 1.1, APDUs of extended length. libccid takes only what is in its list, so it announces the identifiers \
            of an RC-S300/S (054c:0dc8)
            generic-ccid-short  CCID 1.1, short APDUs only; announces the identifiers of an ACR3901U (072f:b000)
            generic-ccid-tpdu   CCID 1.1, TPDUs, the card on its contacts speaking T=1 (T=0 with --card my-number-card-t0); announces the identifiers of an ACR39U (072f:b100)
            fujitsu-caora       the reference protocol (assumed) of the face reader PD-CA01 (04c5:ffc0), with screen, camera and keypad
            panasonic-xcstfr2   the same of the XC-STFR2JMN (04da:ffc1), whose panel is reached by HID reports
            canon-hicara        the same of the Hi-CARA (04a9:ffc2), whose panel is reached by escapes of its CCID interface
            atlas-exc9000       the reference protocol (assumed) of the face reader EXC-9000, with an identifier for tests (1209:0001)
            rcs380              an RC-S380/S (054c:06c1), with a command set that is partly assumed
            exhibit             a reader with every part there is, which no maker sells (1209:0010); --without leaves parts out, \
            and exhibit#contact has the card in the slot with contacts
            acr1255u            an ACR1255U-J1, by Bluetooth only
            feitian-ble         a Feitian bR301 BLE, by Bluetooth only
            But for the identifiers they are like no maker's device.

            At a terminal keys are taken, such as i (insert the card), r (remove it), u (pull the cable), p (plug it in), s (status) and \
            q (quit); ? lists them. Else lines on standard input are: insert, remove, unplug, plug, status, quit, \(words).
            Each is answered by one line on standard output; what this reader has no part for is answered by not-here.

            Keys, certificates and PINs are synthetic and belong to nobody. The PIN is 1234, the signature password ABC123. \
            The staff's passcode is drawn at each start and told once on standard error; KAZASU_PASSCODE gives another.
            """)

    private static let words = StagedWord.forms.map(\.form).filter { !["remove", "unplug", "plug"].contains($0) }.joined(separator: ", ")
    /// What the staff type.
    static let passcode = Variable("KAZASU_PASSCODE", Sentence(ja: "職員のパスコード（数字4桁）", en: "The staff's passcode, 4 digits"))

    /// The readers that other software can be shown.
    static let models = SimulatorModel.all.filter(\.isShowable)
    static let model = Operand(
        "MODEL", kind: .suggestions(models.map(\.name)),
        Sentence(
            ja: "カードリーダーの機種。--profile のものでもよい。#スロット でカードを入れるところを選べる",
            en: "The model of the reader, or one of --profile; #SLOT behind it is where the card is put"))
    static let usbip = ValueOption<NetworkAddress>(
        "usbip", placeholder: "HOST:PORT", Sentence(ja: "USB/IPのサーバーとして待ち受けるところ", en: "Where to listen as a USB/IP server"),
        parse: { NetworkAddress($0) })
    static let bluetooth = ValueOption<String>(
        "bluetooth", placeholder: "ADAPTER",
        Sentence(
            ja: "このBluetoothアダプター（hci1など）でリーダーになる。アダプターはリーダーと一緒に入り切りされる",
            en: "Be a Bluetooth reader by this adapter, such as hci1, which is switched on and off with the reader"),
        parse: { $0.hasPrefix("hci") && $0.utf8.count <= 8 && $0.dropFirst(3).allSatisfy(\.isNumber) ? $0 : nil })
    static let vhci = Flag("vhci", Sentence(ja: "このコンピュータのUSBにつなぐ", en: "Attach it to the USB of this machine"))
}

extension SimulatorModel {
    /// Whether other software can be shown it.
    var isShowable: Bool { usb != nil || bluetooth != nil }
}
