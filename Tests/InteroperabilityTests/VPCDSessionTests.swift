import Cards
import SimulationKit
import Station
import Testing
import VPCD

/// The session in virtual time: hostile bytes, due times, power. The protocol is that of vsmartcard's vpcd.c.
@Suite struct VPCDSessionTests {
    /// SELECT of the JPKI application, as a message.
    static let select = message([0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01])
    static let success: [UInt8] = [0, 2, 0x90, 0x00]
    static let powerOff: [UInt8] = [0, 1, 0]
    static let powerOn: [UInt8] = [0, 1, 1]
    static let reset: [UInt8] = [0, 1, 2]
    static let askATR: [UInt8] = [0, 1, 4]
    static let answerToReset: [UInt8] = [0, 9, 0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14]

    static func message(_ body: [UInt8]) -> [UInt8] { [UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body }

    private func session(_ pace: AnswerPace = .atOnce) -> VPCDSession {
        VPCDSession(VirtualCard(.myNumberCardKnownToOpenSC, holder: .hanako, interface: .contact), pace: pace)
    }

    @Test("the ATR is told without power and powers nothing")
    func presence() {
        var session = session()
        for _ in 0..<3 { session.receive(Self.askATR, at: .zero) }
        // One answer goes out at a time.
        #expect(session.output == Self.answerToReset)
        session.didSend(session.output.count)
        session.advance(to: .zero)
        #expect(session.output == Self.answerToReset)
        #expect(!session.isPowered)
        #expect(session.counts == VPCDSession.Counts())
    }

    @Test("a message may come in pieces of any size", arguments: 1...18)
    func pieces(size: Int) {
        var session = session()
        let bytes = Self.powerOn + Self.select
        for start in stride(from: 0, to: bytes.count, by: size) {
            #expect(session.output.isEmpty)
            session.receive(bytes[start..<min(start + size, bytes.count)], at: .zero)
        }
        #expect(session.output == Self.success)
    }

    @Test("power and reset reach the card and are not answered")
    func power() {
        let card = RecordingCard()
        var session = VPCDSession(card, pace: .atOnce)
        session.receive(Self.powerOn + Self.reset + Self.powerOff, at: .zero)
        #expect(card.events == ["off", "on", "reset", "off"])
        #expect(session.output.isEmpty)
        #expect(session.counts.powerUps == 1 && session.counts.warmResets == 1 && session.counts.powerDowns == 1)
    }

    @Test("the answer goes out when the card has computed, and what comes meanwhile waits")
    func dueTime() {
        let card = RecordingCard(computing: .milliseconds(220))
        var session = VPCDSession(card, pace: .computingTime)
        session.receive(Self.powerOn + Self.select + Self.askATR, at: Instant(nanoseconds: 5))
        #expect(session.nextDue == Instant(nanoseconds: 220_000_005))
        #expect(session.computing == 0xA4)
        session.advance(to: Instant(nanoseconds: 220_000_004))
        #expect(session.output.isEmpty)
        session.advance(to: Instant(nanoseconds: 220_000_005))
        #expect(session.output == Self.success)
        #expect(session.computing == nil && session.nextDue == nil)
        session.didSend(session.output.count)
        session.advance(to: Instant(nanoseconds: 220_000_006))
        #expect(session.output == Self.message(card.answerToReset))
    }

    @Test("a card pulled while it computes never answers")
    func pulled() {
        let card = RecordingCard(computing: .milliseconds(220))
        var session = VPCDSession(card, pace: .computingTime)
        session.receive(Self.powerOn + Self.select, at: .zero)
        session.end()
        session.advance(to: .distantFuture)
        #expect(session.output.isEmpty)
        #expect(session.nextDue == nil)
        #expect(card.events.last == "off")
    }

    @Test("a mute card, and one that answers nothing at all, send nothing; the next message is still taken")
    func mute() {
        for response in [nil, []] as [[UInt8]?] {
            let card = RecordingCard(response: response)
            var session = VPCDSession(card, pace: .atOnce)
            session.receive(Self.powerOn + Self.select, at: .zero)
            #expect(session.output.isEmpty)
            session.receive(Self.askATR, at: .zero)
            #expect(session.output == Self.message(card.answerToReset))
        }
    }

    @Test("a command without power asks for the end, for vpcd would wait for its answer for good")
    func unpowered() {
        let card = RecordingCard()
        var session = VPCDSession(card, pace: .atOnce)
        session.receive(Self.powerOn + Self.powerOff, at: .zero)
        #expect(!session.isToBeEnded)
        session.receive(Self.select + Self.askATR, at: .zero)
        #expect(session.isToBeEnded)
        #expect(session.output.isEmpty)
        #expect(card.events == ["off", "on", "off"])
        #expect(session.counts.complaints == 1)
    }

    @Test("a message of no bytes and an unknown control message are complaints, and nothing else")
    func wrongMessages() {
        var complaints: [String] = []
        let card = RecordingCard()
        var session = VPCDSession(card, pace: .atOnce) { complaints.append($0) }
        session.receive([0, 0], at: .zero)
        for code: UInt8 in [3, 5, 0xFF] { session.receive([0, 1, code], at: .zero) }
        #expect(complaints == ["a message of no bytes"] + [3, 5, 255].map { "an unknown control message: \($0)" })
        #expect(session.output.isEmpty)
        #expect(card.events == ["off"])
        // The next message is understood.
        session.receive(Self.askATR, at: .zero)
        #expect(session.output == Self.message(card.answerToReset))
        // Counted for good, told a hundred times at most.
        session.receive(Array(repeating: 0, count: 20_000), at: .zero)
        session.didSend(.max)
        session.advance(to: .zero)
        #expect(session.counts.complaints == 10_004)
        #expect(complaints.count == 100)
    }

    @Test("the longest message goes to the card, which refuses it by the book; a byte less is no message yet")
    func longest() {
        var session = session()
        // SELECT with an extended Lc that announces more than follows.
        let header: [UInt8] = [0x00, 0xA4, 0x04, 0x0C, 0x00, 0xFF, 0xFF]
        session.receive(Self.powerOn + [0xFF, 0xFF] + header + Array(repeating: 0, count: 65_534 - header.count), at: .zero)
        #expect(session.output.isEmpty)
        #expect(session.counts.commands == 0)
        session.receive([0], at: .zero)
        #expect(session.counts.commands == 1)
        #expect(session.output == [0, 2, 0x67, 0x00])
    }

    @Test("an answer that two bytes of length cannot announce becomes 6F00")
    func tooLongAnswer() {
        for (count, isTooLong) in [(65_535, false), (65_536, true)] {
            var session = VPCDSession(RecordingCard(response: Array(repeating: 7, count: count)), pace: .atOnce)
            session.receive(Self.powerOn + Self.select, at: .zero)
            #expect(session.output == (isTooLong ? [0, 2, 0x6F, 0x00] : Self.message(Array(repeating: 7, count: count))))
        }
    }

    @Test("who sends and never reads makes the session stop asking for input")
    func flood() {
        var session = session()
        var sent = 0
        while session.wantsInput, sent < 1_000 {
            session.receive(Array(repeating: Self.askATR, count: 1_000).flatMap(\.self), at: .zero)
            sent += 1
        }
        // 3,000 bytes at a time until a whole longest message would fit twice.
        #expect(sent < 50)
        #expect(session.output == Self.answerToReset)
        // What has been taken in is worked off as the other end reads, to the last message.
        var answers = 0
        while !session.output.isEmpty {
            #expect(session.output == Self.answerToReset)
            session.didSend(session.output.count)
            session.advance(to: .zero)
            answers += 1
        }
        #expect(answers == sent * 1_000)
        #expect(session.wantsInput)
    }

    @Test("random bytes never trap, and never bring an answer of no bytes", arguments: 0..<50)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let card = VirtualCard(.myNumberCardKnownToOpenSC, holder: .hanako, interface: .contact)
        let pace: AnswerPace = seed.isMultiple(of: 2) ? .atOnce : .computingTime
        var session = VPCDSession(card, pace: pace)
        var now = Instant.zero
        for _ in 0..<400 {
            let count = Int.random(in: 0...40, using: &generator)
            // Short lengths mostly, so that there are messages among it.
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...(Bool.random(using: &generator) ? 5 : 255), using: &generator) }
            session.receive(Int.random(in: 0..<10, using: &generator) == 0 ? Self.powerOn : bytes, at: now)
            now = now + .milliseconds(Int.random(in: 0...300, using: &generator))
            session.advance(to: now)
            #expect(session.output.isEmpty || session.output[0] != 0 || session.output[1] != 0)
            session.didSend(Int.random(in: -1...300, using: &generator))
            if session.isToBeEnded || Int.random(in: 0..<100, using: &generator) == 0 {
                session.end()
                session = VPCDSession(card, pace: pace)
            }
        }
    }
}

/// A card that writes down what is done to it and answers always the same.
private final class RecordingCard: SimulatedCard {
    let answerToReset: [UInt8] = [0x3B, 0x00]
    private(set) var events: [String] = []
    private let computing: Duration
    private let response: [UInt8]?

    init(computing: Duration = .zero, response: [UInt8]? = [0x90, 0x00]) {
        self.computing = computing
        self.response = response
    }

    func powerOn(at now: Instant) { events.append("on") }
    func powerOff() { events.append("off") }
    func warmReset(at now: Instant) { events.append("reset") }

    func process(_ command: Span<UInt8>, into response: inout [UInt8], at now: Instant) -> Duration? {
        events.append("command")
        response = self.response ?? []
        return self.response == nil ? nil : computing
    }
}
