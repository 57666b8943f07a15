import TestSupport
import Testing

/// What `kazasu doctor` says of readers that need no PC/SC service: behind a plugin, or at USB.
@Suite struct DoctorPluginTests {
    private let folder = TemporaryFolder()

    /// The checks as `check state code`, and the status.
    private func doctor(_ selector: String) throws -> (checks: [String], status: Int32, words: String) {
        let result = try ChildProcess(
            [builtProgram("kazasu"), "doctor", "--reader", selector, "--json"],
            environment: ["HOME=\(folder.path)", "PCSCLITE_CSOCK_NAME=\(folder / "none")", "LC_ALL=C"]
        ).result()
        let script = "import json,sys; [print(c['check'],c['state'],c['code'],c['sentence']['en']) for c in json.load(sys.stdin)['checks']]"
        let text = try runProgram(["python3", "-c", script], input: folder.write("json", result.output)).checked().output
        let checks = text.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 3).prefix(3).joined(separator: " ") }
        return (checks, result.status, text)
    }

    @Test func aPluginThatLoadsIsSaidToAndItsReaderIsLookedAt() throws {
        try Compiler.library(folder / "reader.so", ["scripted_reader.c", "scripted_bench.c", "scripted_card.c"])
        let found = try doctor("plugin:\(folder / "reader.so")")
        #expect(found.checks[1...4] == ["service skipped skipped", "usb skipped skipped", "readers ok ok", "reader failed no-card"])
        #expect(found.words.contains("version 1 of kazasu_reader.h"))
        #expect(found.status == 69)
    }

    @Test func whyAPluginDoesNotLoadIsSaidAndNothingOfTheService() throws {
        try folder.write("other.c", "extern int other; int other;\n")
        try Compiler.library(folder / "other.so", [folder / "other.c"])
        try Compiler.library(folder / "old.so", ["hostile_reader.c"], ["-DPLUGIN_VERSION=0"])
        try folder.write("text.so", "no library")
        for (file, code, status) in [
            ("none.so", "plugin-not-found", 66), ("text.so", "plugin-not-loadable", 65), ("other.so", "plugin-invalid", 65),
            ("old.so", "plugin-version", 65),
        ] {
            let found = try doctor("plugin:\(folder / file)#7")
            #expect(
                found.checks[1...4] == [
                    "service skipped skipped", "usb skipped skipped", "readers failed \(code)", "reader skipped skipped",
                ])
            #expect(found.status == status, "\(file)")
        }
    }

    @Test func aReaderAtUSBNeedsNoService() throws {
        let found = try doctor("usb:no-such-reader")
        #expect(found.checks[1] == "service skipped skipped")
        #expect(found.checks[2].hasPrefix("usb "))
        #expect(found.checks[3] == "readers skipped skipped")
        #expect(found.checks[4].hasPrefix("reader failed "), "\(found.checks)")
        #expect(found.status != 0)
    }
}
