import Glibc
import TestSupport

/// A running `kazasu simulate card --json`, with its standard input and output as one line for orders and answers.
final class SimulatedCardProcess {
    let process: ChildProcess
    private let line: Int32
    private var received: [UInt8] = []

    init(_ words: [String], environment: [String] = ["LC_ALL=C"]) throws {
        let (own, childs) = try socketPair()
        defer { close(childs) }
        line = own
        process = try ChildProcess(words, environment: environment, descriptors: [0: childs, 1: childs])
    }

    deinit { close(line) }

    /// What it has said beside its answers.
    var log: String { process.error.text }

    /// Gives an order and waits for the answer.
    @discardableResult
    func order(_ word: String) throws -> CardAnswer {
        try type(word + "\n")
        return try answer()
    }

    /// How the card stands.
    func status() throws -> CardAnswer { try order("status") }

    /// A number of it.
    func number(_ name: Substring) throws -> Int? { try status().number(name) }
    /// A text of it.
    func text(_ name: Substring) throws -> String? { try status().text(name) }

    /// Gives an order and returns what the answer is called.
    func name(of word: String) throws -> String? { try order(word).text("answer") }

    /// Asks how the card stands until `condition` holds.
    func wait(_ what: String, until condition: (CardAnswer) -> Bool) throws {
        try Deadline().wait(for: what) { condition(try status()) }
    }

    /// Types as it is.
    func type(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard send(line, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw BenchError("kazasu does not listen") }
    }

    /// Ends its standard input.
    func endInput() { shutdown(line, Int32(SHUT_WR)) }

    /// A text of the next line.
    func answer(_ name: Substring) throws -> String? { try answer().text(name) }

    /// The next line.
    func answer() throws -> CardAnswer {
        let deadline = Deadline()
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                defer { received.removeFirst(end + 1) }
                return CardAnswer(String(decoding: received[..<end], as: UTF8.self))
            }
            guard deadline.wait(for: line) else { throw BenchError("kazasu does not answer") }
            let count = read(line, &buffer, buffer.count)
            guard count > 0 else { throw BenchError("kazasu has ended") }
            received += buffer[..<count]
        }
    }
}

/// One answer: a flat JSON object whose texts hold neither comma nor colon.
struct CardAnswer {
    let line: String
    private var members: [Substring: Substring] = [:]

    init(_ line: String) {
        self.line = line
        for member in line.dropFirst().dropLast().split(separator: ",") {
            let parts = member.split(separator: ":")
            if parts.count == 2 { members[parts[0].dropFirst().dropLast()] = parts[1] }
        }
    }

    func text(_ name: Substring) -> String? {
        guard let value = members[name], value.hasPrefix("\"") else { return nil }
        return String(value.dropFirst().dropLast())
    }

    func number(_ name: Substring) -> Int? { members[name].flatMap { Int($0) } }
}
