import Glibc

/// A folder of its own for the files of one test; removed with all files in it at the end.
final class TemporaryFolder {
    let path: String

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/kazasu-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ProgramFailure(text: "mkdtemp: errno \(errno)") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(folder)
        }
        rmdir(path)
    }

    /// Writes a file and returns its path.
    func write(_ name: String, _ bytes: some Collection<UInt8>) throws -> String {
        let file = "\(path)/\(name)"
        guard let stream = fopen(file, "w") else { throw ProgramFailure(text: "\(file): errno \(errno)") }
        let contents = Array(bytes)
        let written = fwrite(contents, 1, contents.count, stream)
        guard fclose(stream) == 0, written == contents.count else { throw ProgramFailure(text: "\(file): not written") }
        return file
    }
}

/// All bytes of a file.
func readFile(_ path: String) throws -> [UInt8] {
    guard let stream = fopen(path, "r") else { throw ProgramFailure(text: "\(path): errno \(errno)") }
    defer { fclose(stream) }
    var contents: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&block, 1, block.count, stream)
        if count == 0 { return contents }
        contents += block[..<count]
    }
}

/// Why a program could not be used.
struct ProgramFailure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

/// Runs a program to its end and returns what it wrote; files stand for pipes, so no amount of output can block it.
///
/// - Throws: `ProgramFailure` when it cannot be started or ends with anything but 0; then with what it wrote as error.
func output(of program: String, _ arguments: [String], input: [UInt8] = [], in folder: TemporaryFolder) throws -> [UInt8] {
    let inputFile = try folder.write("standard-input", input)
    let (outputFile, errorFile) = ("\(folder.path)/standard-output", "\(folder.path)/standard-error")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, inputFile, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)

    var argumentVector: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    defer { argumentVector.forEach { free($0) } }
    argumentVector.append(nil)
    var child: pid_t = 0
    let code = posix_spawnp(&child, program, &actions, nil, argumentVector, environ)
    guard code == 0 else { throw ProgramFailure(text: "cannot start \(program): \(String(cString: strerror(code)))") }
    var status: CInt = 0
    while waitpid(child, &status, 0) == -1 && errno == EINTR {}
    guard status == 0 else {
        let text = String(decoding: try readFile(errorFile), as: UTF8.self)
        throw ProgramFailure(text: "\(program) ended with wait status \(status): \(text)")
    }
    return try readFile(outputFile)
}
