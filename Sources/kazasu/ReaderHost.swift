import Commands
import Diagnosis
import GATT
import SimulationKit
import SimulatorCatalog
import USBIP

/// What shows a simulated reader to other software while it runs.
protocol ReaderHost: AnyObject {
    /// How the link is called in a status.
    var linkName: String { get }
    /// Whether somebody has the reader.
    var isAttached: Bool { get }
    /// Whether it is plugged in, or switched on.
    var isPlugged: Bool { get }
    /// Why `run` has ended, where it could not go on.
    var failure: GATTHostError? { get }

    func plug() throws
    func unplug()
    func advance()
    func run<Failure: Error>(
        cancellation: Int32, control: Int32?, onControl: () throws(Failure) -> ControlOutcome
    ) throws(Failure) -> HostEnding
}

extension USBIPHost: ReaderHost {
    var linkName: String { "usb" }
    var isPlugged: Bool { device.isPlugged }
    var failure: GATTHostError? { nil }
}

extension GATTHost: ReaderHost {
    var linkName: String { "bluetooth" }
}

extension RunningReader {
    /// Where the reader is to be seen.
    enum Place {
        case usb(USBIPHost.Place)
        case bluetooth(String)

        init(_ invocation: Invocation) throws {
            let options = SimulateReaderCommand.self
            switch (invocation[options.usbip], invocation[options.vhci], invocation[options.bluetooth]) {
            case (let address?, false, nil): self = .usb(.server(address))
            case (nil, true, nil): self = .usb(.thisMachine)
            case (nil, false, let adapter?): self = .bluetooth(adapter)
            default:
                throw invocation.misuse(
                    Sentence(
                        ja: "--usbip、--vhci、--bluetooth のどれか一つを指定してください。",
                        en: "Say where: one of --usbip, --vhci and --bluetooth."))
            }
        }

        /// What shows it there. Throws a usage error for a model that has no such link.
        func host(for reader: SimulatedReader, _ model: SimulatorModel, _ invocation: Invocation) throws -> any ReaderHost {
            switch self {
            case .usb(let place):
                guard let device = reader.usb else {
                    throw invocation.misuse(Sentence(ja: "この機種はUSBにつなげません。", en: "This model is not at USB."))
                }
                return USBIPHost(device, at: place) { report in Self.tell(report, in: invocation) }
            case .bluetooth(let adapter):
                guard let identity = model.bluetooth else {
                    throw invocation.misuse(Sentence(ja: "この機種にはBluetoothがありません。", en: "This model has no Bluetooth."))
                }
                return try GATTHost(
                    reader, profile: identity.profile, name: identity.name, adapter: adapter,
                    hostLeft: { reader.hostLeft(at: $0) }, report: { Self.tell($0, in: invocation) })
            }
        }

        private static func tell(_ report: GATTReport, in invocation: Invocation) {
            let sentence =
                switch report {
                case .advertising: Sentence(ja: "Bluetoothで待っています", en: "waiting for a Bluetooth connection")
                case .attached: Sentence(ja: "カードリーダーがBluetoothでつながりました", en: "the reader is attached by Bluetooth")
                case .detached: Sentence(ja: "Bluetoothの接続が切れました", en: "the Bluetooth connection has ended")
                case .lost:
                    Sentence(
                        ja: "Bluetoothのサービス (bluetoothd) が止まりました。動き出すのを待っています",
                        en: "the Bluetooth service (bluetoothd) has gone; waiting for it to come back")
                }
            invocation.streams.error.writeLine(printable(sentence.text(in: invocation.language)))
        }

        private static func tell(_ report: USBIPReport, in invocation: Invocation) {
            let address = invocation[SimulateReaderCommand.usbip]?.description ?? ""
            let sentence =
                switch report {
                case .listening:
                    Sentence(
                        ja: "\(address) で待っています。つなぐ側で usbip attach -b 1-1", en: "waiting at \(address) for: usbip attach -b 1-1")
                case .attached: Sentence(ja: "カードリーダーがUSBにつながりました", en: "the reader is attached")
                case .detached: Sentence(ja: "カードリーダーがUSBから外れました", en: "the reader is detached")
                case .complaint(let reason): Sentence(ja: "USB/IPの相手の誤り: \(reason)", en: "a USB/IP client is wrong: \(reason)")
                }
            invocation.streams.error.writeLine(printable(sentence.text(in: invocation.language)))
        }
    }
}
