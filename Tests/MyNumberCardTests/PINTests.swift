import Cards
import Diagnosis
import MyNumberCard
import ReaderKit
import Station
import TestSupport
import Testing

@Suite struct PINTests {
    private func verify(_ pin: String, _ bench: Bench) throws(CardError) -> PINResult {
        try bench.card.verifyAuthenticationPIN(Secret(pin.utf8))
    }

    private func selected(_ card: VirtualCard = VirtualCard(.quick(), holder: .hanako)) throws -> (card: VirtualCard, bench: Bench) {
        let bench = try Bench(card)
        try bench.card.select()
        return (card, bench)
    }

    @Test(
        "What is no PIN is not sent",
        arguments: [
            "", "1", "123", "12345", "1234567890123456", "123a", "12 4", "١٢٣٤", "１２３４", "-123", "12.4", "123\u{0}", "123/", "123:",
        ])
    func malformed(_ pin: String) throws {
        let (card, bench) = try selected()
        #expect(throws: CardError.secretMalformed(.digits(4))) { try verify(pin, bench) }
        #expect(bench.session.tally.apdus == 1)
        #expect(card.triesLeft(of: .authenticationPIN) == 3)
    }

    @Test func aWrongPINCostsOneCommandAndOneTry() throws {
        let (card, bench) = try selected()
        for (pin, result, left) in [("9999", PINResult.rejected(triesLeft: 2), 2), ("0000", .rejected(triesLeft: 1), 1)] {
            let before = bench.session.tally.apdus
            #expect(try verify(pin, bench) == result)
            #expect(bench.session.tally.apdus == before + 1)
            #expect(card.triesLeft(of: .authenticationPIN) == left)
            #expect(try bench.card.authenticationPINState() == .left(left))
        }
        #expect(try verify("1234", bench) == .verified)
        #expect(card.triesLeft(of: .authenticationPIN) == 3)
        #expect(try bench.card.authenticationPINState() == .verified)
        #expect(bench.commands.last == hex("00200098"))
        #expect(card.complaints.isEmpty)
    }

    @Test("The wrong PIN that uses the last try up (63C0) blocks, and so says the result")
    func theLastTry() throws {
        let (card, bench) = try selected()
        card.preset(triesLeft: 1, of: .authenticationPIN)
        #expect(try bench.card.authenticationPINState() == .left(1))
        #expect(try verify("9999", bench) == .blocked)
        #expect(card.triesLeft(of: .authenticationPIN) == 0)
        #expect(try bench.card.authenticationPINState() == .blocked)
        #expect(try verify("1234", bench) == .blocked)
        #expect(!card.isVerified(.authenticationPIN))
    }

    @Test(
        "Every way to say how many tries are left",
        arguments: [
            ("6983", PINState.blocked, PINResult.blocked), ("6984", .blocked, .blocked), ("63C0", .blocked, .blocked),
            ("63C1", .left(1), .rejected(triesLeft: 1)), ("63CF", .left(15), .rejected(triesLeft: 15)), ("9000", .verified, .verified),
        ])
    func statusWords(_ status: String, _ state: PINState, _ result: PINResult) throws {
        let bench = try Bench(ScriptedCard.selected({ _ in hex(status) }))
        #expect(try bench.card.authenticationPINState() == state)
        #expect(try verify("1234", bench) == result)
        #expect(bench.commands == [select, inquire, verify1234])
    }

    @Test("A VERIFY is sent once, whatever becomes of it")
    func neverTwice() throws {
        let mute = ScriptedCard.answering { $0[1] == 0x20 ? nil : [0x90, 0x00] }
        let bench = try Bench(mute)
        try bench.card.select()
        let began = bench.station.now
        #expect(throws: CardError.reader(ReaderError(.timedOut))) { try verify("1234", bench) }
        #expect(bench.station.now - began == .seconds(10))
        #expect(mute.commands == [select, verify1234])

        let slow = ScriptedCard.answering(computing: .seconds(1)) { _ in [0x90, 0x00] }
        let removed = try Bench(slow)
        try removed.card.select()
        removed.device.remove(at: removed.station.now + .milliseconds(500))
        #expect(throws: CardError.reader(ReaderError(.cardRemoved))) { try verify("1234", removed) }
        #expect(slow.commands == [select, verify1234])

        for answer in ["6700", "6CFF", "6F00", "", "90"] {
            let card = ScriptedCard.selected({ _ in hex(answer) })
            let bench = try Bench(card)
            #expect(throws: CardError.self) { try verify("1234", bench) }
            #expect(card.commands == [select, verify1234], "\(answer)")
        }
    }

    // MARK: Wiping

    @Test("After VERIFY no byte of the PIN is left where the command was")
    func wiped() throws {
        for status in ["9000", "63C2", "6984", "6F00"] {
            let spy = Spy()
            let bench = try Bench(ScriptedCard.selected({ _ in hex(status) })) { inner in
                ChangedChannel(inner) { command in
                    spy.look(at: command)
                    return nil
                }
            }
            _ = try? bench.card.authenticationPINState()
            #expect(spy.again() == inquire, "the spy looks at the session's own buffer: other commands are still in it")
            _ = try? verify("1234", bench)
            #expect(spy.seen == verify1234)
            #expect(spy.again() == [UInt8](repeating: 0, count: verify1234.count))
        }
    }

    @Test func wipedAlsoAfterAFailure() throws {
        let spy = Spy()
        let bench = try Bench(ScriptedCard.selected({ _ in nil })) { inner in
            ChangedChannel(inner) { command in
                spy.look(at: command)
                return nil
            }
        }
        #expect(throws: CardError.self) { try verify("1234", bench) }
        #expect(spy.seen == verify1234)
        #expect(spy.again() == [UInt8](repeating: 0, count: verify1234.count))
    }

    @Test func wipedAlsoAfterAChange() throws {
        for command in [UInt8(0x20), 0x24] {
            let spy = Spy()
            let bench = try Bench(ScriptedCard.answering { $0[1] == command ? nil : [0x90, 0x00] }) { inner in
                ChangedChannel(inner) { command in
                    spy.look(at: command)
                    return nil
                }
            }
            _ = try? bench.card.change(.authenticationPIN, from: Secret("1234".utf8), to: Secret("5678".utf8), lastTry: .spend)
            #expect(spy.seen == (command == 0x20 ? hex("002000800431323334") : hex("002401800435363738")))
            #expect(spy.again() == [UInt8](repeating: 0, count: 9))
        }
    }

    /// Looks at where the last command was, while the session and so its buffer live.
    private final class Spy {
        private(set) var seen: [UInt8] = []
        private var place: UnsafeBufferPointer<UInt8>?

        func look(at command: Span<UInt8>) {
            command.withUnsafeBufferPointer {
                seen = Array($0)
                place = $0
            }
        }

        func again() -> [UInt8] { place.map { Array($0) } ?? [] }
    }
}
