import Station
import TestSupport

@testable import Cards

/// A host for one card: hex in, data and status out.
struct Terminal {
    let card: VirtualCard
    /// The secrets of the card as it was made.
    let credentials: CardCredentials

    /// A card with power.
    init(
        _ profile: CardProfile = .myNumberCard, holder: SyntheticHolder = .hanako, credentials: CardCredentials = CardCredentials(),
        interface: CardInterface = .contactless, seed: UInt64 = 0
    ) {
        card = VirtualCard(profile, holder: holder, credentials: credentials, interface: interface, seed: seed)
        self.credentials = credentials.completed(for: holder.card)
        card.powerOn(at: .zero)
    }

    /// A card of a kind with power.
    init(_ kind: CardKind, interface: CardInterface? = nil, seed: UInt64 = 0) {
        card = kind.card(interface: interface, seed: seed)
        credentials = CardCredentials().completed(for: kind.holder.card)
        card.powerOn(at: .zero)
    }

    /// The answer to a command: data and status word. A mute card answers nothing.
    func send(_ command: [UInt8]) -> Response {
        var response: [UInt8] = []
        let computing = card.process(command.span, into: &response, at: .zero)
        return Response(bytes: response, computing: computing)
    }

    /// Hex digits and spaces.
    func send(_ command: String) -> Response { send(hex(command)) }

    /// The status word of the answer to hex digits and spaces.
    @discardableResult
    func status(_ command: String) -> UInt16 { send(command).status }

    func selectApplication() { _ = send(.selectJPKI) }

    @discardableResult
    func select(_ application: [UInt8]) -> UInt16 { send([0x00, 0xA4, 0x04, 0x0C, UInt8(application.count)] + application).status }

    /// Selects the application of one of its secrets and verifies it by its short identifier.
    func log(in credential: Credential) -> UInt16 {
        switch credential {
        case .authenticationPIN: log(in: credential, CardApplication.jpkiIdentifier, 0x18)
        case .signaturePassword: log(in: credential, CardApplication.jpkiIdentifier, 0x1B)
        case .textPIN: log(in: credential, CardApplication.textIdentifier, 0x11)
        case .residentRegistryPIN: log(in: credential, CardApplication.residentRegistryIdentifier, 0x1C)
        case .commonPIN: log(in: credential, CardApplication.commonIdentifier, 0x1C)
        case .verificationNumberA: log(in: credential, CardApplication.surfaceIdentifier, 0x13)
        case .verificationNumberB: log(in: credential, CardApplication.surfaceIdentifier, 0x12)
        case .birthKey: log(in: credential, CardApplication.surfaceIdentifier, 0x11)
        case .licencePIN1: verify(credential, 0x01)
        case .licencePIN2: verify(credential, 0x02)
        }
    }

    private func log(in credential: Credential, _ application: [UInt8], _ short: UInt8) -> UInt16 {
        select(application)
        return verify(credential, short)
    }

    /// Verifies a secret at the reference with this short identifier of the current application.
    @discardableResult
    func verify(_ credential: Credential, _ short: UInt8) -> UInt16 {
        let secret = credentials[credential] ?? []
        return send([0x00, 0x20, 0x00, 0x80 | short, UInt8(secret.count)] + secret).status
    }

    /// A whole file by its short identifier.
    func file(_ short: UInt8) -> [UInt8] { send([0x00, 0xB0, 0x80 | short, 0x00, 0x00, 0x00, 0x00]).data }

    func powerCycle() {
        card.powerOff()
        card.powerOn(at: .zero)
    }
}

struct Response: Equatable {
    var data: [UInt8]
    var status: UInt16
    var computing: Duration?

    init(bytes: [UInt8], computing: Duration?) {
        data = Array(bytes.dropLast(2))
        status = bytes.count < 2 ? 0 : UInt16(bytes[bytes.count - 2]) << 8 | UInt16(bytes[bytes.count - 1])
        self.computing = computing
    }
}

extension String {
    static let selectJPKI = "00A4 040C 0A D392F000260100000001"
    static let selectIssuer = "00A4 040C 08 A000000151000000"
}
