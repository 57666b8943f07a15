import Conformance
import Diagnosis
import Glibc
import PluginReader
import ReaderKit
import ReaderTransport
import Station
import TestSupport

/// A device of the scripted plugin for one case of the contract.
final class PluginContractBench: ContractBench {
    let station: Station
    let readerName: String
    let offers: Set<ContractNeed>
    private let bench: PluginBench
    private let agenda = BenchAgenda()
    private var opened: [PluginReader] = []

    private static let visualCode = "12345678901234"

    /// A device whose times are shorter by `pace`.
    init(pace: Int) throws {
        bench = try PluginBench()
        station = bench.station
        readerName = "plugin:" + bench.device
        let facets = [ContractFacet.patientScreen, .face, .pinPad, .staffPanel, .escape].map { ContractNeed.facet($0) }
        let cards = ContractCard.allCases.map { ContractNeed.card($0) }
        let screens = Screen.Kind.allCases.map { ContractNeed.screen($0) }
        offers = Set(facets + cards + screens + [.staffButton, .extendedLength, .cable])
        try bench.act("patience \(60_000 / pace)")
        try bench.act("camera-patience \(20_000 / pace)")
        try bench.act("look-time \(3_000 / pace)")
    }

    /// Sends the people away.
    func end() { agenda.end() }

    /// The signature box of a JP2 file (ISO/IEC 15444-1 annex I) is all that the scripted camera looks at.
    var photograph: [UInt8] { hex("0000000C6A5020200D0A870A") }

    func open() throws(ReaderError) -> any Reader {
        do {
            let reader = try bench.open(as: readerName)
            opened.append(reader)
            return reader
        } catch { throw ReaderError(.readerUnusable, cause: "\(error)") }
    }

    func isPrinted(_ code: Secret) -> Bool? {
        code.withBytes { bytes in bytes.indices.map { bytes[$0] } } == Array(Self.visualCode.utf8)
    }

    /// It stays in the plugin; what the host passes has no place for it.
    var hasSeenPIN: Bool? { nil }
    var transfers: Int? { nil }
    /// What the plugin did wrong is as bad as what the host did.
    var complaints: [String] { opened.flatMap(\.complaints) }

    func perform(_ deed: BenchDeed, after delay: Duration) throws(BenchRefusal) {
        let inbox = station.inbox
        if deed == .interrupt { return agenda.add(after: delay) { inbox.cancel() } }
        let words = Self.words(deed)
        // What is to be there before the reader is opened is done at once.
        if delay == .zero {
            do { for words in words { try bench.act(words) } } catch { throw BenchRefusal("\(error)") }
            return
        }
        let act = bench.acting
        agenda.add(after: delay) { for words in words { _ = act(words) } }
    }

    private static func words(_ deed: BenchDeed) -> [String] {
        switch deed {
        case .place(let card), .swap(let card): words(card)
        case .remove: ["remove"]
        case .press(let button): ["choose \(button.rawValue)"]
        case .touch: ["touch"]
        case .typePIN(.right): ["type 1234"]
        case .typePIN(.wrong): ["type 9604"]
        case .typePIN(.half): ["type 12"]
        case .typePasscode: ["passcode 0417"]
        case .pressStaffButton: ["staff-button"]
        case .stand(.own): ["stand own-face"]
        case .stand(.other): ["stand other-face"]
        case .stand(.masked): ["stand mask"]
        case .stand(.photograph): ["stand photograph"]
        case .walkAway: ["walk-away"]
        case .unplug: ["unplug"]
        case .plug: ["plug"]
        case .interrupt: []
        }
    }

    private static func words(_ card: ContractCard) -> [String] {
        switch card {
        case .person: ["place card", "surface \(visualCode)"]
        case .other: ["place card", "surface 43210987654321"]
        case .unreadable: ["place card"]
        case .withoutChip, .dead, .mute, .slow: ["place \(card.rawValue)"]
        }
    }
}
