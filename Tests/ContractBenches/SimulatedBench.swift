import Cards
import Conformance
import DriverCatalog
import Diagnosis
import ReaderKit
import ReaderTransport
import SimulationKit
import SimulatorCatalog
import Staging
import Station
import TestSupport

/// A driver and its twin on a station of their own, in virtual time.
final class SimulatedBench: ContractBench {
    let station = Station(.virtual, startUnixTime: 1_775_001_600)
    let readerName: String
    let offers: Set<ContractNeed>
    private let model: SimulatorModel
    private let reader: SimulatedReader
    private let drivers = DriverCatalog()
    // Its time passes also while nobody uses it.
    private let host: InProcessHost
    private var taps: [CableTap] = []

    private static let right: [UInt8] = Array("7295".utf8)
    private static let wrong: [UInt8] = Array("9604".utf8)

    init(_ model: SimulatorModel, offers: Set<ContractNeed>) {
        readerName = "sim:" + model.name
        self.model = model
        self.offers = offers
        reader = model.makeReader()
        host = InProcessHost(reader, on: station)
    }

    var photograph: [UInt8] { SyntheticHolder.hanako.card.pictures.photo }

    /// Nothing that is not plugged in can be opened.
    func open() throws(ReaderError) -> any Reader {
        guard reader.isReachable else { throw ReaderError(.readerGone) }
        let tap = CableTap(host, secrets: [Self.right, Self.wrong])
        taps.append(tap)
        let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
        do throws(ReaderError) {
            return try drivers.driver(for: tap, described: description).open(tap, name: readerName, on: station)
        } catch {
            tap.close()
            throw error
        }
    }

    func isPrinted(_ code: Secret) -> Bool? {
        let printed = Array(SyntheticHolder.hanako.card.verificationNumberB.utf8)
        return code.withBytes { bytes in bytes.count == printed.count && bytes.indices.allSatisfy { bytes[$0] == printed[$0] } }
    }

    var hasSeenPIN: Bool? { taps.contains { $0.hasSeenSecret } }
    var transfers: Int? { taps.reduce(0) { $0 + $1.transfers } }
    var complaints: [String] { reader.complaints }

    func perform(_ deed: BenchDeed, after delay: Duration) throws(BenchRefusal) {
        let moment = station.now + delay
        if deed == .interrupt {
            AtMoment(moment, on: station) { [station] in station.inbox.cancel() }
        } else {
            for action in Self.actions(deed) {
                guard reader.takes(action) else { throw BenchRefusal("this reader has no such thing") }
                reader.stage(StagedEvent(.at(moment), action))
            }
        }
    }

    private static func actions(_ deed: BenchDeed) -> [StagedAction] {
        switch deed {
        case .place(let card): [.place(staged(card))]
        case .remove: [.remove]
        case .swap(let card): [.swap(staged(card))]
        case .press(let button): [.choose(staged(button))]
        case .touch: [.touch]
        case .typePIN(.right): [.typePIN(Secret(right))]
        case .typePIN(.wrong): [.typePIN(Secret(wrong))]
        case .typePIN(.half): [.typePIN(Secret(right.prefix(2)))]
        case .typePasscode: [.typePasscode(Secret(Array("0417".utf8)))]
        case .pressStaffButton: [.pressStaffButton]
        case .stand(let person): [.stand(staged(person))]
        case .walkAway: [.walkAway]
        case .unplug: [.unplug]
        case .plug: [.plug]
        case .interrupt: []
        }
    }

    private static func staged(_ button: ContractButton) -> StagedButton {
        switch button {
        case .face: .face
        case .pin: .pin
        case .consentToAll: .consentToAll
        case .consentIndividually: .consentIndividually
        case .agree: .agree
        case .disagree: .disagree
        case .end: .end
        }
    }

    private static func staged(_ person: ContractPerson) -> CameraView {
        switch person {
        case .own: .ownFace
        case .other: .otherFace
        case .masked: .mask
        case .photograph: .photograph
        }
    }

    private static func staged(_ card: ContractCard) -> StagedCard {
        switch card {
        case .person: StagedCard(person(.hanako), face: face(.hanako))
        case .other: StagedCard(person(.taro), face: face(.taro))
        case .unreadable: StagedCard(person(.hanako))
        case .withoutChip: StagedCard(nil, face: .insuranceCard)
        case .dead: StagedCard(ScriptedCard(answerToReset: []) { _, _ in nil })
        case .mute: StagedCard(ScriptedCard(answerToReset: blocksOnly) { _, _ in nil })
        // READ BINARY tells itself from anything else.
        case .slow:
            StagedCard(
                ScriptedCard(answerToReset: blocksOnly, computing: .seconds(20)) { command, _ in
                    [0x90, command[1] == 0xB0 ? 0x01 : 0x00]
                })
        }
    }

    /// T=1 and nothing else: by T=0 there is no extended length.
    private static let blocksOnly: [UInt8] = [0x3B, 0x80, 0x01, 0x81]

    private static func person(_ holder: SyntheticHolder) -> VirtualCard {
        VirtualCard(holder: holder, credentials: CardCredentials(authenticationPIN: String(decoding: right, as: UTF8.self)))
    }

    private static func face(_ holder: SyntheticHolder) -> StagedCard.Face {
        .visualCode(Secret(Array(holder.card.verificationNumberB.utf8)))
    }
}
