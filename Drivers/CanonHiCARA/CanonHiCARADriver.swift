import CCID
import FaceReaderKit
import ReaderKit
import ReaderTransport
import Station

/// The driver of the Canon Hi-CARA UFT-S190S(NU): everything over one CCID interface, panel and camera by the escapes of PROTOCOL.md, which is
/// assumed.
public struct CanonHiCARADriver: ReaderDriver {
    /// How long the reader may take to tell the status of its slot.
    private static let patience = Duration.seconds(3)
    /// How often that is asked: to end an abort of an earlier program may take more than once.
    private static let mostChecks = 3

    private let passcodes = PasscodeMemory()

    /// The driver. Keep one for as long as readers restart: it remembers which of them have been told of a passcode.
    public init() {}

    /// A `FacetedReader`. Throws `.readerUnusable` without a CCID interface that takes APDUs, and what is wrong where the reader does not greet.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        let cards = try CCIDReader(attachment, name: name, on: station)
        let carrier = EscapeCarrier(over: cards, on: station)
        let control = ControlDialogue(carrier, on: station)
        do {
            try makeReady(cards, on: station)
            let features = try FaceFeatures(from: control)
            let reader = ControlledReader(
                cards, control, features, passcodes, of: attachment, name: name, sharesLane: true, on: station)
            carrier.isAwaiting = { [weak reader, weak control] in
                reader?.prompts.hasOpen == true || control?.isLossAwaited == true
            }
            carrier.isHeldUp = { [weak reader] in reader?.prompts.postpone() }
            return reader
        } catch {
            control.stop()
            cards.close()
            throw error
        }
    }

    /// Ends what an earlier program has left unfinished.
    private func makeReady(_ cards: CCIDReader, on station: Station) throws(ReaderError) {
        for check in 1...Self.mostChecks {
            do throws(ReaderError) { return try cards.checkSlot(0, until: station.now + Self.patience) } catch {
                guard error.reason == .inputOutput, check < Self.mostChecks else { throw error }
            }
        }
    }
}

/// The program in a Hi-CARA.
struct HiCARAFirmware: Comparable {
    let major: UInt8
    let minor: UInt8

    static func < (left: HiCARAFirmware, right: HiCARAFirmware) -> Bool { (left.major, left.minor) < (right.major, right.minor) }

    /// What came with which version: the staff button, the passcode and the visual check. That there were none in January 2023 is published;
    /// the number is assumed.
    static let visualCheck = HiCARAFirmware(major: 2, minor: 0)
}

extension FaceFeatures {
    /// Major and minor.
    private static let versionCount = 2

    /// What the firmware is known to do that the device names in its answer to HELLO.
    fileprivate init(from control: ControlDialogue) throws(ReaderError) {
        let results = try control.perform(.hello)
        guard results.count >= Self.versionCount else {
            throw ReaderError(.readerUnusable, cause: "an answer to HELLO without firmware")
        }
        let firmware = HiCARAFirmware(major: results[0], minor: results[1])
        let serialNumber = results.dropFirst(Self.versionCount)
        self.init(
            hasStaffButton: firmware >= .visualCheck, hasVisualCheck: firmware >= .visualCheck,
            serialNumber: serialNumber.allSatisfy { (0x20...0x7E).contains($0) } ? String(decoding: serialNumber, as: UTF8.self) : "")
    }
}
