import CCID
import FaceReaderKit
import ReaderKit
import ReaderTransport
import Station

/// The driver of the Fujitsu Caora PD-CA01: cards by CCID, everything else by the reference protocol of PROTOCOL.md, which is assumed.
///
/// It drives every device that speaks so, with what that says it has.
public struct FujitsuCaoraDriver: ReaderDriver {
    /// Finds the reader that gives way to the cards of the Caora with this serial number, by another program such as pcscd.
    public typealias CardsElsewhere = (_ serialNumber: String, _ station: Station) throws(ReaderError) -> any Reader

    private let passcodes = PasscodeMemory()
    private let cardsElsewhere: CardsElsewhere?
    private let slotNames: [String]

    /// The driver. Keep one for as long as readers restart: it remembers which of them have been told of a passcode. `cardsElsewhere` is asked
    /// where somebody else has the card interface; without it such a reader is refused. `slotNames` say what its slots are for.
    public init(cardsElsewhere: CardsElsewhere? = nil, slotNames: [String] = []) {
        self.cardsElsewhere = cardsElsewhere
        self.slotNames = slotNames
    }

    /// A `FacetedReader`. Throws `.readerUnusable` without a bulk lane, `.readerHeld` without a CCID lane where the cards are nowhere else,
    /// and what is wrong where the reader does not greet.
    ///
    /// Cards that are reached elsewhere bring no keypad: `pinPad` is `nil` then.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        guard let lane = attachment.lanes.first(where: { $0.kind == .bulk }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no control lane")
        }
        let control = ControlDialogue(LaneCarrier(CaoraCodec(), over: lane.id, of: attachment, on: station), on: station)
        do {
            let features = try FaceFeatures(from: control)
            let cards = try cards(of: attachment, features.serialNumber, name: name, on: station)
            return ControlledReader(cards, control, features, passcodes, of: attachment, name: name, on: station)
        } catch {
            control.stop()
            throw error
        }
    }

    private func cards(
        of attachment: any Attachment, _ serialNumber: String, name: String, on station: Station
    ) throws(ReaderError) -> any Reader {
        if attachment.lanes.contains(where: { $0.kind == .ccid }) {
            return try CCIDReader(attachment, name: name, slotNames: slotNames, on: station)
        }
        guard let cardsElsewhere else { throw ReaderError(.readerHeld, cause: "\(name): another program has its card interface") }
        return try cardsElsewhere(serialNumber, station)
    }
}

extension FaceFeatures {
    /// Screen, camera and a place for the facility's name.
    private static let equipmentOfCaora: UInt8 = 0x07

    /// What a device says of itself in its answer to HELLO.
    fileprivate init(from control: ControlDialogue) throws(ReaderError) {
        var results = try control.perform(.hello)
        // A response to a command 0 of an earlier program that did not fetch it may still come; none to the next number can.
        if Elements(results.span)?[0x10] == nil { results = try control.perform(.hello) }
        guard let answer = Elements(results.span), answer.text(0x10) != nil, let features = answer.byte(0x11) else {
            throw ReaderError(.readerUnusable, cause: "an answer to HELLO without firmware and features")
        }
        let equipment = answer.byte(0x13) ?? Self.equipmentOfCaora
        self.init(
            hasStaffButton: features & 0x01 != 0, hasVisualCheck: features & 0x02 != 0, showsFacility: equipment & 0x04 != 0,
            hasScreen: equipment & 0x01 != 0, hasCamera: equipment & 0x02 != 0, takesEscapes: equipment & 0x08 != 0,
            serialNumber: answer.text(0x12) ?? "")
    }
}
