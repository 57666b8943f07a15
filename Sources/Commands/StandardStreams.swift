import Diagnosis
import Glibc
import Synchronization

/// Standard output and standard error of a program.
public struct StandardStreams: Sendable {
    /// Where results go; a failure to write them is an error.
    public let output: OutputStream
    /// Where messages go; where they cannot be written there is nobody left to tell.
    public let error: MessageStream

    /// The streams on these descriptors.
    public init(output: Int32 = STDOUT_FILENO, error: Int32 = STDERR_FILENO) {
        self.output = OutputStream(descriptor: output)
        self.error = MessageStream(descriptor: error)
    }

    /// Makes the process fit for writing: a reader that has gone away is an error and no signal, and the descriptors
    /// 0, 1 and 2 are taken even where the caller had closed them, so that no file opened later is written to by mistake.
    public static func prepareProcess() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            // Opened the wrong way round on purpose: using it still fails, as with a closed one.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}

/// Standard output: buffered, checked, safe to use from several threads.
public final class OutputStream: Sendable {
    /// The descriptor that is written to.
    public let descriptor: Int32
    private let flushesLines: Bool
    private let pending = Mutex<[UInt8]>([])
    private static let capacity = 16_384

    /// A stream on `descriptor`; on a terminal each write appears at once.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
        flushesLines = isatty(descriptor) == 1
    }

    /// Writes `text`.
    public func write(_ text: String) throws(StreamError) {
        try write(bytes: Array(text.utf8))
    }

    /// Writes `line` and a line feed.
    public func writeLine(_ line: String = "") throws(StreamError) {
        try write(line + "\n")
    }

    /// Writes `bytes`.
    public func write(bytes: [UInt8]) throws(StreamError) {
        try pending.withLock { (buffer: inout [UInt8]) throws(StreamError) in
            buffer += bytes
            if flushesLines || buffer.count >= Self.capacity { try drain(&buffer) }
        }
    }

    /// Writes what is still buffered.
    public func flush() throws(StreamError) {
        try pending.withLock { (buffer: inout [UInt8]) throws(StreamError) in try drain(&buffer) }
    }

    private func drain(_ buffer: inout [UInt8]) throws(StreamError) {
        // What could not be written once is not tried again.
        defer { buffer.removeAll(keepingCapacity: true) }
        if let code = writeAll(buffer, to: descriptor) { throw StreamError(number: code) }
    }
}

/// Standard error: unbuffered, one call a line so that the lines of several programs do not mix.
public final class MessageStream: Sendable {
    /// The descriptor that is written to.
    public let descriptor: Int32

    /// A stream on `descriptor`.
    public init(descriptor: Int32) { self.descriptor = descriptor }

    /// Writes `text`.
    public func write(_ text: String) { _ = writeAll(Array(text.utf8), to: descriptor) }

    /// Writes `line` and a line feed.
    public func writeLine(_ line: String) { write(line + "\n") }
}

/// Standard output could not be written.
public struct StreamError: DiagnosedError, Equatable {
    /// The error number (errno).
    public let number: Int32

    /// Always the same.
    public var code: String { "output-failed" }
    /// What to do.
    public var sentence: Sentence {
        switch number {
        case ENOSPC, EDQUOT: Sentence(ja: "ディスクに空きがないため、結果を出力できませんでした。", en: "The output could not be written because the disk is full.")
        default: Sentence(ja: "結果を出力できませんでした。", en: "The output could not be written.")
        }
    }
    /// The words of the C library.
    public var cause: String? { describe(errorNumber: number) }
    /// Always input and output.
    public var category: FailureCategory { .inputOutput }

    /// Whether the reader of a pipe has gone away, which is no failure (`kazasu trace show FILE | head`).
    public var isBrokenPipe: Bool { number == EPIPE }
}

/// The words of the C library for an error number, in English.
public func describe(errorNumber: Int32) -> String {
    // glibc keeps this text per thread (since 2.32), and without setlocale(3) it is English.
    strerror(errorNumber).map { String(cString: $0) } ?? "error \(errorNumber)"
}

/// Writes every byte, also to a slow or non-blocking descriptor; returns the error number where it fails.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    bytes.withUnsafeBytes { buffer in
        var offset = 0
        while offset < buffer.count {
            let written = write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
            if written > 0 {
                offset += written
                continue
            }
            let number = errno
            if written < 0, number == EINTR { continue }
            guard written < 0, number == EAGAIN else { return written == 0 ? EIO : number }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&waiting, 1, -1)
        }
        return nil
    }
}
