import CCID
import TestSupport
import Testing

/// Vectors written by hand from the text of USB CCID 1.1.
@Suite struct CodecTests {
    private func parsed(_ bytes: [UInt8]) throws(DescriptorFault) -> ClassDescriptor { try ClassDescriptor(bytes.span) }
    private func response(_ bytes: [UInt8]) throws(MessageFault) -> ResponseMessage { try ResponseMessage(bytes.span) }
    private func interrupt(_ bytes: [UInt8], slots: Int) throws(MessageFault) -> InterruptMessage {
        try InterruptMessage(bytes.span, slots: slots)
    }

    static let commands: [(CommandMessage, data: String, message: String)] = [
        (.iccPowerOn(.automatic), "", "62 00000000 02 07 00 0000"),
        (.iccPowerOn(.five), "", "62 00000000 02 07 01 0000"),
        (.iccPowerOn(.three), "", "62 00000000 02 07 02 0000"),
        (.iccPowerOn(.onePointEight), "", "62 00000000 02 07 03 0000"),
        (.iccPowerOff, "", "63 00000000 02 07 000000"),
        (.getSlotStatus, "", "65 00000000 02 07 000000"),
        (.xfrBlock(waiting: 4, level: 0x0010), "", "6F 00000000 02 07 04 1000"),
        (.xfrBlock(waiting: 0, level: 0), "00A4040C", "6F 04000000 02 07 00 0000 00A4040C"),
        (.getParameters, "", "6C 00000000 02 07 000000"),
        (.resetParameters, "", "6D 00000000 02 07 000000"),
        (.setParameters(protocolNumber: 1), "11 10 00 4D 00 20 00", "61 07000000 02 07 01 0000 11 10 00 4D 00 20 00"),
        (.escape, "FF50000000", "6B 05000000 02 07 000000 FF50000000"),
        (.iccClock(stops: true), "", "6E 00000000 02 07 01 0000"),
        (.iccClock(stops: false), "", "6E 00000000 02 07 00 0000"),
        (.t0APDU(changes: 3, getResponse: 0x80, envelope: 0x81), "", "6A 00000000 02 07 03 80 81"),
        (.secure(waiting: 1, level: 0x0203), "00", "69 01000000 02 07 01 0302 00"),
        (.mechanical(.eject), "", "71 00000000 02 07 02 0000"),
        (.abort, "", "72 00000000 02 07 000000"),
        (.setDataRateAndClockFrequency, "A00F0000 80250000", "73 08000000 02 07 000000 A00F0000 80250000"),
    ]

    @Test(arguments: commands.indices)
    func aCommandIsWrittenByTheBook(_ index: Int) {
        let (command, data, expected) = Self.commands[index]
        var message: [UInt8] = [0xEE]
        let bytes = hex(data)
        command.encode(slot: 2, sequence: 7, data: bytes.span, into: &message)
        #expect(hex(message) == hex(hex(expected)))
    }

    @Test func aLongLengthHasItsLowestByteFirst() {
        var message: [UInt8] = []
        let bytes = [UInt8](repeating: 0, count: 0x01_02_03)
        CommandMessage.escape.encode(slot: 0, sequence: 0, data: bytes.span, into: &message)
        #expect(hex(message[1...4]) == "03020100")
    }

    @Test func aResponseIsReadByTheBook() throws {
        let block = try response(hex("80 05000000 01 09 00 00 02 3B80800101"))
        #expect(block.kind == .dataBlock && block.slot == 1 && block.sequence == 9 && block.card == .active)
        #expect(block.outcome == .processed && block.parameter == 2 && block.data == 10..<15)
        let failed = try response(hex("81 00000000 00 FF 42 FE 01"))
        #expect(failed.kind == .slotStatus && failed.card == .absent && failed.outcome == .failed(.cardMute))
        let extended = try response(hex("80 00000000 00 00 80 05 00"))
        #expect(extended.card == .active && extended.outcome == .needsTime(5))
        #expect(try response(hex("82 00000000 00 00 01 00 01")).kind == .parameters)
        #expect(try response(hex("83 00000000 00 00 01 00 00")).kind == .escape)
        #expect(try response(hex("84 00000000 00 00 01 00 00")).kind == .dataRateAndClockFrequency)
    }

    @Test(arguments: [
        ("", MessageFault.tooShort(0)), ("80 00000000 00 00 00 00", .tooShort(9)), ("7F 00000000 00 00 00 00 00", .unknownType(0x7F)),
        ("85 00000000 00 00 00 00 00", .unknownType(0x85)), ("50 00000000 00 00 00 00 00", .unknownType(0x50)),
        ("80 01000000 00 00 00 00 00", .lengthDisagrees(announced: 1, received: 0)),
        ("80 00000000 00 00 00 00 00 90", .lengthDisagrees(announced: 0, received: 1)),
        ("80 FFFFFFFF 00 00 00 00 00 90", .lengthDisagrees(announced: 0xFFFF_FFFF, received: 1)),
        ("80 00000000 00 00 03 00 00", .reservedStatus(0x03)), ("80 00000000 00 00 C0 00 00", .reservedStatus(0xC0)),
    ])
    func whatIsNoResponseIsRefused(_ text: String, _ fault: MessageFault) {
        #expect(throws: fault) { _ = try response(hex(text)) }
    }

    @Test func aDescriptorIsReadByTheBook() throws {
        let bytes = hex(
            "36 21 1001 02 05 02000000 A00F0000 204E0000 03 80250000 40420F00 05 FE000000 01000000 0F000000 BA040400 0F010000 00 81 1002 03 01"
        )
        let read = try parsed(bytes)
        #expect(read.version == 0x0110 && read.lastSlot == 2 && read.slotCount == 3 && read.voltages == [.five, .onePointEight])
        #expect(read.protocols == 2 && read.defaultClock == 4_000 && read.maximumClock == 20_000 && read.clockCount == 3)
        #expect(read.dataRate == 9_600 && read.maximumDataRate == 1_000_000 && read.dataRateCount == 5 && read.maximumIFSD == 254)
        #expect(read.synchronousProtocols == 1 && read.mechanics == 0x0F && read.level == .extendedAPDU)
        #expect(
            read.features == [.configuresParameters, .selectsVoltage, .changesClock, .changesBaudRate, .carriesOutPPS, .exchangesIFSD])
        #expect(read.maximumMessageLength == 271 && read.getResponseClass == 0 && read.envelopeClass == 0x81)
        #expect(read.displayLayout == 0x0210 && read.pinSupport == 3 && read.busySlots == 1)
    }

    @Test(arguments: [
        (0, 0x35, DescriptorFault.wrongLength(54)), (1, 0x22, .wrongType(0x22)), (3, 0x02, .wrongVersion(0x0210)),
        (6, 0x00, .noProtocol(0)), (42, 0x06, .severalLevels(0x0006_04BE)), (42, 0x03, .severalLevels(0x0003_04BE)),
    ])
    func aWrongFieldIsRefused(_ offset: Int, _ value: UInt8, _ fault: DescriptorFault) {
        var bytes = descriptor()
        bytes[offset] = value
        #expect(throws: fault) { _ = try parsed(bytes) }
    }

    @Test func aDescriptorOfAnotherLengthIsRefused() {
        for count in 0...53 {
            #expect(throws: DescriptorFault.wrongLength(count)) { _ = try parsed(Array(descriptor().prefix(count))) }
        }
        #expect(throws: DescriptorFault.wrongLength(55)) { _ = try parsed(descriptor() + [0]) }
    }

    @Test func aMessageMustHaveRoomForData() throws {
        #expect(throws: DescriptorFault.messagesTooShort(10)) { _ = try parsed(descriptor(messageLength: 10)) }
        // Less than the standard asks for is taken as it is, and an answer to a short APDU awaited all the same.
        let small = try parsed(descriptor(messageLength: 64))
        #expect(small.messageCapacity == 64 && small.answerCapacity == 271)
        #expect(try parsed(descriptor(features: 0x1_00BA, messageLength: 263)).level == .tpdu)
        #expect(try parsed(descriptor(features: 0xBA, messageLength: 64)).level == .character)
        #expect(try parsed(descriptor(messageLength: .max)).messageCapacity == 65_554)
    }

    @Test func theLowestVoltageIsTriedFirst() throws {
        func selections(_ voltages: UInt8, _ features: UInt32) throws -> [PowerSelect] {
            try parsed(descriptor(voltages: voltages, features: features)).powerSelections
        }
        #expect(try selections(0x07, 0x4_00BA) == [.automatic])
        #expect(try selections(0x07, 0x4_00B2) == [.onePointEight, .three, .five])
        #expect(try selections(0x01, 0x4_00B2) == [.five])
        #expect(try selections(0x00, 0x4_00B2) == [.automatic])
    }

    @Test func interruptMessagesAreReadByTheBook() throws {
        #expect(try interrupt(hex("50 03"), slots: 1) == .slotChange)
        #expect(try interrupt(hex("50 03 02"), slots: 5) == .slotChange)
        #expect(try interrupt(hex("51 01 07 01"), slots: 1) == .hardwareError(slot: 1, sequence: 7, code: 1))
        #expect(throws: MessageFault.lengthDisagrees(announced: 2, received: 1)) { _ = try interrupt(hex("50 03"), slots: 5) }
        #expect(throws: MessageFault.lengthDisagrees(announced: 3, received: 2)) {
            _ = try interrupt(hex("51 01 07"), slots: 1)
        }
        #expect(throws: MessageFault.tooShort(0)) { _ = try interrupt([UInt8](), slots: 1) }
        #expect(throws: MessageFault.unknownType(0x52)) { _ = try interrupt(hex("52 00 00 00"), slots: 1) }
    }
}
