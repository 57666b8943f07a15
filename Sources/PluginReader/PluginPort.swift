import Glibc
import Station

/// The two doors between a reader of a plugin and other threads: what the plugin posts comes in, a cancelled station goes out.
struct PluginPort {
    /// The source of all events of the reader.
    let source: SourceID
    /// The token of the event that says that something was posted.
    let token: UInt64
    /// What was posted.
    let mailbox: PluginMailbox
    /// What the plugin knows the reader by.
    let session: UInt64

    /// Doors of a reader on `station`; `end` closes them.
    init(on station: Station) {
        source = station.makeSource()
        token = station.makeToken()
        mailbox = PluginMailbox(waking: station, source: source, token: token)
        session = PluginSessions.begin(mailbox)
    }

    /// What is posted from now on is for nobody.
    func end() { PluginSessions.end(session) }
}

/// Passes the cancelling of a station on to a plugin, from whatever thread, but never once its reader is being closed.
///
/// `@unchecked Sendable`: handle and function never change and are used under the lock only while `isOpen`; that `cancel` may be called from
/// any thread until then is what the header says.
final class PluginCancellation: @unchecked Sendable {
    private let handle: OpaquePointer
    private let function: (@convention(c) (OpaquePointer?) -> Void)?
    private let isOpen = Locked(true)

    /// For the reader `handle`.
    init(_ handle: OpaquePointer, _ function: (@convention(c) (OpaquePointer?) -> Void)?) {
        self.handle = handle
        self.function = function
    }

    /// Tells the plugin.
    func cancel() {
        isOpen.withLock { isOpen in
            if isOpen { function?(handle) }
        }
    }

    /// Tells it nothing any more, and waits for who is telling it.
    func end() { isOpen.withLock { $0 = false } }
}
