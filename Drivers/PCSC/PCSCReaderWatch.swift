import CPCSC
import Glibc
import ReaderTransport
import Station

/// Follows all readers of the service, and the service itself, on a thread of its own.
///
/// Every look starts from the states of the look before. A reader that comes while nothing waits is found by listing the readers before
/// every wait; while one waits, the pseudo-reader `\\?PnP?\Notification` ends the wait, or, where the service has none, the wait's end does.
final class PCSCReaderWatch: AttachmentWatch {
    let source: SourceID
    private let guardian = CallGuard()
    private var thread: pthread_t?

    init(on station: Station) throws(TransportError) {
        source = station.makeSource()
        let follower = ReaderFollower(guardian: guardian, inbox: station.inbox, source: source)
        let pointer = Unmanaged.passRetained(follower).toOpaque()
        var created = pthread_t()
        let code = pthread_create(
            &created, nil,
            { pointer in
                if let pointer { Unmanaged<ReaderFollower>.fromOpaque(pointer).takeRetainedValue().follow() }
                return nil
            }, pointer)
        guard code == 0 else {
            Unmanaged<ReaderFollower>.fromOpaque(pointer).release()
            throw PCSCCode.error(PCSCCode.internalError, doing: "pthread_create")
        }
        thread = created
    }

    deinit { stop() }

    func stop() {
        guard let thread else { return }
        self.thread = nil
        CallWatchdog.shared.close(guardian)
        pthread_join(thread, nil)
    }
}

/// The work of that thread; used on it only.
private final class ReaderFollower {
    /// How long one call waits for a change, in milliseconds.
    private static let slice: DWORD = 1_000
    /// As many readers as SCardGetStatusChange takes at once in pcsc-lite before 2.5, the pseudo-reader included.
    private static let most = 16
    private static let notification = ReaderName("\\\\?PnP?\\Notification".utf8.map { CChar(bitPattern: $0) })
    /// How long a service that is lost is left alone, in milliseconds: at first, and at most.
    private static let pauses: (first: Int32, longest: Int32) = (100, 2_000)

    private let client: PCSCClient
    private let inbox: Inbox
    private let source: SourceID
    private var states = ReaderStates()
    // What the service said last: each next call starts from there.
    private var eventStates: [ReaderName: DWORD] = [:]
    private var hasNotification = true
    private var isLost = false
    private var pause = pauses.first

    init(guardian: CallGuard, inbox: Inbox, source: SourceID) {
        client = PCSCClient(guardian: guardian)
        self.inbox = inbox
        self.source = source
    }

    func follow() {
        while !isStopped {
            do throws(TransportError) {
                try look()
            } catch {
                lose(error)
                rest(pause)
                pause = min(2 * pause, Self.pauses.longest)
            }
        }
    }

    private var isStopped: Bool { client.guardian.isClosed.load(ordering: .sequentiallyConsistent) }

    private func look() throws(TransportError) {
        let names = try PCSCSource.names { buffer, length in self.call { SCardListReaders($0, nil, buffer, &length) } }
        if isLost { post(.serviceBack) }
        isLost = false
        pause = Self.pauses.first
        if names.isEmpty { tell([]) }
        let withNotification = hasNotification && names.count < Self.most
        let watched = Array(names.prefix(Self.most)) + (withNotification ? [Self.notification] : [])
        // Where there is nothing to wait for, the service would answer at once.
        if watched.isEmpty { return rest(Int32(Self.slice)) }
        switch wait(for: watched) {
        case PCSCCode.success: tell(watched.filter { $0 != Self.notification })
        case PCSCCode.timeout: tell(names)
        // A reader left since the list, or the service does not know the pseudo-reader: the next list tells.
        case PCSCCode.unknownReader where withNotification: hasNotification = try PCSCSource.hasChanged(names, client)
        case PCSCCode.unknownReader: rest(Self.pauses.first)
        case let code: throw PCSCCode.error(code, doing: "SCardGetStatusChange")
        }
    }

    /// One SCardGetStatusChange from what was said last; what it says is remembered.
    private func wait(for names: [ReaderName]) -> UInt32 {
        var code = PCSCCode.success
        ReaderName.withPointers(names) { pointers in
            var entries = zip(names, pointers).map { name, pointer in
                var entry = SCARD_READERSTATE()
                entry.szReader = pointer
                entry.dwCurrentState = eventStates[name] ?? DWORD(SCARD_STATE_UNAWARE)
                return entry
            }
            code = call { SCardGetStatusChange($0, Self.slice, &entries, DWORD(entries.count)) }
            guard code == PCSCCode.success else { return }
            for (name, entry) in zip(names, entries) { eventStates[name] = entry.dwEventState & ~DWORD(SCARD_STATE_CHANGED) }
        }
        return code
    }

    private func call(_ body: (SCARDCONTEXT) -> LONG) -> UInt32 {
        client.call(until: monotonicNanoseconds() + PCSCPresenceWatcher.patience, body)
    }

    /// Posts what has changed among the readers that are there; one that the service has just lost is not.
    private func tell(_ names: [ReaderName]) {
        let present = names.compactMap { name -> ReaderStates.Reader? in
            guard let state = eventStates[name], state & DWORD(SCARD_STATE_UNKNOWN) == 0 else { return nil }
            return ReaderStates.Reader(
                name: name, hasCard: state & DWORD(SCARD_STATE_PRESENT) != 0, changes: UInt16(truncatingIfNeeded: state >> 16))
        }
        for change in states.update(present) { post(change.asAttachmentChange) }
        let there = Set(present.map(\.name))
        eventStates = eventStates.filter { there.contains($0.key) || $0.key == Self.notification }
    }

    private func lose(_ error: TransportError) {
        guard !isStopped, !isLost else { return }
        isLost = true
        post(.serviceLost(error))
        eventStates = [:]
        tell([])
    }

    private func rest(_ milliseconds: Int32) {
        let end = monotonicNanoseconds() + Int64(milliseconds) * 1_000_000
        while !isStopped, monotonicNanoseconds() < end { _ = poll(nil, 0, 20) }
    }

    private func post(_ change: AttachmentChange) {
        if !isStopped { inbox.post(Event(source: source, token: 0, payload: change)) }
    }
}

extension ReaderStates.Change {
    fileprivate var asAttachmentChange: AttachmentChange {
        switch self {
        case .arrived(let name): .arrived(name.description)
        case .left(let name): .left(name.description)
        case .cardInserted(let name): .cardInserted(name.description)
        case .cardRemoved(let name): .cardRemoved(name.description)
        }
    }
}

extension PCSCSource {
    /// Whether the list of readers is another one now.
    fileprivate static func hasChanged(_ before: [ReaderName], _ client: PCSCClient) throws(TransportError) -> Bool {
        let limit = monotonicNanoseconds() + listPatience
        return try names { buffer, length in client.call(until: limit) { SCardListReaders($0, nil, buffer, &length) } } != before
    }
}
