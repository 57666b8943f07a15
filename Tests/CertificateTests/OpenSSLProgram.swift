import Glibc

/// Runs the openssl program, so that certificates and signatures come from another hand than ours.
struct OpenSSLProgram: ~Copyable {
    /// A folder of its own that goes away with this value.
    let folder: String

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/kazasu-certificates.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(what: "mkdtemp", status: errno, messages: "") }
        folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit {
        guard let directory = opendir(folder) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink(path(name))
        }
        closedir(directory)
        rmdir(folder)
    }

    struct Failure: Error {
        let what: String
        let status: Int32
        let messages: String
    }

    func path(_ name: String) -> String { folder + "/" + name }

    func write(_ bytes: [UInt8], to name: String) throws {
        guard let file = fopen(path(name), "w") else { throw Failure(what: "fopen \(name)", status: errno, messages: "") }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure(what: "fwrite \(name)", status: errno, messages: "") }
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func read(_ name: String) throws -> [UInt8] {
        guard let file = fopen(path(name), "r") else { throw Failure(what: "fopen \(name)", status: errno, messages: "") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    /// Runs `openssl` with these arguments in the folder and returns what it wrote to its standard output.
    @discardableResult
    func run(_ arguments: [String]) throws -> [UInt8] {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, path("standard-output"), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, path("standard-error"), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let command = ["sh", "-c", #"cd "$0" && exec openssl "$@""#, folder] + arguments
        var argv: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var process: pid_t = 0
        let spawned = posix_spawn(&process, "/bin/sh", &actions, nil, &argv, environ)
        guard spawned == 0 else { throw Failure(what: "posix_spawn", status: spawned, messages: "") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            let messages = String(decoding: try read("standard-error"), as: UTF8.self)
            throw Failure(what: "openssl \(arguments)", status: status, messages: messages)
        }
        return try read("standard-output")
    }

    /// The same, as text.
    func text(_ arguments: [String]) throws -> String { String(decoding: try run(arguments), as: UTF8.self) }
}
