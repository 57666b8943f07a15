import Commands
import Diagnosis
import BluetoothTransport
import DriverCatalog
import GenericCCID
import PCSC
import PluginReader
import ReaderKit
import ReaderTransport
import SimulationKit
import SimulatorCatalog
import Station
import USBTransport

/// The options by which a command is told which reader, and what is simulated.
enum ReaderOptions {
    static let reader = ValueOption<String>(
        "reader", short: "r", placeholder: "SELECTOR", kind: .printed(["readers", "--selectors"]),
        Sentence(
            ja: "カードリーダー：sim:機種、pcsc:名前、usb:番号（sim: と usb: は #スロット を付けられる）、ble:アドレスまたは名前（* ? が使える。1台だけに一致すること）、または plugin:ファイル",
            en:
                "The reader: sim:MODEL[#SLOT], pcsc:NAME, usb:ID[#SLOT], ble:ADDRESS or ble:NAME (* and ? may be used; exactly one must match) or plugin:FILE"
        ))
    static let fault = ListOption<CardLaneFault>(
        "fault", placeholder: "N:EFFECT",
        Sentence(
            ja: "N番目のAPDUで起こす異常：\(faultNames)（sim:card のみ）",
            en: "What goes wrong at the Nth APDU: \(faultNames) (sim:card only)"),
        parse: { parseFault($0) })
    static let realTime = Flag(
        "real-time", Sentence(ja: "シミュレーションも実時間で動かす", en: "Let simulated readers run in real time"))
    static let share = Flag(
        "share",
        Sentence(
            ja: "カードを使う間も、ほかのプログラムの接続を許す（コマンドは待たせる。pcsc: のみ）",
            en: "Let other programs stay connected while the card is used; their commands wait (pcsc: only)"))
    static let profile = ValueOption<String>(
        "profile", placeholder: "FILE", kind: .file,
        Sentence(
            ja: "CCIDリーダーのプロファイル（YAML。書き方は help readers）。model があれば sim:機種 として模擬もできる",
            en: "A profile of CCID readers (YAML, see 'help readers'); one with a model can be simulated too, as sim:MODEL"))
    static let without = ListOption<SimulatorModel.Part>(
        "without", placeholder: "PART", kind: .choices(SimulatorModel.Part.allCases.map(\.rawValue)),
        Sentence(
            ja: "sim:exhibit から外す部分", en: "A part that is left out of sim:exhibit"),
        parse: { SimulatorModel.Part(rawValue: $0) })
    static let seed = CardOptions.seed

    /// What a command needs that uses simulated readers.
    static let simulation: [any Option] = CardOptions.all() + [fault, without, realTime]

    private static let faultNames = CardLaneFault.Effect.allCases.map(\.rawValue).joined(separator: ", ")

    private static func parseFault(_ text: String) -> CardLaneFault? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), number > 0, let effect = CardLaneFault.Effect(rawValue: String(parts[1])) else {
            return nil
        }
        return CardLaneFault(exchange: number, effect: effect)
    }
}

/// The readers that an invocation can reach.
struct ReaderBench {
    /// Puts something between the cable of a device and its driver.
    typealias Tap = (_ cable: any Attachment, _ device: RecordedDevice) -> any Attachment

    let sources: [any TransportSource]
    /// What is known of readers beside those that are built in.
    let profiles: [ReaderProfile]
    private let drivers: DriverCatalog
    // What is simulated has the maker's key, and is the same every time.
    private let simulatedDrivers: DriverCatalog
    private let tap: Tap

    /// The simulated readers, those of the PC/SC service, and those at USB that are spoken to without it.
    init(
        _ world: SimulatedSource.World = SimulatedSource.World(), sharing: PCSCSharing = .exclusive, profiles: [ReaderProfile] = [],
        tap: @escaping Tap = { cable, _ in cable }
    ) {
        self.init(
            sources: [
                SimulatedSource(world, profiles), PCSCSource(sharing: sharing), USBSource(DriverCatalog.products(profiles)),
                BluetoothSource(profiles: DriverCatalog.bluetooth),
            ], profiles: profiles, tap: tap)
    }

    /// The readers of these sources.
    init(sources: [any TransportSource], profiles: [ReaderProfile] = [], tap: @escaping Tap = { cable, _ in cable }) {
        self.sources = sources
        self.profiles = profiles
        self.tap = tap
        let service = sources.first { $0.scheme == "pcsc" }
        let cardsElsewhere: DriverCatalog.CardsElsewhere = { serialNumber, station throws(ReaderError) in
            guard let service else { throw ReaderError(.readerHeld, cause: "another program has the card interface") }
            return try Self.reader(of: service, serialNumber: serialNumber, on: station, tap)
        }
        drivers = DriverCatalog(profiles: profiles, cardsElsewhere: cardsElsewhere, readerKey: ReaderKey.given)
        simulatedDrivers = DriverCatalog(
            profiles: profiles,
            random: { count in
                var generator = SeededGenerator(seed: 0)
                return generator.bytes(count)
            })
    }

    /// The reader of the PC/SC service that is the device with this serial number: libccid writes it in parentheses behind the name.
    private static func reader(
        of service: any TransportSource, serialNumber: String, on station: Station, _ tap: Tap
    ) throws(ReaderError) -> any Reader {
        let known: [AttachmentDescription]
        do { known = try service.attachments() } catch {
            throw ReaderError(.readerHeld, cause: "another program than pcscd has the card interface: \(error.cause ?? error.code)")
        }
        let found = known.filter { !serialNumber.isEmpty && $0.name.contains("(\(serialNumber))") }
        guard found.count == 1 else {
            throw ReaderError(.readerHeld, cause: "pcscd has \(found.count) readers with the serial number of the device")
        }
        let device = RecordedDevice(found[0], of: service)
        let cable: any Attachment
        do { cable = try service.open(found[0], on: station) } catch {
            throw ReaderError(.readerHeld, cause: "pcscd does not give the card interface: \(error.cause ?? error.code)")
        }
        return try CardLaneDriver().open(tap(cable, device), name: device.selector, on: station)
    }

    /// The source that a selector names. Throws where there is none.
    func source(of selector: ReaderSelector) throws(ReaderError) -> any TransportSource {
        guard let source = sources.first(where: { $0.scheme == selector.scheme }) else {
            let known = (sources.map(\.scheme) + [ReaderPlugin.scheme]).map { "\($0):" }.joined(separator: ", ")
            throw ReaderError(.selectorInvalid, cause: "'\(selector.scheme):' is none of: \(known)")
        }
        return source
    }

    /// Opens the one reader that a selector names.
    func open(_ selector: ReaderSelector, on station: Station) throws -> any Reader {
        // A vendor's plugin has no cable.
        if selector.scheme == ReaderPlugin.scheme { return try ReaderPlugin.open(selector.pattern, on: station) }
        let source = try source(of: selector)
        let description = try selector.choose(among: source.attachments(meant: selector.pattern, on: station))
        let device = RecordedDevice(description, of: source)
        let attachment = tap(try source.open(description, on: station), device)
        let reader: any Reader
        do {
            let isSimulated = selector.scheme == "sim" && attachment.lanes.contains { $0.kind == .gatt }
            let drivers = isSimulated ? simulatedDrivers : drivers
            reader = try drivers.driver(for: attachment, described: description).open(attachment, name: device.selector, on: station)
        } catch {
            attachment.close()
            throw error
        }
        guard let slot = selector.slot else { return reader }
        do { return try SlotReader.slot(slot, of: reader) } catch {
            reader.close()
            throw error
        }
    }
}

extension Invocation {
    /// The profiles that were given. Throws `FileError` and `ReaderProfileError` for a file that cannot be used.
    func profiles() throws -> [ReaderProfile] { try profiles(in: profileFile()) }

    /// What is in the file of profiles that was given.
    func profileFile() throws -> [UInt8]? {
        try self[ReaderOptions.profile].map { path throws(FileError) in try readFile(path, limit: ReaderProfile.longestFile) }
    }

    /// The profiles in such a file, which may have been read long ago.
    func profiles(in file: [UInt8]?) throws(ReaderProfileError) -> [ReaderProfile] {
        guard let file else { return [] }
        let path = printable(self[ReaderOptions.profile] ?? ReaderOptions.profile.specification.longForm)
        return try ReaderProfile.read(
            file, path: path, taken: Set(SimulatorModel.all.map(\.name)), owned: DriverCatalog.ownProducts)
    }

    /// What is left out of a reader that has parts.
    var missingParts: Set<SimulatorModel.Part> { Set(self[ReaderOptions.without]) }

    /// Whether other programs may stay connected to the card.
    var sharing: PCSCSharing { self[ReaderOptions.share] ? .shared : .exclusive }

    /// The reader that was asked for. Throws a usage error where none was.
    func selector() throws -> ReaderSelector {
        guard let text = try self[ReaderOptions.reader] ?? configuration()[.reader] else {
            throw misuse(
                Sentence(
                    ja: "カードリーダーを --reader で指定してください。一覧は kazasu readers で見られます。",
                    en: "Name a reader with --reader; 'kazasu readers' lists them."))
        }
        return try ReaderSelector(text)
    }
}
