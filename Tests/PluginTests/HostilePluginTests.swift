import Diagnosis
import Glibc
import ISO7816
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@testable import PluginReader

/// A plugin that keeps to nothing but its pointers gives errors, and nobody takes harm.
@Suite struct HostilePluginTests {
    private let station = Station(.real)
    private let reader: PluginReader

    init() throws { reader = try LoadedPlugin.hostile.plugin.open(name: "plugin:hostile", on: station) }

    private var later: Instant { station.now + .seconds(60) }

    private func post(_ bytes: [UInt8]) throws { _ = try reader.escape(bytes, until: .distantFuture) }

    private func wait(for prompt: PromptID) -> Bool {
        if case .event = station.next(from: reader.source, token: prompt.rawValue, until: later) { true } else { false }
    }

    /// Lets what was posted be heard.
    private func listen() { _ = station.next(from: reader.source, token: 0, until: station.now) }

    // MARK: Answers of cards

    @Test(arguments: [
        (UInt8(1), ReaderError.Reason.answerMalformed, "0 bytes"), (2, .answerMalformed, "1 bytes"), (3, .answerMalformed, "65539 bytes"),
        (4, .answerMalformed, "18446744073709551615 bytes"), (5, .inputOutput, "status 99"), (6, .inputOutput, "status -2147483648"),
    ])
    func aWrongAnswerIsAnError(_ instruction: UInt8, _ reason: ReaderError.Reason, _ cause: String) throws {
        defer { reader.close() }
        let card = try reader.connect(slot: 0, until: later)
        var response: [UInt8] = [1, 2, 3]
        do throws(ReaderError) {
            try card.transmit([0x00, instruction, 0, 0].span, into: &response, until: later)
            Issue.record("it was taken for an answer")
        } catch {
            #expect(error.reason == reason && error.cause?.contains(cause) == true, "\(error)")
        }
        #expect(response.isEmpty)
    }

    @Test func whatComesTooLateHasNotCome() throws {
        defer { reader.close() }
        let card = try reader.connect(slot: 0, until: later)
        do throws(ReaderError) {
            _ = try card.answer([0x00, 0x07, 0, 0], until: station.now + .milliseconds(5))
            Issue.record("it was in time")
        } catch {
            #expect(error.reason == .timedOut && error.cause?.contains("after the deadline") == true, "\(error)")
        }
        // Nothing is sent where the time is over already.
        #expect(reason { () throws(ReaderError) in _ = try card.answer([0, 0, 0, 0], until: station.now) } == .timedOut)
        #expect(reason { () throws(ReaderError) in _ = try card.answer([0, 0, 0, 0], until: Instant(nanoseconds: .min)) } == .timedOut)
    }

    @Test(arguments: [
        (UInt8(1), ReaderError.Reason.inputOutput), (2, .cardMute), (3, .cardMute), (4, .answerMalformed), (5, .cardMute),
        (7, .readerUnusable),
    ])
    func aCardThatIsNoneIsNotConnected(_ slot: UInt8, _ expected: ReaderError.Reason) throws {
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: slot, until: later) } == expected)
        // What was connected by mistake has no power any more.
        #expect(try reader.escape([0x0F], until: later) == [0, 0])
        reader.close()
        typealias Count = @convention(c) () -> Int
        #expect(try LoadedPlugin.hostile.function("hostile_bad_disconnects", as: Count.self)() == 0)
    }

    @Test func aCardThatIsConnectedTooLateIsLetGo() throws {
        defer { reader.close() }
        let soon = station.now + .milliseconds(5)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 6, until: soon) } == .timedOut)
        #expect(try reader.escape([0x0F], until: later) == [0, 0])
    }

    // MARK: Answers of people

    private static let codes = Array("12345678901234".utf8)

    @Test(
        arguments: [
            // A consent that nobody was asked for, or to something else.
            (FacetQuestion.screen(.placeCard), [1, 0, 5, 0, 0]), (.screen(.chooseConsent), [1, 0, 5, 0, 0]),
            (.screen(.consent(.surgery)), [1, 0, 3, 0, 0]),
            (.screen(.done(name: nil)), [1, 0, 5, 0, 0]), (.screen(.chooseMethod([.pin])), [1, 0, 1, 0, 0]),
            (.visualCheck, [1, 0, 8, 0, 0]),
            (.screen(.placeCard), [1, 0, 7, 0, 0]), (.screen(.chooseConsent), [0x0C]), (.screen(.chooseConsent), [1, 0, 0, 0, 0]),
            (.screen(.chooseConsent), [1, 99, 3, 0, 0]),
            // Secrets that are none.
            (.passcode, [1, 0, 14, 0, 0, 0x31, 0x32, 0x33]), (.passcode, [1, 0, 14, 0, 0, 0x31, 0x32, 0x33, 0x41]),
            (.passcode, [1, 0, 14, 0, 0]),
            (.passcode, [0x0A, 0, 14, 0, 0, 0x31]), (.passcode, [1, 0, 10, 0, 0] + codes),
            (.cardFace, [1, 0, 10, 0, 0] + codes.dropLast()),
            (.cardFace, [1, 0, 10, 0, 0] + codes + [0x30]), (.cardFace, [0x0A, 0, 10, 0, 0] + codes), (.cardFace, [1, 0, 12, 0, 0]),
            // Verdicts and results of nobody's.
            (.match(photograph: []), [1, 0, 13, 0, 0]), (.match(photograph: []), [1, 0, 13, 0, 6]),
            (.match(photograph: [1]), [1, 0, 5, 0, 0]),
            (.pin(CommandHeader(cla: 0, ins: 0x20, p1: 0, p2: 0x80), digits: 4), [0x0D]),
            (.pin(CommandHeader(cla: 0, ins: 0x20, p1: 0, p2: 0x80), digits: 4), [1, 0, 12, 0, 0]),
        ] as [(FacetQuestion, [UInt8])])
    func whatNobodyAskedForIsAnError(_ question: FacetQuestion, _ posted: [UInt8]) throws {
        defer { reader.close() }
        let prompt =
            if case .pin(let header, let digits) = question { try reader.verify(header, digits: digits, slot: 0) } else {
                try reader.ask(question)
            }
        try post(posted)
        #expect(wait(for: prompt))
        #expect(reason { () throws(ReaderError) in _ = try reader.prompts.take(prompt) } == .inputOutput)
    }

    @Test func aPromptEndsOnce() throws {
        defer { reader.close() }
        let prompt = try reader.show(.chooseConsent)
        try post([0x08])
        #expect(wait(for: prompt))
        #expect(try reader.answer(to: prompt) == .ended)
        #expect(reason { () throws(ReaderError) in _ = try reader.answer(to: prompt) } == .cancelled)
        // Neither another prompt nor another reader has ended by these.
        let next = try reader.show(.chooseConsent)
        try post([0x07])
        try post([0x0B])
        listen()
        #expect(reader.prompts.open == [next])
    }

    @Test func aPluginThatNeverAnswersIsNotWaitedForForEver() throws {
        defer { reader.close() }
        let prompt = try reader.show(.chooseConsent)
        #expect(wait(for: prompt))
        // Taken back before anybody hears of it: what a person still types is for nobody.
        #expect(try reader.escape([0x0F], until: .distantFuture) == [1, 0])
        #expect(reason { () throws(ReaderError) in _ = try reader.answer(to: prompt) } == .timedOut)
        reader.withdraw(prompt)
        #expect(try reader.escape([0x0F], until: .distantFuture) == [1, 0])
    }

    @Test func aScreenThatIsNotShownHasNoPrompt() throws {
        defer { reader.close() }
        let before = try reader.show(.chooseConsent)
        #expect(reason { () throws(ReaderError) in _ = try reader.show(.removeCard) } == .inputOutput)
        #expect(reader.prompts.open == [before])
        #expect(reader.offered == Set(Screen.Kind.allCases) && reader.showsStaffButton == false)
        #expect(reason { () throws(ReaderError) in try reader.announcePasscode() } == .serviceSilent)
        #expect(reason { () throws(ReaderError) in _ = try reader.escape([0x0E], until: later) } == .answerMalformed)
    }

    // MARK: Events

    @Test func whatIsNoEventIsComplainedOf() throws {
        defer { reader.close() }
        for posted: [UInt8] in [[0x02], [0x03], [0x04], [0x05]] { try post(posted) }
        listen()
        #expect(
            reader.complaints == [
                "an event that is NULL", "an event that is too small", "an event of kind 77", "a card in slot 9, which there is not",
            ])
        #expect(try reader.connect(slot: 0, until: later).answerToReset == hex("3B00"))
    }

    @Test func aFloodEndsTheReader() throws {
        let prompt = try reader.show(.chooseConsent)
        try post([0x06])
        #expect(wait(for: prompt))
        #expect(reason { () throws(ReaderError) in _ = try reader.answer(to: prompt) } == .inputOutput)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: later) } == .inputOutput)
        reader.close()
    }

    @Test func whatIsPostedAfterCloseIsForNobody() throws {
        typealias Count = @convention(c) () -> Int
        let threads = try LoadedPlugin.hostile.function("hostile_posting_threads", as: Count.self)
        reader.close()
        for _ in 0..<50 {
            let reader = try LoadedPlugin.hostile.plugin.open(name: "plugin:hostile", on: station)
            let watch = reader.watchPresence(slot: 0, known: CardPresence(isPresent: false, changes: 0))
            _ = try reader.escape([0x09], until: later)
            guard case .event = station.next(from: reader.source, token: watch.rawValue, until: later) else {
                Issue.record("nothing was posted")
                return
            }
            #expect((try? reader.presence(watch))?.isPresent == true)
            reader.close()
        }
        try Deadline().wait(for: "the end of all threads") { threads() == 0 }
        // Nothing of all that is left for who uses the station next, but what was on its way when a reader was closed.
        var left = 0
        while case .event = station.next(until: station.now) { left += 1 }
        #expect(left <= 50 * 2)
    }
}
