import CLibUSB
import Diagnosis
import ReaderTransport

/// What the return codes of libusb mean here.
enum USBCode {
    /// How a transfer ended that libusb has completed.
    static func status(_ status: libusb_transfer_status) -> TransferStatus {
        switch status {
        case LIBUSB_TRANSFER_COMPLETED: .completed
        case LIBUSB_TRANSFER_CANCELLED, LIBUSB_TRANSFER_TIMED_OUT: .aborted
        case LIBUSB_TRANSFER_STALL: .stalled
        case LIBUSB_TRANSFER_NO_DEVICE: .unplugged
        case LIBUSB_TRANSFER_OVERFLOW: .overflow
        default: .failed(Int64(status.rawValue))
        }
    }

    /// How a transfer ended that libusb did not take.
    static func status(_ code: Int32) -> TransferStatus {
        switch code {
        case LIBUSB_SUCCESS.rawValue: .completed
        case LIBUSB_ERROR_NO_DEVICE.rawValue: .unplugged
        case LIBUSB_ERROR_BUSY.rawValue: .heldByAnother
        case LIBUSB_ERROR_PIPE.rawValue: .stalled
        default: .failed(Int64(code))
        }
    }

    /// Why a device cannot be opened or an interface not be claimed.
    static func error(_ code: Int32, _ device: USBIdentity, doing call: String) -> TransportError {
        let cause = "\(call) of \(device.name): \(String(cString: libusb_error_name(code)))"
        switch code {
        case LIBUSB_ERROR_ACCESS.rawValue:
            return TransportError(
                code: "usb-not-permitted",
                sentence: Sentence(
                    ja: "このUSB機器を使う権限がありません。管理者が /etc/udev/rules.d/70-kazasu.rules に \(device.udevRule) と書き、"
                        + "udevadm control --reload と udevadm trigger を実行してください。",
                    en: "This user may not use the USB device; have an administrator write \(device.udevRule) "
                        + "into /etc/udev/rules.d/70-kazasu.rules and run 'udevadm control --reload' and 'udevadm trigger'."),
                cause: cause, category: .notPermitted)
        case LIBUSB_ERROR_BUSY.rawValue:
            return TransportError(
                code: "usb-held",
                sentence: Sentence(
                    ja: "このUSB機器はほかのプログラム（通常は pcscd）が使用中です。pcsc:名前 で同じリーダーを指定してください"
                        + "（kazasu readers で一覧を見られます）。",
                    en: "Another program, usually pcscd, holds this USB device; name the same reader as pcsc:NAME "
                        + "('kazasu readers' lists it)."),
                cause: cause, category: .temporary)
        case LIBUSB_ERROR_NO_DEVICE.rawValue, LIBUSB_ERROR_NOT_FOUND.rawValue:
            return gone(device, cause: cause)
        default: return failure(code, doing: call)
        }
    }

    /// The device is not there any more.
    static func gone(_ device: USBIdentity, cause: String? = nil) -> TransportError {
        TransportError(
            code: "usb-gone",
            sentence: Sentence(
                ja: "USB機器が見つかりません。ケーブルを確認して、やり直してください。",
                en: "The USB device is not there; check its cable and try again."),
            cause: cause ?? device.name)
    }

    /// Anything else.
    static func failure(_ code: Int32, doing call: String) -> TransportError {
        TransportError(
            code: "usb-failed",
            sentence: Sentence(
                ja: "USBでエラーが起きました。機器を接続し直して、やり直してください。",
                en: "USB reported an error; plug the device in again and retry."),
            cause: "\(call): \(String(cString: libusb_error_name(code)))", category: .inputOutput)
    }
}
