extension VirtualCard {
    /// READ BINARY `00 B0` (ISO/IEC 7816-4): the current file from a 15-bit offset, or the file of a short identifier in P1 (`80` and
    /// five bits) from the 8-bit offset in P2; a file read by its short identifier becomes current.
    ///
    /// Le of zeros means all there is, up to 256 or 65,536 bytes, and is answered `9000` however much that is (ISO/IEC 7816-4: "all the
    /// bytes until the end of the file"). Any other Le that goes past the end brings what is left and the warning `6282`. An offset at or
    /// behind the end is `6B00` (measured by public open-source projects).
    func readBinary(_ command: CommandMessage, into response: inout [UInt8]) throws(Refusal) -> Answer {
        guard command.data.isEmpty else { throw Refusal(.wrongLength, "READ BINARY has no data field") }
        guard command.expected > 0 else { throw Refusal(.wrongLength, "READ BINARY needs Le") }
        let isShort = command.p1 & 0x80 != 0
        guard !isShort || command.p1 & 0x60 == 0 else { throw Refusal(.wrongParameters, "P1 of READ BINARY has RFU bits") }
        let offset = isShort ? Int(command.p2) : Int(command.p1) << 8 | Int(command.p2)

        let application = try currentApplication(or: Refusal(.noCurrentFile, "no application is selected"))
        let position = try position(ofShort: isShort ? command.p1 & 0x1F : 0, in: application)
        guard case .transparent(let file, let read) = application.files[position].body else {
            throw Refusal(.wrongFileType, "the file is internal or has records")
        }
        let bytes = file.bytes
        guard application.satisfies(read) else { throw Refusal(.securityStatusNotSatisfied) }
        guard offset < bytes.count else { throw Refusal(.wrongOffset) }

        let count = min(command.expected, bytes.count - offset)
        response.append(contentsOf: bytes[offset..<offset + count])
        session?.file = position
        let isWhole = count == command.expected || command.expectsAll
        return Answer(
            status: isWhole ? .success : .endOfFile,
            computing: profile.computingTimes.read + profile.computingTimes.readPerByte * count)
    }
}
