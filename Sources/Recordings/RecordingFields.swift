import Diagnosis
import ReaderTransport
import Traces

/// A line of a recording as JSON has it; which fields there must be depends on the event.
struct RecordingFields: Decodable {
    let event: String
    let at: Int64?
    let version: Int?
    let program: String?
    let clock: String?
    let unixTime: Int64?
    let options: [String: String]?
    let device: Int?
    let name: String?
    let lanes: [LaneFields]?
    let transfer: Int?
    let lane: UInt8?
    let slot: UInt8?
    let operation: String?
    let deadline: Int64?
    let status: String?
    let length: Int?
    let bytes: String?
    let line: Int?
    let outcome: String?
    let records: Int?

    /// A lane of a device.
    struct LaneFields: Decodable {
        let id: UInt8
        let kind: String
        let slots: UInt8
        let packetSize: UInt16
        let descriptor: String

        func lane() throws(LineError) -> Lane {
            guard let kind = Lane.Kind(text: kind) else { throw LineError(reason: "'kind' is no kind of lane") }
            guard let descriptor = Hexadecimal.bytes(descriptor) else { throw LineError(reason: "'descriptor' is not hexadecimal") }
            return Lane(id: LaneID(rawValue: id), kind: kind, slots: slots, descriptor: descriptor, packetSize: Int(packetSize))
        }
    }

    /// What it carries: bytes, or only their count.
    func payload() throws(LineError) -> Recording.Payload {
        let count = try JSONLine.need(length, "length")
        guard count >= 0 else { throw LineError(reason: "'length' is negative") }
        guard let bytes else { return Recording.Payload(withheld: count) }
        guard let content = Hexadecimal.bytes(bytes) else { throw LineError(reason: "'bytes' is not hexadecimal") }
        guard content.count == count else { throw LineError(reason: "'bytes' is not as long as 'length' says") }
        return Recording.Payload(content)
    }
}
