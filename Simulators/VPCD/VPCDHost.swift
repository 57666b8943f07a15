import Glibc
import SimulationKit
import Station

/// What a host tells while it runs, for the log.
public enum VPCDReport: Sendable, Equatable {
    /// Nobody listens there (with the error number of connect(2)); it is tried again and again, and told once.
    case waiting(errorNumber: Int32)
    /// vpcd has taken the card: it is in the reader.
    case connected
    /// vpcd has gone; it is tried again.
    case disconnected
    /// vpcd has sent what no vpcd sends.
    case complaint(String)
}

extension NetworkAddress {
    /// Where vpcd listens on this machine unless it is configured otherwise.
    public static let vpcd = NetworkAddress(host: "127.0.0.1", port: 35_963)
}

/// Puts a simulated card into a pcscd that has vsmartcard's vpcd as a driver: a client of vpcd in real time.
///
/// Inserting is connecting, removing is closing. pcscd looks every 400 ms, so it sees either a little later; a card that has been in
/// stays away for 600 ms, or pcscd would take the next one for the same and never power it up. While the card is inserted and nobody
/// listens, the host tries again, at first after 100 ms and later every second: pcscd may come later, or be started anew.
///
/// One thread: `run` waits in poll(2) for vpcd, for the control input, for the request to stop and for the moment at which an answer is
/// due.
public final class VPCDHost {
    /// Where vpcd listens.
    public let address: NetworkAddress
    /// Whether the card is inserted, reached by vpcd or not.
    public private(set) var isInserted = false
    /// Whether vpcd has taken the card. It takes one at a time; a connection of which it knows nothing yet does not count.
    public private(set) var isConnected = false
    /// Whether the card has power.
    public var isPowered: Bool { session.isPowered }
    /// The instruction byte that the card is computing at.
    public var computing: UInt8? { session.computing }
    /// What the card has been through at all connections together.
    public var counts: VPCDSession.Counts { earlier + session.counts }

    private enum Link {
        case none
        case paused(until: Instant)
        case connecting(VPCDSocket)
        case connected(VPCDSocket)

        var socket: VPCDSocket? {
            switch self {
            case .connecting(let socket), .connected(let socket): socket
            case .none, .paused: nil
            }
        }
    }

    private let card: any SimulatedCard
    private let pace: AnswerPace
    private let report: (VPCDReport) -> Void
    private let endpoints: [NetworkEndpoint]
    private var link = Link.none
    private var session: VPCDSession
    private var earlier = VPCDSession.Counts()
    private var attempts = Attempts()
    // When pcscd has noticed that the last card is gone.
    private var seenAway = Instant.zero
    private static let away = Duration.milliseconds(600)
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    /// A host with the card removed. Throws `VPCDError` where the address's host is not known.
    ///
    /// Looks the host up, once and for as long as the name service takes: `run` waits for nothing that cannot be cancelled.
    public init(
        _ card: any SimulatedCard, at address: NetworkAddress, pace: AnswerPace = .computingTime, report: @escaping (VPCDReport) -> Void
    ) throws(VPCDError) {
        self.card = card
        self.address = address
        self.pace = pace
        self.report = report
        do throws(UnknownHost) { endpoints = try address.endpoints() } catch {
            throw VPCDError(host: address.host, cause: error.cause)
        }
        session = VPCDSession(card, pace: pace)
    }

    // MARK: The hand that holds the card

    /// Puts the card in; nothing happens where it is in.
    public func insert() {
        guard !isInserted else { return }
        isInserted = true
        attempts = Attempts()
        link = .paused(until: seenAway)
    }

    /// Pulls the card, also while it computes: the answer is lost.
    public func remove() {
        isInserted = false
        disconnect(.none)
    }

    // MARK: Time

    /// Makes time pass until it is asked to stop; the card is removed then, also when `onControl` throws.
    ///
    /// - Parameters:
    ///   - cancellation: a descriptor that becomes readable to stop.
    ///   - control: a descriptor that `onControl` reads from, if any.
    ///   - onControl: called when `control` has something to read or has ended; it may insert and remove the card.
    /// - Returns: what has ended it.
    /// - Throws: what `onControl` throws.
    public func run<Failure: Error>(
        cancellation: Int32, control: Int32?, onControl: () throws(Failure) -> ControlOutcome
    ) throws(Failure) -> HostEnding {
        defer { remove() }
        var control = control
        while true {
            advance()
            // Descriptors below zero are passed over by poll(2).
            var entries = [
                pollfd(fd: cancellation, events: Int16(POLLIN), revents: 0),
                pollfd(fd: control ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: link.socket?.descriptor ?? -1, events: interest, revents: 0),
            ]
            wait(for: &entries, until: nextDue)
            if entries[0].revents != 0 { return .cancelled }
            if entries[2].revents != 0 { serve(entries[2].revents) }
            if entries[1].revents != 0 {
                switch try onControl() {
                case .goOn: break
                case .ended: control = nil
                case .quit: return .quit
                }
            }
        }
    }

    private var interest: Int16 {
        switch link {
        case .none, .paused: 0
        case .connecting: Int16(POLLOUT)
        case .connected: (session.wantsInput ? Int16(POLLIN) : 0) | (session.output.isEmpty ? 0 : Int16(POLLOUT))
        }
    }

    private var nextDue: Instant? {
        switch link {
        case .none, .connecting: nil
        case .paused(let until): until
        case .connected: session.nextDue
        }
    }

    // MARK: The connection

    private func advance() {
        switch link {
        case .none, .connecting: break
        case .paused(let until): if until <= .now { connectNext() }
        case .connected(let socket):
            session.advance(to: .now)
            flush(socket)
            if session.isToBeEnded { lose() }
        }
    }

    private func serve(_ events: Int16) {
        switch link {
        case .none, .paused: break
        case .connecting(let socket):
            let number = socket.finishConnecting()
            guard number == 0 else { return connectFailed(number) }
            link = .connected(socket)
        case .connected(let socket):
            guard events & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { return }
            switch socket.receive(into: &buffer) {
            case .nothing: break
            case .end: lose()
            case .bytes(let count):
                speak()
                session.receive(buffer[..<count], at: .now)
            }
        }
    }

    private func flush(_ socket: VPCDSocket) {
        while !session.output.isEmpty {
            guard let count = socket.send(session.output) else { return lose() }
            guard count > 0 else { return }
            session.didSend(count)
            session.advance(to: .now)
        }
    }

    private func connectNext() {
        guard let socket = VPCDSocket(connectingTo: endpoints[attempts.endpoint]) else { return connectFailed(errno) }
        link = .connecting(socket)
        earlier = counts
        session = VPCDSession(card, pace: pace) { [report] in report(.complaint($0)) }
    }

    private func connectFailed(_ number: Int32) {
        disconnect(.paused(until: .now + attempts.fail(of: endpoints.count)))
        if attempts.isToBeTold { report(.waiting(errorNumber: number)) }
    }

    /// vpcd has sent something, and so it has taken the card.
    private func speak() {
        guard !isConnected else { return }
        isConnected = true
        attempts.succeed()
        report(.connected)
    }

    private func lose() {
        guard isConnected else { return connectFailed(ECONNRESET) }
        disconnect(.paused(until: .now + Self.away))
        attempts.lose()
        report(.disconnected)
    }

    private func disconnect(_ next: Link) {
        if isConnected { seenAway = .now + Self.away }
        isConnected = false
        session.end()
        link = next
    }
}

extension VPCDSession.Counts {
    fileprivate static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.commands += right.commands
        sum.powerUps += right.powerUps
        sum.powerDowns += right.powerDowns
        sum.warmResets += right.warmResets
        sum.complaints += right.complaints
        return sum
    }
}
