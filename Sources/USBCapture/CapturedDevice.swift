import CaptureFile
import ReaderTransport

/// A device of a capture that has a CCID interface, or seems to have one.
public struct CapturedDevice: Sendable, Hashable {
    /// Where it is attached.
    public let place: USBFrame.Device
    /// Which product it is; `nil` where the capture has no device descriptor of it.
    public let product: USBProduct?
    /// Its lanes.
    public var lanes: [Lane] { parts.map(\.lane) }
    /// Whether lanes and endpoints were guessed from the traffic, because its configuration was not captured.
    public let isGuessed: Bool

    let parts: [Part]

    /// A lane with its endpoints.
    struct Part: Sendable, Hashable {
        let lane: Lane
        let interface: UInt8
        var output: UInt8?
        var input: UInt8?
        var interrupt: UInt8?
    }

    /// A device by its descriptor; `nil` where it has no CCID interface.
    init?(_ place: USBFrame.Device, _ product: USBProduct?, _ configuration: ConfigurationDescriptor) {
        var parts: [Part] = []
        for interface in configuration.interfaces {
            guard let part = Part(interface), !parts.contains(where: { $0.lane.id == part.lane.id }) else { continue }
            parts.append(part)
        }
        guard parts.contains(where: { $0.lane.kind == .ccid }) else { return nil }
        (self.place, self.product, self.parts, isGuessed) = (place, product, parts, false)
    }

    /// A device by the endpoints on which messages of CCID were seen.
    init(_ place: USBFrame.Device, _ product: USBProduct?, output: UInt8, input: UInt8?, interrupt: UInt8?) {
        let lane = Lane(id: LaneID(rawValue: 0), kind: .ccid, slots: 1)
        (self.place, self.product, isGuessed) = (place, product, true)
        parts = [Part(lane: lane, interface: 0, output: output, input: input, interrupt: interrupt)]
    }
}

extension CapturedDevice.Part {
    /// The lane of an interface; `nil` where it is of no use.
    fileprivate init?(_ interface: ConfigurationDescriptor.Interface) {
        let output = interface.endpoint(.bulk, isFromDevice: false)
        let input = interface.endpoint(.bulk, isFromDevice: true)
        let interrupt = interface.endpoint(.interrupt, isFromDevice: true)
        let hasPair = output != nil && input != nil
        let kind: Lane.Kind
        switch interface.classCode {
        // bInterfaceProtocol 1 and 2 are ICCD, without bulk endpoints of CCID.
        case 0x0B where interface.protocolCode == 0 && hasPair: kind = .ccid
        // Some readers have CCID in an interface of the maker's own class.
        case 0xFF where hasPair: kind = interface.ccid.isEmpty ? .bulk : .ccid
        case 0x03 where interrupt != nil: kind = .hid
        default: return nil
        }
        let slots = kind == .ccid ? UInt8(clamping: 1 + (interface.ccid.isEmpty ? 0 : Int(interface.ccid[4]))) : 0
        lane = Lane(
            id: LaneID(rawValue: interface.number), kind: kind, slots: slots, descriptor: kind == .ccid ? interface.ccid : [],
            packetSize: kind == .hid ? interrupt?.packetSize ?? 0 : input?.packetSize ?? 0)
        self.interface = interface.number
        self.output = kind == .hid ? interface.endpoint(.interrupt, isFromDevice: false)?.address : output?.address
        self.input = kind == .hid ? interrupt?.address : input?.address
        self.interrupt = kind == .hid ? nil : interrupt?.address
    }
}
