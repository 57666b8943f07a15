import Glibc
import TestSupport
import Testing

@testable import Commands

@Suite struct TerminalTests {
    @Test func stylesOnlyOnATerminalThatWantsThem() throws {
        let keyboard = try Keyboard()
        func styles(_ table: [String: String]) -> Bool {
            Terminal(descriptor: keyboard.terminal, environment: Environment(table)).allowsStyles
        }
        #expect(styles(["TERM": "xterm"]))
        #expect(styles(["TERM": "xterm", "NO_COLOR": ""]))
        #expect(!styles(["TERM": "xterm", "NO_COLOR": "1"]))
        #expect(!styles(["TERM": "dumb"]))
        #expect(!styles([:]))
        let file = try MemoryFile()
        let none = Terminal(descriptor: file.descriptor, environment: Environment(["TERM": "xterm"]))
        #expect(!none.isTerminal && !none.allowsStyles && none.width == 80)
        #expect(none.styled("x", .bold) == "x")
    }

    @Test func widthOfTheWindow() throws {
        let keyboard = try Keyboard()
        var size = winsize(ws_row: 24, ws_col: 66, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(keyboard.terminal, UInt(TIOCSWINSZ), &size) == 0)
        let terminal = Terminal(descriptor: keyboard.terminal, environment: Environment(["TERM": "xterm"]))
        #expect(terminal.width == 66)
        #expect(terminal.styled("x", .red) == "\u{1B}[31mx\u{1B}[0m")
    }

    @Test func progressOnlyOnATerminal() throws {
        let environment = Environment(["TERM": "xterm"])
        let file = try MemoryFile()
        var silent = ProgressLine(on: MessageStream(descriptor: file.descriptor), environment: environment)
        silent.show("half")
        silent.clear()
        #expect(file.text == "")

        let keyboard = try Keyboard()
        var line = ProgressLine(on: MessageStream(descriptor: keyboard.terminal), environment: environment)
        line.clear()
        line.show("半\u{1B}分")
        line.clear()
        #expect(try keyboard.shown() == "\r半?分\u{1B}[K\r\u{1B}[K")
    }

    @Test func outputOnATerminalAppearsAtOnce() throws {
        let keyboard = try Keyboard()
        let stream = OutputStream(descriptor: keyboard.terminal)
        try stream.writeLine("shown")
        #expect(try keyboard.shown() == "shown\r\n")
        let file = try MemoryFile()
        let buffered = OutputStream(descriptor: file.descriptor)
        try buffered.write("kept")
        #expect(file.text == "")
        try buffered.flush()
        #expect(file.text == "kept")
    }
}
