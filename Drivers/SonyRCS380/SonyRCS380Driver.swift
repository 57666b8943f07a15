import ReaderKit
import ReaderTransport
import Station

/// The driver of the Sony RC-S380, a front end without a card protocol: type B cards by ISO/IEC 14443-3 and -4, which are carried out here.
///
/// Its command set is known from independent software only, and what is not known is assumed (PROTOCOL.md).
public struct SonyRCS380Driver: ReaderDriver {
    /// How long the device may take to get ready.
    private static let patience = Duration.seconds(5)

    /// The driver.
    public init() {}

    /// A reader with one slot. Throws `.readerUnusable` without a bulk pair, and what is wrong where the device does not get ready.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        guard let lane = attachment.lanes.first(where: { $0.kind == .bulk }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no bulk pair of its own")
        }
        let link = Port100Link(lane, of: attachment, on: station)
        do throws(ReaderError) {
            let deadline = station.now + Self.patience
            for command: Port100.Command in [
                .setCommandType(0x01), .getFirmware, .switchRF(on: false), .setRF(Port100.typeB), .setProtocol(Port100.typeBProtocol),
            ] {
                let answer = try link.perform(command, until: deadline)
                // The firmware is no status.
                if case .getFirmware = command { continue }
                guard answer == [0x00] else {
                    throw ReaderError(.readerUnusable, cause: "command \(command.code) ends with status \(answer.first ?? 0xFF)")
                }
            }
            return RCS380Reader(attachment, link, name: name, on: station)
        } catch {
            link.stop()
            throw error
        }
    }
}
