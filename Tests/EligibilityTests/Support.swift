import Glibc

/// A file of one test, removed with it.
final class TemporaryFile {
    let path: String

    init() {
        var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/kazasu-visit-XXXXXX".utf8CString)
        close(mkstemp(&template))
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { unlink(path) }

    /// What is in it now.
    var bytes: [UInt8] {
        guard let stream = fopen(path, "r") else { return [] }
        defer { fclose(stream) }
        var contents: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&block, 1, block.count, stream)
            if count == 0 { return contents }
            contents += block[..<count]
        }
    }
}

/// What Python prints for `program`; `nil` where it fails.
func python(_ program: String) -> String? {
    let output = TemporaryFile()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, output.path, O_WRONLY | O_TRUNC, 0o600)
    let words: [String] = ["python3", "-c", program]
    var vector: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { vector.forEach { free($0) } }
    var child: pid_t = 0
    guard posix_spawnp(&child, "python3", &actions, nil, &vector, environ) == 0 else { return nil }
    var status: CInt = 0
    while waitpid(child, &status, 0) == -1 && errno == EINTR {}
    return status == 0 ? String(decoding: output.bytes, as: UTF8.self) : nil
}

/// The same numbers in every run (xorshift64*).
struct TestRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
