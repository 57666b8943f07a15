import Diagnosis
import Glibc
import TestSupport
import Testing

@testable import Commands

@Suite struct SecretTests {
    private func bytes(_ secret: Secret) -> [UInt8] {
        secret.withBytes { span in span.indices.map { span[$0] } }
    }

    /// The reading end of a pipe that holds `text`, its other end closed.
    private func pipe(holding text: String) throws -> Int32 {
        var ends: [Int32] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        let content = Array(text.utf8)
        #expect(write(ends[1], content, content.count) == content.count)
        close(ends[1])
        return ends[0]
    }

    @Test(arguments: ["1234", "1234\n", "1234\nrest"])
    func fromADescriptorUpToTheLineFeed(_ text: String) throws {
        let end = try pipe(holding: text)
        defer { close(end) }
        #expect(bytes(try SecretInput.read(descriptor: end, cancellation: Cancellation())) == Array("1234".utf8))
        #expect(try readAll(end) == (text.hasSuffix("rest") ? Array("rest".utf8) : []))
    }

    @Test func twoSecretsFromOneDescriptor() throws {
        let end = try pipe(holding: "1234\nPASSWORD\n")
        defer { close(end) }
        #expect(try SecretInput.read(descriptor: end, cancellation: Cancellation()).count == 4)
        #expect(try SecretInput.read(descriptor: end, cancellation: Cancellation()).count == 8)
    }

    @Test func limitsOfLength() throws {
        let fits = try pipe(holding: String(repeating: "7", count: 64) + "\n")
        defer { close(fits) }
        #expect(try SecretInput.read(descriptor: fits, cancellation: Cancellation()).count == 64)
        let tooLong = try pipe(holding: String(repeating: "7", count: 65) + "\n")
        defer { close(tooLong) }
        #expect(throws: SecretError.tooLong) { try SecretInput.read(descriptor: tooLong, cancellation: Cancellation()) }
        let empty = try pipe(holding: "\n1234")
        defer { close(empty) }
        #expect(throws: SecretError.empty) { try SecretInput.read(descriptor: empty, cancellation: Cancellation()) }
        let nothing = try pipe(holding: "")
        defer { close(nothing) }
        #expect(throws: SecretError.empty) { try SecretInput.read(descriptor: nothing, cancellation: Cancellation()) }
    }

    @Test(arguments: [9999, -1] as [Int32])
    func aDescriptorThatIsNotOpen(_ number: Int32) {
        let error = #expect(throws: SecretError.self) { try SecretInput.read(descriptor: number, cancellation: Cancellation()) }
        #expect(error == .notReadable(EBADF))
        #expect(error?.category.exitStatus == 74)
    }

    @Test func waitingForADescriptorCanBeCancelled() throws {
        var ends: [Int32] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let cancellation = Cancellation()
        #expect(!cancellation.isCancelled)
        cancellation.cancel()
        cancellation.cancel()
        #expect(cancellation.isCancelled)
        #expect(throws: SecretError.cancelled) { try SecretInput.read(descriptor: ends[0], cancellation: cancellation) }
    }

    // The rest in a process of its own: it changes what belongs to the whole process.

    private func ask(_ arguments: [String], variable: String? = nil, descriptors: [Int32: Int32] = [:]) throws -> ProgramResult {
        let environment = ["LANG=C"] + (variable.map { ["SAMPLE_PIN=\($0)"] } ?? [])
        return try ChildProcess([sample(), "ask"] + arguments, environment: environment, descriptors: descriptors).result()
    }

    private static let traces = "core 0 dumpable 0\nin environment false\nin memory of the environment false\n"

    @Test func theVariableIsWiped() throws {
        let result = try ask([], variable: "1234")
        #expect(result.output == "bytes 4 sum 202\n" + Self.traces)
        #expect(result.error == "")
        #expect(result.status == 0)
    }

    @Test func theDescriptorComesFirstAndTheVariableIsWipedAllTheSame() throws {
        let end = try pipe(holding: "AB\n")
        defer { close(end) }
        #expect(try ask(["--pin-fd", "7"], variable: "1234", descriptors: [7: end]).output == "bytes 2 sum 131\n" + Self.traces)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalWhileTheDescriptorIsReadGivesTheStatus(_ signal: Int32) throws {
        let (reading, writing) = try openPipe()
        defer { for end in [reading, writing] { close(end) } }
        #expect(write(writing, "12", 2) == 2)
        let child = try ChildProcess([sample(), "ask", "--pin-fd", "7"], environment: ["LANG=C"], descriptors: [7: reading])
        // Once it has read what there is, it watches and waits.
        try Deadline().wait(for: "its reading") {
            var left: Int32 = 2
            return ioctl(reading, UInt(FIONREAD), &left) == 0 && left == 0
        }
        kill(child.pid, signal)
        let result = try child.result()
        #expect(result.status == 128 + signal)
        #expect(result.error == "sample: Cancelled. [cancelled]\n")
    }

    @Test func errorsDoNotShowTheSecret() throws {
        let result = try ask([], variable: String(repeating: "4711", count: 17))
        #expect(result.status == 65)
        #expect(result.error == "sample: The PIN is longer than 64 bytes. [secret-too-long]\n")
        #expect(result.output == "")
    }

    @Test func withoutAnyWayThereIsAnError() throws {
        // In a session of its own without a terminal.
        let result = try runProgram(["setsid", "--wait", sample(), "ask"])
        #expect(result.status == 69)
        #expect(result.error.contains("[secret-no-terminal]"))
    }
}
