extension VirtualCard {
    /// READ RECORD `00 B2` (ISO/IEC 7816-4): the record whose number is P1, of the current file (P2=`04`) or of the file whose short
    /// identifier is in the upper five bits of P2; a file read by its short identifier becomes current.
    ///
    /// A number that is not there is `6A83`. Other ways to name a record (the low three bits of P2) are `6A86`, and P1=`00`, the current
    /// record, is `6A83`, for there is none (both assumed). An Le that is too small brings its part and `6282` (assumed).
    func readRecord(_ command: CommandMessage, into response: inout [UInt8]) throws(Refusal) -> Answer {
        guard command.data.isEmpty else { throw Refusal(.wrongLength, "READ RECORD has no data field") }
        guard command.expected > 0 else { throw Refusal(.wrongLength, "READ RECORD needs Le") }
        guard command.p2 & 0x07 == 0x04 else {
            throw Refusal(.wrongParameters, "P2 of READ RECORD does not say: the record of this number")
        }

        let application = try currentApplication(or: Refusal(.noCurrentFile, "no application is selected"))
        let position = try position(ofShort: command.p2 >> 3, in: application)
        guard case .records(let records, let read) = application.files[position].body else {
            throw Refusal(.wrongFileType, "the file has no records")
        }
        guard application.satisfies(read) else { throw Refusal(.securityStatusNotSatisfied) }
        let index = Int(command.p1) - 1
        guard records.indices.contains(index) else { throw Refusal(.recordNotFound) }

        let bytes = records[index].bytes
        let count = min(command.expected, bytes.count)
        response.append(contentsOf: bytes.prefix(count))
        session?.file = position
        let isWhole = count == bytes.count && (count == command.expected || command.expectsAll)
        return Answer(
            status: isWhole ? .success : .endOfFile,
            computing: profile.computingTimes.read + profile.computingTimes.readPerByte * count)
    }
}
