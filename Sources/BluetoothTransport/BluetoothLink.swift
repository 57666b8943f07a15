import Diagnosis
import Glibc
import ReaderTransport
import Station

/// What the station's thread and the thread of the bus hand each other: writes one way, notifications and results the other. All of it is bounded.
///
/// `@unchecked Sendable`: every property that changes is read and written under `mutex` only, which never moves and is freed in `deinit`, when
/// no other thread can hold a reference.
final class BluetoothLink: @unchecked Sendable {
    /// A value that is to be written.
    struct Write {
        let id: TransferID
        /// It may hold a PIN.
        let bytes: Secret
    }

    /// As many writes may wait; a driver waits for each.
    static let mostWrites = 64
    /// As many notifications may wait for somebody to read them, some hundred kilobytes as a rule: more than the longest answer has in pieces
    /// of 20 bytes, whoever is slow. A reader that goes on and on cannot fill the memory.
    static let mostNotifications = 4_096

    /// Wakes the thread of the bus.
    let wake = WakeUp()
    private let inbox: Inbox
    private let source: SourceID
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var writes: [Write] = []
    private var writing: TransferID?
    private var readers: [(id: TransferID, most: Int)] = []
    private var notifications: [Secret] = []
    private var hasOverflown = false
    private var results: [TransferID: (status: TransferStatus, bytes: Secret?)] = [:]
    private var isLost = false
    private var isEnding = false

    init(_ inbox: Inbox, _ source: SourceID) {
        self.inbox = inbox
        self.source = source
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    // MARK: The station's thread

    /// Has a value written, after those before.
    func write(_ id: TransferID, _ bytes: Secret) {
        locked {
            if isLost { return end(id, .unplugged) }
            guard writes.count < Self.mostWrites else { return end(id, .failed(Int64(EAGAIN))) }
            writes.append(Write(id: id, bytes: bytes))
            wake.call()
        }
    }

    /// Asks for the next notification.
    func read(_ id: TransferID, atMost most: Int) {
        locked {
            readers.append((id, most))
            serve()
        }
    }

    /// How a transfer ended; `nil` for one that has not.
    func collect(_ id: TransferID, into buffer: inout [UInt8]) -> TransferStatus? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard let result = results.removeValue(forKey: id) else { return nil }
        result.bytes?.withBytes { bytes in bytes.withUnsafeBufferPointer { buffer.append(contentsOf: $0) } }
        return result.status
    }

    /// Gives a transfer up. What is on its way to the reader goes there.
    func abort(_ id: TransferID) {
        locked {
            results[id] = nil
            readers.removeAll { $0.id == id }
            writes.removeAll { $0.id == id }
            if writing == id { writing = nil }
        }
    }

    /// Ends a transfer without doing anything.
    func refuse(_ id: TransferID, _ status: TransferStatus) { locked { end(id, status) } }

    /// Asks the thread of the bus to end.
    func finish() {
        locked { isEnding = true }
        wake.call()
    }

    // MARK: The thread of the bus

    /// Whether the thread is to end.
    var isToEnd: Bool { locked { isEnding } }

    /// The next value to be written; from now on it is on its way.
    func takeWrite() -> Write? {
        locked {
            guard !writes.isEmpty else { return nil }
            let next = writes.removeFirst()
            writing = next.id
            return next
        }
    }

    /// How the value that was on its way has arrived.
    func wrote(_ status: TransferStatus) {
        locked {
            // Nobody waits for one that was given up.
            if let writing { end(writing, status) }
            writing = nil
        }
    }

    /// The reader notifies.
    func notified(_ value: Secret) {
        locked {
            if notifications.count < Self.mostNotifications, !hasOverflown {
                notifications.append(value)
            } else {
                // One that is missing in the middle would make others look like an answer that they are not.
                hasOverflown = true
                notifications.removeAll()
            }
            serve()
        }
    }

    /// The link is gone: everything ends so, from now on. What was notified before can still be read.
    func lose() {
        locked {
            guard !isLost else { return }
            isLost = true
            if let writing { end(writing, .unplugged) }
            writing = nil
            for write in writes { end(write.id, .unplugged) }
            writes.removeAll()
            serve()
        }
    }

    // MARK: With the lock

    /// Gives what was notified to whoever waits for it, first come, first served.
    private func serve() {
        while let reader = readers.first {
            if hasOverflown {
                hasOverflown = false
                readers.removeFirst()
                end(reader.id, .overflow)
            } else if !notifications.isEmpty {
                readers.removeFirst()
                let value = notifications.removeFirst()
                if value.count > reader.most { end(reader.id, .overflow) } else { end(reader.id, .completed, value) }
            } else if isLost {
                readers.removeFirst()
                end(reader.id, .unplugged)
            } else {
                return
            }
        }
    }

    private func end(_ id: TransferID, _ status: TransferStatus, _ bytes: Secret? = nil) {
        results[id] = (status, bytes)
        inbox.post(Event(source: source, token: id.rawValue))
    }
}
