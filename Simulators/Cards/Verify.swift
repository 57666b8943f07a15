/// The longest PIN or password in bytes, measured by public open-source projects.
private let longestReference = 16

extension VirtualCard {
    /// VERIFY `00 20 00 P2` (ISO/IEC 7816-4): without a body the counter, with a body one try.
    ///
    /// A body of up to 16 bytes is compared, so that a PIN of the wrong length is a wrong PIN and costs a try; a longer one, an Le, and
    /// a message whose lengths disagree are `6700` and cost nothing (assumed). A wrong try takes away what was verified before.
    func verify(_ command: CommandMessage, _ candidate: Span<UInt8>) throws(Refusal) -> Answer {
        guard command.p1 == 0x00 else { throw Refusal(.wrongParameters, "P1 of VERIFY is not 00") }
        guard command.expected == 0 else { throw Refusal(.wrongLength, "VERIFY has no Le") }
        guard candidate.count <= longestReference else { throw Refusal(.wrongLength, "reference data has at most 16 bytes") }
        let (position, reference) = try reference(named: command.p2)
        let status = candidate.isEmpty ? reference.inquiry : reference.verify(candidate)
        if status.isProcessed { session?.file = position }
        return Answer(status: status, computing: candidate.isEmpty ? profile.computingTimes.inquire : profile.computingTimes.verify)
    }

    /// CHANGE REFERENCE DATA `00 24 01 P2` (ISO/IEC 7816-4) with the new secret alone, after a right VERIFY of the old one.
    ///
    /// Without it `6982`, when blocked `6984`. A new secret of a wrong form is `6A80`, and the status stays (both assumed).
    func changeReferenceData(_ command: CommandMessage, _ new: Span<UInt8>) throws(Refusal) -> Answer {
        guard command.p1 == 0x01 else { throw Refusal(.wrongParameters, "P1 of CHANGE REFERENCE DATA is not 01") }
        return try change(command, new, by: .referenceData)
    }

    /// CHANGE KEY `80 32 00 P2` (JICSAP), which the 共通カードAP and the 住基AP have in the place of CHANGE REFERENCE DATA (measured by a
    /// public open-source project); the rules are the same.
    func changeKey(_ command: CommandMessage, _ new: Span<UInt8>) throws(Refusal) -> Answer {
        guard command.p1 == 0x00 else { throw Refusal(.wrongParameters, "P1 of CHANGE KEY is not 00") }
        return try change(command, new, by: .key)
    }

    /// A reference that another command changes, or none, is `6985` (assumed).
    private func change(_ command: CommandMessage, _ new: Span<UInt8>, by way: ReferenceData.Change) throws(Refusal) -> Answer {
        guard command.expected == 0 else { throw Refusal(.wrongLength, "a command that changes a secret has no Le") }
        guard (1...longestReference).contains(new.count) else { throw Refusal(.wrongLength, "reference data has 1 to 16 bytes") }
        let (position, reference) = try reference(named: command.p2)
        guard reference.rules.change == way else { throw Refusal(.conditionsNotSatisfied, "the command does not change this reference") }
        guard reference.triesLeft > 0 else { throw Refusal(.blocked) }
        guard reference.isVerified else { throw Refusal(.securityStatusNotSatisfied) }
        guard reference.takes(new) else { throw Refusal(.wrongData, "the new reference data has a wrong length or wrong characters") }
        reference.change(to: new)
        session?.file = position
        return Answer(status: .success, computing: profile.computingTimes.change)
    }

    /// P2=`00` would be a reference that needs no name; no application has one, so `6A88` (assumed). A file of another kind is `6981`.
    private func reference(named p2: UInt8) throws(Refusal) -> (position: Int, reference: Reference) {
        guard p2 != 0x00 else { throw Refusal(.referenceNotFound, "P2=00 names no reference") }
        let application = try currentApplication(or: Refusal(.noCurrentFile, "no application is selected"))
        let position = try position(ofReference: p2, in: application)
        guard case .reference(let reference) = application.files[position].body else {
            throw Refusal(.wrongFileType, "the file holds no reference data")
        }
        return (position, reference)
    }
}
