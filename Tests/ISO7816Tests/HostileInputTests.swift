import SimulationKit
import TestSupport
import Testing

@testable import ISO7816

/// Every truncation of good input and seeded random bytes: nothing traps, and what is returned lies inside of what was given.
@Suite struct HostileInputTests {
    static let rounds = 20_000

    /// Random bytes that begin like something real more often than not.
    func input(_ random: inout SeededGenerator, starts: [String], maximum: Int) -> [UInt8] {
        var bytes = random.bytes(Int.random(in: 0...maximum, using: &random))
        let start = hex(starts.randomElement(using: &random) ?? "")
        for (index, byte) in start.enumerated() where index < bytes.count { bytes[index] = byte }
        return bytes
    }

    @Test func commands() throws {
        var random = SeededGenerator(seed: 1)
        var accepted = 0
        for _ in 0..<Self.rounds {
            let bytes = input(&random, starts: ["", "00A4040C05", "00B0000000", "80A206C1000004", "00B00000000000"], maximum: 16)
            guard let command = try? CommandAPDU(bytes: bytes) else { continue }
            accepted += 1
            let layout = try CommandLayout(bytes.span)
            #expect(layout.data.upperBound <= bytes.count)
            #expect(try command.encoded(form: layout.isExtended ? .extended : .short) == bytes)
        }
        #expect(accepted > Self.rounds / 20)
    }

    @Test func truncatedCommandsAreRefusedOrShorterCommands() throws {
        let extended = try CommandAPDU(CommandTests.header, data: hex("0102030405"), expected: 256).encoded(form: .extended)
        for count in 0..<extended.count {
            let bytes = Array(extended[..<count])
            // Without Le it is case 3; without anything behind the header case 1, 2.
            let isCommand = [4, 5, 7, extended.count - 2].contains(count)
            #expect(((try? CommandAPDU(bytes: bytes)) != nil) == isCommand, "\(count) bytes")
        }
    }

    @Test func dataObjects() {
        var random = SeededGenerator(seed: 2)
        var accepted = 0
        for _ in 0..<Self.rounds {
            let bytes = input(&random, starts: ["", "30820005", "FF200C DF2103", "7F2181", "0484", "FFFF00"], maximum: 40)
            for filler in [TLVCursor.Filler.none, .skip] {
                var cursor = TLVCursor(0..<bytes.count, filler: filler)
                var last = 0
                while let element = try? cursor.next(in: bytes.span) {
                    accepted += 1
                    #expect(element.range.lowerBound >= last && element.range.upperBound <= bytes.count)
                    #expect(
                        element.value.lowerBound >= element.range.lowerBound + 2 && element.value.upperBound == element.range.upperBound)
                    last = element.range.upperBound
                }
                #expect(cursor.position <= bytes.count)
            }
            var simple = SimpleTLVCursor(0..<bytes.count)
            while let element = try? simple.next(in: bytes.span) { #expect(element.value.upperBound <= bytes.count) }
            if case .needsMore(let least)? = try? TLVSize(prefix: bytes.span) { #expect(least > bytes.count) }
        }
        #expect(accepted > Self.rounds / 2)
    }

    @Test func everyTruncationOfADataObjectIsRefused() throws {
        let whole = hex("7F21 8107 5F4E 02 AABB 5F00")
        var cursor = TLVCursor(0..<whole.count)
        #expect(try cursor.next(in: whole.span)?.range == 0..<whole.count)
        for count in 1..<whole.count {
            let bytes = Array(whole[..<count])
            var truncated = TLVCursor(0..<count)
            #expect(throws: TLVError.self) { try truncated.next(in: bytes.span) }
            var outOfBounds = TLVCursor(0..<whole.count)
            #expect(throws: TLVError.self) { try outOfBounds.next(in: bytes.span) }
        }
    }

    @Test func answersToReset() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<Self.rounds {
            try check(
                input(&random, starts: ["", "3B", "3BFF", "3B888001", "3B8F8001804F0CA0000003", "3BF5910081", "3BDA13FF8131"], maximum: 34))
        }
        for whole in [AnswerToResetTests.contact, hex("3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F")] {
            for count in 2..<whole.count {
                let answer = try AnswerToReset(bytes: Array(whole[..<count]))
                #expect(!answer.irregularities.isEmpty, "\(count) bytes")
                try check(Array(whole[..<count]))
            }
        }
    }

    /// Every property of the answer can be asked for, and the parts lie in order inside of the bytes.
    func check(_ bytes: [UInt8]) throws {
        guard (2...33).contains(bytes.count) else {
            #expect(throws: ATRError.self) { try AnswerToReset(bytes: bytes) }
            return
        }
        let answer = try AnswerToReset(bytes: bytes)
        let interfaceCount = answer.groups.reduce(0) { $0 + [$1.ta, $1.tb, $1.tc, $1.td].compactMap(\.self).count }
        #expect(answer.historicalRange.lowerBound == 2 + interfaceCount)
        #expect(answer.historicalRange.upperBound <= bytes.count)
        #expect(answer.historicalRange.count <= answer.announcedHistoricalCount)
        #expect(!answer.offeredProtocols.isEmpty && answer.defaultProtocol < 16)
        _ = (answer.clockRateConversion, answer.baudRateAdjustment, answer.waitingTimeInteger, answer.informationFieldSize)
        _ = (answer.blockWaitingInteger, answer.characterWaitingInteger, answer.errorDetection, answer.clockStop, answer.voltageClasses)
        let historical = answer.historical
        #expect(historical.objects.reduce(0) { $0 + 1 + $1.value.count } <= answer.historicalRange.count)
        _ = (historical.services?.directoryAccess, historical.capabilities?.channelAssignment, historical.capabilities?.channelCount)
        if case .typeB(let card)? = answer.contactless { _ = (card.maximumFrameSize, card.bitRatesToCard, card.bitRatesFromCard) }
        if answer.extendedLengthDeclaration == .declared { #expect(historical.capabilities?.supportsExtendedLength == true) }
    }
}
