import Diagnosis
import Glibc
import ReaderTransport
import SystemBus

/// What goes wrong with Bluetooth, and what the errors of BlueZ mean here.
enum BluetoothCode {
    /// How a write ended that BlueZ refuses.
    static func status(_ error: BusError) -> TransferStatus {
        switch error.name {
        case "org.bluez.Error.NotConnected", "org.freedesktop.DBus.Error.UnknownObject", "org.freedesktop.DBus.Error.UnknownMethod":
            .unplugged
        // BlueZ 5.66 has no error of its own for this.
        case "org.bluez.Error.Failed" where error.message == "Not connected": .unplugged
        case "org.bluez.Error.InProgress": .heldByAnother
        case "org.bluez.Error.NotPermitted", "org.bluez.Error.NotSupported", "org.bluez.Error.InvalidValueLength",
            "org.bluez.Error.NotAuthorized", "org.bluez.Error.InvalidArguments":
            .stalled
        case _ where error.isWithoutService: .unplugged
        case _ where error.isTimeout: .silent
        default: .failed(0)
        }
    }

    /// The bus, BlueZ or a reader does not do what `doing` asked for.
    static func error(_ error: BusError, doing: String) -> TransportError {
        let cause = "\(doing): \(error)"
        if error == BusError.cancelled {
            return TransportError(
                code: "cancelled", sentence: Sentence(ja: "操作は取り消されました。", en: "The operation was cancelled."), category: .cancelled)
        }
        if error.isWithoutService { return withoutService(cause) }
        if error.isRefusal { return notPermitted(cause) }
        switch error.name {
        case "org.bluez.Error.NotReady": return off(cause)
        case "org.bluez.Error.NotAuthorized", "org.bluez.Error.NotPaired", "org.bluez.Error.AuthenticationFailed":
            return TransportError(
                code: "bluetooth-not-paired",
                sentence: Sentence(
                    ja: "このBluetooth機器はペアリングが必要です。bluetoothctl pair アドレス を実行してください。",
                    en: "This Bluetooth device wants to be paired; run 'bluetoothctl pair ADDRESS'."),
                cause: cause, category: .notPermitted)
        case "org.bluez.Error.NotPermitted", "org.bluez.Error.InProgress":
            return TransportError(
                code: "bluetooth-held",
                sentence: Sentence(
                    ja: "このBluetooth機器はほかのプログラムが使用中です。そのプログラムを終了してください。",
                    en: "Another program uses this Bluetooth device; end that program."),
                cause: cause, category: .temporary)
        case "org.freedesktop.DBus.Error.UnknownObject", "org.freedesktop.DBus.Error.UnknownMethod": return gone(cause)
        default:
            return TransportError(
                code: "bluetooth-failed",
                sentence: Sentence(
                    ja: "Bluetoothでエラーが起きました。カードリーダーの電源を入れ直して、やり直してください。",
                    en: "Bluetooth reported an error; switch the reader off and on and try again."),
                cause: cause, category: .inputOutput)
        }
    }

    /// There is no system bus.
    static func withoutBus(_ error: BusError) -> TransportError {
        if error.isRefusal { return notPermitted("\(error)") }
        if error.isWithoutLibrary {
            return TransportError(
                code: "bluetooth-no-library",
                sentence: Sentence(
                    ja: "Bluetoothに必要なライブラリlibsystemdがないか、古すぎます。apt install libsystemd0 を実行してください。",
                    en: "The library libsystemd, by which Bluetooth is used, is missing or too old; run 'apt install libsystemd0'."),
                cause: "\(error)")
        }
        return TransportError(
            code: "bluetooth-no-bus",
            sentence: Sentence(
                ja: "Bluetoothを使うためのD-Busが動いていません。systemctl start dbus を実行してください。",
                en: "D-Bus, by which Bluetooth is used, does not run; run 'systemctl start dbus'."),
            cause: "\(error)")
    }

    /// The bus runs, and bluetoothd does not.
    static func withoutService(_ cause: String) -> TransportError {
        TransportError(
            code: "bluetooth-not-running",
            sentence: Sentence(
                ja: "Bluetoothのサービス (bluetoothd) が動いていません。bluez を入れて systemctl start bluetooth を実行してください。",
                en: "The Bluetooth service (bluetoothd) does not run; install bluez and run 'systemctl start bluetooth'."),
            cause: cause)
    }

    /// The policy of the bus keeps this user out.
    static func notPermitted(_ cause: String) -> TransportError {
        TransportError(
            code: "bluetooth-not-permitted",
            sentence: Sentence(
                ja: "Bluetoothを使う権限がありません。管理者がこのユーザーを bluetooth グループに加えてください（adduser ユーザー bluetooth）。",
                en: "This user may not use Bluetooth; have an administrator add the user to the group bluetooth ('adduser USER bluetooth')."
            ),
            cause: cause, category: .notPermitted)
    }

    /// This machine has no Bluetooth.
    static func withoutAdapter() -> TransportError {
        TransportError(
            code: "bluetooth-no-adapter",
            sentence: Sentence(
                ja: "このコンピュータにはBluetoothがありません。アダプターを差してください。",
                en: "This machine has no Bluetooth adapter; plug one in."),
            cause: "org.bluez has no Adapter1")
    }

    /// Bluetooth is switched off.
    static func off(_ cause: String) -> TransportError {
        TransportError(
            code: "bluetooth-off",
            sentence: Sentence(
                ja: "Bluetoothが切れています。bluetoothctl power on を実行してください（rfkill で止められていれば rfkill unblock bluetooth も）。",
                en: "Bluetooth is off; run 'bluetoothctl power on' (and, where rfkill blocks it, 'rfkill unblock bluetooth')."),
            cause: cause)
    }

    /// The reader was seen by an adapter that is off now, and by no other.
    static func offThere(_ adapter: String) -> TransportError {
        let name = adapter.split(separator: "/").last.map(String.init) ?? adapter
        return TransportError(
            code: "bluetooth-adapter-off",
            sentence: Sentence(
                ja: "このカードリーダーを見つけたBluetoothアダプター \(name) が切れています。このアダプターを入れるか、カードリーダーの電源を入れて近くに置いてください。",
                en:
                    "Only the Bluetooth adapter \(name), which is off, has seen this reader; switch it on, or the reader near another one."
            ),
            cause: adapter)
    }

    /// Nobody has seen the device.
    static func gone(_ cause: String) -> TransportError {
        TransportError(
            code: "bluetooth-gone",
            sentence: Sentence(
                ja: "Bluetoothのカードリーダーが見つかりません。電源を入れて、kazasu readers --scan 10 を実行してください。",
                en: "The Bluetooth reader was not found; switch it on and run 'kazasu readers --scan 10'."),
            cause: cause)
    }

    /// It was seen, and does not take the connection.
    static func unreachable(_ cause: String) -> TransportError {
        TransportError(
            code: "bluetooth-unreachable",
            sentence: Sentence(
                ja: "Bluetoothのカードリーダーに接続できません。電源と電池を確認し、近くに置いて、やり直してください。",
                en: "The Bluetooth reader cannot be reached; check its power and battery, bring it near and try again."),
            cause: cause, category: .temporary)
    }

    /// It is connected and offers nothing that is known.
    static func withoutReader(_ cause: String) -> TransportError {
        TransportError(
            code: "bluetooth-no-reader",
            sentence: Sentence(
                ja: "このBluetooth機器は、対応しているカードリーダーではありません。",
                en: "This Bluetooth device is no card reader that is known here."),
            cause: cause)
    }
}
