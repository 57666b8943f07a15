import Diagnosis
import Glibc
import ISO7816
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@testable import PluginReader

/// The whole interface, with a plugin in C that has threads of its own.
@Suite struct ScriptedPluginTests {
    private static let select = hex("00A4040C 0A D392F000260100000001")
    private static let slow = hex("80122710")  // computes for ten seconds
    private let bench: PluginBench

    init() throws { bench = try PluginBench() }

    private func connected() throws -> (reader: PluginReader, card: any CardChannel) {
        try bench.act("place card")
        let reader = try bench.open()
        return (reader, try reader.connect(slot: 0, until: bench.later))
    }

    // MARK: Cards

    @Test func commandsReachTheCardAndAnswersComeBack() throws {
        let (reader, card) = try connected()
        defer { reader.close() }
        #expect(card.answerToReset == hex("3B80800101") && card.carriesExtendedLength == true && card.slot == 0)
        #expect(try card.answer(Self.select, until: bench.later) == hex("9000"))
        #expect(try card.answer(hex("0020008004 39393939"), until: bench.later) == hex("63C2"))
        #expect(try card.answer(hex("0020008004 31323334"), until: bench.later) == hex("9000"))
        #expect(try card.answer(hex("00200080"), until: bench.later) == hex("9000"))
        #expect(try card.answer(hex("0084000008"), until: bench.later).count == 10)
        // 65,535 bytes there and back: the longest that there are.
        let data = (0..<65_535).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(try card.answer(hex("80100000 00FFFF") + data, until: bench.later) == data + hex("9000"))
        #expect(try card.answer(hex("80100000"), until: .distantFuture) == hex("9000"))
    }

    @Test func nothingStaysVerified() throws {
        let (reader, card) = try connected()
        #expect(try card.answer(hex("0020008004 31323334"), until: bench.later) == hex("9000"))
        try card.warmReset(until: bench.later)
        #expect(card.answerToReset == hex("3B80800101"))
        #expect(try card.answer(hex("00200080"), until: bench.later) == hex("63C3"))
        #expect(try card.answer(hex("0020008004 31323334"), until: bench.later) == hex("9000"))
        card.close()
        card.close()
        #expect(reason { () throws(ReaderError) in _ = try card.answer(Self.select, until: bench.later) } == .cardRemoved)
        let again = try reader.connect(slot: 0, until: bench.later)
        #expect(try again.answer(hex("00200080"), until: bench.later) == hex("63C3"))
        reader.close()
        #expect(try bench.log() == ["disconnect", "disconnect", "close"])
        #expect(try bench.handles() == 0)
    }

    @Test func whatIsWrongWithACardIsTold() throws {
        let reader = try bench.open()
        defer { reader.close() }
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.later) } == .noCard)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 1, until: bench.later) } == .readerUnusable)
        try bench.act("place dead")
        do throws(ReaderError) {
            _ = try reader.connect(slot: 0, until: bench.later)
            Issue.record("a mute card was connected")
        } catch {
            #expect(error == ReaderError(.cardMute, cause: "no answer to reset"))
        }
        try bench.act("swap card")
        let card = try reader.connect(slot: 0, until: bench.later)
        try bench.act("swap card")
        #expect(reason { () throws(ReaderError) in _ = try card.answer(Self.select, until: bench.later) } == .cardRemoved)
        #expect(reason { () throws(ReaderError) in try card.warmReset(until: bench.later) } == .cardRemoved)
    }

    @Test func presenceIsTold() throws {
        let reader = try bench.open()
        defer { reader.close() }
        let idle = reader.watchPresence(slot: 0, known: CardPresence(isPresent: false, changes: 0))
        try bench.act("place card")
        guard case .event = bench.station.next(from: reader.source, token: idle.rawValue, until: bench.later) else {
            Issue.record("nothing came")
            return
        }
        let first = try reader.presence(idle)
        #expect(first == CardPresence(isPresent: true, changes: 1))
        #expect(reason { () throws(ReaderError) in _ = try reader.presence(idle) } == .cancelled)
        let abandoned = reader.watchPresence(slot: 0, known: first)
        reader.abandon(abandoned)
        try bench.act("swap card")
        // Out and in: another card.
        let next = try bench.presence(reader, after: first)
        let second = next.isPresent ? next : try bench.presence(reader, after: next)
        #expect(second == CardPresence(isPresent: true, changes: 3))
        try bench.act("remove")
        #expect(try bench.presence(reader, after: second) == CardPresence(isPresent: false, changes: 4))
        let none = reader.watchPresence(slot: 1, known: first)
        _ = bench.station.next(from: reader.source, token: none.rawValue, until: bench.later)
        #expect(reason { () throws(ReaderError) in _ = try reader.presence(none) } == .readerUnusable)
    }

    @Test func aCardThatWasThereBeforeIsTold() throws {
        try bench.act("place card")
        let reader = try bench.open()
        defer { reader.close() }
        #expect(try bench.presence(reader) == CardPresence(isPresent: true, changes: 1))
    }

    // MARK: In the middle of a command

    private func interrupted(_ words: String) throws -> ReaderError.Reason? {
        let (reader, card) = try connected()
        defer { reader.close() }
        let act = bench.acting
        let thread = startThread { _ = act("await-computing") && act(words) }
        defer { pthread_join(thread, nil) }
        return reason { () throws(ReaderError) in _ = try card.answer(Self.slow, until: bench.later) }
    }

    @Test func aCardThatLeavesEndsItsCommand() throws { #expect(try interrupted("remove") == .cardRemoved) }

    @Test func aReaderThatLeavesEndsItsCommand() throws { #expect(try interrupted("unplug") == .readerGone) }

    @Test func aDeadlineEndsACommand() throws {
        let (reader, card) = try connected()
        defer { reader.close() }
        do throws(ReaderError) {
            _ = try card.answer(Self.slow, until: bench.station.now + .milliseconds(20))
            Issue.record("ten seconds have passed")
        } catch {
            #expect(error.reason == .timedOut)
        }
        #expect(try card.answer(Self.select, until: bench.later) == hex("9000"))
    }

    @Test func cancellingEndsACommandAndLetsTheReaderBeClosed() throws {
        let (reader, card) = try connected()
        let (inbox, act) = (bench.station.inbox, bench.acting)
        let thread = startThread {
            _ = act("await-computing")
            inbox.cancel()
        }
        #expect(reason { () throws(ReaderError) in _ = try card.answer(Self.slow, until: bench.later) } == .cancelled)
        pthread_join(thread, nil)
        #expect(reason { () throws(ReaderError) in _ = try card.answer(Self.select, until: bench.later) } == .cancelled)
        card.close()
        reader.close()
        // The plugin is not told any more, and nobody minds.
        inbox.cancel()
        #expect(try bench.log() == ["disconnect", "close"])
        #expect(try bench.handles() == 0)
    }

    // MARK: Leaving

    @Test func aReaderThatLeavesEndsEverything() throws {
        let (reader, card) = try connected()
        let known = try bench.presence(reader)
        let prompt = try reader.show(.chooseConsent)
        let match = try reader.match(photograph: [])
        let watch = reader.watchPresence(slot: 0, known: known)
        try bench.act("stand nobody")
        try bench.act("unplug")
        #expect(bench.ends(prompt, of: reader))
        #expect(reason { () throws(ReaderError) in _ = try reader.answer(to: prompt) } == .readerGone)
        reader.withdraw(match)
        guard case .event = bench.station.next(from: reader.source, token: watch.rawValue, until: bench.later) else {
            Issue.record("the watch goes on")
            return
        }
        #expect(reason { () throws(ReaderError) in _ = try reader.presence(watch) } == .readerGone)
        #expect(reason { () throws(ReaderError) in _ = try card.answer(Self.select, until: bench.later) } == .readerGone)
        #expect(reason { () throws(ReaderError) in _ = try reader.show(.placeCard) } == .readerGone)
        #expect(reason { () throws(ReaderError) in _ = try reader.connect(slot: 0, until: bench.later) } == .readerGone)
        reader.close()
        reader.close()
        #expect(reason { () throws(ReaderError) in _ = try reader.show(.placeCard) } == .cancelled)
        #expect(try bench.handles() == 0)
        let refusal = bench.refusal()
        #expect(refusal?.code == "reader-not-found" && refusal?.cause?.contains("not plugged in") == true)
        try bench.act("plug")
        let again = try bench.open()
        #expect(try bench.presence(again).isPresent)
        again.close()
    }

    @Test func whatIsOpenAtTheEndIsClosed() throws {
        let (reader, _) = try connected()
        _ = try reader.connect(slot: 0, until: bench.later)
        _ = try reader.show(.placeCard)
        _ = try reader.match(photograph: [])
        reader.close()
        #expect(
            try bench.log() == [
                "show 1 methods=0 tries=-1 group=0 name=- ja=- en=-", "match 0", "withdraw", "withdraw", "disconnect", "disconnect",
                "close",
            ])
        #expect(try bench.handles() == 0)
    }

    @Test func aDeviceIsOpenOnce() throws {
        let reader = try bench.open()
        #expect(bench.refusal()?.code == "reader-held")
        reader.close()
    }

    @Test func twoReadersShareAStation() throws {
        let other = try PluginBench()
        let reader = try bench.open()
        defer { reader.close() }
        let plugin = try LoadedPlugin.scripted.plugin
        let phone = try plugin.open(other.device, name: "plugin:phone", on: bench.station)
        defer { phone.close() }
        let watch = phone.watchPresence(slot: 0, known: CardPresence(isPresent: false, changes: 0))
        let prompt = try reader.show(.chooseMethod([.face, .pin]))
        try other.act("place card")
        try bench.act("choose pin")
        #expect(bench.ends(prompt, of: reader))
        #expect(try reader.answer(to: prompt) == .method(.pin))
        guard case .event = bench.station.next(from: phone.source, token: watch.rawValue, until: bench.later) else {
            Issue.record("nothing came")
            return
        }
        #expect(try phone.presence(watch).isPresent)
    }

    @Test func openingAndClosingLeavesNothing() throws {
        try bench.act("place card")
        func threads() throws -> Int {
            let status = String(decoding: try readFile("/proc/self/status"), as: UTF8.self)
            return status.split(separator: "\n").first { $0.hasPrefix("Threads:") }.flatMap { Int($0.split(separator: "\t").last ?? "") }
                ?? 0
        }
        for _ in 0..<1_000 {
            let reader = try bench.open()
            let card = try reader.connect(slot: 0, until: bench.later)
            #expect(try card.answer(Self.select, until: bench.later) == hex("9000"))
            _ = try reader.show(.placeCard)
            reader.close()
            _ = bench.station.next(until: bench.station.now)
        }
        #expect(try bench.handles() == 0)
        // Those of tests that run at the same time.
        #expect(try threads() < 1_000)
        #expect(PluginSessions.count < 500)
    }
}
