import CaptureFile
import ReaderTransport

/// The device that a capture shows in place of a recorded one: its descriptors (USB 2.0 clause 9.6) and the endpoints of its lanes.
///
/// A recording has lanes and neither of them, so both are synthesized: interfaces have the numbers of the lanes, endpoints are counted up.
/// What a descriptor says beyond that (the class descriptor of CCID, packet sizes, the numbers of the product) is as recorded.
struct SynthesizedDevice {
    /// The lanes that have a form at USB.
    let lanes: [LaneID: Endpoints]
    /// The device descriptor (USB 2.0 clause 9.6.1).
    let deviceDescriptor: [UInt8]
    /// The configuration descriptor with those of interfaces and endpoints (USB 2.0 clauses 9.6.3, 9.6.5, 9.6.6).
    let configurationDescriptor: [UInt8]

    /// Where the transfers of a lane go.
    struct Endpoints {
        /// `bInterfaceNumber`.
        let interface: UInt8
        /// Whether it has bulk endpoints; reports go by interrupt transfers.
        let kind: USBFrame.Kind
        let output: UInt8
        let input: UInt8
        let interrupt: UInt8
    }

    /// How many lanes the fifteen endpoint numbers are enough for.
    private static let mostLanes = 7

    /// A device with these lanes; `nil` where none of them has a form at USB.
    init?(_ lanes: [Lane], product: USBProduct?) {
        let shown = lanes.filter { Self.classCode($0.kind) != nil }.prefix(Self.mostLanes)
        guard !shown.isEmpty else { return nil }
        var endpoints: [LaneID: Endpoints] = [:]
        var interfaces: [UInt8] = []
        for (index, lane) in shown.enumerated() {
            let first = UInt8(2 * index + 1)
            let place = Endpoints(
                interface: lane.id.rawValue, kind: lane.kind == .hid ? .interrupt : .bulk, output: first, input: 0x80 | first,
                interrupt: 0x80 | (first + 1))
            endpoints[lane.id] = place
            interfaces += Self.interface(lane, place)
        }
        self.lanes = endpoints
        let total = Self.word(UInt16(clamping: 9 + interfaces.count))
        configurationDescriptor = [9, 2] + total + [UInt8(shown.count), 1, 0, 0x80, 50] + interfaces
        deviceDescriptor =
            [18, 1] + Self.word(0x0200) + [0, 0, 0, 64] + Self.word(product?.vendor ?? 0) + Self.word(product?.product ?? 0) + [
                0, 0, 0, 0, 0, 1,
            ]
    }

    /// `bInterfaceClass` of a lane; `nil` for one that has no form at USB.
    static func classCode(_ kind: Lane.Kind) -> UInt8? {
        switch kind {
        case .ccid: 0x0B
        case .bulk: 0xFF
        case .hid: 0x03
        case .card, .serial, .gatt: nil
        }
    }

    private static func interface(_ lane: Lane, _ place: Endpoints) -> [UInt8] {
        let size = word(UInt16(clamping: lane.packetSize))
        let attributes = place.kind.attributes
        var endpoints: [[UInt8]] = [
            [7, 5, place.output, attributes] + size + [0], [7, 5, place.input, attributes] + size + [0],
        ]
        if place.kind == .bulk { endpoints.append([7, 5, place.interrupt, USBFrame.Kind.interrupt.attributes, 8, 0, 16]) }
        let head: [UInt8] = [9, 4, place.interface, 0, UInt8(endpoints.count), classCode(lane.kind) ?? 0xFF, 0, 0, 0]
        // Only a descriptor that says how long it is can stand among others.
        let own = lane.descriptor.first.map(Int.init) == lane.descriptor.count ? lane.descriptor : []
        return head + own + endpoints.flatMap { $0 }
    }

    private static func word(_ value: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)] }
}

extension USBFrame.Kind {
    /// `bmAttributes` of an endpoint of this kind (USB 2.0 clause 9.6.6).
    fileprivate var attributes: UInt8 {
        switch self {
        case .control: 0
        case .isochronous: 1
        case .bulk: 2
        case .interrupt: 3
        }
    }
}
