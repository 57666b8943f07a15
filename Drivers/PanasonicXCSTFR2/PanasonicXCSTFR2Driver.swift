import CCID
import FaceReaderKit
import ReaderKit
import ReaderTransport
import Station

/// The driver of the Panasonic XC-STFR2JMN: cards by CCID, everything else by the reports of PROTOCOL.md, which is assumed.
public struct PanasonicXCSTFR2Driver: ReaderDriver {
    private let passcodes = PasscodeMemory()

    /// The driver. Keep one for as long as readers restart: it remembers which of them have been told of a passcode.
    public init() {}

    /// A `FacetedReader`. Throws `.readerUnusable` without a lane of reports or of CCID, and what is wrong where the reader does not greet.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        guard let lane = attachment.lanes.first(where: { $0.kind == .hid }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no control lane")
        }
        let control = ControlDialogue(LaneCarrier(ReportCodec(), over: lane.id, of: attachment, on: station), on: station)
        do {
            let features = try FaceFeatures(from: control)
            let cards = try CCIDReader(attachment, name: name, on: station)
            return ControlledReader(cards, control, features, passcodes, of: attachment, name: name, on: station)
        } catch {
            control.stop()
            throw error
        }
    }
}

extension FaceFeatures {
    /// Features, major, minor, patch.
    private static let fixedCount = 4

    /// What a device says of itself in its answer to HELLO.
    fileprivate init(from control: ControlDialogue) throws(ReaderError) {
        var results = try control.perform(.hello)
        // A response to a command of the same number that an earlier program did not fetch may still come; none to the next number can.
        if results.count < Self.fixedCount { results = try control.perform(.hello) }
        guard results.count >= Self.fixedCount else {
            throw ReaderError(.readerUnusable, cause: "an answer to HELLO without firmware and features")
        }
        let serialNumber = results.dropFirst(Self.fixedCount)
        self.init(
            hasStaffButton: results[0] & 0x01 != 0, hasVisualCheck: results[0] & 0x02 != 0,
            serialNumber: serialNumber.allSatisfy { (0x20...0x7E).contains($0) } ? String(decoding: serialNumber, as: UTF8.self) : "")
    }
}
