import AlmexCPS100W
import AlmexCPS100WSimulator
import CCID
import CCIDDevice
import Conformance
import DualInterfaceSimulator
import FujitsuCaora
import FujitsuCaoraSimulator
import ReaderKit
import SimulationKit
import Staging
import Station
import TestSupport
import Testing
import USBDevice

/// A reader that is held to the contract: its name, and a bench for every case.
///
/// A reader that is not simulated (a plugin, a real one) is one more line in `all` with a `ContractBench` of its own.
struct ContractReader: Sendable, CustomTestStringConvertible {
    let name: String
    let bench: @Sendable () -> any ContractBench

    static let all = [fujitsuCaora, almexCPS100W, genericCCID, genericCCIDShort, cardLane]

    var testDescription: String { name }

    static let fujitsuCaora = ContractReader(name: "fujitsu-caora") {
        SimulatedBench(
            "fujitsu-caora", CaoraAtBench(), by: FujitsuCaoraDriver(),
            offers: face.union(Screen.Kind.allCases.map { .screen($0) }).union(cards).union([.extendedLength, .cable]))
    }

    static let almexCPS100W = ContractReader(name: "almex-cps100w") {
        SimulatedBench(
            "almex-cps100w", CPS100WAtBench(), by: AlmexCPS100WDriver(),
            offers: face.union(Screen.Kind.allCases.filter { $0 != .enterPIN }.map { .screen($0) }).union(cards)
                .union([.extendedLength, .cable]))
    }

    static let genericCCID = ContractReader(name: "generic-ccid") {
        SimulatedBench(
            "generic-ccid", CCIDAtBench(.genericExtended), by: CCIDDriver(), offers: cards.union([.extendedLength, .cable]))
    }

    static let genericCCIDShort = ContractReader(name: "generic-ccid-short") {
        SimulatedBench(
            "generic-ccid-short", CCIDAtBench(.genericShort), by: CCIDDriver(), offers: cards.union([.shortLength, .cable]))
    }

    static let cardLane = ContractReader(name: "card-lane") {
        SimulatedBench("card-lane", CardLaneAtBench(), by: CardLaneDriver(), offers: cards.union([.extendedLength]))
    }

    private static let face: Set<ContractNeed> = [
        .facet(.patientScreen), .facet(.face), .facet(.pinPad), .facet(.staffPanel), .staffButton,
    ]
    private static let cards: Set<ContractNeed> = Set(ContractCard.allCases.map { .card($0) })
}

private final class CaoraAtBench: BenchReader {
    private let twin = FujitsuCaoraSimulator()
    var device: any PassiveDevice { twin }
    var complaints: [String] { twin.complaints }
    var isPlugged: Bool { twin.device.isPlugged }
    func stage(_ action: StagedAction, at moment: Instant, on station: Station) { twin.stage(StagedEvent(.at(moment), action)) }
}

private final class CPS100WAtBench: BenchReader {
    private let twin = AlmexCPS100WSimulator()
    var device: any PassiveDevice { twin }
    var complaints: [String] { twin.complaints }
    var isPlugged: Bool { twin.isPlugged }
    func stage(_ action: StagedAction, at moment: Instant, on station: Station) { twin.stage(StagedEvent(.at(moment), action)) }
}

private final class CCIDAtBench: BenchReader {
    private let usb: USBDevice
    private let reader: CCIDFunction
    var device: any PassiveDevice { usb }
    var complaints: [String] { usb.complaints + reader.complaints }
    var isPlugged: Bool { usb.isPlugged }

    init(_ model: CCIDReaderModel) { (usb, reader) = model.makeDevice(timing: CCIDTiming(link: .contactless)) }

    func stage(_ action: StagedAction, at moment: Instant, on station: Station) throws(BenchRefusal) {
        switch action {
        case .place(let card): if let chip = card.chip { reader.place(chip, at: moment) }
        case .remove: reader.remove(at: moment)
        case .swap(let card):
            reader.remove(at: moment)
            if let chip = card.chip { reader.place(chip, at: moment + .milliseconds(100)) }
        case .unplug: usb.leave(at: moment, backAfter: nil)
        case .plug: AtMoment(moment, on: station) { [usb] in usb.plug(at: station.now) }
        default: throw BenchRefusal("this reader has no such thing")
        }
    }
}

private final class CardLaneAtBench: BenchReader {
    private let reader = DualInterfaceReaderSimulator()
    var device: any PassiveDevice { reader }
    var complaints: [String] { reader.complaints }
    var isPlugged: Bool { true }

    func stage(_ action: StagedAction, at moment: Instant, on station: Station) throws(BenchRefusal) {
        switch action {
        case .place(let card): if let chip = card.chip { reader.place(chip, at: moment) }
        case .remove: reader.remove(at: moment)
        case .swap(let card):
            reader.remove(at: moment)
            if let chip = card.chip { reader.place(chip, at: moment) }
        default: throw BenchRefusal("this reader has no such thing")
        }
    }
}
