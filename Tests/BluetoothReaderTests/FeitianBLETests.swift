import FeitianBLE
import FeitianBLESimulator
import ReaderKit
import ReaderTransport
import SimulationKit
import Station
import TestSupport
import Testing

@Suite struct FeitianBLETests {
    private let select = hex("00A4040C0AD392F000260100000001")

    private func bench(_ twin: FeitianBLESimulator) -> BluetoothBench { BluetoothBench(twin, FeitianBLEDriver()) }

    @Test func theServicesAreThePublishedOnes() {
        #expect(
            FeitianBLEDriver.profiles.map(\.service.description) == [
                "46540001-0002-00c4-0000-465453414645", "46540001-0002-00c6-0000-465453414645", "46540001-0002-00c4-0000-000000000001",
            ])
        #expect(FeitianBLEDriver.profiles[0].write.description == "46540002-0002-00c4-0000-465453414645")
        #expect(FeitianBLEDriver.profiles[0].notify.description == "46540003-0002-00c4-0000-465453414645")
    }

    @Test func apdusOfEveryLengthAreCarried() throws {
        let twin = FeitianBLESimulator()
        twin.reader.place(ScriptedCard { command, _ in Array(command.reversed()) + hex("9000") }, at: .zero)
        let bench = bench(twin)
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        for count in [4, 5, 9, 10, 11, 255, 261, 262, 523, 4_000] {
            let command = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(try channel.ask(command, until: bench.soon) == Array(command.reversed()) + hex("9000"))
        }
        channel.close()
        reader.close()
        #expect(twin.complaints == [])
    }

    /// Two messages in one notification, or one of each pipe; what tells of a card has the reader asked at once.
    @Test func messagesNeedNotEndWithANotification() throws {
        let station = Station(.virtual)
        var questions = 0
        let service = ScriptedService(service: hex("46540001000200C40000465453414645"), on: station) { service, value in
            guard value[0] == 0x65 else { return }
            questions += 1
            let answer = hex("81 00000000 00") + [value[6], questions == 1 ? 0x01 : 0x02] + hex("00 01")
            service.notify(questions == 1 ? hex("50 03") + answer + hex("50 02") : answer)
        }
        let reader = try FeitianBLEDriver().open(service, name: "sim:both", on: station)
        var known = CardPresence(isPresent: false, changes: 0)
        var seen: [CardPresence] = []
        while known.changes < 2 {
            let watch = reader.watchPresence(slot: 0, known: known)
            guard case .event = station.next(from: reader.source, token: watch.rawValue, until: station.now + .seconds(5)) else { break }
            known = try reader.presence(watch)
            seen.append(known)
        }
        #expect(seen == [CardPresence(isPresent: true, changes: 1), CardPresence(isPresent: false, changes: 2)])
        #expect(station.now < .zero + .seconds(1))
    }

    /// That it tells of cards by itself is not published: it is asked as long as somebody waits.
    @Test func aReaderThatSendsNoNoticeIsAskedForItsCard() throws {
        let station = Station(.virtual)
        var status: UInt8 = 2
        let service = ScriptedService(service: hex("46540001000200C40000465453414645"), on: station) { service, value in
            if value[0] == 0x65 { service.notify(hex("81 00000000 00") + [value[6], status] + hex("00 01")) }
        }
        let reader = try FeitianBLEDriver().open(service, name: "sim:silent", on: station)
        var known = CardPresence(isPresent: false, changes: 0)
        for (moment, card) in [(Duration.milliseconds(3_500), UInt8(1)), (.milliseconds(7_500), 2)] {
            AtMoment(.zero + moment, on: station) { status = card }
            let watch = reader.watchPresence(slot: 0, known: known)
            guard case .event = station.next(from: reader.source, token: watch.rawValue, until: .zero + .seconds(60)) else {
                Issue.record("nobody asked")
                return
            }
            known = try reader.presence(watch)
            #expect(known.isPresent == (card == 1))
            // It is noticed within the time between two questions and the way of one.
            #expect(station.now >= .zero + moment && station.now < .zero + moment + .milliseconds(1_200))
        }
    }

    @Test func aReaderThatIsCarriedAwayIsGoneAndComesBack() throws {
        let twin = FeitianBLESimulator()
        twin.reader.place(countingCard(), at: .zero)
        let bench = bench(twin)
        let reader = try bench.open()
        let channel = try reader.connect(slot: 0, until: bench.soon)
        twin.move(isInRange: false, at: bench.station.now + .milliseconds(40))
        #expect(failure { () throws(ReaderError) in _ = try channel.ask(self.select, until: bench.soon) }?.reason == .readerGone)
        reader.close()
        #expect(failure { () throws(ReaderError) in _ = try bench.open().connect(slot: 0, until: bench.soon) }?.reason == .readerGone)
        bench.crash()
        twin.move(isInRange: true, at: bench.station.now)
        bench.station.pass(.seconds(1))
        #expect(try bench.askOnce(select).suffix(2) == hex("9000"))
    }

    // MARK: Hostile readers

    /// A header that is wrong in one bit: the right answer, or an error in time. In the data of an answer nothing could show it.
    @Test(arguments: 0..<80)
    func noHeaderIsTakenForAnother(_ bit: Int) throws {
        for number in 1...6 {
            let twin = FeitianBLESimulator()
            // Its answer is a message of one piece: the rest of one that is too short comes with it, and gives it away.
            twin.reader.place(countingCard(8), at: .zero)
            let bench = bench(twin)
            bench.alter = { place, value in
                guard place == number, bit / 8 < value.count else { return value }
                var value = value
                value[bit / 8] ^= 1 << UInt8(bit % 8)
                return value
            }
            var answer: [UInt8]?
            let error = failure { () throws(ReaderError) in answer = try bench.askOnce(self.select) }
            #expect(error != nil || answer?.count == 10)
            #expect(bench.station.now < .zero + .seconds(60))
        }
    }

    @Test(arguments: 1...12)
    func aLostPieceIsAnErrorAndTheNextUseWorks(_ number: Int) throws {
        let twin = FeitianBLESimulator()
        twin.reader.place(countingCard(), at: .zero)
        let bench = bench(twin)
        bench.alter = { $0 == number ? [] : $1 }
        var answer: [UInt8]?
        _ = failure { () throws(ReaderError) in answer = try bench.askOnce(self.select) }
        #expect(answer == nil || answer == [UInt8](repeating: 1, count: 40) + hex("9000"))
        bench.alter = { $1 }
        #expect(try bench.askOnce(select).count == 42)
    }

    @Test(arguments: [
        [], hex("50"), hex("80 FF"), hex("80 FFFFFFFF 00 00 00 00 00"), hex("81 00000000 00 77 02 00 00"), hex("50 03 50 02"),
    ])
    func aReaderThatNeverStopsTalkingIsGivenUp(_ value: [UInt8]) throws {
        let station = Station(.virtual)
        let service = ScriptedService(service: hex("46540001000200C40000465453414645"), on: station) { _, _ in }
        for _ in 0..<100_000 { service.end(next: value, .completed, after: .zero) }
        let error = failure { () throws(ReaderError) in
            let reader = try FeitianBLEDriver().open(service, name: "sim:flood", on: station)
            defer { reader.close() }
            _ = try reader.connect(slot: 0, until: station.now + .seconds(10))
        }
        #expect(error != nil)
        #expect(station.now < .zero + .seconds(30))
    }
}
