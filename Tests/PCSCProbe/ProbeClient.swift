import Cards
import CentreSimulator
import Certificates
import Diagnosis
import Eligibility
import Glibc
import MyNumberCard
import PCSC
import ReaderKit
import ReaderTransport
import Station

/// A client of pcscd that does one thing at a time and says how it ended and how many milliseconds it took.
///
/// Orders, with limits in milliseconds: `list`, `follow` (until the presence is known), `leaves MS`, `connect MS`, `send HEX MS`,
/// `warm MS`, `close`, `reopen`, `cancel MS` (from another thread, later), `visit MS N` (before the Nth exchange it says `at` and waits for a
/// line, and from then on each transfer gets MS; where N is 0, each gets MS from the beginning), `descriptors`.
final class ProbeClient {
    private let station = Station(.real)
    private let source: PCSCSource
    private let name: String
    private var dialogue = Dialogue()
    private var reader: (any Reader)?
    private var channel: (any CardChannel)?
    private var began = Instant.zero
    // What the attachment does before each exchange, and how long a transfer may take.
    private var hold = Hold()

    init(reader: String, sharing: PCSCSharing) {
        name = reader
        source = PCSCSource(sharing: sharing)
    }

    func run() {
        dialogue.answer("ready")
        while let order = dialogue.next() {
            began = station.now
            do {
                let answer = try obey(order)
                tell(answer.0, answer.1)
            } catch {
                tell((error as? any DiagnosedError)?.code ?? "\(error)", "")
            }
        }
    }

    private func tell(_ name: String, _ text: String) {
        dialogue.answer(
            name, [("ms", Int((station.now - began).milliseconds))], texts: [("bytes", text)])
    }

    private func obey(_ order: [String]) throws -> (String, String) {
        let limit = station.now + .milliseconds(order.last.flatMap { Int($0) } ?? 0)
        switch order.first ?? "" {
        case "list": return ("listed", try source.attachments().map(\.name).joined(separator: ";"))
        case "follow": try follow()
        case "leaves":
            let watch = try opened().watchPresence(slot: 0, known: try follow())
            return ("left", try ended(watch, limit).isPresent ? "present" : "absent")
        case "connect":
            hold = Hold()
            channel = try opened().connect(slot: 0, until: limit)
            return ("connected", hexadecimal(channel?.answerToReset ?? []))
        case "send":
            var response: [UInt8] = []
            try channel?.transmit(bytes(order[1]).span, into: &response, until: limit)
            return ("answered", hexadecimal(response))
        case "warm": try channel?.warmReset(until: limit)
        case "close": channel?.close()
        case "reopen":
            reader?.close()
            reader = nil
        case "cancel": cancel(after: Int32(order[1]) ?? 0)
        case "visit": return (try visit(Int(order[1]) ?? 0, Int(order[2]) ?? 0), "")
        case "descriptors": return ("descriptors", String(openDescriptors()))
        default: return ("unknown", "")
        }
        return ("done", "")
    }

    private func opened() throws -> any Reader {
        if let reader { return reader }
        let attachment = HeldAttachment(
            source.open(AttachmentDescription(name: name, product: name), on: station), on: station, hold: { [unowned self] in hold })
        let reader = try CardLaneDriver().open(attachment, name: name, on: station)
        self.reader = reader
        return reader
    }

    @discardableResult
    private func follow() throws -> CardPresence {
        // A presence that never is, so that the first one that is known ends the watch.
        let watch = try opened().watchPresence(slot: 0, known: CardPresence(isPresent: false, changes: .max))
        return try ended(watch, station.now + .seconds(60))
    }

    private func ended(_ watch: TransferID, _ limit: Instant) throws -> CardPresence {
        let reader = try opened()
        switch station.next(from: reader.source, token: watch.rawValue, until: limit) {
        case .event: return try reader.presence(watch)
        case .deadline: throw ReaderError(.timedOut)
        case .cancelled: throw ReaderError(.cancelled)
        }
    }

    private func cancel(after milliseconds: Int32) {
        let cancelling = Cancelling(inbox: station.inbox, milliseconds: milliseconds)
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Cancelling>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(cancelling).toOpaque())
        pthread_detach(thread)
    }

    private func visit(_ limit: Int, _ exchange: Int) throws -> String {
        hold = Hold()
        if exchange == 0 { hold.patience = .milliseconds(limit) }
        hold.beforeExchange = { [unowned self] number in
            guard number == exchange else { return }
            dialogue.answer("at")
            _ = dialogue.next()
            began = station.now
            hold.patience = .milliseconds(limit)
        }
        var authorities: [Certificate] = []
        for der in SyntheticPKI.authenticationAuthorities { authorities.append(try Certificate(der: der)) }
        let setting = Visit.Setting(
            reader: try opened(), prompts: PreparedPatient(pin: Secret("1234".utf8), delay: .zero, on: station),
            centre: EmbeddedCentre(core: CentreCore(try .inMemory()), on: station),
            trust: CertificateTrust(
                CertificateChecker(
                    use: .authentication(policy: SyntheticPKI.authenticationPolicy),
                    anchors: try TrustAnchors(authorities, domain: .synthetic))),
            makeChallenge: { () throws(CertificateError) in try Challenge() })
        return Visit(setting, on: station).run().outcome.code
    }

    private func openDescriptors() -> Int {
        (0..<1_024).count { fcntl($0, F_GETFD) >= 0 }
    }
}

private final class Cancelling: Sendable {
    private let inbox: Inbox
    private let milliseconds: Int32

    init(inbox: Inbox, milliseconds: Int32) {
        self.inbox = inbox
        self.milliseconds = milliseconds
    }

    func run() {
        _ = poll(nil, 0, milliseconds)
        inbox.cancel()
    }
}

/// What the test wants of the attachment.
struct Hold {
    /// How long any transfer may take.
    var patience = Duration.seconds(60)
    /// What is done before the nth exchange of a visit, counted from 1.
    var beforeExchange: (Int) -> Void = { _ in }
    fileprivate let counter = Counter()
    fileprivate final class Counter { var exchanges = 0 }
}

/// A decorator that gives every transfer less time, and stops before an exchange.
private final class HeldAttachment: Attachment {
    private let inner: any Attachment
    private let station: Station
    private let hold: () -> Hold

    init(_ inner: any Attachment, on station: Station, hold: @escaping () -> Hold) {
        self.inner = inner
        self.station = station
        self.hold = hold
    }

    var source: SourceID { inner.source }
    var lanes: [Lane] { inner.lanes }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        if transfer.operation == .exchange {
            let hold = hold()
            hold.counter.exchanges += 1
            hold.beforeExchange(hold.counter.exchanges)
        }
        let deadline = min(transfer.deadline, station.now + hold().patience)
        return inner.submit(
            Transfer(lane: transfer.lane, slot: transfer.slot, operation: transfer.operation, deadline: deadline), sending: bytes)
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus { inner.collect(transfer, into: &buffer) }
    func abort(_ transfer: TransferID) { inner.abort(transfer) }
    func close() { inner.close() }
}
