import CReaderPlugin
import Diagnosis
import Glibc
import ReaderKit
import ReaderTransport
import Station

/// A vendor's library behind the C interface `kazasu_reader.h`, loaded into this program for as long as it runs.
///
/// It runs in this process: what it does to memory, and a function that never returns, cannot be held off.
public struct ReaderPlugin {
    /// The word before the colon of a selector.
    public static let scheme = "plugin"
    /// The version of the header that a plugin must be of.
    public static let version = UInt32(KAZASU_READER_VERSION)
    /// How long a device may take to open.
    static let patience = Duration.seconds(10)
    /// The one symbol that is looked for.
    static let symbol = "kazasu_reader_plugin"

    /// The file.
    public let path: String
    /// What the plugin calls itself.
    public let name: String

    private let table: kazasu_plugin

    /// Loads the library at `path`, which is never looked for elsewhere. Throws where it is not there, cannot be loaded, is no plugin, or is
    /// one of another version.
    public init(path: String) throws(TransportError) {
        // Without a slash dlopen would look in the folders of the system (dlopen(3)).
        let place = path.contains("/") || path.isEmpty ? path : "./" + path
        guard access(place, F_OK) == 0 else { throw PluginLoadError.notFound(path, String(cString: strerror(errno))) }
        guard let library = dlopen(place, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            throw PluginLoadError.notLoadable(path, PluginStatus.text(dlerror()) ?? "dlopen")
        }
        guard let entry = dlsym(library, Self.symbol) else { throw PluginLoadError.notAPlugin(path, "it has no \(Self.symbol)") }
        typealias Entry = @convention(c) () -> UnsafePointer<kazasu_plugin>?
        // dlsym(3) gives the address of the function; that it has this type is what the header asks of whoever exports the name.
        guard let pointer = unsafeBitCast(entry, to: Entry.self)() else {
            throw PluginLoadError.notAPlugin(path, "\(Self.symbol) returns NULL")
        }
        guard let table = kazasu_plugin(at: UnsafeRawPointer(pointer)), table.open != nil else {
            throw PluginLoadError.notAPlugin(path, "its table is too small, or without open")
        }
        guard table.version == KAZASU_READER_VERSION else { throw PluginLoadError.otherVersion(path, table.version) }
        self.path = path
        self.table = table
        name = PluginStatus.text(table.name) ?? path
    }

    /// Opens what stands behind `plugin:` in a selector: the path of the library and, behind the last `#`, the name of a device.
    public static func open(_ pattern: String, on station: Station) throws(TransportError) -> PluginReader {
        let parts = parts(of: pattern)
        return try ReaderPlugin(path: parts.path).open(parts.device, name: "\(scheme):\(pattern)", on: station)
    }

    /// The path of the library and the name of the device, which is empty where none is named.
    public static func parts(of pattern: String) -> (path: String, device: String) {
        guard let mark = pattern.lastIndex(of: "#") else { return (pattern, "") }
        return (String(pattern[..<mark]), String(pattern[pattern.index(after: mark)...]))
    }

    /// Opens the device of that name, or the only one where it is empty.
    ///
    /// Throws what the plugin says, and for a station in virtual time: a device at a cable has the time of the world.
    public func open(_ device: String = "", name: String, on station: Station) throws(TransportError) -> PluginReader {
        guard station.time == .real else { throw PluginLoadError.virtualTime(path) }
        let port = PluginPort(on: station)
        var opening = kazasu_opening()
        opening.struct_size = UInt32(MemoryLayout<kazasu_opening>.size)
        let status = device.withCString {
            table.open?(PluginHost.table, port.session, $0, Self.patience.wholeNanoseconds, &opening) ?? KAZASU_FAILED
        }
        if let error = PluginStatus.error(status, opening.failure) {
            port.end()
            throw PluginLoadError.refused(error, path)
        }
        do throws(PluginFault) {
            return PluginReader(try PluginDevice(opening), port, name: name, on: station)
        } catch {
            // It is open all the same.
            if let handle = opening.reader, let functions = opening.functions {
                kazasu_reader_functions(at: UnsafeRawPointer(functions))?.close?(handle)
            }
            port.end()
            throw PluginLoadError.notAPlugin(path, "it opens with \(error.cause)")
        }
    }
}

/// What a plugin has opened: its handle, its functions, and what it says of the device.
struct PluginDevice {
    let handle: OpaquePointer
    let functions: PluginFunctions
    let slotCount: UInt8
    let carriesExtendedLength: Bool?
    /// When a screen ends that nobody touches.
    let screenTimeout: Duration
    /// How long the camera looks.
    let cameraTimeout: Duration

    init(_ opening: kazasu_opening) throws(PluginFault) {
        guard let handle = opening.reader, let functions = opening.functions else { throw PluginFault("no reader, or no functions") }
        guard let slots = UInt8(exactly: opening.slot_count), slots > 0 else { throw PluginFault("\(opening.slot_count) slots") }
        self.handle = handle
        self.functions = try PluginFunctions(at: functions)
        slotCount = slots
        carriesExtendedLength =
            switch Int32(truncatingIfNeeded: opening.apdu_length) {
            case KAZASU_LENGTH_SHORT: false
            case KAZASU_LENGTH_EXTENDED: true
            default: nil
            }
        screenTimeout = try Self.timeout(opening.screen_timeout_ns, usual: .seconds(60))
        cameraTimeout = try Self.timeout(opening.camera_timeout_ns, usual: .seconds(20))
    }

    /// At most an hour: nobody stands at a counter for longer.
    private static func timeout(_ nanoseconds: Int64, usual: Duration) throws(PluginFault) -> Duration {
        if nanoseconds == 0 { return usual }
        guard (1...3_600_000_000_000).contains(nanoseconds) else { throw PluginFault("a time-out of \(nanoseconds) ns") }
        return .nanoseconds(nanoseconds)
    }
}

/// Why a plugin cannot be used.
enum PluginLoadError {
    static func notFound(_ path: String, _ cause: String) -> TransportError {
        TransportError(
            code: "plugin-not-found",
            sentence: Sentence(
                ja: "カードリーダーのプラグインのファイルがありません。plugin: の後のパスを確認してください。",
                en: "The file of the reader's plugin is not there; check the path behind plugin:."),
            cause: "\(path): \(cause)", category: .noInput)
    }

    static func notLoadable(_ path: String, _ cause: String) -> TransportError {
        TransportError(
            code: "plugin-not-loadable",
            sentence: Sentence(
                ja: "プラグインを読み込めません。このパソコン用の共有ライブラリか、必要なライブラリがあるかを確認してください。",
                en: "The plugin cannot be loaded; check that it is a shared library for this machine and that what it needs is installed."),
            cause: "\(path): \(cause)", category: .badData)
    }

    static func notAPlugin(_ path: String, _ cause: String) -> TransportError {
        TransportError(
            code: "plugin-invalid",
            sentence: Sentence(
                ja: "このファイルはカードリーダーのプラグインとして使えません。メーカーに問い合わせてください。",
                en: "The file cannot be used as a reader's plugin; ask its vendor."),
            cause: "\(path): \(cause)", category: .badData)
    }

    static func otherVersion(_ path: String, _ version: UInt32) -> TransportError {
        TransportError(
            code: "plugin-version",
            sentence: Sentence(
                ja: "プラグインの版がこのプログラムと合いません。メーカーから対応する版を入手してください。",
                en: "The plugin is of another version than this program; get a fitting one from its vendor."),
            cause: "\(path): version \(version) of kazasu_reader.h; \(KAZASU_READER_VERSION) is needed", category: .badData)
    }

    static func virtualTime(_ path: String) -> TransportError {
        TransportError(
            code: "plugin-needs-real-time",
            sentence: Sentence(
                ja: "プラグインは実時間でしか動きません。--real-time を指定してください。",
                en: "A plugin runs in real time only; add --real-time."),
            cause: path, category: .usage)
    }

    /// What the plugin itself says.
    static func refused(_ error: ReaderError, _ path: String) -> TransportError {
        TransportError(
            code: error.code, sentence: error.sentence, cause: [path, error.cause].compactMap { $0 }.joined(separator: ": "),
            category: error.category)
    }
}
