import AlmexCPS100WSimulator
import ReaderTransport
import Staging
import Station
import TestSupport

/// A host of the serial line that polls, numbers and acknowledges by the book.
final class CPS {
    let twin: AlmexCPS100WSimulator
    let bench: Bench
    private var number: UInt8 = 0
    private var held: [UInt8] = []

    init(_ stage: [StagedEvent] = [], firmware: StagedFirmware = StagedFirmware()) {
        twin = AlmexCPS100WSimulator(stage: stage, firmware: firmware)
        bench = Bench(twin)
    }

    static func frame(_ body: [UInt8]) -> [UInt8] {
        let covered = [UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body + [3]
        return [2] + covered + crc32(covered)
    }

    /// Writes bytes and gives what came within 100 ms of silence.
    func exchange(_ bytes: [UInt8]) -> [UInt8] {
        _ = bench.write(bytes)
        return listen()
    }

    func listen(_ silence: Duration = .milliseconds(100)) -> [UInt8] {
        var answer: [UInt8] = []
        while let part = bench.read(atMost: silence) { answer += part }
        return answer
    }

    /// Sends a message: code as a letter, and what follows in hexadecimal; whether it was acknowledged.
    @discardableResult
    func send(_ code: Character, _ rest: String = "") -> Bool { send(code, hex(rest)) }

    @discardableResult
    func send(_ code: Character, _ rest: [UInt8]) -> Bool {
        defer { number &+= 1 }
        return exchange(Self.frame([number] + Array(String(code).utf8) + rest)) == [6, number]
    }

    /// One poll; the body of the message without its number, acknowledged; `nil` where there is nothing.
    func poll() -> [UInt8]? {
        let answer = exchange([5])
        guard answer.count > 9, answer[0] == 2 else { return nil }
        _ = exchange([6, answer[3]])
        return Array(answer[4..<(answer.count - 5)])
    }

    /// Polls until there is something: its code as a letter, the rest as hexadecimal.
    func next(atMost limit: Duration = .seconds(70)) -> String? {
        let end = bench.now + limit
        while bench.now < end {
            if let body = poll() { return String(decoding: body.prefix(1), as: UTF8.self) + " " + hex(body.dropFirst()) }
        }
        return nil
    }

    /// READY and the tray, which a reader that was switched on tells first.
    func begin() -> [String?] {
        number = 0
        return [next(), next()]
    }
}
