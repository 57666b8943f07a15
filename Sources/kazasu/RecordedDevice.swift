import Diagnosis
import GenericCCID
import ReaderTransport
import Station

/// A device as a recording names it: its selector, and which product it is at USB, by which its driver is chosen.
struct RecordedDevice {
    let scheme: String
    let description: AttachmentDescription

    init(_ description: AttachmentDescription, of source: any TransportSource) {
        scheme = source.scheme
        self.description = description
    }

    /// One at USB that is known by a capture: its numbers, where it says them, and where it was attached.
    init(capturedAt place: String, usb: USBProduct?) {
        scheme = "usb"
        let numbers = usb.map { "\(Self.hexadecimal($0.vendor)):\(Self.hexadecimal($0.product))".lowercased() + "@" } ?? ""
        description = AttachmentDescription(name: numbers + place, product: numbers + place, usb: usb)
    }

    /// By the name in a recording; `nil` for what is no such name.
    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        scheme = String(text[..<colon])
        var name = text[text.index(after: colon)...]
        var usb: USBProduct?
        if let mark = name.lastRange(of: Self.mark), name.hasSuffix(")") {
            let numbers = name[mark.upperBound...].dropLast().split(separator: ":").map { UInt16($0, radix: 16) }
            if numbers.count == 2, let vendor = numbers[0], let product = numbers[1] {
                usb = USBProduct(vendor: vendor, product: product)
                name = name[..<mark.lowerBound]
            }
        }
        description = AttachmentDescription(name: String(name), product: String(name), usb: usb)
    }

    private static let mark = " (usb "

    /// What exactly this reader is named by.
    var selector: String { "\(scheme):\(description.name)" }

    /// Its name in a recording.
    var text: String {
        guard let usb = description.usb else { return selector }
        return "\(selector)\(Self.mark)\(Self.hexadecimal(usb.vendor)):\(Self.hexadecimal(usb.product)))"
    }

    private static func hexadecimal(_ number: UInt16) -> String { Hexadecimal.text([UInt8(number >> 8), UInt8(number & 0xFF)]) }
}

extension Substring {
    fileprivate func lastRange(of part: String) -> Range<Index>? { ranges(of: part).last }
}

/// The devices of a recording, one after the other.
final class RecordedDevices {
    private let replay: Replay
    private var names: [String]

    init(_ recording: Recording, _ replay: Replay) {
        self.replay = replay
        names = recording.records.compactMap { if case .open(_, let name, _) = $0.event { name } else { nil } }.reversed()
    }

    /// The readers among them, of which `profiles` tell.
    func bench(_ profiles: [ReaderProfile]) -> ReaderBench {
        ReaderBench(sources: ["sim", "pcsc", "usb", "ble"].map { Source(scheme: $0, devices: self) }, profiles: profiles)
    }

    /// A source that has only the device that comes next: which one was meant was decided when it was recorded.
    private final class Source: TransportSource {
        let scheme: String
        private let devices: RecordedDevices

        init(scheme: String, devices: RecordedDevices) {
            self.scheme = scheme
            self.devices = devices
        }

        func attachments() -> [AttachmentDescription] {
            guard let device = devices.names.last.flatMap({ RecordedDevice($0) }), device.scheme == scheme else { return [] }
            return [device.description]
        }

        func open(_ description: AttachmentDescription, on station: Station) -> any Attachment {
            devices.names.removeLast()
            return devices.replay.open()
        }
    }
}
