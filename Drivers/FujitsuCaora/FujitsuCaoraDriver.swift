import CCID
import ReaderKit
import ReaderTransport
import Station

/// The driver of the Fujitsu Caora PD-CA01: cards by CCID, everything else by the reference protocol of PROTOCOL.md, which is assumed.
public struct FujitsuCaoraDriver: ReaderDriver {
    private let passcodes = PasscodeMemory()

    /// The driver. Keep one for as long as readers restart: it remembers which of them have been told of a passcode.
    public init() {}

    /// A `FacetedReader`. Throws `.readerUnusable` without a CCID lane and a bulk lane, and what is wrong where the reader does not greet.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        guard let lane = attachment.lanes.first(where: { $0.kind == .bulk }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no control lane")
        }
        let control = ControlLane(lane.id, of: attachment, on: station)
        do {
            let greeting = try Greeting(from: control)
            let cards = try CCIDReader(attachment, name: name, on: station)
            return CaoraReader(cards, control, greeting, passcodes, on: station)
        } catch {
            control.stop()
            throw error
        }
    }
}

/// What a device says of itself in its answer to HELLO.
struct Greeting {
    /// Whether 職員用ボタン can be shown.
    let hasStaffButton: Bool
    /// Whether it knows the passcode and the visual check.
    let hasVisualCheck: Bool
    /// In ASCII; empty where it has none.
    let serialNumber: String

    /// Asks for it.
    init(from control: ControlLane) throws(ReaderError) {
        var answer = try control.perform(.hello)
        // A response to a command 0 of an earlier program that did not fetch it may still come; none to the next number can.
        if answer[0x10] == nil { answer = try control.perform(.hello) }
        guard answer.text(0x10) != nil, let features = answer.byte(0x11) else {
            throw ReaderError(.readerUnusable, cause: "an answer to HELLO without firmware and features")
        }
        hasStaffButton = features & 0x01 != 0
        hasVisualCheck = features & 0x02 != 0
        serialNumber = answer.text(0x12) ?? ""
    }
}
