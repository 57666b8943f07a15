/// What a processed command answers.
struct Answer {
    let status: StatusWord
    let computing: Duration
}

/// The commands of the card (ISO/IEC 7816-4, and JICSAP for the proprietary one).
private enum Instruction: UInt8 {
    case verify = 0x20
    case changeReferenceData = 0x24
    case computeDigitalSignature = 0x2A
    case getChallenge = 0x84
    case select = 0xA4
    case readBinary = 0xB0
    case readRecord = 0xB2

    var instructionClass: UInt8 { self == .computeDigitalSignature ? 0x80 : 0x00 }
}

extension VirtualCard {
    /// Executes one command: class, instruction, lengths, and then what the command says.
    func execute(_ bytes: Span<UInt8>, into response: inout [UInt8]) throws(Refusal) -> Answer {
        guard bytes.count >= 4 else { throw Refusal(.wrongLength, "the message has no complete header") }
        try checkClass(bytes[0])
        guard let instruction = Instruction(rawValue: bytes[1]) else {
            throw Refusal(.instructionNotSupported, "the card does not know the instruction")
        }
        guard bytes[0] == instruction.instructionClass else {
            throw Refusal(.classNotSupported, "the instruction belongs to another class")
        }
        let command = try CommandMessage(bytes)
        // Not a complaint: to try once is the only way to find out about a card that does not declare it.
        guard !command.isExtended || profile.takesExtendedLength else { throw Refusal(.wrongLength) }
        let data = bytes.extracting(command.data)
        switch instruction {
        case .select: return try select(command, data, into: &response)
        case .readBinary: return try readBinary(command, into: &response)
        case .readRecord: return try readRecord(command, into: &response)
        case .verify: return try verify(command, data)
        case .changeReferenceData: return try changeReferenceData(command, data)
        case .getChallenge: return try getChallenge(command, into: &response)
        case .computeDigitalSignature: return try computeDigitalSignature(command, data, into: &response)
        }
    }

    /// The class byte (ISO/IEC 7816-4, class byte): `00` and `80` and nothing else; one channel, no chaining, no secure messaging.
    private func checkClass(_ value: UInt8) throws(Refusal) {
        switch value {
        case 0x00, 0x80: return
        case 0x40...0x7F: throw Refusal(.channelNotSupported, "the class names a logical channel")
        case 0x00...0x1F, 0x80...0x9F:
            if value & 0x03 != 0 { throw Refusal(.channelNotSupported, "the class names a logical channel") }
            if value & 0x0C != 0 { throw Refusal(.secureMessagingNotSupported, "the class asks for secure messaging") }
            throw Refusal(.chainingNotSupported, "the class asks for command chaining")
        default: throw Refusal(.classNotSupported, "the card does not know the class")
        }
    }

    /// The current application; `missing` where the issuer security domain is selected.
    func currentApplication(or missing: Refusal) throws(Refusal) -> FileSystem.Application {
        guard let position = session?.application else { throw missing }
        return fileSystem.applications[position]
    }

    /// The position of the file that five bits name: its short identifier, or the current file for zero.
    ///
    /// Without a current file `6986` (JICSAP's meaning of it; not measured).
    func position(ofShort identifier: UInt8, in application: FileSystem.Application) throws(Refusal) -> Int {
        if identifier == 0 {
            guard let current = session?.file else { throw Refusal(.noCurrentFile, "no file is selected") }
            return current
        }
        guard let position = application.position(of: FileID(rawValue: UInt16(identifier))) else { throw Refusal(.fileNotFound) }
        return position
    }

    /// The position of the file that P2 names in VERIFY, CHANGE REFERENCE DATA and COMPUTE DIGITAL SIGNATURE: `80` is the current
    /// file, `80` and five bits a short identifier. Other forms are `6A86` (assumed); `00` is the caller's business.
    func position(ofReference p2: UInt8, in application: FileSystem.Application) throws(Refusal) -> Int {
        guard p2 & 0xE0 == 0x80 else { throw Refusal(.wrongParameters, "P2 is neither 80 nor 80 and a short identifier") }
        return try position(ofShort: p2 & 0x1F, in: application)
    }
}
