import Diagnosis
import ISO7816
import ReaderKit
import Station

/// Reading files: as much as their outer data object says, and nothing of the filler behind it.
extension MyNumberCard {
    /// Reads the authentication certificate, without the filler behind it.
    ///
    /// One APDU where extended length works, else as many as it has blocks of 256 bytes; where nothing is known of it, the refused try is
    /// one more, once per reader and card.
    public func readAuthenticationCertificate() throws(CardError) -> [UInt8] {
        try readCertificate(.authentication)
    }

    /// Reads a certificate, in DER, without the filler behind it. What wants a secret first must have been verified.
    public func readCertificate(_ certificate: CardCertificate) throws(CardError) -> [UInt8] {
        try readObject(certificate.file, until: deadline)
    }

    /// Verifies a secret and reads a certificate that it opens: the signature certificate, or any certificate of a phone.
    public func readCertificate(
        _ certificate: CardCertificate, opening reference: CardReference, with secret: Secret, lastTry: LastTry = .keep
    ) throws(CardError) -> Guarded<[UInt8]> {
        let deadline = deadline
        return try opening(try entry(of: reference), with: secret, lastTry, until: deadline) { () throws(CardError) in
            try readObject(certificate.file, until: deadline)
        }
    }

    // MARK: Files

    /// The data object at the beginning of a file.
    func readObject(_ file: CardFile, until deadline: Instant) throws(CardError) -> [UInt8] {
        let place = try place(of: file)
        try enter(place.application, until: deadline)
        var bytes = try readFirstPart(of: file, at: place.file, until: deadline)
        var total = try objectLength(of: file, prefix: bytes)
        while bytes.count < total {
            let wanted = min(total - bytes.count, APDULimits.shortExpected)
            let part = try read(.readBinary(offset: bytes.count), of: file, expected: wanted, until: deadline)
            guard !part.isEmpty else { throw file.malformed("the file ends after \(bytes.count) of \(total) bytes") }
            bytes += part
            total = try objectLength(of: file, prefix: bytes)
        }
        return Array(bytes[..<total])
    }

    /// The first `count` bytes of a file, 256 at most. One APDU.
    func readBytes(_ file: CardFile, count: Int, until deadline: Instant) throws(CardError) -> [UInt8] {
        let place = try place(of: file)
        try enter(place.application, until: deadline)
        return try read(.readBinary(file: place.file), of: file, expected: count, until: deadline)
    }

    private func readFirstPart(of file: CardFile, at id: UInt8, until deadline: Instant) throws(CardError) -> [UInt8] {
        let header = CommandHeader.readBinary(file: id)
        guard session.lengthPlan != .short else {
            return try read(header, of: file, expected: APDULimits.shortExpected, until: deadline)
        }
        let extended = try attemptExtended(header, until: deadline)
        if case .status(let status) = extended, !LengthMemory.fallsBack(after: extended) {
            session.remember(LengthMemory.finding(extended: extended))
            return try contents(of: file, status, expected: APDULimits.extendedExpected)
        }
        let part = try read(header, of: file, expected: APDULimits.shortExpected, until: deadline)
        session.remember(LengthMemory.finding(extended: extended, thenShort: .status(.success)))
        return part
    }

    /// Asks for a whole file at once. A reader that cannot carry that may know no other way to say so than to fail.
    private func attemptExtended(_ header: CommandHeader, until deadline: Instant) throws(CardError) -> LengthMemory.Outcome {
        do throws(ReaderError) {
            return .status(try session.send(header, expected: APDULimits.extendedExpected, form: .extended, until: deadline))
        } catch {
            guard error.reason == .inputOutput else { throw .reader(error) }
            return .transportFailure
        }
    }

    private func read(
        _ header: CommandHeader, of file: CardFile, expected: Int, until deadline: Instant
    ) throws(CardError) -> [UInt8] {
        try contents(of: file, try send(header, expected: expected, until: deadline), expected: expected)
    }

    private func contents(of file: CardFile, _ status: StatusWord, expected: Int) throws(CardError) -> [UInt8] {
        // What lies behind the end of the file is nothing.
        if status == .offsetOutsideFile { return [] }
        guard status.isSuccess || status == .endOfFile else { throw .refused(status, command: "READ BINARY") }
        guard session.answer.count <= expected else {
            throw file.malformed("READ BINARY brought \(session.answer.count) bytes, \(expected) at most were asked for")
        }
        return session.answer
    }

    /// How long the object at the beginning of a file is, or at least how much of it is needed to know. Filler begins no object.
    private func objectLength(of file: CardFile, prefix: [UInt8]) throws(CardError) -> Int {
        let beginning = file.beginning
        guard prefix.first == beginning.bytes.first, zip(prefix, beginning.bytes).allSatisfy(==) else {
            throw file.malformed("it does not begin with \(beginning.name)")
        }
        let size: TLVSize
        do { size = try TLVSize(prefix: prefix.span) } catch { throw file.malformed("its length field is wrong (\(error.kind))") }
        let length =
            switch size {
            case .needsMore(let least): least
            case .whole(let length): length
            }
        guard length <= file.longest else { throw file.malformed("it claims to have \(length) bytes; \(file.longest) are the most") }
        return length
    }
}

extension CardFile {
    /// How the data object in the file begins.
    fileprivate var beginning: (bytes: [UInt8], name: String) {
        switch self {
        case .signatureCertificate, .signatureAuthority, .authenticationCertificate, .authenticationAuthority: ([0x30], "a SEQUENCE")
        case .textKeyCertificate, .faceKeyCertificate: ([0x7F, 0x21], "tag 7F21")
        case .ageRecord: ([0xFF, 0x10], "tag FF10")
        case .fourItems, .cardFace: ([0xFF, 0x20], "tag FF20")
        case .fourItemsIntegrity, .faceInformation: ([0xFF, 0x30], "tag FF30")
        case .textInformation: ([0xFF, 0x40], "tag FF40")
        case .textCardKey: ([0xFF, 0x50], "tag FF50")
        // Neither has an outer data object.
        case .tokenInformation, .issueRecord: ([], "")
        }
    }

    /// The longest object that is read, in bytes: several times what cards were found to hold, and within the 15 bits of an offset.
    var longest: Int {
        switch self {
        case .signatureCertificate, .signatureAuthority, .authenticationCertificate, .authenticationAuthority: 8_192
        case .cardFace: 32_768
        case .fourItems: 4_096
        case .textKeyCertificate, .faceKeyCertificate, .ageRecord, .fourItemsIntegrity, .faceInformation, .textInformation,
            .textCardKey, .tokenInformation, .issueRecord:
            2_048
        }
    }

    fileprivate func malformed(_ cause: String) -> CardError {
        switch self {
        case .signatureCertificate, .signatureAuthority, .authenticationCertificate, .authenticationAuthority:
            .certificateMalformed(cause: cause)
        default: .dataMalformed(CardDataError(self, .unreadable(cause)))
        }
    }
}
