import CCIDDevice
import GATTDevice
import ReaderTransport
import SimulationKit
import Station

/// The twin of a Feitian bR301 BLE, as a passive device: a CCID reader whose messages go over two characteristics of a GATT service.
///
/// The UUIDs are published (H). That the messages are those of CCID, with 50 03 and 50 02 for a card that comes and leaves, is known from one
/// implementation (M). What is assumed: the reader is the one that its USB descriptor tells of (096E:0624: extended APDUs, 271 bytes); it drops
/// half a message when it hears no more of it; it tells of a card that lies in it when a host begins to listen; there is no abort.
public final class FeitianBLESimulator: GATTDevice {
    /// The service 46540001-0002-00C4-0000-465453414645.
    public static let service: [UInt8] = [0x46, 0x54, 0x00, 0x01, 0x00, 0x02, 0x00, 0xC4, 0x00, 0x00, 0x46, 0x54, 0x53, 0x41, 0x46, 0x45]

    /// Its card reader.
    public let reader: CCIDFunction
    /// What hosts sent that is against the book, oldest first.
    public var complaints: [String] { link.complaints + reader.complaints }
    /// Whether the host can hear it.
    public var isInRange: Bool { link.isInRange }
    /// One GATT lane.
    public var lanes: [Lane] { [link.lane] }

    private let link: GATTLink
    private let timing: GATTTiming
    private var moves: [(due: Instant, isInRange: Bool)] = []
    // When the last piece of a message has come that is not whole.
    private var lastPiece: Instant?

    /// A reader without a card; `card` is the way to its cards.
    public init(card: CardLinkTiming = .contact, timing: GATTTiming = GATTTiming()) {
        var descriptor = CCIDDescriptor(level: .extendedAPDU)
        descriptor.features = 0x0004_04BA
        descriptor.maxMessageLength = 271
        reader = CCIDFunction(descriptor, timing: CCIDTiming(link: card))
        reader.tellsEachChange = true
        link = GATTLink(service: Self.service, timing: timing)
        self.timing = timing
        reader.start(at: .zero)
    }

    /// Has somebody carry it away at a moment, or back.
    public func move(isInRange: Bool, at moment: Instant) {
        moves.insert((moment, isInRange), at: moves.firstIndex { $0.due > moment } ?? moves.endIndex)
    }

    // MARK: The device

    /// Accepts a transfer.
    public func submit(_ transfer: Transfer, id: TransferID, sending bytes: Span<UInt8>, at now: Instant) {
        progress(to: now)
        link.submit(transfer, id: id, sending: bytes, at: now)
    }

    /// Gives a transfer up.
    public func abort(_ transfer: TransferID, at now: Instant) { link.abort(transfer) }

    /// When the next completion is due or something happens at it.
    public var nextDue: Instant? { Instant.earliest(link.nextCompletion, nextStep) }

    /// Lets time pass.
    public func advance(to now: Instant, complete: (TransferID, TransferStatus, [UInt8]) -> Void) {
        progress(to: now)
        link.takeDue(at: now, complete)
    }

    private var nextStep: Instant? {
        Instant.earliest(link.nextDue, reader.nextDue, moves.first?.due, lastPiece.map { $0 + timing.patience })
    }

    private func progress(to now: Instant) {
        while let due = nextStep, due <= now {
            for value in link.advance(to: due) {
                lastPiece = value.isEmpty ? lastPiece : due
                reader.receive(value, endsTransfer: false, at: due)
            }
            if let last = lastPiece, last + timing.patience <= due {
                lastPiece = nil
                // Of a whole message nothing is left.
                reader.receive([], endsTransfer: true, at: due)
            }
            reader.advance(to: due)
            if let move = moves.first, move.due <= due {
                moves.removeFirst()
                link.move(isInRange: move.isInRange, at: due)
                if move.isInRange { reader.start(at: due) } else { reader.stop(at: due) }
            }
            tell(at: due)
        }
        tell(at: now)
    }

    /// Both pipes go out on one characteristic.
    private func tell(at now: Instant) {
        for pipe in [reader.interface.interrupt, reader.interface.input].compactMap({ $0 }) {
            while let message = pipe.takeMessage(at: now) { link.notify(message, at: now) }
        }
    }
}
