import Commands
import Glibc

/// Lines of standard input, read so that a cancellation ends the wait.
struct LineInput {
    private let descriptor: Int32
    private let cancellation: Cancellation
    private let limit: Int
    private var pending: [UInt8] = []
    // So many bytes of `pending` are known to hold no line feed.
    private var searched = 0
    private var isAtEnd = false

    /// Lines of at most `limit` bytes.
    init(descriptor: Int32 = STDIN_FILENO, limit: Int = 1 << 20, cancellation: Cancellation) {
        self.descriptor = descriptor
        self.limit = limit
        self.cancellation = cancellation
    }

    /// The next line without its line feed; `nil` at the end, or when cancelled. Throws where a line is too long or reading fails.
    mutating func next() throws(FileError) -> String? {
        while true {
            let end = pending[searched...].firstIndex(of: 0x0A)
            guard (end ?? pending.count) <= limit else { throw FileError(path: "-", reason: .lineTooLong(limit)) }
            if let end {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                searched = 0
                return line
            }
            searched = pending.count
            if isAtEnd {
                defer { (pending, searched) = ([], 0) }
                return pending.isEmpty ? nil : String(decoding: pending, as: UTF8.self)
            }
            guard waitForInput() else { return nil }
            try fill()
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

    /// Reads what is there; nothing where another process that shares the input was faster.
    mutating func fill() throws(FileError) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        if count > 0 {
            pending += buffer[..<count]
        } else if count == 0 {
            isAtEnd = true
        } else if errno != EINTR, errno != EAGAIN {
            throw FileError(path: "-", reason: .unreadable(errno))
        }
    }
}
