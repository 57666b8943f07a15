import Commands
import Diagnosis
import Glibc

/// What was to be read cannot be.
struct FileError: DiagnosedError, Equatable {
    enum Reason: Equatable {
        /// An error number of the system.
        case unreadable(Int32)
        /// More than this many bytes.
        case tooLong(Int)
        /// A line of more than this many bytes.
        case lineTooLong(Int)
    }

    /// `-` for standard input.
    let path: String
    let reason: Reason

    var code: String {
        switch reason {
        case .unreadable: "file-unreadable"
        case .tooLong: "file-too-long"
        case .lineTooLong: "line-too-long"
        }
    }
    var sentence: Sentence {
        switch reason {
        case .unreadable(EISDIR): Sentence(ja: "フォルダではなく、ファイルを指定してください。", en: "This is a folder; name a file.")
        case .unreadable: Sentence(ja: "ファイルを読めません。名前と権限を確認してください。", en: "The file cannot be read; check its name and permissions.")
        case .tooLong: Sentence(ja: "ファイルが大きすぎます。", en: "The file is too long.")
        case .lineTooLong: Sentence(ja: "1行が長すぎます。", en: "A line is too long.")
        }
    }
    var cause: String? {
        switch reason {
        case .unreadable(let number): "\(path): \(describe(errorNumber: number))"
        case .tooLong(let limit), .lineTooLong(let limit): "\(path): more than \(limit) bytes"
        }
    }
    var category: FailureCategory {
        switch reason {
        case .unreadable(ENOENT), .unreadable(ENOTDIR), .unreadable(EISDIR): .noInput
        case .unreadable: .inputOutput
        case .tooLong, .lineTooLong: .badData
        }
    }
}

/// The bytes of a file; `-` is standard input. A device that never ends is not read until the memory is gone.
func readFile(_ path: String, limit: Int = 64 << 20) throws(FileError) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, reason: .unreadable(errno)) }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 { return bytes }
        if count < 0 {
            try waitAfterFailure(errno, of: descriptor, path)
            continue
        }
        guard count <= limit - bytes.count else { throw FileError(path: path, reason: .tooLong(limit)) }
        bytes += buffer[..<count]
    }
}

/// Returns when reading may go on after it has failed with `number`; throws where it may not.
private func waitAfterFailure(_ number: Int32, of descriptor: Int32, _ path: String) throws(FileError) {
    switch number {
    case EINTR: break
    case EAGAIN:
        // Whoever has started this program may have made standard input non-blocking.
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, -1)
    default: throw FileError(path: path, reason: .unreadable(number))
    }
}

/// A file could not be written; nothing of it is left.
struct FileWriteError: DiagnosedError, Equatable {
    let path: String
    /// The error number; `ECANCELED` where somebody cancelled while the other end of a pipe was waited for.
    let number: Int32

    var code: String { number == ECANCELED ? "cancelled" : "file-not-written" }
    var sentence: Sentence {
        if number == ECANCELED { return Sentence(ja: "取り消しました。", en: "Cancelled.") }
        return Sentence(
            ja: "ファイルを書けません。場所、権限、ディスクの空きを確認してください。",
            en: "The file cannot be written; check the folder, its permissions and the room on the disk.")
    }
    var cause: String? { "\(path): \(describe(errorNumber: number))" }
    var category: FailureCategory { number == ECANCELED ? .cancelled : .cannotCreate }
}

/// Writes a file for its owner only, whole or not at all: what was there before stays until all is written.
///
/// A link is followed. Into a device or a pipe there is no other way than to write; `cancellation` ends the wait for its other end.
func writeFile(_ path: String, _ bytes: [UInt8], cancellation: Cancellation) throws(FileWriteError) {
    let target = resolved(path)
    var status = stat()
    let isOrdinary = stat(target, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    let place = isOrdinary ? "\(target).\(getpid()).part" : target
    do throws(SystemError) {
        let descriptor =
            isOrdinary
            ? open(place, O_WRONLY | O_CREAT | O_CLOEXEC | O_EXCL, 0o600) : try openPipe(place, cancellation: cancellation)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        do throws(SystemError) { try write(bytes, to: descriptor, cancellation: cancellation) } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw SystemError(number: errno) }
        guard !isOrdinary || rename(place, target) == 0 else { throw SystemError(number: errno) }
    } catch {
        if isOrdinary { unlink(place) }
        throw FileWriteError(path: path, number: error.number)
    }
}

/// An error number of the system.
private struct SystemError: Error {
    let number: Int32
}

/// Where a link leads; the path itself where it is none, or leads nowhere.
private func resolved(_ path: String) -> String {
    guard let pointer = realpath(path, nil) else { return path }
    defer { free(pointer) }
    return String(cString: pointer)
}

/// Opens a pipe or a device for writing. A named pipe that nobody reads yet is waited for.
private func openPipe(_ path: String, cancellation: Cancellation) throws(SystemError) -> Int32 {
    while true {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor < 0, errno == ENXIO || errno == EINTR else { return descriptor }
        // There is no event for a reader that comes.
        var entry = pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&entry, 1, 50) > 0 { throw SystemError(number: ECANCELED) }
    }
}

private func write(_ bytes: [UInt8], to descriptor: Int32, cancellation: Cancellation) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if count < 0, errno == EAGAIN {
            var entries = [
                pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&entries, 2, -1)
            if entries[1].revents != 0 { throw SystemError(number: ECANCELED) }
        } else if count == 0 || errno != EINTR {
            throw SystemError(number: count == 0 ? EIO : errno)
        }
    }
}

/// The folder of a file with its slash; empty for a file that lies in the current one.
func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
}
