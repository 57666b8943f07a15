import SimulationKit
import Station

/// The tries that are left of one reference.
public struct CardCounter: Sendable, Hashable {
    /// The identifier of its application.
    public var application: [UInt8]
    /// Its file.
    public var file: FileID
    /// The tries, 0 when blocked.
    public var triesLeft: Int

    /// A counter.
    public init(application: [UInt8], file: FileID, triesLeft: Int) {
        self.application = application
        self.file = file
        self.triesLeft = triesLeft
    }
}

/// A simulated IC card: a passive device that keeps the rules of its profile.
///
/// It does nothing until a host powers it and hands it a command APDU; it has no clock, no thread and no sleep. Counters and changed
/// secrets live as long as the object, as if in EEPROM; the security status lives as long as the power.
///
/// ```swift
/// let card = VirtualCard(.myNumberCard, holder: .hanako)
/// card.powerOn(at: .zero)
/// var response: [UInt8] = []
/// let computing = card.process(select.span, into: &response, at: .zero)
/// ```
///
/// Where no document and no published measurement says what a card does, the choice is told where it is made, with the word "assumed".
/// What is not public is not here: no certificate of a terminal (特定機関認証, `80 A2`) is trusted, and nothing is signed without a PIN by
/// the keys of the holder.
public final class VirtualCard: SimulatedCard {
    /// What kind of card it is.
    public let profile: CardProfile
    /// Where it touches the reader.
    public private(set) var interface: CardInterface
    /// Messages that the card refused because they are wrong by the book (form, class, instruction, parameters, wrong kind of file), in
    /// the order in which they came. A command that only meets a rule (access, counter, missing file) is not one. At most 1,000; never a
    /// byte of a data field.
    public private(set) var complaints: [String] = []

    /// The pseudo-unique PICC identifier of the answer to request (ATQB, ISO/IEC 14443-3 clause 7.9); new at each power-up where the
    /// profile says so.
    public private(set) var pupi: [UInt8]

    let fileSystem: FileSystem
    var session: Session?
    var challenges: SeededGenerator
    private let references: [Reference]

    /// What lasts from one reset to the next.
    struct Session {
        /// The position of the current application; `nil` while the issuer security domain is selected.
        var application: Int?
        /// The position of the current file in it.
        var file: Int?
        /// Whether the next command answers `6F00`.
        var failsNext: Bool
        /// The blocks of a chain that has not ended.
        var chain: BlockChain?
        /// The session of secure messaging with the current application.
        var messaging: MessagingSession?
    }

    /// A card without power.
    ///
    /// - Parameters:
    ///   - profile: what kind of card it is.
    ///   - contents: the holder's certificates and keys. A key that OpenSSL does not read is left out, and that is the first complaint.
    ///   - credentials: the holder's secrets.
    ///   - interface: where it touches the reader.
    ///   - seed: decides what GET CHALLENGE answers.
    public init(
        _ profile: CardProfile = .myNumberCard, contents: CardContents, credentials: CardCredentials = CardCredentials(),
        interface: CardInterface = .contactless, seed: UInt64 = 0
    ) {
        self.profile = profile
        self.interface = interface
        fileSystem = FileSystem(
            profile, contents: contents, credentials: credentials.completed(for: contents.personal?.holder))
        references = fileSystem.references
        challenges = SeededGenerator(seed: seed)
        pupi = Array(digest(Array((contents.personal?.holder.serial ?? profile.name).utf8)).prefix(4))
        for id in fileSystem.unreadableKeys.sorted(by: { $0.rawValue < $1.rawValue }) {
            complaints.append("EF \(hex(id.rawValue)): the private key is not PKCS #8 that OpenSSL reads")
        }
    }

    /// A card of a synthetic holder, without power; PIN 1234 and password ABC123 unless said otherwise.
    public convenience init(
        _ profile: CardProfile = .myNumberCard, holder: SyntheticHolder, credentials: CardCredentials = CardCredentials(),
        interface: CardInterface = .contactless, seed: UInt64 = 0
    ) {
        self.init(profile, contents: CardContents(holder), credentials: credentials, interface: interface, seed: seed)
    }

    // MARK: Power and reset

    /// The answer to reset of the interface in use.
    public var answerToReset: [UInt8] {
        switch interface {
        case .contact: profile.contactAnswerToReset
        case .contactless: profile.contactlessAnswerToReset
        }
    }

    /// The answer to request of a Type B card in the field (ATQB, ISO/IEC 14443-3 clause 7.9.2): `50`, PUPI, application data, protocol
    /// information; empty on the contacts. A reader shows the last two in its pseudo-ATR.
    public var answerToRequest: [UInt8] {
        let pseudo = profile.contactlessAnswerToReset
        guard interface == .contactless, pseudo.count >= 11 else { return [] }
        return [0x50] + pupi + pseudo[4..<11]
    }

    /// Puts the card on another interface; it is without power then.
    public func place(on interface: CardInterface) {
        powerOff()
        self.interface = interface
    }

    /// Cold reset: the issuer security domain is selected, nothing is verified.
    public func powerOn(at now: Instant) {
        for reference in references { reference.forgetStatus() }
        if profile.hasRandomPUPI { pupi = (0..<4).map { _ in UInt8(truncatingIfNeeded: challenges.next()) } }
        session = Session(application: fileSystem.root, failsNext: profile.failsFirstCommand)
    }

    /// The security status is gone; counters stay.
    public func powerOff() {
        for reference in references { reference.forgetStatus() }
        session = nil
    }

    /// What has been verified stays so, measured by a public open-source project. The issuer security domain is selected (assumed to be as
    /// after power-up).
    public func warmReset(at now: Instant) {
        session?.application = fileSystem.root
        session?.file = nil
        session?.chain = nil
        session?.messaging = nil
    }

    // MARK: Commands

    /// Answers one command APDU; a card without power is mute. `response` keeps its room, so that a host that passes the same array again
    /// makes the card allocate nothing.
    public func process(_ command: Span<UInt8>, into response: inout [UInt8], at now: Instant) -> Duration? {
        response.removeAll(keepingCapacity: true)
        guard let session else {
            complain(of: command, "the card has no power", nil)
            return nil
        }
        guard !profile.isMute else { return nil }
        guard !session.failsNext else {
            self.session?.failsNext = false
            response.append(.noDiagnosis)
            return profile.computingTimes.refuse
        }
        do throws(Refusal) {
            let answer = try execute(command, into: &response)
            response.append(answer.status)
            return answer.computing
        } catch {
            response.removeAll(keepingCapacity: true)
            response.append(error.status)
            if let complaint = error.complaint { complain(of: command, complaint, error.status) }
            return profile.computingTimes.refuse
        }
    }

    // MARK: For tests

    /// The tries that are left of a reference, 0 when blocked; `nil` where the card has none for this secret. No APDU, no try.
    ///
    /// - Parameters:
    ///   - credential: the secret that it compares.
    ///   - application: the identifier of its application, where one secret has a reference in several; else the first is meant.
    /// - Returns: the counter.
    public func triesLeft(of credential: Credential, in application: [UInt8]? = nil) -> Int? {
        reference(credential, in: application)?.triesLeft
    }

    /// Whether a reference has been verified since power-up; false where the card has none.
    public func isVerified(_ credential: Credential, in application: [UInt8]? = nil) -> Bool {
        reference(credential, in: application)?.isVerified ?? false
    }

    /// Makes a card that comes with a used counter: 0 is blocked. More than the tries of the profile is as many as those.
    public func preset(triesLeft count: Int, of credential: Credential, in application: [UInt8]? = nil) {
        reference(credential, in: application)?.preset(triesLeft: count)
    }

    /// Every counter of the card, in the order of the profile.
    public var counters: [CardCounter] {
        fileSystem.applications.flatMap { application in
            application.files.compactMap { file in
                guard case .reference(let reference) = file.body else { return nil }
                return CardCounter(application: application.identifier, file: file.id, triesLeft: reference.triesLeft)
            }
        }
    }

    /// Sets one counter; false where the card has no such reference.
    @discardableResult
    public func preset(_ counter: CardCounter) -> Bool {
        for application in fileSystem.applications where application.identifier == counter.application {
            guard let reference = application.references[counter.file] else { continue }
            reference.preset(triesLeft: counter.triesLeft)
            return true
        }
        return false
    }

    /// Empties the list of complaints.
    public func forgetComplaints() { complaints.removeAll() }

    private func reference(_ credential: Credential, in application: [UInt8]?) -> Reference? {
        for candidate in fileSystem.applications where application == nil || candidate.identifier == application {
            for file in candidate.files {
                if case .reference(let reference) = file.body, reference.rules.credential == credential { return reference }
            }
        }
        return nil
    }

    /// A card that verifies nothing any more, where its profile says so (`SecurityStatusOnSelect`).
    func forgetStatusOnSelect() {
        guard profile.securityStatusOnSelect == .cleared else { return }
        for reference in references { reference.forgetStatus() }
    }

    /// Headers of unknown classes are not written down: such a message may be anything, a PIN without its command too.
    private func complain(of command: Span<UInt8>, _ reason: StaticString, _ status: StatusWord?) {
        guard complaints.count < 1_000 else { return }
        var text = "\(command.count) bytes"
        if command.count >= 4, command[0] == 0x00 || command[0] == 0x80 {
            text = (0..<4).map { hex(command[$0]) }.joined(separator: " ") + ", " + text
        }
        complaints.append("\(text): \(reason)" + (status.map { " (\(hex($0.rawValue)))" } ?? ""))
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ status: StatusWord) {
        append(UInt8(truncatingIfNeeded: status.rawValue >> 8))
        append(UInt8(truncatingIfNeeded: status.rawValue))
    }
}

/// Capital hexadecimal digits, two a byte.
private func hex<Number: FixedWidthInteger>(_ number: Number) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, Number.bitWidth / 4 - digits.count)) + digits
}
