import Diagnosis
import Glibc
import TestSupport
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
    return Outcome(status: status, output: output.text, error: error.text)
}

/// The sample as a program.
func sample() throws -> String { try builtProgram("SampleProgram") }

/// The ends of a pipe, to read from and to write to, that no child inherits.
func openPipe(isBlocking: Bool = true) throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        if !isBlocking { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }
    return (ends[0], ends[1])
}
