import DriverCatalog
import Glibc
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@testable import BluetoothTransport

/// Our drivers with readers that share nothing with us (Tests/Guest/other-bluetooth-reader, Python), which play BlueZ themselves on a bus of the
/// test's own: what a real bluetoothd does is seen in a guest.
@Suite struct OtherReaderTests {
    /// A reader as its command line says, and our driver.
    private final class Bench {
        let station = Station(.real)
        let bus: PrivateBus
        let peripheral: ChildProcess
        let source: BluetoothSource
        let catalog = DriverCatalog()

        init(_ words: [String]) throws {
            bus = try PrivateBus()
            let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
            let program = "/\(tests)/Guest/other-bluetooth-reader"
            let child = try ChildProcess(["/usr/bin/python3", program] + words + ["--double", "--bus", bus.address])
            peripheral = child
            source = BluetoothSource(profiles: DriverCatalog.bluetooth, at: bus.address)
            try Deadline().wait(for: "the reader") { child.output.text.contains("advertising") }
        }

        let description = AttachmentDescription(name: "AA:BB:CC:DD:EE:FF", product: "")

        func open() throws -> any Reader {
            let attachment = try source.open(description, on: station)
            do {
                let driver = try catalog.driver(for: attachment, described: description)
                return try driver.open(attachment, name: "ble:other", on: station)
            } catch {
                attachment.close()
                throw error
            }
        }

        var soon: Instant { station.now + .seconds(30) }

        /// Opens the reader, waits for its card, and has it answer.
        func ask(_ commands: [[UInt8]]) throws -> [[UInt8]] {
            let reader = try open()
            defer { reader.close() }
            try reader.waitForCard(on: station, until: soon)
            let channel = try reader.connect(slot: 0, until: soon)
            defer { channel.close() }
            return try commands.map { command in
                var answer: [UInt8] = []
                try channel.transmit(command.span, into: &answer, until: soon)
                return answer
            }
        }

        func reason(_ body: () throws -> Void) -> ReaderError.Reason? {
            do { try body() } catch { return (error as? ReaderError)?.reason }
            return nil
        }

        /// What the driver did that the documents forbid.
        var complaints: String { peripheral.error.text }
    }

    private static let select = hex("00A4040000")
    private static let read = hex("00B0000000")
    private static let counted = (0..<256).map { UInt8($0) } + hex("9000")
    private static let echo = hex("80EE000003010203")

    static let variations = [
        "--unit 23", "--unit 185 --piece 182", "--piece 512", "--indicate", "--write request", "--write command",
        "--hides-service --name Kartenleser", "--late 300", "--twice", "--odd-pieces --unit 23", "--uuids upper", "--uuids short --extra",
        "--extra --reversed --device-information", "--announces", "--announces --edition 1", "--announces --clear-notices",
        "--extensions 3 --late 400", "--indicate --twice --odd-pieces --extra",
    ]

    @Test(arguments: ["acr1255u", "feitian"], variations)
    func aReaderIsUsedWhateverItsWays(_ model: String, _ variation: String) throws {
        let bench = try Bench([model] + variation.split(separator: " ").map(String.init))
        #expect(try bench.ask([Self.select, Self.read, Self.echo]) == [hex("9000"), Self.counted, hex("0102039000")])
        #expect(bench.complaints == "")
    }

    @Test(arguments: [("acr1255u", "notify"), ("acr1255u", "indicate"), ("feitian", "notify")])
    func fiveHundredExchangesLoseNothing(_ model: String, _ way: String) throws {
        let bench = try Bench([model] + (way == "indicate" ? ["--indicate"] : []))
        let commands = (0..<500).map { number in hex("00B0") + [UInt8(number >> 8), UInt8(number & 0xFF), 0x60] }
        let answers = try bench.ask(commands)
        #expect(answers == (0..<500).map { number in (0..<96).map { UInt8(truncatingIfNeeded: number + $0) } + hex("9000") })
        #expect(bench.complaints == "")
    }

    /// Not every reader tells of a card by itself: it is asked, and asked again.
    @Test(arguments: ["acr1255u", "feitian"])
    func aReaderThatSendsNoNoticeIsAskedForItsCard(_ model: String) throws {
        let bench = try Bench([model, "--empty", "2"])
        #expect(try bench.ask([Self.select]) == [hex("9000")])
        #expect(bench.complaints == "")
    }

    @Test func anAnswerOfThousandsOfNotificationsComesWhole() throws {
        let bench = try Bench(["acr1255u"])
        let answer = try bench.ask([hex("00B00000005DC0")])
        #expect(answer == [(0..<24_000).map { UInt8(truncatingIfNeeded: $0) } + hex("9000")])
    }

    @Test(arguments: ["acr1255u", "feitian"])
    func aLinkThatIsLostInAnExchangeIsToldAndMadeAgain(_ model: String) throws {
        let bench = try Bench([model, "--leave-at", "2"])
        #expect(bench.reason { _ = try bench.ask([Self.select, Self.read]) } == .readerGone)
        #expect(try bench.ask([Self.select, Self.read]) == [hex("9000"), Self.counted])
    }

    /// Each part of an answer that tells whether it is whole: the checksum of a message, check and end of the frame around it; a CCID message's
    /// length, too long or too short, and type.
    @Test(arguments: [
        ("acr1255u", "data", ReaderError.Reason.inputOutput), ("acr1255u", "check", .inputOutput), ("acr1255u", "end", .inputOutput),
        ("feitian", "length", .inputOutput), ("feitian", "short", .inputOutput), ("feitian", "kind", .inputOutput),
    ])
    func aDamagedAnswerIsAnErrorAndNeverAnotherAnswer(_ model: String, _ part: String, _ reason: ReaderError.Reason) throws {
        let bench = try Bench([model, "--damage", part])
        let reader = try bench.open()
        defer { reader.close() }
        try reader.waitForCard(on: bench.station, until: bench.soon)
        let channel = try reader.connect(slot: 0, until: bench.soon)
        defer { channel.close() }
        var answer: [UInt8] = []
        try channel.transmit(Self.select.span, into: &answer, until: bench.soon)
        #expect(answer == hex("9000"))
        #expect(bench.reason { try channel.transmit(Self.read.span, into: &answer, until: bench.soon) } == reason)
        #expect(bench.complaints == "")
    }

    @Test(arguments: ["--key other", "--key other --refusal error", "--key liar"])
    func aReaderWithAnotherKeyIsTriedOnce(_ words: String) throws {
        let bench = try Bench(["acr1255u"] + words.split(separator: " ").map(String.init))
        #expect(bench.reason { _ = try bench.open() } == .readerUnusable)
        #expect(bench.complaints == "")
    }

    /// A PIN of a Feitian reader goes over in the clear. The reader is another process, and knows nothing of such bytes.
    @Test(arguments: [false, true])
    func whatWasWrittenIsNowhereAnyMore(_ isGivenUp: Bool) throws {
        let bench = try Bench(["feitian", "--late", "300"])
        let attachment = try bench.source.open(bench.description, on: bench.station)
        let lane = try #require(attachment.lanes.first)
        let secret = try UniqueBytes(count: 20)
        let writes = (0..<8).map { _ in
            attachment.submit(Transfer(lane: lane.id, slot: 0, operation: .write), sending: secret.bytes.span)
        }
        for write in writes {
            // Those that still wait, and those whose completion nobody has collected.
            if isGivenUp {
                attachment.abort(write)
            } else {
                guard case .event = bench.station.next(from: attachment.source, token: write.rawValue, until: bench.soon) else {
                    throw BenchError("not written")
                }
                var nothing: [UInt8] = []
                #expect(attachment.collect(write, into: &nothing) == .completed)
            }
        }
        attachment.close()
        // The thread of the bus ends by itself.
        try Deadline().wait(for: "the last copy to be wiped") { (try? secret.copies()) == 0 }
    }

    // MARK: The program

    /// Runs kazasu on the bench's bus, with a site's key in its descriptor 3 where one is given.
    private func kazasu(_ words: [String], on bench: Bench, key: String? = nil) throws -> ProgramResult {
        let pipe = try socketPair()
        defer {
            close(pipe.0)
            close(pipe.1)
        }
        _ = write(pipe.1, key ?? "", key?.utf8.count ?? 0)
        shutdown(pipe.1, Int32(SHUT_WR))
        let variables = ChildProcess.searchPath + ["LANG=en", "HOME=/nonexistent", "DBUS_SYSTEM_BUS_ADDRESS=\(bench.bus.address)"]
        let words = [try builtProgram("kazasu")] + words + ["--reader", "ble:\(bench.description.name)"]
        return try ChildProcess(words, environment: variables, descriptors: key == nil ? [:] : [3: pipe.0]).result()
    }

    @Test func aSitesKeyComesInByADescriptor() throws {
        let bench = try Bench(["acr1255u", "--key", "site"])
        let words = ["apdu", "--send", "00A4040000"]
        for key in ["0123456789abcdef", "30313233343536373839616263646566\n"] {
            #expect(try kazasu(words + ["--reader-key-fd", "3"], on: bench, key: key).status == 0)
        }
        let without = try kazasu(words, on: bench)
        #expect(without.status == 69 && without.error.contains("[reader-unusable]"))
    }

    @Test func theDoctorLooksAtBluetoothStepByStep() throws {
        let bench = try Bench(["acr1255u", "--key", "site"])
        let good = try kazasu(["doctor", "--reader-key-fd", "3"], on: bench, key: "0123456789abcdef")
        #expect(good.output.contains("It runs, and an adapter is on.") && good.output.contains("BlueZ knows the reader."))
        #expect(good.output.contains("every program that may listen"))
        #expect(good.output.contains("is free"), "\(good.output)")
        let bad = try kazasu(["doctor"], on: bench)
        #expect(bad.output.contains("BlueZ knows the reader.") && bad.output.contains("[reader-unusable]"), "\(bad.output)")
        #expect(bad.status == 69)
    }

    @Test func aSecondProgramIsToldThatTheFirstHasTheReader() throws {
        let bench = try Bench(["acr1255u"])
        let reader = try bench.open()
        do {
            _ = try BluetoothOpening(
                client: BlueZClient(at: bench.bus.address, cancellation: WakeUp()), profiles: DriverCatalog.bluetooth,
                pauses: [.zero, .zero]
            ).open(bench.description.name)
            Issue.record("there are two")
        } catch { #expect(error.code == "bluetooth-held") }
        reader.close()
        #expect(try bench.ask([Self.select]) == [hex("9000")])
    }
}
