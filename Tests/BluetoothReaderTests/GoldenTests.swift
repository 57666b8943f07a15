import ACR1255U
import ACR1255USimulator
import Cards
import FeitianBLE
import FeitianBLESimulator
import GATTDevice
import ISO7816
import ReaderKit
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing

/// A use of an ACR1255U, byte for byte: what is said in both directions, one frame a line.
///
/// The second message of the authentication and its answer are the example of the maker's reference manual (clause 5.6); everything that is
/// encrypted beside them was made by OpenSSL's command line, checksums by a script of Python.
enum ACR1255UVectors {
    /// Our random number, of the manual's example.
    static let ours = hex("15674582433FFB64257682AC360B4889")

    /// What the host sends, and what the reader answers.
    static let dialogue: [(host: String, reader: [String])] = [
        // E0 00 00 45 00
        (
            "05 000C 6B000500 5A0091 E000004500 0C 0A",
            ["05 001C 83001500 5A0217 E100004500 2E4886DF99198499ABF36EFA7B6E191F 1C 0A"]
        ),
        // E0 00 00 46 00 and the manual's 32 bytes
        (
            "05 002C 6B002500 5A00B0 E000004600 A68117919F4607AEAE4E948E0514E8C825F7900576F8DE7D6DED553F8010C2CA 2C 0A",
            ["05 001C 83001500 5A0209 E100004600 47D55054F349D417B16540219BDAC9B2 1C 0A"]
        ),
        // 6B seq 0, E0 00 00 40 01: E1 00 00 00 01; a card is there: 50, parameter 3
        (
            "05 0010 490669FAE4BE254797A2E53BAEFF1702 5B 0A",
            ["05 0010 CFD68D560D93BED2740806A3ECD255C3 51 0A", "05 0010 D4B95992DB40B2331E632BA79C713B8C 07 0A"]
        ),
        // 65 seq 1, because of that: present without power
        ("05 0010 3C01B637D341EEC12807BDBBE78B013E 6B 0A", ["05 0010 9C192F329348F86541C5A3DC29B3ACC1 C2 0A"]),
        // 65 seq 2, before the power: the same
        ("05 0010 3DCC9E82AFB0A87E208C683A59CE687E 4B 0A", ["05 0010 06913E7D488640163D129323581556DC 04 0A"]),
        // 62 seq 3: the ATR of the manual's example
        ("05 0010 A1D6F7F53A243052881BA7AAE421278D E8 0A", ["05 0010 B666261DE89250487C6230AC792252B8 AA 0A"]),
        // 6F seq 4, a SELECT: 90 00
        (
            "05 0020 71A5026EDE146231F38F4E4CEA3EFE35EFF8168DB6D420C28CC50968914087CD DF 0A",
            ["05 0010 930025DBBDF2ED43DB5F95C2C171D543 69 0A"]
        ),
    ]
    static let select = hex("00A4040C0AD392F000260100000001")
    static let answerToReset = hex("3B83800141070044")
}

@Suite struct ACR1255UGoldenTests {
    @Test func theDriverSpeaksByTheVectors() throws {
        let station = Station(.virtual)
        var received: [UInt8] = []
        var expected = ACR1255UVectors.dialogue[...]
        let service = ScriptedService(service: hex("3C4AFFF047833DE5A983D348718EF133"), on: station) { service, value in
            received += value
            guard let line = expected.first, received.count >= hex(line.host).count else { return }
            #expect(hex(received) == hex(hex(line.host)))
            received = []
            expected.removeFirst()
            for frame in line.reader { service.notify(hex(frame)) }
        }
        let driver = ACR1255UDriver(random: { _ in ACR1255UVectors.ours })
        let reader = try driver.open(service, name: "sim:golden", on: station)
        try reader.waitForCard(on: station, until: station.now + .seconds(1))
        let channel = try reader.connect(slot: 0, until: station.now + .seconds(1))
        #expect(channel.answerToReset == ACR1255UVectors.answerToReset)
        #expect(try channel.ask(ACR1255UVectors.select, until: station.now + .seconds(1)) == hex("9000"))
        #expect(expected.isEmpty)
        // Every frame begins in a piece of its own, of at most 20 bytes.
        #expect(service.seen.map(\.count) == [17, 20, 20, 9, 20, 1, 20, 1, 20, 1, 20, 1, 20, 17])
    }

    @Test func theTwinAnswersByTheVectors() throws {
        let station = Station(.virtual)
        let card = ScriptedCard(answerToReset: ACR1255UVectors.answerToReset) { _, _ in hex("9000") }
        let twin = ACR1255USimulator(challenges: [hex("69E96DD5D270ABE35415EFB988500866")])
        twin.place(card, at: .zero)
        let host = InProcessHost(twin, on: station)
        for line in ACR1255UVectors.dialogue {
            let lane = host.lanes[0].id
            let bytes = hex(line.host)
            for start in stride(from: 0, to: bytes.count, by: 20) {
                let piece = Array(bytes[start..<min(start + 20, bytes.count)])
                _ = host.submit(Transfer(lane: lane, slot: 0, operation: .write), sending: piece.span)
            }
            var got: [UInt8] = []
            let wanted = line.reader.flatMap { hex($0) }
            while got.count < wanted.count {
                let read = host.submit(Transfer(lane: lane, slot: 0, operation: .read(atMost: 20)), sending: [UInt8]().span)
                guard case .event = station.next(from: host.source, token: read.rawValue, until: station.now + .seconds(2)) else { break }
                var piece: [UInt8] = []
                #expect(host.collect(read, into: &piece) == .completed)
                got += piece
            }
            #expect(hex(got) == hex(wanted))
        }
        #expect(card.commands == [ACR1255UVectors.select])
        #expect(twin.complaints == [])
    }
}

/// A use of a Feitian reader: CCID messages by hand (USB CCID 1.1 clause 6), in pieces.
@Suite struct FeitianGoldenTests {
    private static let dialogue: [(host: String, reader: [String])] = [
        ("65 00000000 00 00 000000", ["81 00000000 00 00 01 00 01"]),
        ("65 00000000 00 01 000000", ["81 00000000 00 01 01 00 01"]),
        ("62 00000000 00 02 000000", ["80 05000000 00 02 00 00 00 3B80800101"]),
        ("6F 0F000000 00 03 000000 00A4040C0AD392F000260100000001", ["80 02000000 00 03 00 00 00 9000"]),
        ("63 00000000 00 04 000000", ["81 00000000 00 04 01 00 01"]),
    ]

    @Test func theDriverSpeaksByTheVectors() throws {
        let station = Station(.virtual)
        var received: [UInt8] = []
        var expected = Self.dialogue[...]
        let service = ScriptedService(service: hex("46540001000200C40000465453414645"), on: station) { service, value in
            received += value
            guard let line = expected.first, received.count >= hex(line.host).count else { return }
            #expect(hex(received) == hex(hex(line.host)))
            received = []
            expected.removeFirst()
            for message in line.reader { service.notify(hex(message), pieces: 7) }
        }
        service.notify(hex("50 03"))
        let reader = try FeitianBLEDriver().open(service, name: "sim:golden", on: station)
        try reader.waitForCard(on: station, until: station.now + .seconds(1))
        let channel = try reader.connect(slot: 0, until: station.now + .seconds(1))
        #expect(channel.answerToReset == hex("3B80800101"))
        #expect(channel.carriesExtendedLength == true)
        #expect(try channel.ask(hex("00A4040C0AD392F000260100000001"), until: station.now + .seconds(1)) == hex("9000"))
        channel.close()
        #expect(expected.isEmpty)
        #expect(service.seen.map(\.count) == [10, 10, 10, 20, 5, 10])
    }

    @Test func theTwinAnswersByTheVectors() throws {
        let station = Station(.virtual)
        let twin = FeitianBLESimulator()
        let card = ScriptedCard(answerToReset: hex("3B80800101")) { _, _ in hex("9000") }
        twin.reader.place(card, at: .zero)
        let host = InProcessHost(twin, on: station)
        let lane = host.lanes[0].id
        func read() -> [UInt8] {
            let read = host.submit(Transfer(lane: lane, slot: 0, operation: .read(atMost: 20)), sending: [UInt8]().span)
            _ = station.next(from: host.source, token: read.rawValue, until: station.now + .seconds(2))
            var piece: [UInt8] = []
            _ = host.collect(read, into: &piece)
            return piece
        }
        #expect(read() == hex("50 03"))
        for line in Self.dialogue {
            let bytes = hex(line.host)
            for start in stride(from: 0, to: bytes.count, by: 20) {
                let piece = Array(bytes[start..<min(start + 20, bytes.count)])
                _ = host.submit(Transfer(lane: lane, slot: 0, operation: .write), sending: piece.span)
            }
            #expect(hex(read()) == hex(hex(line.reader[0])))
        }
        twin.reader.remove(at: station.now)
        #expect(read() == hex("50 02"))
        #expect(twin.complaints == [])
    }
}
