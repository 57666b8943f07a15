import ISO7816

extension CommandHeader {
    /// SELECT by application identifier, no answer wanted (ISO/IEC 7816-4 clause 7.1.1).
    static let selectApplication = CommandHeader(cla: 0x00, ins: 0xA4, p1: 0x04, p2: 0x0C)

    /// The same with file control information for an answer.
    static let selectApplicationForInformation = CommandHeader(cla: 0x00, ins: 0xA4, p1: 0x04, p2: 0x00)

    /// SELECT of an elementary file below the current application, no answer wanted.
    static let selectFile = CommandHeader(cla: 0x00, ins: 0xA4, p1: 0x02, p2: 0x0C)

    /// READ BINARY from the beginning of the file with this short identifier, which it also selects (clause 7.2.3).
    static func readBinary(file: UInt8) -> CommandHeader {
        CommandHeader(cla: 0x00, ins: 0xB0, p1: 0x80 | file, p2: 0x00)
    }

    /// READ BINARY from the selected file; the offset has 15 bits.
    static func readBinary(offset: Int) -> CommandHeader {
        CommandHeader(cla: 0x00, ins: 0xB0, p1: UInt8(truncatingIfNeeded: offset >> 8) & 0x7F, p2: UInt8(truncatingIfNeeded: offset))
    }

    /// READ RECORD by number from the file with this short identifier (clause 7.3.3).
    static func readRecord(_ number: UInt8, file: UInt8) -> CommandHeader {
        CommandHeader(cla: 0x00, ins: 0xB2, p1: number, p2: file << 3 | 0x04)
    }

    /// VERIFY; without data it only asks for the counter (clause 7.5.6). File 0 is the selected one.
    static func verify(reference: UInt8) -> CommandHeader {
        CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x80 | reference)
    }

    /// COMPUTE DIGITAL SIGNATURE in the card's own class (JICSAP).
    static func computeSignature(parameter: UInt8) -> CommandHeader {
        CommandHeader(cla: 0x80, ins: 0x2A, p1: 0x00, p2: parameter)
    }

    /// The command that gives the selected reference a new value.
    static func change(_ command: CardLayout.ChangeCommand) -> CommandHeader {
        switch command {
        case .changeReferenceData: CommandHeader(cla: 0x00, ins: 0x24, p1: 0x01, p2: 0x80)
        case .changeKey: CommandHeader(cla: 0x80, ins: 0x32, p1: 0x00, p2: 0x80)
        }
    }
}
