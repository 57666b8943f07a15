import Glibc

/// What a program has left.
public struct ProgramResult: Sendable {
    /// Its exit status, or the number of the signal that has ended it, negative.
    public let status: Int32
    /// What it wrote to standard output.
    public let bytes: [UInt8]
    /// What it wrote to standard error.
    public let error: String

    /// Standard output as text.
    public var output: String { String(decoding: bytes, as: UTF8.self) }

    /// The same where the program has succeeded.
    ///
    /// - Throws: `BenchError` with its words where it has not.
    public func checked() throws -> ProgramResult {
        guard status == 0 else { throw BenchError("a program has ended with \(status): \(error)") }
        return self
    }
}

/// Runs a program to its end, in another folder if need be, with standard input from a file.
public func runProgram(
    _ words: [String], environment: [String] = ChildProcess.searchPath, input: String = "/dev/null", in folder: String? = nil
) throws -> ProgramResult {
    let entering = folder.map { ["env", "--chdir=\($0)"] } ?? []
    return try ChildProcess(entering + words, environment: environment, input: input).result()
}

/// The path of the program that runs these tests.
public func runningProgram() -> String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The path of a program of this package, built beside the tests.
public func builtProgram(_ name: String) throws -> String {
    let tests = runningProgram()
    let path = (tests.lastIndex(of: "/").map { String(tests[...$0]) } ?? "") + name
    guard access(path, X_OK) == 0 else { throw BenchError("\(path) is not there: build it first") }
    return path
}
