extension VirtualCard {
    /// COMPUTE DIGITAL SIGNATURE `80 2A P1 P2` (JICSAP): the profile says what P1 means for the key, P2 names the key.
    ///
    /// Checked in this order (assumed): lengths of the message, key, P1, access (`6982`), length of the input (`6700`), Le. An Le too small
    /// is `6Cxx` with the right one and no signature is made; a message without Le is `6700` (both assumed).
    func computeDigitalSignature(_ command: CommandMessage, _ input: Span<UInt8>, into response: inout [UInt8]) throws(Refusal) -> Answer {
        guard !input.isEmpty else { throw Refusal(.wrongLength, "COMPUTE DIGITAL SIGNATURE needs data") }
        guard command.expected > 0 else { throw Refusal(.wrongLength, "COMPUTE DIGITAL SIGNATURE needs Le") }
        let application = try currentApplication(or: Refusal(.noCurrentFile, "no application is selected"))
        let position = try positionOfKey(command.p2, in: application)
        guard case .key(let key, let entry) = application.files[position].body else {
            throw Refusal(.wrongFileType, "the file holds no key")
        }
        guard let operation = entry.operations[command.p1] else {
            throw Refusal(.wrongParameters, "the key has no operation for this P1")
        }
        guard application.satisfies(entry.use) else { throw Refusal(.securityStatusNotSatisfied) }
        guard operation.takes(length: input.count) else { throw Refusal(.wrongLength, "the operation does not take this length") }
        guard command.expected >= key.signatureLength else { throw Refusal(.exactLength(key.signatureLength)) }
        guard key.sign(input, by: operation, into: &response) else { throw Refusal(.executionError) }
        session?.file = position
        return Answer(status: .success, computing: profile.computingTimes.sign)
    }

    /// P2=`00` is the application's default key; `6A88` where it has none, as the 公的個人認証AP (assumed).
    private func positionOfKey(_ p2: UInt8, in application: FileSystem.Application) throws(Refusal) -> Int {
        guard p2 == 0x00 else { return try position(ofReference: p2, in: application) }
        guard let id = application.defaultKey, let position = application.position(of: id) else {
            throw Refusal(.referenceNotFound, "the application has no default key")
        }
        return position
    }

    /// INTERNAL AUTHENTICATE `00 88 00 P2` with 1 to 255 bytes: a signature by a key that needs no PIN, where the profile has one.
    ///
    /// The 共通カードAP has one; elsewhere the answers are `6982` and `6985` (measured by a public open-source
    /// project): here `6982` for a key that wants a PIN first, `6985` for everything else (assumed).
    func internalAuthenticate(_ command: CommandMessage, _ challenge: Span<UInt8>, into response: inout [UInt8]) throws(Refusal) -> Answer {
        guard command.p1 == 0x00 else { throw Refusal(.wrongParameters, "P1 of INTERNAL AUTHENTICATE is not 00") }
        guard (1...255).contains(challenge.count) else { throw Refusal(.wrongLength, "INTERNAL AUTHENTICATE takes 1 to 255 bytes") }
        guard command.expected > 0 else { throw Refusal(.wrongLength, "INTERNAL AUTHENTICATE needs Le") }
        let application = try currentApplication(or: Refusal(.conditionsNotSatisfied))
        guard let position = try? position(ofReference: command.p2, in: application),
            case .key(let key, let entry) = application.files[position].body
        else { throw Refusal(.conditionsNotSatisfied) }
        guard application.satisfies(entry.use) else { throw Refusal(.securityStatusNotSatisfied) }
        guard let operation = entry.internalAuthentication else { throw Refusal(.conditionsNotSatisfied) }
        guard command.expected >= key.signatureLength else { throw Refusal(.exactLength(key.signatureLength)) }
        guard key.sign(challenge, by: operation, into: &response) else { throw Refusal(.executionError) }
        session?.file = position
        return Answer(status: .success, computing: profile.computingTimes.sign)
    }

    /// GET CHALLENGE `00 84 00 00 Le` (ISO/IEC 7816-4): 1 to 256 bytes in any application; an extended Le is `6985` (measured by a public
    /// open-source project). The bytes follow from the card's seed.
    func getChallenge(_ command: CommandMessage, into response: inout [UInt8]) throws(Refusal) -> Answer {
        guard command.p1 == 0x00, command.p2 == 0x00 else { throw Refusal(.wrongParameters, "P1-P2 of GET CHALLENGE are not 0000") }
        guard command.data.isEmpty else { throw Refusal(.wrongLength, "GET CHALLENGE has no data field") }
        guard command.expected > 0 else { throw Refusal(.wrongLength, "GET CHALLENGE needs Le") }
        guard !command.isExtended else { throw Refusal(.conditionsNotSatisfied, "GET CHALLENGE has a short Le") }
        for _ in 0..<command.expected { response.append(UInt8(truncatingIfNeeded: challenges.next())) }
        return Answer(status: .success, computing: profile.computingTimes.challenge)
    }
}
