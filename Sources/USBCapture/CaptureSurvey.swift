import CaptureFile
import ReaderTransport

/// A first look at a capture: which of its devices are CCID readers, and what their endpoints are.
public struct CaptureSurvey {
    /// How many devices are looked at.
    public static let mostDevices = 1_024

    private var devices: [USBFrame.Device: Seen] = [:]

    fileprivate struct Seen {
        var product: USBProduct?
        var configuration: ConfigurationDescriptor?
        var configurationCount = 0
        /// GET DESCRIPTOR that has not been answered, with the type asked for.
        var asked: [UInt64: UInt8] = [:]
        var output: UInt8?
        var input: UInt8?
        var interrupt: UInt8?
    }

    /// Before the first frame.
    public init() {}

    /// The CCID readers, by bus and address.
    public var readers: [CapturedDevice] {
        devices.sorted { $0.key < $1.key }.compactMap { place, seen in
            if let configuration = seen.configuration { return CapturedDevice(place, seen.product, configuration) }
            guard let output = seen.output else { return nil }
            return CapturedDevice(place, seen.product, output: output, input: seen.input, interrupt: seen.interrupt)
        }
    }

    /// Takes the next frame. Of more devices than can be the case it looks at the first ones.
    public mutating func take(_ frame: USBFrame) {
        guard devices[frame.device] != nil || devices.count < Self.mostDevices else { return }
        var seen = devices[frame.device] ?? Seen()
        switch frame.kind {
        case .control: seen.takeControl(frame)
        case .bulk:
            if frame.event == .submission, !frame.isFromDevice, seen.output == nil, Self.isCommand(frame.data) {
                seen.output = frame.endpoint
            }
            if frame.event == .completion, frame.isFromDevice, seen.input == nil, Self.isResponse(frame.data) {
                seen.input = frame.endpoint
            }
        case .interrupt:
            if frame.isFromDevice, seen.interrupt == nil { seen.interrupt = frame.endpoint }
        case .isochronous: break
        }
        devices[frame.device] = seen
    }

    /// Whether bytes are a message of the command pipe (CCID 1.1 clause 6.1).
    private static func isCommand(_ bytes: [UInt8]) -> Bool { isMessage(bytes, types: 0x61...0x73) }

    /// Whether bytes are a message of the response pipe (CCID 1.1 clause 6.2).
    private static func isResponse(_ bytes: [UInt8]) -> Bool { isMessage(bytes, types: 0x80...0x84) }

    private static func isMessage(_ bytes: [UInt8], types: ClosedRange<UInt8>) -> Bool {
        guard bytes.count >= 10, types.contains(bytes[0]) else { return false }
        return (1...4).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) } == bytes.count - 10
    }
}

extension CaptureSurvey.Seen {
    fileprivate mutating func takeControl(_ frame: USBFrame) {
        switch frame.event {
        case .submission:
            // GET DESCRIPTOR of device or configuration 0. What is never answered is forgotten.
            guard let setup = frame.setup, setup[0] == 0x80, setup[1] == 6, setup[2] == 0, setup[3] == 1 || setup[3] == 2 else { return }
            if asked.count >= 64 { asked.removeAll() }
            asked[frame.id] = setup[3]
        case .completion:
            guard let type = asked.removeValue(forKey: frame.id), frame.status == 0 else { return }
            if type == 1, frame.data.count >= 12, frame.data[1] == 1 {
                product = USBProduct(
                    vendor: UInt16(frame.data[9]) << 8 | UInt16(frame.data[8]),
                    product: UInt16(frame.data[11]) << 8 | UInt16(frame.data[10]))
            }
            // The kernel asks for its beginning first.
            guard type == 2, frame.data.count > configurationCount, let read = ConfigurationDescriptor(frame.data) else { return }
            configuration = read
            configurationCount = frame.data.count
        case .refusal: asked[frame.id] = nil
        }
    }
}
