import Certificates
import Diagnosis
import ISO7816
import ReaderKit
import Station

/// How many tries a PIN has left.
public enum PINState: Sendable, Hashable {
    /// It was verified since the card got power.
    case verified
    /// So many wrong ones more, and it is blocked.
    case left(Int)
    /// No try is left; a municipal office can unblock it.
    case blocked
}

/// What the card said to a PIN.
public enum PINResult: Sendable, Hashable {
    /// It was right.
    case verified
    /// It was wrong; so many tries are left, one at least.
    case rejected(triesLeft: Int)
    /// It is blocked, maybe by this very try.
    case blocked
}

/// The operations of a My Number Card's JPKI application (公的個人認証AP), each in the fewest APDUs.
///
/// Files, references and keys are named by short identifiers inside the command that uses them, so nothing but the application is ever
/// selected. Nothing that carries a PIN is ever sent twice.
public final class MyNumberCard {
    /// The longest certificate that is read, in bytes; real ones have about 1,400.
    static let longestCertificate = 8_192

    private let session: CardSession
    private let layout: CardLayout
    private let patience: Duration
    private let station: Station

    /// A card over `session`; each operation has `patience` to be done, however many commands it takes.
    public init(_ session: CardSession, layout: CardLayout = .myNumberCard, patience: Duration = .seconds(10), on station: Station) {
        self.session = session
        self.layout = layout
        self.patience = patience
        self.station = station
    }

    /// Selects the application: the one way to tell a My Number Card from another (never by its ATR). One APDU.
    ///
    /// Some cards answer `6F00` to whatever comes first after power-up (measured by a public open-source project); they are asked again.
    public func select() throws(CardError) {
        let deadline = station.now + patience
        var status = try send(.selectApplication, layout.application, until: deadline)
        if status == .noDiagnosis { status = try send(.selectApplication, layout.application, until: deadline) }
        guard status.isSuccess else { throw .notMyNumberCard(status) }
    }

    /// Asks how many tries the authentication PIN has left, without using one. One APDU.
    public func authenticationPINState() throws(CardError) -> PINState {
        let status = try send(.verify(reference: layout.authenticationPIN), until: station.now + patience)
        if status.isSuccess { return .verified }
        if status.isBlocked || status.remainingTries == 0 { return .blocked }
        guard let tries = status.remainingTries else { throw .refused(status, command: "VERIFY without data") }
        return .left(tries)
    }

    /// Verifies the authentication PIN. One APDU, none where the PIN is not of the right form.
    ///
    /// An exchange that fails on the way is never repeated: the card may have counted it.
    public func verifyAuthenticationPIN(_ pin: Secret) throws(CardError) -> PINResult {
        let digits = layout.authenticationPINDigits
        let isWellFormed = pin.withBytes { bytes in
            bytes.count == digits && bytes.indices.allSatisfy { (0x30...0x39).contains(bytes[$0]) }
        }
        guard isWellFormed else { throw .pinMalformed(digits: digits) }
        defer { session.wipe() }
        let deadline = station.now + patience
        let header = CommandHeader.verify(reference: layout.authenticationPIN)
        let status = try throughReader { () throws(ReaderError) in
            try pin.withBytes { bytes throws(ReaderError) in
                try session.send(header, data: bytes, expected: 0, form: .short, until: deadline)
            }
        }
        if status.isSuccess { return .verified }
        if status.isBlocked || status.remainingTries == 0 { return .blocked }
        guard let tries = status.remainingTries else { throw .refused(status, command: "VERIFY") }
        return .rejected(triesLeft: tries)
    }

    /// Signs with the authentication key; the PIN was verified before. One APDU.
    ///
    /// `digestInfo` is the DigestInfo of RFC 8017 clause 9.2, which the card only pads. Throws `.refused` where the PIN was not verified.
    public func sign(digestInfo: [UInt8]) throws(CardError) -> [UInt8] {
        let header = CommandHeader.computeSignature(key: layout.authenticationKey)
        let status = try send(header, digestInfo, expected: 256, until: station.now + patience)
        guard status.isSuccess else { throw .refused(status, command: "COMPUTE DIGITAL SIGNATURE") }
        return session.answer
    }

    /// Reads the authentication certificate, without the filler behind it.
    ///
    /// One APDU where extended length works, else as many as it has blocks of 256 bytes; where nothing is known of it, the refused try is
    /// one more, once per reader and card.
    public func readAuthenticationCertificate() throws(CardError) -> [UInt8] {
        let deadline = station.now + patience
        var bytes = try readFirstPart(file: layout.authenticationCertificate, until: deadline)
        var total = try certificateLength(prefix: bytes)
        while bytes.count < total {
            let wanted = min(total - bytes.count, APDULimits.shortExpected)
            let part = try read(.readBinary(offset: bytes.count), expected: wanted, until: deadline)
            guard !part.isEmpty else { throw .certificateMalformed(cause: "the file ends after \(bytes.count) of \(total) bytes") }
            bytes += part
            total = try certificateLength(prefix: bytes)
        }
        return Array(bytes[..<total])
    }

    // MARK: Reading

    private func readFirstPart(file: UInt8, until deadline: Instant) throws(CardError) -> [UInt8] {
        let header = CommandHeader.readBinary(file: file)
        guard session.lengthPlan != .short else { return try read(header, expected: APDULimits.shortExpected, until: deadline) }
        let extended = try attemptExtended(header, until: deadline)
        if case .status(let status) = extended, !LengthMemory.fallsBack(after: extended) {
            session.remember(LengthMemory.finding(extended: extended))
            return try readBytes(status, expected: APDULimits.extendedExpected)
        }
        let part = try read(header, expected: APDULimits.shortExpected, until: deadline)
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

    private func read(_ header: CommandHeader, expected: Int, until deadline: Instant) throws(CardError) -> [UInt8] {
        try readBytes(try send(header, expected: expected, until: deadline), expected: expected)
    }

    private func readBytes(_ status: StatusWord, expected: Int) throws(CardError) -> [UInt8] {
        // What lies behind the end of the file is nothing.
        if status == .offsetOutsideFile { return [] }
        guard status.isSuccess || status == .endOfFile else { throw .refused(status, command: "READ BINARY") }
        guard session.answer.count <= expected else {
            throw .certificateMalformed(cause: "READ BINARY brought \(session.answer.count) bytes, \(expected) at most were asked for")
        }
        return session.answer
    }

    private func certificateLength(prefix: [UInt8]) throws(CardError) -> Int {
        guard prefix.first == 0x30 else { throw .certificateMalformed(cause: "it does not begin with a SEQUENCE") }
        let size: TLVSize
        do { size = try TLVSize(prefix: prefix.span) } catch {
            throw .certificateMalformed(cause: "its length field is wrong (\(error.kind))")
        }
        let length =
            switch size {
            case .needsMore(let least): least
            case .whole(let length): length
            }
        guard length <= Self.longestCertificate else {
            throw .certificateMalformed(cause: "it claims to have \(length) bytes; \(Self.longestCertificate) are the most")
        }
        return length
    }

    // MARK: Sending

    private func send(
        _ header: CommandHeader, _ data: [UInt8] = [], expected: Int = 0, until deadline: Instant
    ) throws(CardError) -> StatusWord {
        try throughReader { () throws(ReaderError) in
            try session.send(header, data, expected: expected, form: .short, until: deadline)
        }
    }

    private func throughReader<Result>(_ body: () throws(ReaderError) -> Result) throws(CardError) -> Result {
        do { return try body() } catch { throw .reader(error) }
    }
}
