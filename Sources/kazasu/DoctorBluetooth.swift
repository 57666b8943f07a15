import BluetoothTransport
import Diagnosis
import DriverCatalog
import ReaderTransport
import Station

/// Bluetooth up to the reader: the service and an adapter that is on, then whether the reader is known or found. What it offers and whether it
/// has the key shows when it is opened.
struct DoctorBluetooth {
    let station: Station

    private static let usable = Sentence(
        ja: "動いていて、アダプターも入っています。リーダーの答えは、このコンピュータのシステムバスを聞けるプログラムすべてに届きます（Feitianでは暗号化されません）。",
        en: """
            It runs, and an adapter is on. What a reader answers reaches every program that may listen on this machine's system bus; from a \
            Feitian reader it is not encrypted.
            """)
    private static let unusable = Sentence(ja: "Bluetoothを使えません。", en: "Bluetooth cannot be used.")

    /// What is to be said, in the order of the checks.
    func findings(_ pattern: String) -> [DoctorFinding] {
        let source = BluetoothSource(profiles: DriverCatalog.bluetooth)
        do throws(TransportError) {
            let adapters = try source.adaptersInUse().joined(separator: ", ")
            return [.ok(.bluetooth, Self.usable, cause: adapters), readers(source, pattern)]
        } catch {
            return [.failed(.bluetooth, error, Self.unusable), .skipped(.readers, after: .bluetooth)]
        }
    }

    private func readers(_ source: BluetoothSource, _ pattern: String) -> DoctorFinding {
        do throws(TransportError) {
            let known = try source.attachments().filter { $0.isMeant(by: pattern) }
            if let reader = known.first {
                return .ok(.readers, Sentence(ja: "BlueZが知っているリーダーです。", en: "BlueZ knows the reader."), cause: reader.product)
            }
            let found = try source.attachments(meant: pattern, on: station).filter { $0.isCalled(pattern) || $0.isMeant(by: pattern) }
            guard let reader = found.first else {
                return .failed(
                    .readers, "bluetooth-gone", .unavailable,
                    Sentence(ja: "探しましたが、見つかりません。", en: "It was searched for and not found."),
                    advice: Sentence(
                        ja: "リーダーの電源と電池を確認し、近くに置いてください。名前は kazasu readers --scan 10 で分かります。",
                        en: "Check the reader's power and battery and bring it near; 'kazasu readers --scan 10' tells what it is called."))
            }
            return .ok(.readers, Sentence(ja: "探して、見つかりました。", en: "It was searched for and found."), cause: reader.product)
        } catch {
            return .failed(.readers, error, Self.unusable)
        }
    }
}
