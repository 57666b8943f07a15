import CaptureFile
import ReaderTransport

/// The interfaces of a configuration descriptor (USB 2.0 clauses 9.6.3 to 9.6.6), by what lanes need of them.
struct ConfigurationDescriptor: Sendable, Hashable {
    struct Interface: Sendable, Hashable {
        let number: UInt8
        let classCode: UInt8
        let protocolCode: UInt8
        var endpoints: [Endpoint] = []
        /// The class descriptor of CCID, wherever it stands (CCID 1.1 clause 5.1).
        var ccid: [UInt8] = []

        func endpoint(_ kind: USBFrame.Kind, isFromDevice: Bool) -> Endpoint? {
            endpoints.first { $0.kind == kind && ($0.address & 0x80 != 0) == isFromDevice }
        }
    }

    struct Endpoint: Sendable, Hashable {
        let address: UInt8
        let kind: USBFrame.Kind
        let packetSize: Int
    }

    /// The interfaces in their first setting.
    private(set) var interfaces: [Interface] = []

    /// Reads as far as descriptors are whole; `nil` for what does not begin as a configuration does.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 9, bytes[0] >= 9, bytes[1] == 2 else { return nil }
        var rest = bytes.dropFirst(Int(bytes[0]))
        var isCurrent = false
        while let length = rest.first.map(Int.init), length >= 2, rest.count >= length {
            let descriptor = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            switch descriptor[1] {
            case 4 where length >= 9:
                // Another setting has endpoints of its own; what is recorded here uses the first.
                isCurrent = descriptor[3] == 0
                if isCurrent { interfaces.append(Interface(number: descriptor[2], classCode: descriptor[5], protocolCode: descriptor[7])) }
            case 5 where length >= 7 && isCurrent:
                guard let kind = Self.kind(descriptor[3]) else { continue }
                let size = Int(UInt16(descriptor[5]) << 8 | UInt16(descriptor[4])) & 0x07FF
                interfaces[interfaces.count - 1].endpoints.append(Endpoint(address: descriptor[2], kind: kind, packetSize: size))
            case 0x21 where length == 54 && isCurrent: interfaces[interfaces.count - 1].ccid = descriptor
            default: break
            }
        }
    }

    private static func kind(_ attributes: UInt8) -> USBFrame.Kind? {
        switch attributes & 0x03 {
        case 2: .bulk
        case 3: .interrupt
        default: nil
        }
    }
}
