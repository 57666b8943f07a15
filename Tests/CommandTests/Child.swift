import Glibc
import Testing

/// Runs programs of the machine.
enum Child {
    struct Result {
        let status: Int32
        let output: String
        let error: String
    }

    static func exists(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// Runs a program to its end, with its streams in files so that no pipe can fill up.
    static func run(_ path: String, _ arguments: [String], environment: [String] = ["PATH=/usr/bin:/bin"]) throws -> Result {
        let output = try MemoryFile()
        let error = try MemoryFile()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, error.descriptor, 2)
        var child = pid_t()
        try #require(spawn(&child, path, &actions, [path] + arguments, environment) == 0)
        var status: Int32 = 0
        try #require(waitpid(child, &status, 0) == child)
        // Ended by itself: the status is in the second byte (wait(2)).
        return Result(status: status & 0x7F == 0 ? status >> 8 & 0xFF : -1, output: try output.text(), error: try error.text())
    }

    private static func spawn(
        _ child: inout pid_t, _ path: String, _ actions: inout posix_spawn_file_actions_t, _ arguments: [String], _ environment: [String]
    ) -> Int32 {
        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        return posix_spawn(&child, path, &actions, nil, &words, &variables)
    }
}

/// A folder of its own for one test, gone afterwards.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/sample-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit { _ = try? Child.run("/bin/rm", ["-r", path]) }

    func has(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }
}
