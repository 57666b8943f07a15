import AlmexCPS100WSimulator
import FaceTerminal
import FujitsuCaoraSimulator
import ReaderTransport
import SimulationKit
import Staging
import Station
import TestSupport
import Testing

/// What both twins owe to hosts that do not listen, and to scripts that come late.
@Suite struct LimitTests {
    @Test func aHostThatDoesNotReadMakesTheCaoraWait() {
        let caora = Caora()
        let bench = caora.bench
        var writes: [TransferID] = []
        for number in UInt8(0)..<200 {
            writes.append(bench.submit(.write, lane: 1, Caora.frame(number, hex("01 0001 06 40 0001 01"))))
            bench.pass(.milliseconds(5))
        }
        let taken = writes.prefix { bench.wait($0, atMost: .zero)?.status == .completed }.count
        #expect(taken < 100)
        // Each that was taken is answered once it reads.
        for number in UInt8(0)..<UInt8(taken) {
            #expect(bench.read(lane: 1) == Caora.frame(number, hex("02 0001 00"), kind: 2))
        }
    }

    @Test func eventsThatNobodyReadsAreLostAndComplainedOf() {
        let caora = Caora((0..<200).map { StagedEvent(.at(.zero + .seconds(1 + $0)), .touch) })
        #expect(caora.show("01") == Caora.done)
        caora.bench.pass(.seconds(210))
        var count = 0
        while caora.event(atMost: .seconds(1)) != nil { count += 1 }
        #expect(count == 64)
        #expect(caora.twin.complaints.count == 136)
    }

    @Test func messagesThatNobodyPollsAreLostAndComplainedOf() {
        let cps = CPS()
        // Without power the keypad is refused, by a message each.
        for _ in 0..<300 { #expect(cps.send("V", "0011 00200080 04")) }
        #expect(cps.twin.complaints.count { $0 == "a message is lost: nobody polls" } == 46)
        var count = 0
        while cps.poll() != nil { count += 1 }
        #expect(count == 256)
    }

    @Test func whatIsStagedForThePastHappensNow() {
        let caora = Caora()
        #expect(caora.show("05") == Caora.done)
        caora.bench.pass(.seconds(30))
        caora.twin.stage(StagedEvent(.at(.zero), .choose(.consentToAll)))
        let now = caora.bench.now
        #expect(caora.event() == digits("03 0001 01 04 0004 00000011 50 0001 03"))
        #expect(caora.bench.now - now < .milliseconds(1))
    }

    @Test func cuesCountTheScreensAndKeepTheirOrder() {
        var stage = Stage([
            StagedEvent(.shown(.camera, time: 2, after: .seconds(1)), .stand(.ownFace)), StagedEvent(.shown(.camera), .stand(.mask)),
            StagedEvent(.at(.zero + .seconds(9)), .remove), StagedEvent(.shown(.camera, time: 2, after: .seconds(1)), .touch),
        ])
        func taken(_ now: Instant) -> [String] {
            var names: [String] = []
            while let action = stage.takeDue(at: now) { names.append("\(action)") }
            return names
        }
        stage.screenShown(.camera, at: .zero + .seconds(1))
        #expect(stage.nextDue == .zero + .seconds(1))
        #expect(taken(.zero + .seconds(1)).count == 1)
        stage.screenShown(.placeCard, at: .zero + .seconds(2))
        stage.screenShown(.camera, at: .zero + .seconds(8))
        #expect(stage.nextDue == .zero + .seconds(9))
        // Those of one moment in the order in which they became due: the one for the clock was there first.
        #expect(taken(.zero + .seconds(9)) == ["remove", "stand(Staging.CameraView.ownFace)", "touch"])
        #expect(stage.nextDue == nil)
    }

    @Test func aPowerDipIsARestartForTheStaffButton() {
        let caora = Caora([StagedEvent(.at(.zero + .seconds(3)), .powerDip)])
        #expect(caora.ask("01 0001 06 40 0001 01") == Caora.done)
        caora.bench.pass(.seconds(20))
        caora.begin()
        #expect(caora.show("01") == Caora.done)
        #expect(caora.twin.terminal.showsStaffButton)
    }

    /// The same script at both readers gives the same bytes twice.
    @Test func aRunRepeats() {
        func caora() -> [String?] {
            let caora = Caora([StagedEvent(.shown(.chooseMethod, after: .milliseconds(1_234)), .choose(.pin))])
            return [caora.show("02", "21 0001 03"), caora.event(), "\(caora.bench.now)"]
        }
        func cps() -> [String?] {
            let cps = CPS([StagedEvent(.shown(.chooseMethod, after: .milliseconds(1_234)), .choose(.pin))])
            cps.send("S", "0011 32 03")
            return [cps.next(), cps.next(), cps.next(), "\(cps.bench.now)"]
        }
        #expect(caora() == caora())
        #expect(cps() == cps())
        #expect(cps()[2] == "a 001170")
    }

    /// The station makes the time of both pass.
    @Test(arguments: [true, false])
    func bothStandOnAStation(_ isCaora: Bool) {
        let station = Station(.virtual)
        let device: any PassiveDevice = isCaora ? FujitsuCaoraSimulator() : AlmexCPS100WSimulator()
        let host = InProcessHost(device, on: station)
        let lane = LaneID(rawValue: isCaora ? 1 : 0)
        let message = isCaora ? CaoraFrameTests.hello : hex("02 0002 00 52 03 7DAF51FA")
        let read = host.submit(Transfer(lane: lane, slot: 0, operation: .read(atMost: 512)), sending: [UInt8]().span)
        _ = host.submit(Transfer(lane: lane, slot: 0, operation: .write), sending: message.span)
        var answer: [UInt8] = []
        while case .event(let event) = station.next(until: .zero + .seconds(5)) {
            if event.token == read.rawValue, host.collect(read, into: &answer) == .completed { break }
        }
        #expect(answer == (isCaora ? CaoraFrameTests.helloAnswer : hex("06 00")))
    }
}
