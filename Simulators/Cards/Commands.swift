/// What a processed command answers.
struct Answer {
    let status: StatusWord
    let computing: Duration
}

/// The commands of the card (ISO/IEC 7816-4 with class `00`, JICSAP and the card's own with class `80`).
enum Instruction: UInt8 {
    case verify = 0x20
    case changeReferenceData = 0x24
    case computeDigitalSignature = 0x2A
    case changeKey = 0x32
    case getChallenge = 0x84
    case internalAuthenticate = 0x88
    case verifyCertificate = 0xA2
    case select = 0xA4
    case setSessionKey = 0xAE
    case readBinary = 0xB0
    case readRecord = 0xB2
    case getData = 0xCA
    case lastCommandIndicator = 0xFC

    var instructionClass: UInt8 {
        switch self {
        case .computeDigitalSignature, .changeKey, .verifyCertificate, .setSessionKey, .lastCommandIndicator: 0x80
        default: 0x00
        }
    }
}

/// What the class byte says about the message, the kind of instruction aside.
private enum MessageForm {
    case plain
    /// A block of a chain, not the last one.
    case chained
    /// Secure messaging without a header that is authenticated.
    case secured
}

extension VirtualCard {
    /// Executes one command: class, instruction, lengths, and then what the command says.
    func execute(_ bytes: Span<UInt8>, into response: inout [UInt8]) throws(Refusal) -> Answer {
        guard bytes.count >= 4 else { throw Refusal(.wrongLength, "the message has no complete header") }
        let form = try form(ofClass: bytes[0])
        guard let instruction = Instruction(rawValue: bytes[1]) else {
            throw Refusal(.instructionNotSupported, "the card does not know the instruction")
        }
        guard bytes[0] & 0x80 == instruction.instructionClass else {
            throw Refusal(.classNotSupported, "the instruction belongs to another class")
        }
        let command = try CommandMessage(bytes)
        // Not a complaint: to try once is the only way to find out about a card that does not declare it.
        guard !command.isExtended || profile.takesExtendedLength else { throw Refusal(.wrongLength) }
        let data = bytes.extracting(command.data)
        switch form {
        case .plain:
            if let chain = try takeChain(before: command) {
                return try perform(instruction, chain.completed(by: command, data), into: &response)
            }
            return try perform(instruction, command, data, into: &response)
        case .chained: return try addToChain(command, data)
        case .secured: return try performSecured(instruction, command, data, into: &response)
        }
    }

    /// What a command says, however it came.
    func perform(
        _ instruction: Instruction, _ command: CommandMessage, _ data: Span<UInt8>, into response: inout [UInt8]
    ) throws(Refusal) -> Answer {
        switch instruction {
        case .select: try select(command, data, into: &response)
        case .readBinary: try readBinary(command, into: &response)
        case .readRecord: try readRecord(command, into: &response)
        case .verify: try verify(command, data)
        case .changeReferenceData: try changeReferenceData(command, data)
        case .changeKey: try changeKey(command, data)
        case .getChallenge: try getChallenge(command, into: &response)
        case .getData: try getData(command, into: &response)
        case .computeDigitalSignature: try computeDigitalSignature(command, data, into: &response)
        case .internalAuthenticate: try internalAuthenticate(command, data, into: &response)
        case .setSessionKey: try setSessionKey(command, data)
        case .verifyCertificate: try verifyTerminalCertificate(command, data)
        case .lastCommandIndicator: try lastCommandIndicator(command, into: &response)
        }
    }

    private func perform(
        _ instruction: Instruction, _ chained: (command: CommandMessage, data: [UInt8]), into response: inout [UInt8]
    ) throws(Refusal) -> Answer {
        try perform(instruction, chained.command, chained.data.span, into: &response)
    }

    /// The class byte (ISO/IEC 7816-4, class byte): one logical channel, chaining where the profile has it, secure messaging `08`.
    ///
    /// `0C`, whose header is authenticated, is `6987` during a session of secure messaging (measured by a public open-source project).
    private func form(ofClass value: UInt8) throws(Refusal) -> MessageForm {
        switch value {
        case 0x00, 0x80: return .plain
        case 0x10, 0x90:
            guard profile.takesCommandChaining else {
                throw Refusal(.chainingNotSupported, "the class asks for command chaining")
            }
            return .chained
        case 0x08: return .secured
        case 0x40...0x7F: throw Refusal(.channelNotSupported, "the class names a logical channel")
        case 0x00...0x1F, 0x80...0x9F:
            if value & 0x03 != 0 { throw Refusal(.channelNotSupported, "the class names a logical channel") }
            if value == 0x0C, session?.messaging != nil {
                throw Refusal(.messagingObjectMissing, "there is no key for an authenticated header")
            }
            throw Refusal(.secureMessagingNotSupported, "the class asks for secure messaging of a kind that the card has not")
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

    /// The last-command indicator `80 FC 00 00`: only the iPhone's token has it, plastic answers `6700` (measured by a public open-source
    /// project). What it says there is not public; the bytes of the profile are assumed.
    private func lastCommandIndicator(_ command: CommandMessage, into response: inout [UInt8]) throws(Refusal) -> Answer {
        guard let indicator = profile.lastCommandIndicator else { throw Refusal(.wrongLength) }
        guard command.p1 == 0x00, command.p2 == 0x00 else { throw Refusal(.wrongParameters, "P1-P2 of 80 FC are not 0000") }
        response.append(contentsOf: indicator)
        return Answer(status: .success, computing: profile.computingTimes.read)
    }
}
