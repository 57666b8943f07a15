import Cards
import Diagnosis
import DualInterfaceSimulator
import MyNumberCard
import ReaderKit
import ReaderTransport
import SimulationKit
import Station
import TestSupport

/// A card on a simulated reader in virtual time, opened up to its operations, and every command that was sent to it.
final class Bench {
    let station = Station(.virtual)
    let device = DualInterfaceReaderSimulator()
    let session: CardSession
    let card: MyNumberCard
    private let log = Log()

    /// The commands so far.
    var commands: [[UInt8]] { log.commands }

    /// What lies between session and card may be another channel than the reader's.
    init(
        _ card: any SimulatedCard, memory: SharedLengthMemory = SharedLengthMemory(),
        through wrap: (any CardChannel) -> any CardChannel = { $0 }
    ) throws {
        device.place(card, at: .zero)
        let host = InProcessHost(device, on: station)
        let reader = try CardLaneDriver().open(host, name: "sim:bench", on: station)
        try reader.waitForCard(on: station, until: .zero + .seconds(1))
        let channel = wrap(try reader.connect(slot: 0, until: .zero + .seconds(1)))
        session = CardSession(channel, on: station, memory: memory, observer: log)
        self.card = MyNumberCard(session, on: station)
    }

    /// What a PIN identity with a look at the counter sends: the whole plan.
    func identify(pin: String = "1234", digestInfo: [UInt8] = digestInfo) throws(CardError) -> (certificate: [UInt8], signature: [UInt8]) {
        try card.select()
        _ = try card.authenticationPINState()
        let certificate = try card.readAuthenticationCertificate()
        guard try card.verifyAuthenticationPIN(Secret(pin.utf8)) == .verified else { return (certificate, []) }
        return (certificate, try card.sign(digestInfo: digestInfo))
    }
}

/// Remembers the commands.
private final class Log: ExchangeObserver {
    private(set) var commands: [[UInt8]] = []

    func connected(_ channel: any CardChannel, at moment: Instant) {}

    func exchanged(
        _ command: Span<UInt8>, _ response: Span<UInt8>, error: ReaderError?, on channel: any CardChannel, from began: Instant,
        to ended: Instant
    ) {
        commands.append(command.withUnsafeBufferPointer { Array($0) })
    }
}

extension ScriptedCard {
    /// A card that answers what `script` says; its contact ATR means short length fields unless given.
    static func answering(
        answerToReset: [UInt8] = CardProfile.contactWithoutExtendedLength, computing: Duration = .milliseconds(1),
        _ script: @escaping (_ command: [UInt8]) -> [UInt8]?
    ) -> ScriptedCard {
        ScriptedCard(answerToReset: answerToReset, computing: computing) { command, _ in script(command) }
    }

    /// A card that has every application, and answers everything but SELECT as `script` says.
    static func selected(
        answerToReset: [UInt8] = CardProfile.contactWithoutExtendedLength, computing: Duration = .milliseconds(1),
        _ script: @escaping (_ command: [UInt8]) -> [UInt8]?
    ) -> ScriptedCard {
        answering(answerToReset: answerToReset, computing: computing) { $0[1] == 0xA4 ? [0x90, 0x00] : script($0) }
    }
}

/// A channel that does something else than the one inside; `nil` leaves it to that.
final class ChangedChannel: CardChannel {
    private let inner: any CardChannel
    let carriesExtendedLength: Bool?
    private let change: (_ command: Span<UInt8>) throws(ReaderError) -> [UInt8]?

    init(
        _ inner: any CardChannel, carriesExtendedLength: Bool? = nil,
        _ change: @escaping (_ command: Span<UInt8>) throws(ReaderError) -> [UInt8]?
    ) {
        self.inner = inner
        self.carriesExtendedLength = carriesExtendedLength
        self.change = change
    }

    var readerName: String { inner.readerName }
    var slot: UInt8 { inner.slot }
    var answerToReset: [UInt8] { inner.answerToReset }

    func transmit(_ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant) throws(ReaderError) {
        if let answer = try change(command) { response = answer } else { try inner.transmit(command, into: &response, until: deadline) }
    }

    func warmReset(until deadline: Instant) throws(ReaderError) { try inner.warmReset(until: deadline) }
    func close() { inner.close() }
}

/// SHA-256 of nothing as DigestInfo (RFC 8017 clause 9.2; the digest is in FIPS 180-4's examples).
let digestInfo = hex(
    "3031300D060960864801650304020105000420" + "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")

let select = hex("00A4040C0AD392F000260100000001")
let inquire = hex("00200098")
let verify1234 = hex("002000980431323334")
let readWhole = hex("00B08A00000000")
let sign: [UInt8] = hex("802A009733") + digestInfo + [0]

extension CardProfile {
    /// The My Number Card with another filler and without computing times.
    static func quick(_ profile: CardProfile = .myNumberCard, filler: Int = 64) -> CardProfile {
        var profile = profile
        profile.certificateFiller = filler
        profile.computingTimes = .none
        return profile
    }
}

extension CardContents {
    /// Hanako's card with something else in the place of her certificate.
    static func hanako(certificate: [UInt8]) -> CardContents {
        var contents = CardContents(.hanako)
        contents.authentication?.certificate = certificate
        return contents
    }
}
