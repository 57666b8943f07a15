import Commands
import Diagnosis
import GenericCCID
import PCSC
import PluginReader
import ReaderKit
import ReaderTransport
import Station

/// The reader that is meant, up to a card that has power.
struct DoctorReader {
    /// How long the reader may take to say whether there is a card.
    private static let presencePatience = Duration.seconds(10)
    /// How long a card is waited for where there is none: a service that was just started has to look first.
    private static let cardPatience = Duration.seconds(1)
    private static let connectPatience = Duration.seconds(3)

    /// What is simulated; `nil` at a real reader.
    let world: SimulatedSource.World?
    /// What is known of readers beside those that are built in.
    let profiles: [ReaderProfile]
    let station: Station

    /// The one that is named, else the only one.
    static func choose(_ named: ReaderSelector?, among readers: [String]?) -> Result<ReaderSelector, DoctorFindingError> {
        if let named { return .success(named) }
        guard let readers, let only = readers.first else { return .failure(DoctorFindingError(.skipped(.reader, after: .readers))) }
        guard readers.count == 1 else {
            let selectors = readers.map { "'pcsc:\(printable($0))'" }.joined(separator: " ")
            return .failure(
                DoctorFindingError(
                    .failed(
                        .reader, ReaderError.Reason.readerAmbiguous.rawValue, .unavailable,
                        Sentence(
                            ja: "リーダーが\(readers.count)台あり、どれか分かりません。", en: "There are \(readers.count); which one is meant is not said."),
                        advice: Sentence(ja: "--reader で1台を指定してください：\(selectors)", en: "Name one with --reader: \(selectors)"))))
        }
        do { return .success(try ReaderSelector("pcsc:" + only)) } catch {
            return .failure(DoctorFindingError(.failed(.reader, error, Sentence(ja: "使えません。", en: "It cannot be used."))))
        }
    }

    /// Whether a plugin can be loaded, and is of the version that is needed.
    static func load(_ path: String) -> DoctorFinding {
        do throws(TransportError) {
            let plugin = try ReaderPlugin(path: path)
            return .ok(
                .readers,
                Sentence(
                    ja: "プラグイン「\(printable(plugin.name))」を読み込めました（kazasu_reader.h の版 \(ReaderPlugin.version)）。",
                    en: "The plugin is loaded: \(printable(plugin.name)), version \(ReaderPlugin.version) of kazasu_reader.h."))
        } catch {
            return .failed(.readers, error, Sentence(ja: "プラグインを使えません。", en: "The plugin cannot be used."))
        }
    }

    /// A reader with a card that has power.
    struct Connection {
        let reader: any Reader
        let channel: any CardChannel

        func close() {
            channel.close()
            reader.close()
        }
    }

    /// Opens the reader as the other commands do, alone; where another program is connected, beside it. Throws where that was cancelled.
    func connect(_ selector: ReaderSelector) throws(ReaderError) -> (finding: DoctorFinding, connection: Connection?) {
        let name = printable(selector.description)
        do {
            let connection = try connect(selector, .exclusive)
            return (.ok(.reader, Sentence(ja: "\(name)：空いていて、カードがあります。", en: "\(name) is free, and a card is there.")), connection)
        } catch let error as ReaderError where error.reason == .cancelled {
            throw error
        } catch let error as ReaderError where error.reason == .readerHeld {
            return beside(selector, error)
        } catch let error as any DiagnosedError {
            return (.failed(.reader, error, Self.words(for: error, name)), nil)
        } catch {
            return (.failed(.reader, ReaderError(.inputOutput), Self.words(for: ReaderError(.inputOutput), name)), nil)
        }
    }

    private func beside(_ selector: ReaderSelector, _ refused: ReaderError) -> (finding: DoctorFinding, connection: Connection?) {
        let name = printable(selector.description)
        guard let connection = try? connect(selector, .shared) else {
            return (.failed(.reader, refused, Self.words(for: refused, name)), nil)
        }
        return (
            .warning(
                .reader, "reader-shared", Sentence(ja: "\(name)：ほかのプログラムも接続しています。", en: "\(name) is connected to another program too."),
                advice: Sentence(
                    ja: "そのプログラムを終了するか、各コマンドに --share を付けてください。", en: "End that program, or give --share to each command.")),
            connection
        )
    }

    private func connect(_ selector: ReaderSelector, _ sharing: PCSCSharing) throws -> Connection {
        let bench = world.map { ReaderBench($0, profiles: profiles) } ?? ReaderBench(sharing: sharing, profiles: profiles)
        let reader = try bench.open(selector, on: station)
        do {
            try findCard(in: reader)
            return Connection(reader: reader, channel: try reader.connect(slot: 0, until: station.now + Self.connectPatience))
        } catch {
            reader.close()
            throw error
        }
    }

    private func findCard(in reader: any Reader) throws(ReaderError) {
        // A presence that never is, so that the first one that is known ends the watch.
        let watch = reader.watchPresence(slot: 0, known: CardPresence(isPresent: false, changes: .max))
        switch station.next(from: reader.source, token: watch.rawValue, until: station.now + Self.presencePatience) {
        case .event: if try reader.presence(watch).isPresent { return }
        case .deadline:
            reader.abandon(watch)
            throw ReaderError(.serviceSilent)
        case .cancelled:
            reader.abandon(watch)
            throw ReaderError(.cancelled)
        }
        do { try reader.waitForCard(on: station, until: station.now + Self.cardPatience) } catch {
            throw error.reason == .timedOut ? ReaderError(.noCard) : error
        }
    }

    private static func words(for error: any DiagnosedError, _ name: String) -> Sentence {
        switch (error as? ReaderError)?.reason {
        case .readerHeld: Sentence(ja: "\(name)：ほかのプログラムが占有しています。", en: "\(name) is held by another program.")
        case .noCard: Sentence(ja: "\(name)：カードがありません。", en: "\(name) has no card.")
        case .cardMute: Sentence(ja: "\(name)：カードがリセットに応答しません。", en: "\(name) has a card that does not answer its reset.")
        case .readerNotFound: Sentence(ja: "\(name)：見つかりません。", en: "\(name) is not there.")
        default: Sentence(ja: "\(name)：使えません。", en: "\(name) cannot be used.")
        }
    }
}

/// A finding where a value was expected.
struct DoctorFindingError: Error {
    let finding: DoctorFinding
    init(_ finding: DoctorFinding) { self.finding = finding }
}

/// A channel under another name, for traces that leave this machine: the reader's own may hold its serial number.
final class RenamedChannel: CardChannel {
    let readerName: String
    private let inner: any CardChannel

    init(_ inner: any CardChannel, as name: String) {
        self.inner = inner
        readerName = name
    }

    var slot: UInt8 { inner.slot }
    var answerToReset: [UInt8] { inner.answerToReset }
    var carriesExtendedLength: Bool? { inner.carriesExtendedLength }

    func transmit(_ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant) throws(ReaderError) {
        try inner.transmit(command, into: &response, until: deadline)
    }

    func warmReset(until deadline: Instant) throws(ReaderError) { try inner.warmReset(until: deadline) }

    func close() { inner.close() }
}
