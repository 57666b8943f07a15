import CReaderPlugin
import Diagnosis
import ReaderKit
import Station

/// What a plugin tells about a reader.
enum PluginEvent: Sendable {
    /// A card came into a slot, or left it.
    case card(slot: UInt32, isPresent: Bool)
    /// A prompt has ended.
    case answer(prompt: UInt32, PluginAnswer)
    /// Somebody is there.
    case touched
    /// The reader left.
    case gone
    /// Something that the header does not know.
    case fault(String)
}

/// How a prompt ended, before anybody has looked whether that was asked.
struct PluginAnswer: Sendable {
    let status: Int32
    let answer: UInt32
    let detail: UInt32
    /// What was typed or read; `nil` where nothing came, or more than any answer has.
    let secret: Secret?
}

/// Where the threads of a plugin leave what they tell about one reader, until the station looks.
///
/// The station hears of the first of them by an event; the others lie behind it.
final class PluginMailbox: Sendable {
    /// How many may wait. A station that looks as seldom as that is not there, and a plugin that posts as often is out of its mind.
    static let capacity = 4_096

    private struct State {
        var events: [PluginEvent] = []
        var isFull = false
    }

    private let state = Locked(State())
    private let inbox: Inbox
    private let wake: Event

    /// A mailbox whose station hears of posts by an event of `source` with `token`.
    init(waking station: Station, source: SourceID, token: UInt64) {
        inbox = station.inbox
        wake = Event(source: source, token: token)
    }

    /// Leaves an event. From any thread.
    func post(_ event: PluginEvent) {
        let isFirst = state.withLock { state in
            guard state.events.count < Self.capacity else {
                state.isFull = true
                return false
            }
            state.events.append(event)
            return state.events.count == 1
        }
        if isFirst { inbox.post(wake) }
    }

    /// Takes what is there; `nil` where it was more than there is room for.
    func take() -> [PluginEvent]? {
        state.withLock { state in
            defer { state.events.removeAll() }
            return state.isFull ? nil : state.events
        }
    }
}

/// The readers that are open, by the numbers that plugins know them by: a plugin may post when its reader is closed long since.
enum PluginSessions {
    private struct State {
        var last: UInt64 = 0
        var open: [UInt64: PluginMailbox] = [:]
    }

    private static let state = Locked(State())

    /// A number for a mailbox; none is given twice.
    static func begin(_ mailbox: PluginMailbox) -> UInt64 {
        state.withLock { state in
            state.last += 1
            state.open[state.last] = mailbox
            return state.last
        }
    }

    /// Ends a session: what is posted from now on is for nobody.
    static func end(_ session: UInt64) { state.withLock { $0.open[session] = nil } }

    /// How many there are.
    static var count: Int { state.withLock { $0.open.count } }

    static func mailbox(_ session: UInt64) -> PluginMailbox? { state.withLock { $0.open[session] } }
}

/// What the host offers to plugins.
enum PluginHost {
    /// The table, for as long as the program runs.
    // Written once before anybody can have it, never after: nothing to race on.
    nonisolated(unsafe) static let table: UnsafePointer<kazasu_host> = {
        let table = UnsafeMutablePointer<kazasu_host>.allocate(capacity: 1)
        table.initialize(
            to: kazasu_host(
                struct_size: UInt32(MemoryLayout<kazasu_host>.size), version: UInt32(KAZASU_READER_VERSION),
                post: { session, event in PluginHost.post(session, event) }))
        return UnsafePointer(table)
    }()

    /// The longest answer: the 14 digits of 照合番号B.
    private static let mostBytes = 14

    private static func post(_ session: UInt64, _ event: UnsafePointer<kazasu_event>?) {
        guard let mailbox = PluginSessions.mailbox(session) else { return }
        mailbox.post(read(event))
    }

    private static func read(_ pointer: UnsafePointer<kazasu_event>?) -> PluginEvent {
        guard let pointer else { return .fault("an event that is NULL") }
        guard let event = kazasu_event(at: UnsafeRawPointer(pointer)) else { return .fault("an event that is too small") }
        switch Int32(truncatingIfNeeded: event.kind) {
        case KAZASU_EVENT_CARD_IN: return .card(slot: event.slot, isPresent: true)
        case KAZASU_EVENT_CARD_OUT: return .card(slot: event.slot, isPresent: false)
        case KAZASU_EVENT_ANSWER:
            let answer = PluginAnswer(status: event.status, answer: event.answer, detail: event.detail, secret: secret(event))
            return .answer(prompt: event.prompt, answer)
        case KAZASU_EVENT_TOUCHED: return .touched
        case KAZASU_EVENT_GONE: return .gone
        default: return .fault("an event of kind \(event.kind)")
        }
    }

    private static func secret(_ event: kazasu_event) -> Secret? {
        // A size_t beyond Int.max is a negative Int here.
        guard let bytes = event.bytes, (0...mostBytes).contains(event.byte_count) else { return nil }
        return Secret(UnsafeBufferPointer(start: bytes, count: event.byte_count))
    }
}
