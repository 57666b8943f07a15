import CCID
import Commands
import Diagnosis
import ReaderTransport
import Recordings
import Station

/// A step of a recorded session as a line of a table, without any of its bytes.
struct SessionLine: Encodable {
    /// The line of the recording.
    let line: Int
    let milliseconds: Double
    /// How long a transfer took, in milliseconds; `nil` where it has not ended.
    var took: Double?
    let event: String
    var device: Int?
    var lane: UInt8?
    var operation: String?
    var status: String?
    /// How many bytes were sent or received.
    var length: Int?
    /// Whether they stand in the recording.
    var isWithheld: Bool?
    /// What the bytes say of themselves on a lane of CCID.
    var message: Message?
    private let detail: String

    /// A message of CCID.
    struct Message: Encodable {
        let type: Int
        let name: String
        var slot: UInt8?
        var sequence: UInt8?
        var length: UInt32?
    }

    private enum CodingKeys: CodingKey {
        case line, milliseconds, took, event, device, lane, operation, status, length, isWithheld, message
    }

    init(_ step: SessionStep) {
        line = step.line
        let at: Instant
        switch step {
        case .open(_, let moment, let device, let name, let lanes):
            (event, at) = ("open", moment)
            self.device = device
            detail = "\(device) \(name), lanes: " + lanes.map { "\($0.id.rawValue) \($0.kind.text)" }.joined(separator: ", ")
        case .close(_, let moment, let device):
            (event, at, detail) = ("close", moment, "\(device)")
            self.device = device
        case .post(_, let moment, let name, let payload):
            (event, at, detail) = ("post", moment, "\(name), \(payload.count) bytes")
            length = payload.count
        case .cancel(_, let moment): (event, at, detail) = ("cancel", moment, "")
        case .transfer(let transfer):
            (event, at) = ("transfer", transfer.submitted)
            let payload = Self.payload(transfer)
            let status = transfer.end.map { $0.status?.text ?? "given-up" }
            let message = transfer.kind == .ccid ? Self.message(transfer, payload) : nil
            device = transfer.device
            lane = transfer.transfer.lane.rawValue
            operation = transfer.transfer.operation.text
            self.status = status
            length = payload.count
            isWithheld = payload.bytes == nil
            self.message = message
            took = transfer.end.map { ($0.at - transfer.submitted).milliseconds }
            let place = "\(transfer.device).\(transfer.transfer.lane.rawValue)"
            detail = [place, message?.text ?? Self.plain(transfer, payload), status == "completed" ? nil : status ?? "not ended"]
                .compactMap { $0 }.joined(separator: "  ")
        }
        milliseconds = (at - .zero).milliseconds
    }

    /// The line. A recording may come from anybody, so no control character of it is left.
    var text: String {
        let took = took.map { fixed($0, 10) } ?? String(repeating: " ", count: 10)
        return "\(fixed(milliseconds, 12))\(took)  \(self.step)"
    }

    /// What happened, without when.
    var step: String { printable(event == "transfer" ? detail : detail.isEmpty ? event : "\(event)  \(detail)") }

    /// What it sent, or what it received where it was for that.
    private static func payload(_ transfer: RecordedTransfer) -> Recording.Payload {
        guard let end = transfer.end else { return transfer.sent }
        switch transfer.transfer.operation {
        case .read, .readInterrupt: return end.received
        case .control(let request): return request.isFromDevice ? end.received : transfer.sent
        default: return transfer.sent.count > 0 ? transfer.sent : end.received
        }
    }

    private static func message(_ transfer: RecordedTransfer, _ payload: Recording.Payload) -> Message? {
        switch transfer.transfer.operation {
        case .write, .read, .readInterrupt: break
        default: return nil
        }
        guard let bytes = payload.bytes, let header = MessageHeader(bytes.span) else { return nil }
        return Message(
            type: Int(header.type), name: header.name, slot: header.slot, sequence: header.sequence, length: header.length)
    }

    private static func plain(_ transfer: RecordedTransfer, _ payload: Recording.Payload) -> String {
        "\(transfer.transfer.operation.text)  \(payload.count) bytes\(payload.bytes == nil ? " withheld" : "")"
    }
}

extension SessionLine.Message {
    /// Name and fields in one line.
    var text: String {
        [name, slot.map { "slot \($0)" }, sequence.map { "seq \($0)" }, length.map { "length \($0)" }].compactMap { $0 }
            .joined(separator: "  ")
    }
}

/// A number of milliseconds with three decimals, right-aligned.
func fixed(_ milliseconds: Double, _ width: Int) -> String {
    let thousandths = Int64((milliseconds * 1000).rounded())
    let fraction = String(thousandths.magnitude % 1000)
    // Written apart from the whole milliseconds, which are 0 without a sign just before zero.
    let text =
        "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
}
