import Glibc
import TestSupport
import Testing

/// `kazasu doctor` with a real pcscd: each thing that may be wrong with service, reader and card is found by its check.
@Suite struct DoctorPCSCTests {
    /// The one with the card; vpcd has a second slot.
    private static let reader = ["--reader", "pcsc:Virtual PCD 00 00"]

    /// Runs the doctor and looks for a finding `check code state` in its JSON, whose keys are in alphabetical order.
    private func expect(
        _ finding: String, _ status: Int32, in bench: PrivatePCSC, _ options: [String] = reader, at place: SourceLocation = #_sourceLocation
    ) throws {
        let result = try bench.run([try builtProgram("kazasu"), "doctor", "--json"] + options)
        #expect(result.status == status, "\(result.output)", sourceLocation: place)
        let words = finding.split(separator: " ")
        let found = result.output.firstRange(of: "\"check\":\"\(words[0])\",\"code\":\"\(words[1])\"")
        let begin = try #require(found, "\(result.output)", sourceLocation: place)
        let rest = result.output[begin.upperBound...]
        let state = rest.firstRange(of: "\"state\":\"").map { rest[$0.upperBound...].prefix { $0 != "\"" } }
        #expect(state == words[2], sourceLocation: place)
        // What comes before has not failed.
        #expect(!result.output[..<begin.lowerBound].contains("\"state\":\"failed\""), sourceLocation: place)
    }

    private func place(_ answerToReset: String, _ bench: PrivatePCSC, _ card: SimulatedCardProcess) throws {
        try take(bench, card)
        try card.order("atr \(answerToReset)")
        try card.order("insert")
        try bench.waitUntilCard(isPresent: true)
    }

    private func take(_ bench: PrivatePCSC, _ card: SimulatedCardProcess) throws {
        try card.order("remove")
        try bench.waitUntilCard(isPresent: false)
    }

    @Test("a card there, taken away, without answer to reset, and mute")
    func card() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            try expect("counters ok ok", 0, in: bench)
            // Simulated cards are none of real people: in a real reader that is said, and is no failure.
            try expect("certificate certificate-synthetic warning", 0, in: bench)
            #expect(try card.order("status").number("tries") == 3)
            try expect("reader reader-ambiguous failed", 69, in: bench, [])
            try expect("reader reader-not-found failed", 69, in: bench, ["--reader", "pcsc:Nothing"])
            try take(bench, card)
            try expect("reader no-card failed", 69, in: bench)
            try place("112233", bench, card)
            try expect("reader card-mute failed", 69, in: bench)
            try place("usual", bench, card)
            try card.order("at 1 mute")
            try expect("card reader-busy failed", 75, in: bench)
        }
    }

    @Test("a reader that another program has")
    func held() throws {
        try PrivatePCSC.withMisbehavingCard { bench, card in
            let holder = try bench.startClient("exclusive")
            try holder.order("connect 5000")
            try expect("reader reader-held failed", 75, in: bench)
            try holder.order("close")
            try expect("reader ok ok", 0, in: bench)
            let other = try OtherProgram(bench, card)
            try expect("reader reader-shared warning", 0, in: bench)
            try other.end()
            try expect("reader ok ok", 0, in: bench)
        }
    }

    @Test("a service that is stopped, ended and started again")
    func service() throws {
        try PrivatePCSC.withMisbehavingCard { bench, _ in
            bench.freezeDaemon()
            try expect("service pcsc-not-answering failed", 69, in: bench)
            bench.thawDaemon()
            try expect("service ok ok", 0, in: bench)
            bench.endDaemon()
            // The socket of whoever starts it is still there, and nobody serves it.
            try expect("service pcsc-not-answering failed", 69, in: bench)
            try bench.startDaemon()
            try bench.waitUntilCard(isPresent: true)
            try expect("service ok ok", 0, in: bench)
        }
    }

    @Test("a service without readers")
    func noReader() throws {
        try PrivatePCSC.withoutReader { bench in try expect("readers no-reader failed", 69, in: bench, []) }
    }

    @Test("the bundle of a reader with a serial number does not hold it")
    func bundle() throws {
        let serial = String((0..<12).map { _ in "0123456789BCDF".randomElement() ?? "0" })
        try PrivatePCSC.withMisbehavingCard { bench, _ in
            let configuration = String(decoding: try bench.folder.read("conf/vpcd1"), as: UTF8.self)
            try bench.folder.write("conf/vpcd1", configuration.replacing("Virtual PCD", with: "Lab (\(serial)) Virtual PCD"))
            try bench.startDaemon()
            try bench.waitUntilCard(isPresent: true)
            let words = [try builtProgram("kazasu"), "doctor", "--bundle", bench.folder / "bundle"]
            for (selector, isRead) in [
                ("pcsc:*00 00", true), ("pcsc:*\(serial)*00 00", true), ("pcsc:*\(serial)*", false), ("pcsc:*", false),
            ] {
                let result = try bench.run(words + ["--reader", selector])
                #expect(result.output.contains(serial))
                let text = String(decoding: try bench.folder.read("bundle"), as: UTF8.self)
                #expect(text.contains("Lab (…) Virtual PCD"))
                #expect(text.contains("\"event\": \"exchange\"") == isRead)
                #expect(!text.contains(serial), "\(selector): \(text)")
            }
        }
    }
}
