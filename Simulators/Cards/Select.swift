extension VirtualCard {
    /// SELECT `00 A4` (ISO/IEC 7816-4): P1=`04` an application by its name, P1=`02` a file by its identifier.
    ///
    /// A SELECT that fails changes nothing. P1=`00` answers as measured by a public open-source project: `3F00` is `6A82`; without data
    /// `6A86` after reset and `9000` without effect in an application. Other P1 are `6A86`.
    func select(_ command: CommandMessage, _ data: Span<UInt8>, into response: inout [UInt8]) throws(Refusal) -> Answer {
        switch command.p1 {
        case 0x04: try selectApplication(command, data, into: &response)
        case 0x02: try selectFile(command, data)
        case 0x00: try selectRoot(command, data)
        default: throw Refusal(.wrongParameters, "P1 of SELECT is not 00, 02 or 04")
        }
        return Answer(status: .success, computing: profile.computingTimes.select)
    }

    /// An application leaves no current file. P2=`0C` answers nothing; P2=`00` with Le answers an FCI, of which only the name (tag `84`)
    /// is simulated (assumed).
    private func selectApplication(_ command: CommandMessage, _ name: Span<UInt8>, into response: inout [UInt8]) throws(Refusal) {
        guard command.p2 == 0x0C || command.p2 == 0x00 else { throw Refusal(.wrongParameters, "P2 of SELECT by name is not 0C or 00") }
        guard (5...16).contains(name.count) else { throw Refusal(.wrongLength, "an application identifier has 5 to 16 bytes") }
        let position = fileSystem.applications.firstIndex { isNamed($0.identifier, name) }
        guard position != nil || (fileSystem.root == nil && isNamed(profile.issuerSecurityDomain, name)) else {
            throw Refusal(.fileNotFound)
        }
        if command.p2 == 0x00, command.expected > 0 {
            let identifier = position.map { fileSystem.applications[$0].identifier } ?? profile.issuerSecurityDomain
            try appendControlInformation(identifier, command, into: &response)
        }
        enter(position)
        forgetStatusOnSelect()
    }

    /// Another application: no current file, no session of secure messaging.
    private func enter(_ position: Int?) {
        session?.application = position
        session?.file = nil
        session?.messaging = nil
    }

    private func appendControlInformation(
        _ identifier: [UInt8], _ command: CommandMessage, into response: inout [UInt8]
    ) throws(Refusal) {
        let length = identifier.count + 4
        guard command.expected >= length else { throw Refusal(.exactLength(length)) }
        let inner = UInt8(truncatingIfNeeded: identifier.count)
        response.append(0x6F)
        response.append(inner &+ 2)
        response.append(0x84)
        response.append(inner)
        response.append(contentsOf: identifier)
    }

    /// P2=`0C` only; other forms are `6A86` (assumed).
    private func selectFile(_ command: CommandMessage, _ identifier: Span<UInt8>) throws(Refusal) {
        guard command.p2 == 0x0C else { throw Refusal(.wrongParameters, "P2 of SELECT by file identifier is not 0C") }
        guard identifier.count == 2 else { throw Refusal(.wrongLength, "a file identifier has 2 bytes") }
        let application = try currentApplication(or: Refusal(.fileNotFound))
        let id = FileID(rawValue: UInt16(identifier[0]) << 8 | UInt16(identifier[1]))
        guard let position = application.position(of: id) else { throw Refusal(.fileNotFound) }
        session?.file = position
    }

    /// A card with a master file goes back to it, with `3F00` or without data.
    private func selectRoot(_ command: CommandMessage, _ identifier: Span<UInt8>) throws(Refusal) {
        if let root = fileSystem.root {
            let isRoot = identifier.isEmpty || (identifier.count == 2 && identifier[0] == 0x3F && identifier[1] == 0x00)
            guard isRoot else { throw Refusal(.fileNotFound) }
            return enter(root)
        }
        guard identifier.isEmpty else { throw Refusal(.fileNotFound) }
        guard command.p2 == 0x00, session?.application != nil else {
            throw Refusal(.wrongParameters, "SELECT without data works in an application only, with P2=00")
        }
    }

    /// Whether an application with this identifier answers to a name.
    private func isNamed(_ identifier: [UInt8], _ name: Span<UInt8>) -> Bool {
        guard name.count == identifier.count || (profile.selectsByPrefix && name.count < identifier.count) else { return false }
        for index in name.indices where name[index] != identifier[index] { return false }
        return true
    }
}
