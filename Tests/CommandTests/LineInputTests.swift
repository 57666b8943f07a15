import Commands
import Glibc
import TestSupport
import Testing

@testable import kazasu

@Suite struct LineInputTests {
    private let reading: Int32
    private let writing: Int32

    init() throws {
        (reading, writing) = try openPipe(isBlocking: false)
    }

    private func send(_ text: String) { #expect(write(writing, text, text.utf8.count) == text.utf8.count) }

    @Test func linesAndTheLastWithoutLineFeed() throws {
        defer { close(reading) }
        var input = LineInput(descriptor: reading, cancellation: Cancellation())
        send("one\n\nthree\nfo")
        #expect(try input.next() == "one")
        #expect(try input.next() == "")
        #expect(try input.next() == "three")
        send("ur")
        close(writing)
        #expect(try input.next() == "four")
        #expect(try input.next() == nil)
        #expect(try input.next() == nil)
    }

    @Test func nothingThereIsNotTheEnd() throws {
        defer { for end in [reading, writing] { close(end) } }
        var input = LineInput(descriptor: reading, cancellation: Cancellation())
        // As if another process had been faster after poll(2).
        try input.fill()
        send("00B0\n")
        #expect(try input.next() == "00B0")
    }

    @Test func aLineHasALimit() throws {
        defer { for end in [reading, writing] { close(end) } }
        for isEnded in [true, false] {
            var input = LineInput(descriptor: reading, limit: 8, cancellation: Cancellation())
            send("12345678\n123456789" + (isEnded ? "\n" : ""))
            #expect(try input.next() == "12345678")
            #expect(throws: FileError(path: "-", reason: .lineTooLong(8))) { try input.next() }
        }
    }

    @Test func whatCannotBeReadIsNotTheEnd() {
        for end in [reading, writing] { close(end) }
        var input = LineInput(descriptor: 9_999, cancellation: Cancellation())
        #expect(throws: FileError(path: "-", reason: .unreadable(EBADF))) { try input.next() }
    }

    @Test func aLineWithoutEndIsAnErrorOfTheProgram() throws {
        for end in [reading, writing] { close(end) }
        let zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC)
        defer { close(zeros) }
        let result = try ChildProcess([builtProgram("kazasu"), "apdu", "--reader", "sim:card"], descriptors: [0: zeros]).result()
        #expect(result.status == 65)
        #expect(result.error == "kazasu: A line is too long. [line-too-long] (-: more than 1048576 bytes)\n")
    }
}
