import FujitsuCaora
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

/// Control lanes that do not follow the document: a right answer or a clear error, in time.
@Suite struct CaoraHostileTests {
    /// Asks for a consent; the right answer is "not agreed". What comes of it where `spoil` alters what answers SHOW the first time.
    private func ask(
        patience: Duration = .seconds(200), _ spoil: @escaping (_ command: SentCommand, _ right: [[UInt8]]) -> [[UInt8]]
    ) throws -> (answer: ScreenAnswer?, reason: ReaderError.Reason?) {
        let bench = CaoraBench()
        var isSpoilt = false
        bench.answer = { bench, command in
            guard command.code == 2 else { return [command.done()] }
            let isRepeated = bench.commands.dropLast().last?.number == command.number
            let right = [command.done()] + (isRepeated ? [] : [command.event(1, [(0x50, [6])])])
            defer { isSpoilt = true }
            return isSpoilt ? right : spoil(command, right)
        }
        let reader = try bench.open()
        let screen = try #require(reader.patientScreen)
        var answer: ScreenAnswer?
        let why = reason { () throws(ReaderError) in
            let prompt = try screen.show(.consent(.treatment))
            guard reader.waitFor(prompt, on: bench.station, within: patience) else { throw ReaderError(.inputOutput, cause: "hangs") }
            answer = try screen.answer(to: prompt)
        }
        // Whatever it was, the next one works, unless the lane was given up.
        let next = reason { () throws(ReaderError) in
            let prompt = try screen.show(.consent(.surgery))
            guard reader.waitFor(prompt, on: bench.station) else { throw ReaderError(.timedOut) }
            #expect(try screen.answer(to: prompt) == .consent(false))
        }
        #expect(next == nil || next == why)
        reader.close()
        #expect(bench.device.isClosed)
        return (answer, why)
    }

    @Test func everyBitOfTheResponse() throws {
        for bit in 0..<14 * 8 {
            let (answer, why) = try ask { _, right in
                var right = right
                right[0][bit / 8] ^= 1 << UInt8(bit % 8)
                return right
            }
            // The repetition brings what the first did not.
            #expect(answer == .consent(false) && why == nil, "bit \(bit)")
        }
    }

    @Test func everyBitOfTheEvent() throws {
        for bit in 0..<25 * 8 {
            let (answer, why) = try ask { _, right in
                var right = right
                right[1][bit / 8] ^= 1 << UInt8(bit % 8)
                return right
            }
            #expect(answer == nil && why == .timedOut, "bit \(bit)")
        }
    }

    @Test func everyTruncation() throws {
        for count in 0..<14 {
            let (answer, _) = try ask { _, right in [Array(right[0].prefix(count)), right[1]] }
            #expect(answer == .consent(false))
        }
        for count in 0..<25 {
            let (answer, why) = try ask { _, right in [right[0], Array(right[1].prefix(count))] }
            #expect(answer == nil && why == .timedOut)
        }
    }

    @Test func aFrameThatIsTooLong() throws {
        #expect(try ask { _, right in [right[0] + [0], right[1]] }.answer == .consent(false))
        #expect(try ask { _, right in [[UInt8](repeating: 0x4B, count: 70_000)] + right }.answer == .consent(false))
    }

    @Test func aWrongNumberIsNoResponse() throws {
        let (answer, _) = try ask { command, right in [frame(2, command.number &+ 1, [(2, [0])]), right[1]] }
        #expect(answer == .consent(false))
        // A late response of another command says nothing of this one.
        #expect(try ask { command, right in [frame(2, command.number &- 1, [(2, [3])])] + right }.answer == .consent(false))
    }

    @Test func aCommandThatIsNotReadIsSentOnceMoreWithItsNumber() throws {
        let nak = hex("4B46010200000004020001010F65")
        #expect(try ask { _, right in [nak, right[1]] }.answer == .consent(false))
        let bench = CaoraBench()
        bench.answer = { _, _ in [nak] }
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.placeCard))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(1)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .inputOutput)
        #expect(bench.commands.map(\.number) == [0, 1, 1, 2])
        // It may show it all the same.
        #expect(bench.commands.last?.code == 3 && bench.commands.last?.elements[4] == bench.commands[1].elements[4])
    }

    /// The first frame was refused, which is told only after it was sent again: the second one is answered all the same.
    @Test func aRefusalThatComesLateEndsNothing() throws {
        var held: [[UInt8]] = []
        let bench = CaoraBench()
        bench.answer = { bench, command in
            defer { held = bench.commands.count == 2 ? [hex("4B46010200000004020001010F65")] : [] }
            return bench.commands.count == 2 ? [] : held + [command.done(), command.event(1, [(0x50, [5])])]
        }
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.consent(.surgery)))
        #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(5)))
        #expect(try reader.patientScreen?.answer(to: prompt) == .consent(true))
        #expect(bench.commands.map(\.number) == [0, 1, 1])
    }

    @Test func aCommandWithoutResponseEnds() throws {
        let bench = CaoraBench()
        bench.answer = { _, _ in [] }
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.placeCard))
        #expect(!reader.waitFor(prompt, on: bench.station, within: .milliseconds(3_999)))
        #expect(reader.waitFor(prompt, on: bench.station, within: .milliseconds(2)))
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .timedOut)
        #expect(reason { () throws(ReaderError) in try reader.staffPanel?.announcePasscode() } == .timedOut)
        #expect(bench.commands.map(\.number) == [0, 1, 1, 2, 2, 3, 3])
        #expect(bench.commands.map(\.code) == [1, 2, 2, 3, 3, 6, 6])
    }

    @Test(arguments: [
        (UInt8(2), ReaderError.Reason.notSupported), (3, .inputOutput), (4, .readerBusy), (5, .notSupported), (99, .inputOutput),
    ])
    func aRefusalEndsThePrompt(_ status: UInt8, _ expected: ReaderError.Reason) throws {
        let (answer, why) = try ask { command, _ in [command.status(status)] }
        #expect(answer == nil && why == expected)
    }

    @Test func eventsWithoutEnd() throws {
        for flood in [frame(3, 0, [(3, [4]), (4, [0, 0, 0, 0])]), hex("DEADBEEF"), [], frame(2, 99, [(2, [0])]), frame(3, 0, [(3, [1])])] {
            let bench = CaoraBench()
            bench.answer = { bench, _ in
                // All at one moment, and more than anybody will read.
                for _ in 0..<2_000 { bench.device.reply(flood, on: CaoraBench.control, after: .zero) }
                return []
            }
            let reader = try bench.open()
            let prompt = try #require(try reader.patientScreen?.show(.placeCard))
            #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(10)))
            #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .inputOutput)
            #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.show(.placeCard) } == .inputOutput)
            reader.close()
        }
    }

    @Test func anEndpointThatFailsAgainAndAgain() throws {
        for status in [TransferStatus.stalled, .failed(5), .overflow] {
            let bench = CaoraBench()
            bench.answer = { bench, command in
                for _ in 0..<20 { bench.device.reply([], on: CaoraBench.control, status: status, after: .zero) }
                return [command.done()]
            }
            let reader = try bench.open()
            let prompt = try #require(try reader.patientScreen?.show(.placeCard))
            #expect(reader.waitFor(prompt, on: bench.station, within: .seconds(10)))
            #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.answer(to: prompt) } == .inputOutput)
            #expect(bench.device.haltsCleared == (status == .stalled ? 7 : 0))
            reader.close()
        }
    }

    @Test func aHaltIsEnded() throws {
        let bench = CaoraBench()
        bench.answer = { bench, command in
            bench.device.reply([], on: CaoraBench.control, status: .stalled)
            return [command.done(), command.event(1, [(0x50, [4])])]
        }
        let reader = try bench.open()
        let prompt = try #require(try reader.patientScreen?.show(.chooseConsent))
        #expect(reader.waitFor(prompt, on: bench.station))
        #expect(try reader.patientScreen?.answer(to: prompt) == .consentIndividually)
        #expect(bench.device.haltsCleared == 1)
    }

    @Test func theCableEndsEverything() throws {
        let bench = CaoraBench()
        let reader = try bench.open()
        let screen = try #require(try reader.patientScreen?.show(.lookIntoCamera))
        let face = try #require(try reader.face?.match(photograph: [1, 2, 3]))
        pass(.seconds(1), on: bench.station)
        bench.device.unplug()
        #expect(pass(.seconds(1), on: bench.station) == [screen.rawValue, face.rawValue])
        #expect(reason { () throws(ReaderError) in _ = try reader.face?.verdict(face) } == .readerGone)
        #expect(reason { () throws(ReaderError) in _ = try reader.patientScreen?.show(.placeCard) } == .readerGone)
        #expect(reason { () throws(ReaderError) in try reader.staffPanel?.announcePasscode() } == .readerGone)
        reader.close()
        #expect(bench.device.isClosed)
    }

    @Test func aDeviceThatDoesNotGreetIsNotOpened() throws {
        func open(_ hello: @escaping (SentCommand) -> [[UInt8]]) -> (ReaderError.Reason?, Int) {
            let bench = CaoraBench(hello: hello)
            let why = reason { () throws(ReaderError) in
                _ = try FujitsuCaoraDriver().open(bench.device, name: "sim:caora", on: bench.station)
            }
            return (why, bench.commands.count)
        }
        #expect(open { _ in [] } == (.timedOut, 2))
        #expect(open { [$0.done()] } == (.readerUnusable, 2))
        #expect(open { [$0.status(2)] } == (.notSupported, 1))
        // The answer to what an earlier program asked with this number.
        #expect(open { $0.number == 0 ? [$0.done()] : [CaoraBench.greeting($0)] } == (nil, 2))
    }

    @Test func whatHasNotBothLanesIsNotOpened() throws {
        let station = Station(.virtual)
        for kinds: [Lane.Kind] in [[], [.ccid], [.serial], [.card]] {
            let lanes = kinds.map { Lane(id: CaoraBench.cards, kind: $0, slots: 1, descriptor: CaoraBench.descriptor) }
            let device = ScriptedDevice(lanes, on: station)
            #expect(
                reason { () throws(ReaderError) in _ = try FujitsuCaoraDriver().open(device, name: "x", on: station) } == .readerUnusable)
        }
    }

    @Test func aThousandRandomFramesAreSurvived() throws {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        for round in 0..<1_000 {
            let noise = (0..<Int(random() % 40)).map { _ in random() }
            // Elements at random in a frame whose check is right, too.
            let event = frame(3, random(), [(3, [random() % 5]), (random() % 8, Array(noise.prefix(5))), (0x50, [random() % 12])])
            let (answer, _) = try ask { _, right in [round % 2 == 0 ? noise : event] + right }
            #expect(answer == .consent(false))
        }
    }
}
