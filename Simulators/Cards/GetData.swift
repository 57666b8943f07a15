extension VirtualCard {
    /// GET DATA `00 CA P1 P2 Le` (ISO/IEC 7816-4): a data object of the card itself, whose tag is P1-P2.
    ///
    /// Only while the issuer security domain is selected; elsewhere, and for another tag, `6A88`. A large object needs an extended Le and is
    /// `6700` with a short one (measured by a public open-source project). A smaller Le than the object is `6Cxx` (assumed).
    func getData(_ command: CommandMessage, into response: inout [UInt8]) throws(Refusal) -> Answer {
        guard command.data.isEmpty else { throw Refusal(.wrongLength, "GET DATA has no data field") }
        guard command.expected > 0 else { throw Refusal(.wrongLength, "GET DATA needs Le") }
        let tag = UInt16(command.p1) << 8 | UInt16(command.p2)
        guard let object = fileSystem.dataObjects[tag], object.isEverywhere || session?.application == nil else {
            throw Refusal(.referenceNotFound)
        }
        let bytes = object.file.bytes
        guard bytes.count <= 256 || command.isExtended else { throw Refusal(.wrongLength) }
        guard command.expected >= bytes.count else { throw Refusal(bytes.count <= 256 ? .exactLength(bytes.count) : .wrongLength) }
        response.append(contentsOf: bytes)
        return Answer(
            status: .success, computing: profile.computingTimes.read + profile.computingTimes.readPerByte * bytes.count)
    }
}
