import Glibc
import TestSupport
import Testing

/// `kazasu trace show` of a file that anybody may have written.
@Suite struct TraceShowTests {
    let folder = TemporaryFolder()

    private func show(_ trace: String) throws -> ProgramResult {
        try runProgram([builtProgram("kazasu"), "trace", "show", folder.write("trace", trace)])
    }

    @Test func noControlCharacterReachesTheTerminal() throws {
        let result = try show(
            #"""
            {"event":"start","at":0,"program":"\u001b]0;x\u0007","reader":"a\nb","clock":"\u009b2J","unixTime":0}
            {"event":"stage","at":0,"name":"\u001b[2J"}
            {"event":"\u001bc","at":0}
            {"event":"end","at":0,"outcome":"\u202efine"}

            """#)
        #expect(result.status == 0)
        let moment = "       0.000            "
        let lines = ["start  ?]0;x?, a?b, ?2J time", "stage  ?[2J", "?c", "end  ?fine"]
        #expect(result.output == lines.map { moment + $0 + "\n" }.joined())
    }

    @Test func millisecondsKeepTheirSign() throws {
        let moments = [-1_234_567, -1_000_000, -500_000, -1_000, 0, 500_000, 12_345_678]
        let result = try show(moments.map { #"{"event":"stage","at":\#($0),"name":"x"}"# + "\n" }.joined())
        let shown = result.output.split(separator: "\n").map { String($0.split(separator: " ")[0]) }
        #expect(shown == ["-1.235", "-1.000", "-0.500", "-0.001", "0.000", "0.500", "12.346"])
    }

    @Test func standardInputMayBeNonBlocking() throws {
        let (reading, writing) = try openPipe(isBlocking: false)
        defer { close(reading) }
        let child = try ChildProcess([builtProgram("kazasu"), "trace", "show", "-"], descriptors: [0: reading])
        let line = #"{"event":"stage","at":0,"name":"slow"}"# + "\n"
        #expect(write(writing, line, line.utf8.count) == line.utf8.count)
        // It has read the first line and sleeps in poll(2), or has given up and is no more than an entry in the table of processes.
        try Deadline().wait(for: "its reading") {
            var left: Int32 = 1
            let isEmpty = ioctl(reading, UInt(FIONREAD), &left) == 0 && left == 0
            return try isEmpty && ["S", "Z"].contains(state(of: child.pid))
        }
        #expect(write(writing, line, line.utf8.count) == line.utf8.count)
        close(writing)
        let result = try child.result()
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.split(separator: "\n").count == 2)
    }

    /// The letter of proc_pid_stat(5).
    private func state(of pid: pid_t) throws -> String {
        let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var line = [UInt8](repeating: 0, count: 1_024)
        let count = read(file, &line, line.count)
        try #require(count > 0)
        return String(String(decoding: line[..<count], as: UTF8.self).drop { $0 != ")" }.dropFirst(2).prefix(1))
    }
}
