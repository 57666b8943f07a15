import TestSupport

/// Runs the openssl program, so that certificates and signatures come from another hand than ours.
struct OpenSSLProgram {
    let folder = TemporaryFolder()

    /// Runs `openssl` with these arguments in the folder and returns what it wrote to its standard output.
    @discardableResult
    func run(_ arguments: [String]) throws -> [UInt8] { try runProgram(["openssl"] + arguments, in: folder.path).checked().bytes }

    /// The same, as text.
    func text(_ arguments: [String]) throws -> String { String(decoding: try run(arguments), as: UTF8.self) }
}
