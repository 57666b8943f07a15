import Diagnosis
import Glibc
import Testing

@testable import Commands
@testable import SampleProgram

/// What a run of a program left behind.
struct Outcome: Equatable {
    let status: Int32
    let output: String
    let error: String
}

/// Runs the sample with its streams in memory.
func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    let output = try MemoryFile()
    let error = try MemoryFile()
    let streams = StandardStreams(output: output.descriptor, error: error.descriptor)
    let status = Sample.program.run(arguments, environment: Environment(environment), streams: streams)
    return Outcome(status: status, output: try output.text(), error: try error.text())
}

/// A file without a name.
final class MemoryFile {
    let descriptor: Int32

    init() throws {
        var template = Array("\(P_tmpdir)/sample-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        unlink(template)
    }

    deinit { close(descriptor) }

    func text() throws -> String {
        lseek(descriptor, 0, SEEK_SET)
        return String(decoding: try readAll(descriptor), as: UTF8.self)
    }
}

/// Everything up to the end of `descriptor`.
func readAll(_ descriptor: Int32) throws -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 || (count < 0 && errno == EIO) { return result }
        try #require(count > 0)
        result += buffer[..<count]
    }
}
