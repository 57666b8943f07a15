import Station
import TestSupport

@testable import Cards

/// A host for one card: hex in, data and status out.
struct Terminal {
    let card: VirtualCard

    /// A card with power.
    init(
        _ profile: CardProfile = .myNumberCard, holder: SyntheticHolder = .hanako, credentials: CardCredentials = CardCredentials(),
        interface: CardInterface = .contactless, seed: UInt64 = 0
    ) {
        card = VirtualCard(profile, holder: holder, credentials: credentials, interface: interface, seed: seed)
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

    /// Selects the application and verifies one of its secrets by its short identifier.
    func log(in credential: Credential) -> UInt16 {
        selectApplication()
        return switch credential {
        case .authenticationPIN: status("0020 0098 04 31323334")
        case .signaturePassword: status("0020 009B 06 414243313233")
        }
    }

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
