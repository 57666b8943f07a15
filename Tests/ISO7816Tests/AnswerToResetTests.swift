import TestSupport
import Testing

@testable import ISO7816

/// Answers to reset (ISO/IEC 7816-3 clause 8, ISO/IEC 7816-4 clause 8.1.1, PC/SC part 3).
@Suite struct AnswerToResetTests {
    static let contact = hex("3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3B")

    @Test func takesAContactCardApart() throws {
        let answer = try AnswerToReset(bytes: Self.contact)
        #expect(answer.irregularities.isEmpty)
        #expect(answer.convention == .direct)
        #expect(answer.clockRateConversion?.factor == 372 && answer.clockRateConversion?.maximumFrequency == 5_000_000)
        #expect(answer.baudRateAdjustment == 4)
        #expect(answer.extraGuardTime == 255)
        #expect(answer.offeredProtocols == [1] && answer.defaultProtocol == 1 && answer.specificMode == nil)
        #expect(answer.informationFieldSize == 251)
        #expect(answer.blockWaitingInteger == 4 && answer.characterWaitingInteger == 6)
        #expect(answer.errorDetection == .longitudinalRedundancy)
        #expect(answer.requiresCheckByte && answer.checkByte == 0x3B)
        #expect(answer.groups.map(\.protocolNumber) == [nil, 1, 1])
        #expect(answer.historicalBytes == hex("80 12 39 2F 31 C1 73 C6 01 C0"))

        let historical = answer.historical
        #expect(historical.category == .objects && historical.isWellFormed)
        #expect(historical.value(.country) == hex("392F"))
        #expect(historical.services?.byte == 0xC1 && historical.services?.hasMasterFile == false)
        #expect(historical.services?.selectsByPartialName == true && historical.services?.directoryAccess == .readRecord)
        #expect(historical.capabilities?.supportsExtendedLength == true && historical.capabilities?.supportsChaining == true)
        #expect(historical.capabilities?.selectionMethods == [.fullName, .partialName, .shortFileIdentifier, .recordNumber])
        #expect(
            historical.capabilities?.channelCount == 1
                && historical.capabilities?.channelAssignment == CardCapabilities.ChannelAssignment.none)
        #expect(answer.extendedLengthDeclaration == .declared)
        #expect(answer.contactless == nil)
    }

    @Test func defaultsStandWhereBytesAreAbsent() throws {
        let answer = try AnswerToReset(bytes: hex("3F 00"))
        #expect(answer.convention == .inverse && answer.irregularities.isEmpty)
        #expect(answer.clockRateConversion?.factor == 372 && answer.baudRateAdjustment == 1 && answer.extraGuardTime == 0)
        #expect(answer.offeredProtocols == [0] && answer.waitingTimeInteger == 10 && answer.informationFieldSize == 32)
        #expect(answer.blockWaitingInteger == 4 && answer.characterWaitingInteger == 13)
        #expect(answer.clockStop == .notSupported && answer.voltageClasses == [.a])
        #expect(!answer.requiresCheckByte && answer.checkByte == nil)
        #expect(answer.historical.category == .none && answer.extendedLengthDeclaration == .notDeclared)
    }

    /// TA2 (clause 8.3), TC2, T=1 with CRC, and class indicator behind T=15.
    @Test func readsSpecificModeAndGlobalBytes() throws {
        let specific = try AnswerToReset(bytes: hex("3B F0 96 00 05 91 91 41 01 23"))
        #expect(specific.irregularities.isEmpty)
        #expect(specific.groups.map(\.protocolNumber) == [nil, 1, 1])
        #expect(specific.specificMode.map { $0.protocolNumber == 1 && !$0.canChangeMode && $0.ratesAreImplicit } == true)
        #expect(specific.extraGuardTime == 5 && specific.errorDetection == .cyclicRedundancy)

        let global = try AnswerToReset(bytes: hex("3B 80 C0 10 F1 FE 4D 01 1F 83 8F"))
        #expect(global.irregularities.isEmpty)
        #expect(global.specificMode == nil && global.waitingTimeInteger == 0x10)
        #expect(global.offeredProtocols == [0, 1] && global.defaultProtocol == 0)
        #expect(global.informationFieldSize == 0xFE && global.errorDetection == .cyclicRedundancy)
        #expect(global.clockStop == .stateHigh && global.voltageClasses == [.a, .b])
    }

    @Test(
        arguments: [
            (0x11, 372, 5_000_000, 1), (0x94, 512, 5_000_000, 8), (0x96, 512, 5_000_000, 32), (0x18, 372, 5_000_000, 12),
            (0x97, 512, 5_000_000, 64),
            (0xA9, 768, 7_500_000, 20), (0xD5, 2048, 20_000_000, 16), (0x02, 372, 4_000_000, 2), (0x63, 1860, 20_000_000, 4),
        ] as [(UInt8, Int, Int, Int)])
    func readsRates(_ ta: UInt8, _ factor: Int, _ frequency: Int, _ adjustment: Int) throws {
        let answer = try AnswerToReset(bytes: [0x3B, 0x10, ta])
        #expect(answer.clockRateConversion?.factor == factor && answer.clockRateConversion?.maximumFrequency == frequency)
        #expect(answer.baudRateAdjustment == adjustment)
    }

    @Test func reservedRatesAreNil() throws {
        let answer = try AnswerToReset(bytes: [0x3B, 0x10, 0x7A])
        #expect(answer.clockRateConversion == nil && answer.baudRateAdjustment == nil)
    }

    @Test(arguments: [
        ("3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3A", [Irregularity.wrongCheckByte(expected: 0x3B)]),
        ("3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0", [.missingCheckByte]),
        ("3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01", [.truncatedHistoricalBytes(missing: 1)]),
        ("3B DA 13 FF 81 31 FB 46", [.truncatedHistoricalBytes(missing: 10)]),
        ("3B DA 13 FF 81 31 FB", [.truncatedInterfaceBytes]),
        ("3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3B 00 00", [.extraBytes(2)]),
        ("3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 00 00", [.wrongCheckByte(expected: 0x3B), .extraBytes(1)]),
        ("3B 02 14 50 46", [.unneededCheckByte]), ("3B 02 14 50 00", [.unneededCheckByte, .wrongCheckByte(expected: 0x46)]),
        ("3B 02 14 50 00 01", [.extraBytes(2)]), ("3C 02 14 50", [.undefinedInitialCharacter(0x3C)]),
        ("3B 80 1F 01", [.missingCheckByte]), ("3B 80 1F 01 9E", []), ("3B 80 00", []),
    ])
    func listsIrregularities(_ text: String, _ expected: [Irregularity]) throws {
        #expect(try AnswerToReset(bytes: hex(text)).irregularities == expected)
    }

    @Test func refusesWhatIsNoAnswer() {
        #expect(throws: ATRError.tooShort(0)) { try AnswerToReset(bytes: []) }
        #expect(throws: ATRError.tooShort(1)) { try AnswerToReset(bytes: [0x3B]) }
        #expect(throws: ATRError.tooLong(34)) { try AnswerToReset(bytes: [UInt8](repeating: 0x3B, count: 34)) }
        #expect(throws: Never.self) { try AnswerToReset(bytes: [UInt8](repeating: 0xFF, count: 33)) }
    }

    /// ISO/IEC 7816-4 clause 8.1.1.
    @Test func readsHistoricalBytes() {
        let withStatus = HistoricalBytes(hex("00 31 80 05 90 00"))
        #expect(withStatus.category == .objectsThenStatus && withStatus.isWellFormed)
        #expect(withStatus.lifeCycleStatus == 0x05 && withStatus.status == .success)
        #expect(withStatus.objects.map(\.tag) == [3])

        let objects = HistoricalBytes(hex("80 65 A2 08 01 01 52 F3 A0 00 01 82 90 00"))
        #expect(objects.objects.map(\.tag) == [6, 15, 8])
        #expect(objects.value(.preIssuing) == hex("A208010152") && objects.value(.application) == hex("A00001"))
        #expect(objects.status == .success && objects.lifeCycleStatus == nil)
        #expect(HistoricalBytes(hex("80 81 05")).lifeCycleStatus == 0x05)
        #expect(HistoricalBytes(hex("80 83 05 90 00")).lifeCycleStatus == 0x05)

        #expect(HistoricalBytes(hex("10 85")).category == .directoryReference(0x85))
        #expect(HistoricalBytes(hex("85 01")).category == .reserved)
        #expect(HistoricalBytes(hex("4A 43 4F 50")).category == .proprietary)
        #expect(!HistoricalBytes(hex("80 73 C6")).isWellFormed)
        #expect(HistoricalBytes(hex("80 73 C6")).capabilities?.supportsExtendedLength == nil)
        #expect(!HistoricalBytes(hex("00 90")).isWellFormed)
    }

    /// PC/SC part 3 with its supplement of storage cards: MIFARE Classic 1K and FeliCa.
    @Test(
        arguments: [
            ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A", 0x03, 0x0001),
            ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 11 00 3B 00 00 00 00 42", 0x11, 0x003B),
        ] as [(String, UInt8, UInt16)])
    func recognisesStorageCards(_ text: String, _ standard: UInt8, _ name: UInt16) throws {
        let answer = try AnswerToReset(bytes: hex(text))
        #expect(answer.irregularities.isEmpty)
        #expect(answer.contactless == .storage(.init(standard: standard, name: name)))
        #expect(answer.extendedLengthDeclaration == .notDeclared)
    }

    @Test(
        arguments: [
            ("3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F", 10), ("3B 88 80 01 00 00 41 E0 B3 81 A1 00 3B", 10),
            ("3B 88 80 01 00 4B 51 FF B3 81 D1 00 0F", 13), ("3B 88 80 01 00 00 14 E0 B3 81 91 00 5E", 9),
        ] as [(String, UInt8)])
    func readsTypeB(_ text: String, _ waiting: UInt8) throws {
        let bytes = hex(text)
        let answer = try AnswerToReset(bytes: bytes)
        #expect(answer.irregularities.isEmpty)
        guard case .typeB(let card)? = answer.contactless else {
            Issue.record("not taken for type B")
            return
        }
        #expect(card.applicationData == Array(bytes[4..<8]) && card.protocolInformation == Array(bytes[8..<11]))
        #expect(card.bitRatesFromCard == [212, 424] && card.bitRatesToCard == [212, 424] && card.needsSameBitRate)
        #expect(card.maximumFrameSize == 256 && card.frameWaitingInteger == waiting)
        #expect(card.supportsCardIdentifier && !card.supportsNodeAddress && !card.hasStandardApplicationData)
        #expect(card.maximumBufferLengthIndex == 0 && card.cardIdentifier == 0)
        #expect(answer.extendedLengthDeclaration == .cannotTell)
    }

    @Test func readsTypeA() throws {
        let withCapabilities = try AnswerToReset(bytes: hex("3B 85 80 01 80 73 C6 01 C0 70"))
        #expect(withCapabilities.contactless == .typeA(hex("80 73 C6 01 C0")))
        #expect(withCapabilities.extendedLengthDeclaration == .declared)
        let without = try AnswerToReset(bytes: hex("3B 81 80 01 80 80"))
        #expect(without.contactless == .typeA([0x80]) && without.extendedLengthDeclaration == .cannotTell)
        // Eight bytes of category 80 are type A although they could be protocol information.
        let eight = try AnswerToReset(bytes: hex("3B 88 80 01 80 62 01 02 B3 81 A1 00 00"))
        #expect(eight.contactless == .typeA(hex("80 62 01 02 B3 81 A1 00")))
        // Eight bytes that cannot be protocol information, because ISO/IEC 14443-4 is missing in it.
        let noProtocol = try AnswerToReset(bytes: hex("3B 88 80 01 31 00 00 00 B3 80 A1 00 00"))
        #expect(noProtocol.contactless == .typeA(hex("31 00 00 00 B3 80 A1 00")))
    }

    @Test func aTruncatedPseudoAnswerIsNotBelieved() throws {
        #expect(try AnswerToReset(bytes: hex("3B 88 80 01 00 00 05 E0 B3 81")).contactless == nil)
    }
}
