import Commands
import Glibc

/// Lines of standard input, read so that a cancellation ends the wait.
struct LineInput {
    private let descriptor: Int32
    private let cancellation: Cancellation
    private var pending: [UInt8] = []
    private var isAtEnd = false

    init(descriptor: Int32 = STDIN_FILENO, cancellation: Cancellation) {
        self.descriptor = descriptor
        self.cancellation = cancellation
    }

    /// The next line without its line feed; `nil` at the end, or when cancelled.
    mutating func next() -> String? {
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                return line
            }
            if isAtEnd {
                defer { pending.removeAll() }
                return pending.isEmpty ? nil : String(decoding: pending, as: UTF8.self)
            }
            guard waitForInput() else { return nil }
            fill()
        }
    }

    private func waitForInput() -> Bool {
        var waits = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&waits, 2, -1) < 0 {
            if errno != EINTR { return false }
        }
        return waits[1].revents == 0
    }

    private mutating func fill() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        if count > 0 {
            pending += buffer[..<count]
        } else if count == 0 || errno != EINTR {
            isAtEnd = true
        }
    }
}
