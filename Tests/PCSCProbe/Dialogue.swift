import Diagnosis
import Glibc

/// One order a line on standard input, one flat JSON object a line on standard output.
struct Dialogue {
    private var received: [UInt8] = []

    /// The words of the next order; `nil` at the end of the input. Waits for it.
    mutating func next() -> [String]? {
        while true {
            if let line = nextReceived() { return line }
            guard receive() else { return nil }
        }
    }

    /// The words of an order that has been received already.
    mutating func nextReceived() -> [String]? {
        guard let end = received.firstIndex(of: 0x0A) else { return nil }
        defer { received.removeFirst(end + 1) }
        return String(decoding: received[..<end], as: UTF8.self).split(separator: " ").map(String.init)
    }

    /// Receives what is there, or waits for something; false at the end of the input.
    mutating func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        received += buffer[..<max(0, count)]
        return count > 0
    }

    func answer(_ name: String, _ numbers: [(String, Int)] = [], texts: [(String, String)] = []) {
        var line = "{\"answer\":\(JSONText.quoted(name))"
        for (key, number) in numbers { line += ",\"\(key)\":\(number)" }
        for (key, text) in texts { line += ",\"\(key)\":\(JSONText.quoted(text))" }
        let bytes = Array((line + "}\n").utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}

/// Bytes of hexadecimal digits; empty where they are none.
func bytes(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
}

func runProbe() {
    signal(SIGPIPE, SIG_IGN)
    let words = Array(CommandLine.arguments.dropFirst())
    switch words.first {
    case "card": MisbehavingCard().run()
    case "client" where words.count == 3:
        ProbeClient(reader: words[2], sharing: words[1] == "shared" ? .shared : .exclusive).run()
    default: exit(64)
    }
}
