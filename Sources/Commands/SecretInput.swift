import Diagnosis
import Glibc

/// The ways by which a secret comes into a program; the command line is none of them, because everybody can read it.
public enum SecretInput {
    /// The longest secret that is taken, in bytes.
    public static let limit = 64

    /// Reads a secret up to a line feed or the end. Nothing after the line feed is consumed.
    public static func read(descriptor: Int32, cancellation: Cancellation) throws(SecretError) -> Secret {
        guard fcntl(descriptor, F_GETFD) != -1 else { throw .notReadable(EBADF) }
        return try SecretLine.read(descriptor, cancellation: cancellation, whole: false)
    }
}

/// Why there is no secret.
public enum SecretError: DiagnosedError, Equatable {
    /// It has more bytes than `SecretInput.limit`.
    case tooLong
    /// There is none: an empty line, or nothing at all.
    case empty
    /// There is no terminal at which to ask.
    case noTerminal
    /// The descriptor or the terminal cannot be read; with the error number.
    case notReadable(Int32)
    /// The person, or a signal, cancelled.
    case cancelled

    /// A stable name.
    public var code: String {
        switch self {
        case .tooLong: "secret-too-long"
        case .empty: "secret-empty"
        case .noTerminal: "secret-no-terminal"
        case .notReadable: "secret-not-readable"
        case .cancelled: "cancelled"
        }
    }

    /// What to do.
    public var sentence: Sentence {
        switch self {
        case .tooLong: Sentence(ja: "暗証番号などの入力が長すぎます（64バイトまで）。", en: "The PIN is longer than 64 bytes.")
        case .empty: Sentence(ja: "暗証番号などが入力されていません。", en: "No PIN was entered.")
        case .noTerminal:
            Sentence(
                ja: "端末がないため暗証番号などを尋ねられません。環境変数かファイル記述子で渡してください（名前は --help にあります）。",
                en: "There is no terminal to ask at; give the secret by an environment variable or file descriptor (--help names them).")
        case .notReadable: Sentence(ja: "暗証番号などを読み取れませんでした。", en: "The PIN could not be read.")
        case .cancelled: Sentence(ja: "取り消しました。", en: "Cancelled.")
        }
    }

    /// The error number's words.
    public var cause: String? {
        if case .notReadable(let number) = self { describe(errorNumber: number) } else { nil }
    }

    /// What kind of failure it is.
    public var category: FailureCategory {
        switch self {
        case .tooLong, .empty: .badData
        case .noTerminal: .unavailable
        case .notReadable: .inputOutput
        case .cancelled: .cancelled
        }
    }
}

/// One line of secret bytes, in a buffer that is wiped on every path.
enum SecretLine {
    /// The bytes up to a line feed or the end. Where `whole` is set more than one byte is asked for at once, as may be done at
    /// a terminal, which hands out one line at a time.
    static func read(_ descriptor: Int32, cancellation: Cancellation, whole: Bool) throws(SecretError) -> Secret {
        try mustBeReadable(descriptor)
        let capacity = SecretInput.limit + 1
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 1)
        defer {
            if let start = buffer.baseAddress { explicit_bzero(start, capacity) }
            buffer.deallocate()
        }
        var count = 0
        while count < capacity {
            try wait(for: descriptor, cancellation: cancellation)
            let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, whole ? capacity - count : 1)
            if got < 0, errno == EINTR || errno == EAGAIN { continue }
            if got < 0 { throw .notReadable(errno) }
            let end = buffer[count..<(count + got)].firstIndex(of: 0x0A)
            count = end ?? (count + got)
            if end == nil, got > 0 { continue }
            if count == 0 { throw whole && got == 0 ? .cancelled : .empty }
            return Secret(buffer[..<count])
        }
        throw .tooLong
    }

    /// What can only be written to would be waited for in vain.
    private static func mustBeReadable(_ descriptor: Int32) throws(SecretError) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0 else { throw .notReadable(errno) }
        guard flags & O_ACCMODE != O_WRONLY else { throw .notReadable(EBADF) }
    }

    private static func wait(for descriptor: Int32, cancellation: Cancellation) throws(SecretError) {
        while true {
            var entries = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&entries, 2, -1)
            if ready < 0, errno != EINTR { throw .notReadable(errno) }
            if entries[1].revents != 0 { throw .cancelled }
            if ready > 0, entries[0].revents != 0 { return }
        }
    }
}
