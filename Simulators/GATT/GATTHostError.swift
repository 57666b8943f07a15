import Diagnosis
import SystemBus

/// A simulated Bluetooth reader cannot be shown.
public struct GATTHostError: DiagnosedError, Equatable {
    enum Code: String {
        case noBus = "bluetooth-no-bus"
        case noLibrary = "bluetooth-no-library"
        case noService = "bluetooth-not-running"
        case noAdapter = "bluetooth-no-adapter"
        case notPermitted = "bluetooth-not-permitted"
        case refused = "bluetooth-refused"
    }

    private let kind: Code
    /// The call, and the words of BlueZ.
    public let cause: String?

    /// There is no connection to the bus, or none any more.
    init(withoutBus error: BusError) {
        cause = "\(error)"
        kind = error.isRefusal ? .notPermitted : error.isWithoutLibrary ? .noLibrary : .noBus
    }

    init(_ error: BusError, doing call: String) {
        cause = "\(call): \(error)"
        if error.isWithoutService {
            kind = .noService
        } else if error.isRefusal {
            kind = .notPermitted
        } else if error.name == "org.freedesktop.DBus.Error.UnknownObject" || error.name == "org.freedesktop.DBus.Error.UnknownMethod" {
            kind = .noAdapter
        } else {
            kind = .refused
        }
    }

    /// What is wrong.
    public var code: String { kind.rawValue }
    /// What to do.
    public var sentence: Sentence {
        switch kind {
        case .noBus:
            Sentence(
                ja: "Bluetoothを使うためのD-Busが動いていません。systemctl start dbus を実行してください",
                en: "D-Bus, by which Bluetooth is used, does not run; run 'systemctl start dbus'")
        case .noLibrary:
            Sentence(
                ja: "Bluetoothに必要なライブラリlibsystemdがないか、古すぎます。apt install libsystemd0 を実行してください",
                en: "the library libsystemd, by which Bluetooth is used, is missing or too old; run 'apt install libsystemd0'")
        case .noService:
            Sentence(
                ja: "Bluetoothのサービス (bluetoothd) が動いていません。systemctl start bluetooth を実行してください",
                en: "the Bluetooth service (bluetoothd) does not run; run 'systemctl start bluetooth'")
        case .noAdapter:
            Sentence(
                ja: "その名前のBluetoothアダプターはありません。bluetoothctl list で確かめてください",
                en: "there is no Bluetooth adapter of that name; 'bluetoothctl list' tells which there are")
        case .notPermitted:
            Sentence(ja: "Bluetoothの装置を名乗るにはrootの権限が必要です", en: "announcing a Bluetooth device needs root")
        case .refused: Sentence(ja: "BlueZがカードリーダーを受け付けません", en: "BlueZ does not take the reader")
        }
    }
    /// The machine's Bluetooth does not give what is needed.
    public var category: FailureCategory { kind == .notPermitted ? .notPermitted : .unavailable }
}
