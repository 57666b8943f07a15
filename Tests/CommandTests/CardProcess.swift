import Glibc
import TestSupport
import Testing
import Traces

/// `kazasu card …` on the simulated card, as a process, with a folder of its own.
struct CardProcess {
    let folder = TemporaryFolder()

    /// The secrets of Hanako's card, by the variables that carry them.
    static let secrets = [
        "KAZASU_PIN": "1234", "KAZASU_SIGN_PASSWORD": "ABC123", "KAZASU_TEXT_PIN": "2345", "KAZASU_VISUAL_CODE_B": "90050535054271",
        "KAZASU_BIRTH_KEY": "020505", "KAZASU_RESIDENT_PIN": "3456", "KAZASU_COMMON_PIN": "4567",
    ]

    /// Starts it in the folder. `variables` are `NAME=VALUE`.
    func start(
        _ words: [String], variables: [String] = [], input: String = "/dev/null", descriptors: [Int32: Int32] = [:]
    ) throws -> ChildProcess {
        // A shell is not between us and the program: its pid is the one that a test looks at.
        try ChildProcess(
            [builtProgram("kazasu"), "card"] + words + ["--reader", "sim:card"],
            environment: ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(folder.path)"] + variables, input: input, descriptors: descriptors)
    }

    /// Runs it to its end.
    func run(_ words: [String], variables: [String] = [], descriptors: [Int32: Int32] = [:]) throws -> ProgramResult {
        try start(words, variables: variables, descriptors: descriptors).result()
    }

    /// Runs it with `--json` and asks python3, an independent judge, for an expression over `v`: the only JSON value on standard output.
    func json(_ words: [String], _ expression: String, variables: [String] = [], status: Int32 = 0) throws -> String {
        let result = try run(words + ["--json"], variables: variables)
        #expect(result.status == status, "\(words): \(result.error)")
        return try value(result.output, expression)
    }

    /// What python3 makes of an expression over the one JSON value `v` that `text` is.
    func value(_ text: String, _ expression: String) throws -> String { try values([(text, expression)])[0] }

    /// The same for several at once, for python3 takes its time to start.
    func values(_ pairs: [(text: String, expression: String)]) throws -> [String] {
        let script = """
            import json, sys
            for name, expression in zip(sys.argv[1::2], sys.argv[2::2]):
                v = json.load(open(name, encoding="utf-8"))
                print(eval(expression))
            """
        let elsewhere = TemporaryFolder()
        let words = try pairs.enumerated().flatMap { [try elsewhere.write("\($0)", $1.text), $1.expression] }
        let output = try runProgram(["python3", "-c", script] + words).checked().output
        return output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// The commands of a trace: what is shown in hexadecimal, how many bytes are hidden, and the status word.
    func exchanges(_ trace: String) throws -> [String] {
        try TraceFile.parse(folder.read(trace)).compactMap { record in
            guard case .exchange(let exchange) = record.event else { return nil }
            let status = if case .status(let word, _) = exchange.result { hex([UInt8(word >> 8), UInt8(word & 0xFF)]) } else { "none" }
            return "\(hex(exchange.command)) \(exchange.commandHidden) \(status)"
        }
    }
}
