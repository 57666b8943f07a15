import Glibc
import TestSupport
import Testing

@testable import ISO7816

/// Our parser against ATR_analysis of Debian's pcsc-tools, on every entry of its list of smart cards.
@Suite struct ATRAgreementTests {
    static let tool = "/usr/bin/ATR_analysis"
    static let list = "/usr/share/pcsc/smartcard_list.txt"

    /// Where ATR_analysis is mistaken: words to leave out on both sides, all about the card capabilities.
    static let mistakes: [String: Set<String>] = [
        // The bytes end after the first two of three tables; it invents the third.
        "3B 78 14 00 00 00 73 C8 40 00 00": ["channels=No-logical-channel,1"],
        // The object ends after the first of three tables, because the last three bytes are the status; it invents the third.
        "3B DD 96 00 80 31 FE 45 00 31 B8 64 04 29 EC C1 73 94 01 80 82 48": ["channels=No-logical-channel,1"],
        // The object has five bytes; it knows one to three and reads none of them.
        "3B 9F 96 80 3F C7 82 80 31 E0 75 F6 21 57 21 03 55 02 0B 60 50 00 19": ["table3=57", "extended=1", "channels=by-the-card,8"],
    ]

    @Test func agreesWithATRAnalysisOnEveryListedCard() throws {
        guard access(Self.tool, R_OK) == 0, access(Self.list, R_OK) == 0 else {
            throw BenchError("\(Self.tool) and \(Self.list) are needed: install the Debian package pcsc-tools")
        }
        let entries = try Self.listedAnswers()
        let folder = TemporaryFolder()
        let driver = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let input = try folder.write("entries", entries.joined(separator: "\n") + "\n")
        let printed = try runProgram(["perl", "/\(driver)/atr-analysis.pl", Self.tool], input: input).checked().output
        let lines = printed.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        try #require(lines.count == entries.count)
        #expect(entries.count > 3000, "the list should have thousands of entries")

        var disagreements = 0
        for (entry, line) in zip(entries, lines) {
            let mistaken = Self.mistakes[entry] ?? []
            let theirs = line.split(separator: " ").map(String.init).filter { !mistaken.contains($0) }
            let ours = Self.words(try AnswerToReset(bytes: hex(entry))).filter { !mistaken.contains($0) }
            if ours != theirs {
                disagreements += 1
                if disagreements <= 20 { Issue.record("\(entry)\n  ours   \(ours.joined(separator: " "))\n  theirs \(line)") }
            }
        }
        #expect(disagreements == 0)
        print("ATR: \(entries.count) answers to reset compared with ATR_analysis, \(disagreements) disagreements")
    }

    /// The entries of the list. They are regular expressions: a nibble that can be anything becomes 0, of a set of nibbles the first is
    /// taken, and any number of bytes becomes none.
    static func listedAnswers() throws -> [String] {
        String(decoding: try readFile(list), as: UTF8.self).split(separator: "\n")
            .filter { $0.first.map { $0.isHexDigit || $0 == "." } ?? false }
            .map { line in
                String(line).replacing(" .*", with: "").replacing(".*", with: "").replacing(".", with: "0")
                    .replacing(/\[(.)[^\]]*\]/) { String($0.output.1) }
            }
    }

    /// What atr-analysis.pl would print.
    static func words(_ answer: AnswerToReset) -> [String] {
        var words = ["TS=\(hex([answer.initialCharacter]))"]
        words.append("T0=\(hex([answer.formatByte])),\(answer.formatByte >> 4),\(answer.announcedHistoricalCount)")
        for group in answer.groups { words += interfaceWords(answer, group) }
        words += endWords(answer)
        return words
    }

    static func interfaceWords(_ answer: AnswerToReset, _ group: InterfaceGroup) -> [String] {
        var words: [String] = []
        let isFirst = { (byte: KeyPath<InterfaceGroup, UInt8?>) in
            !answer.groups.contains {
                $0.index > 2 && $0.index < group.index && $0.protocolNumber == group.protocolNumber && $0[keyPath: byte] != nil
            }
        }
        if let ta = group.ta {
            words.append("TA\(group.index)=\(hex([ta]))")
            if group.index == 1 {
                words.append("Fi=\(answer.clockRateConversion.map { String($0.factor) } ?? "RFU")")
                words.append("Di=\(answer.baudRateAdjustment.map(String.init) ?? "RFU")")
            } else if group.index > 2 && group.protocolNumber == 1 {
                words.append("IFSC\(group.index)=\(isFirst(\.ta) ? answer.informationFieldSize : ta)")
            } else if group.index > 2 && group.protocolNumber == 15 {
                let clock: [ClockStop: String] = [
                    .notSupported: "not-supported", .stateLow: "state-L", .stateHigh: "state-H", .noPreference: "no-preference",
                ]
                words.append("X\(group.index)=\(clock[answer.clockStop] ?? "")")
                let classes: [(VoltageClasses, String)] = [(.a, "A"), (.b, "B"), (.c, "C")]
                words.append("U\(group.index)=\(classes.filter { answer.voltageClasses.contains($0.0) }.map(\.1).joined(separator: ","))")
            }
        }
        if let tb = group.tb {
            words.append("TB\(group.index)=\(hex([tb]))")
            if group.index > 2 && group.protocolNumber == 1 {
                words.append(
                    isFirst(\.tb)
                        ? "WT\(group.index)=\(answer.blockWaitingInteger),\(answer.characterWaitingInteger)"
                        : "WT\(group.index)=\(tb >> 4),\(tb & 15)")
            }
        }
        if let tc = group.tc {
            words.append("TC\(group.index)=\(hex([tc]))")
            if group.index == 1 { words.append("N=\(answer.extraGuardTime)") }
        }
        if let td = group.td { words.append("TD\(group.index)=\(hex([td])),\(answer.groups[group.index].protocolNumber ?? 255)") }
        return words
    }

    /// Historical bytes and what is behind them. ATR_analysis stops without a word when nothing is left behind the interface bytes.
    static func endWords(_ answer: AnswerToReset) -> [String] {
        guard answer.historicalRange.lowerBound < answer.bytes.count else { return [] }
        var words: [String] = []
        // With exactly one byte behind the historical ones ATR_analysis takes it for TCK, with more it takes all for extra.
        let behind = answer.bytes.count - answer.historicalRange.upperBound
        let shown = behind == 1 ? answer.historicalRange : answer.historicalRange.lowerBound..<answer.bytes.count
        words.append("HB=\(answer.bytes[shown].map { hex([$0]) }.joined(separator: ","))")
        for case .truncatedHistoricalBytes(let missing) in answer.irregularities { words.append("missing=\(missing)") }
        if behind > 1 { words.append("extra=\(behind)") }
        if let first = answer.historicalBytes.first { words.append("category=\(hex([first]))") }
        if let capabilities = answer.historical.capabilities, let table = capabilities.bytes.dropFirst(2).first {
            words.append("table3=\(hex([table]))")
            if capabilities.supportsChaining == true { words.append("chaining=1") }
            if capabilities.supportsExtendedLength == true { words.append("extended=1") }
            let assignment: [CardCapabilities.ChannelAssignment: String] = [
                .none: "No-logical-channel", .interfaceDevice: "by-the-interface-device", .card: "by-the-card",
                .both: "by-the-interface-device-and-card",
            ]
            words.append("channels=\(capabilities.channelAssignment.flatMap { assignment[$0] } ?? ""),\(capabilities.channelCount ?? 0)")
        }
        if behind == 1, let check = answer.checkByte {
            var verdict = "ok"
            for case .wrongCheckByte(let expected) in answer.irregularities { verdict = hex([expected]) }
            words.append("TCK=\(hex([check])),\(verdict)")
        }
        return words
    }
}
