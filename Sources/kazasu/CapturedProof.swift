import Cards
import Certificates
import ISO7816
import ReaderTransport

/// Decides, for a recording made of a capture, whether the bytes of a card may be kept: by the rule that recordings have at real readers.
///
/// The card must prove to be one of ours in the capture itself: its certificate is by our synthetic authority, and it has signed something
/// with the key of that certificate. Where a VERIFY carries anything but a published PIN, or where it is not known what a command carries,
/// no byte is kept, whatever the card. A card that gets power anew is another one.
final class CapturedProof {
    /// Whether bytes of some card were kept.
    private(set) var hasKept = false

    private let recorder: Recorder
    private let trust: CertificateTrust
    private let unixTime: () -> Int64
    private var exchanges: CapturedExchanges
    private var hasCard = false
    // The first reason why no byte may be kept.
    private var obstacle: Obstacle?
    // Of the present card.
    private var file: [UInt8] = []
    private var certificate: Certificate?
    private var signed: (digestInfo: [UInt8], signature: [UInt8])?

    init(_ device: [Lane], recorder: Recorder, unixTime: @escaping () -> Int64) throws(CertificateError) {
        self.recorder = recorder
        self.unixTime = unixTime
        trust = try Trust(nil, isSimulated: true).authentication()
        let level = device.first.flatMap { Self.level($0.descriptor) }
        exchanges = CapturedExchanges(takesTPDUs: level == 1)
        // What people type at a reader's own screen crosses its other lanes, and no card can prove that away. Two cards cannot be told apart by
        // their messages.
        if device.count != 1 || device[0].kind != .ccid {
            forbid(.otherLanes)
        } else if device[0].slots != 1 {
            forbid(.severalSlots)
        } else if level == nil {
            forbid(.unreadable)
        }
    }

    /// The level of exchange by `dwFeatures` (USB CCID 1.1 clause 5.1): 1 for TPDUs, 2 and 4 for APDUs; `nil` for that of characters. A reader
    /// whose descriptor is not there is taken by its messages, for APDUs.
    private static func level(_ descriptor: [UInt8]) -> UInt8? {
        guard !descriptor.isEmpty else { return 4 }
        return descriptor.count == 54 && [1, 2, 4].contains(descriptor[42] & 0x07) ? descriptor[42] & 0x07 : nil
    }

    /// Why no byte was kept; `nil` where some were.
    var reason: Obstacle? { hasKept ? nil : obstacle ?? .notProven }

    /// Looks at a message before it is recorded.
    func look(isFromReader: Bool, _ bytes: [UInt8]) {
        switch isFromReader ? exchanges.receive(bytes) : exchanges.send(bytes) {
        case .power: endCard()
        case .card: hasCard = true
        // Before it is recorded, and whether or not it is answered.
        case .command(let beginning, let isWhole): checkCommand(beginning, isWhole: isWhole)
        case .exchange(let command, let response): take(command, response)
        case .nothing: break
        case .unknown: forbid(bytes.first == 0x6B ? .escapes : .unreadable)
        }
    }

    /// Says that nothing more comes.
    func finish() { endCard() }

    private func endCard() {
        guard hasCard else { return }
        if obstacle == nil, isProven {
            recorder.proveSynthetic()
            hasKept = true
        }
        recorder.doubt()
        (hasCard, file, certificate, signed) = (false, [], nil, nil)
    }

    private func forbid(_ obstacle: Obstacle) {
        self.obstacle = self.obstacle ?? obstacle
        recorder.withhold()
    }

    // MARK: What the card has said

    private var isProven: Bool {
        guard let certificate, let signed, let key = try? RSAPublicKey(of: certificate) else { return false }
        return trust.check(certificate, at: unixTime()).issuer?.domain == .synthetic
            && key.verifies(signature: signed.signature, digestInfo: signed.digestInfo)
    }

    private func take(_ command: [UInt8], _ response: [UInt8]) {
        guard let layout = try? CommandLayout(command.span), response.count >= 2 else { return forbid(.unreadable) }
        let data = Array(response.dropLast(2))
        let isDone = response.suffix(2).elementsEqual([0x90, 0x00])
        switch layout.header.ins {
        case 0xA4: file = []
        case 0xB0 where isDone: takeFile(layout.header, data)
        // COMPUTE DIGITAL SIGNATURE of the DigestInfo in the command (JICSAP).
        case 0x2A where isDone && layout.header.p1 == 0: signed = (Array(command[layout.data]), data)
        default: break
        }
    }

    /// Puts a file together that is read from its beginning on.
    private func takeFile(_ header: CommandHeader, _ data: [UInt8]) {
        let offset = header.p1 & 0x80 != 0 ? Int(header.p2) : Int(header.p1) << 8 | Int(header.p2)
        if offset == 0 { file = [] }
        guard offset == file.count, file.count + data.count <= Certificate.maximumCount else { return }
        file += data
        // The file may be longer than the certificate in it.
        guard file.count > 4, file[0] == 0x30, file[1] == 0x82 else { return }
        let length = 4 + (Int(file[2]) << 8 | Int(file[3]))
        if file.count >= length, let read = try? Certificate(der: Array(file.prefix(length))) { certificate = read }
    }

    // MARK: What was sent

    /// The instructions that carry no secret in a My Number Card, VERIFY apart (ISO/IEC 7816-4 clause 5.4.2).
    private static let plain: Set<UInt8> = [0x20, 0x2A, 0x84, 0x88, 0xA4, 0xB0, 0xB2, 0xC0, 0xCA]

    /// Looks at the beginning of a command; the other parts of one in several have no instruction of their own.
    private func checkCommand(_ command: [UInt8], isWhole: Bool) {
        // Under secure messaging (CLA bits 3 and 4) nobody sees what it is.
        guard command.count >= 4, command[0] & 0x0C == 0, command[0] & 0x10 == 0, Self.plain.contains(command[1]) else {
            return forbid(.unreadable)
        }
        guard command[1] == 0x20 else { return }
        // A VERIFY is short; one in parts is none of ours.
        guard isWhole, let layout = try? CommandLayout(command.span) else { return forbid(.unreadable) }
        checkPIN(command[layout.data])
    }

    private func checkPIN(_ pin: ArraySlice<UInt8>) {
        let published = Credential.allCases.compactMap { CardCredentials()[$0] }
        if !pin.isEmpty, !published.contains(where: { $0.elementsEqual(pin) }) { forbid(.secret) }
    }
}
