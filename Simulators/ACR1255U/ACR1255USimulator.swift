import GATTDevice
import ReaderTransport
import SimulationKit
import Station

/// The twin of an ACS ACR1255U-J1 (also sold as CIR415A), as a passive device: one slot for contactless cards behind a GATT service.
///
/// Service, frames, messages, authentication and encryption are published: the maker's reference manual and three implementations (H). What
/// is assumed is told where it is chosen, with that word; beside that: it drops half a frame when it hears no more of it, it answers with the
/// sequence number of the command, and a host that leaves ends the session and takes the power from the card.
public final class ACR1255USimulator: GATTDevice {
    /// The service 3C4AFFF0-4783-3DE5-A983-D348718EF133.
    public static let service: [UInt8] = [0x3C, 0x4A, 0xFF, 0xF0, 0x47, 0x83, 0x3D, 0xE5, 0xA9, 0x83, 0xD3, 0x48, 0x71, 0x8E, 0xF1, 0x33]
    /// The Customer Master Key as the maker sets it: ACR1255U-J1 Auth.
    public static let factoryKey: [UInt8] = [
        0x41, 0x43, 0x52, 0x31, 0x32, 0x35, 0x35, 0x55, 0x2D, 0x4A, 0x31, 0x20, 0x41, 0x75, 0x74, 0x68,
    ]
    /// After so many wrong keys no other is taken (M).
    public static let mostWrongKeys = 5

    /// How it differs from another.
    public struct Firmware: Sendable, Hashable {
        /// Whether answers have the number of the command; otherwise it is 0.
        public var echoesSequence = true

        /// A firmware.
        public init() {}
    }

    /// What it has been through.
    public struct Counts: Sendable, Hashable {
        /// Sessions that were opened.
        public var sessions = 0
        /// Wrong keys.
        public var wrongKeys = 0
        /// Command APDUs that a card has got.
        public var commands = 0
    }

    /// One GATT lane.
    public var lanes: [Lane] { [link.lane] }
    /// Whether the host can hear it.
    public var isInRange: Bool { link.isInRange }
    /// What hosts sent that is against the book, oldest first; no byte of a message's data is in it.
    public var complaints: [String] { link.complaints + messageComplaints }
    /// What it has been through.
    public internal(set) var counts = Counts()
    /// Whether it looks for cards and tells of them.
    public internal(set) var isPolling = false
    /// What lights and buzzer tell, as it was last set.
    public internal(set) var indicators: UInt8 = 0x8F
    /// Whether the card has power.
    public var isPowered: Bool { field.isPowered }

    let cardLink: CardLinkTiming
    let master: ReaderCipher
    let firmware: Firmware
    let timing: GATTTiming
    var challenges: [[UInt8]]
    var random: SeededGenerator
    /// The random number A of an authentication that has begun.
    var challenge: [UInt8]?
    var session: ReaderCipher?
    var field = CardField()
    private let link: GATTLink
    private var frame = ReaderFrame()
    private var lastPiece: Instant?
    private var happenings: [(due: Instant, happening: Happening)] = []
    private var messageComplaints: [String] = []

    private enum Happening {
        case card((any SimulatedCard)?)
        case move(isInRange: Bool)
    }

    /// A reader without a card, with this master key of 16 bytes; `card` is the way to its cards. Its random numbers are `challenges`,
    /// then those that follow from `seed`.
    public init(
        masterKey: [UInt8] = factoryKey, firmware: Firmware = Firmware(), card: CardLinkTiming = .contactless,
        timing: GATTTiming = GATTTiming(), challenges: [[UInt8]] = [], seed: UInt64 = 1
    ) {
        master = ReaderCipher(key: masterKey)
        self.firmware = firmware
        self.timing = timing
        cardLink = card
        self.challenges = challenges
        random = SeededGenerator(seed: seed)
        link = GATTLink(service: Self.service, timing: timing)
    }

    // MARK: What people do

    /// Has somebody place `card` at a moment.
    public func place(_ card: any SimulatedCard, at moment: Instant) { add(.card(card), at: moment) }

    /// Has somebody take the card away at a moment.
    public func remove(at moment: Instant) { add(.card(nil), at: moment) }

    /// Has somebody carry it away at a moment, or back.
    public func move(isInRange: Bool, at moment: Instant) { add(.move(isInRange: isInRange), at: moment) }

    private func add(_ happening: Happening, at moment: Instant) {
        happenings.insert((moment, happening), at: happenings.firstIndex { $0.due > moment } ?? happenings.endIndex)
    }

    private func happen(_ happening: Happening, at now: Instant) {
        switch happening {
        case .card(let card): change(to: card, at: now)
        case .move(let isInRange):
            link.move(isInRange: isInRange, at: now)
            (session, challenge, isPolling, field.work) = (nil, nil, false, nil)
            frame.clear()
            field.powerOff()
        }
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
        Instant.earliest(link.nextDue, field.work?.due, happenings.first?.due, lastPiece.map { $0 + timing.patience })
    }

    private func progress(to now: Instant) {
        while let due = nextStep, due <= now {
            if let work = field.work, work.due <= due {
                field.work = nil
                for answer in work.answers { send(answer, at: due) }
            }
            for piece in link.advance(to: due) { hear(piece, at: due) }
            if let last = lastPiece, last + timing.patience <= due {
                lastPiece = nil
                frame.clear()
            }
            if let first = happenings.first, first.due <= due {
                happenings.removeFirst()
                happen(first.happening, at: due)
            }
        }
    }

    private func hear(_ piece: [UInt8], at now: Instant) {
        switch frame.add(piece) {
        case .block(let block): take(block, at: now)
        case .damaged:
            complain("a damaged frame")
            fail(.checksum, sequence: 0, at: now)
        case nil: break
        }
        lastPiece = frame.isEmpty ? nil : now
    }

    // MARK: Messages

    /// What a block in the clear may be is an authentication only.
    private func take(_ block: [UInt8], at now: Instant) {
        if block.count % 16 != 0 || block.isEmpty {
            guard let message = DataBlock(reading: block) else { return fail(.checksum, sequence: 0, at: now) }
            guard authenticate(message, at: now) else {
                complain("a message of type \(message.type) in the clear")
                return fail(.unauthorised, sequence: message.sequence, at: now)
            }
            return
        }
        guard let session else { return fail(.unauthorised, sequence: 0, at: now) }
        guard let message = DataBlock(reading: session.decrypt(block)) else {
            complain("a message that cannot be decrypted")
            return fail(.checksum, sequence: 0, at: now)
        }
        carryOut(message, at: now)
    }

    /// Sends an answer: encrypted, but for errors and authentication (`isClear`).
    func send(_ answer: DataBlock, isClear: Bool = false, at now: Instant) {
        let numbered = DataBlock(
            answer.type, sequence: firmware.echoesSequence ? answer.sequence : 0, parameter: answer.parameter, data: answer.data)
        if isClear || answer.type == 0x51 {
            link.notify(ReaderFrame.around(numbered.bytes), at: now)
        } else if let session {
            link.notify(ReaderFrame.around(session.seal(numbered.bytes)), at: now)
        }
    }

    /// The codes of a hardware error.
    enum Fault: UInt8 {
        case checksum = 1
        case timeout = 2
        case command = 3
        case unauthorised = 4
        case receivedData = 6
        case tooManyTries = 7
    }

    func fail(_ fault: Fault, sequence: UInt8, at now: Instant) {
        send(DataBlock(0x51, sequence: sequence, parameter: fault.rawValue), at: now)
    }

    func complain(_ reason: String) {
        if messageComplaints.count < 1_000 { messageComplaints.append(reason) }
    }
}
