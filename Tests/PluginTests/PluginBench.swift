import Glibc
import PluginReader
import ReaderKit
import ReaderTransport
import Station
import Synchronization
import TestSupport

/// Compiles C as a vendor would, with every warning an error.
enum Compiler {
    static let root = String(#filePath.dropLast("/Tests/PluginTests/PluginBench.swift".utf8.count))
    static let warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", root + "/Sources/CReaderPlugin/include"]

    /// Runs a compiler in the folder of the C sources; what it says where it fails.
    static func run(_ compiler: String, _ arguments: [String]) throws -> String {
        let result = try runProgram(
            [compiler] + warnings + arguments, environment: ["PATH=\(String(cString: getenv("PATH")))"], in: root + "/Tests/Plugin")
        return result.status == 0 ? "" : "\(compiler) \(arguments): \(result.status) \(result.error)"
    }

    /// Makes a shared library of C sources.
    static func library(_ path: String, _ sources: [String], _ options: [String] = []) throws {
        let language = ["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-fvisibility=hidden", "-g", "-shared", "-fPIC", "-pthread"]
        let complaint = try run("gcc", language + options + ["-o", path] + sources)
        if !complaint.isEmpty { throw BenchError(complaint) }
    }
}

/// A plugin of the tests, loaded, and the functions that it exports for them.
final class LoadedPlugin: @unchecked Sendable {
    // Immutable; the C functions lock for themselves. That is why it may be used by all tests at once.
    let plugin: ReaderPlugin
    private let library: UnsafeMutableRawPointer

    /// Compiles and loads it. Its file is gone again afterwards: what is loaded stays.
    init(_ sources: [String], options: [String] = []) throws {
        let folder = TemporaryFolder()
        try Compiler.library(folder / "plugin.so", sources, options)
        plugin = try ReaderPlugin(path: folder / "plugin.so")
        guard let library = dlopen(folder / "plugin.so", RTLD_NOW | RTLD_LOCAL) else { throw BenchError("dlopen") }
        self.library = library
    }

    /// A function that it exports.
    func function<Function>(_ name: String, as type: Function.Type) throws -> Function {
        guard let symbol = dlsym(library, name) else { throw BenchError("it exports no \(name)") }
        return unsafeBitCast(symbol, to: type)
    }

    private static let scriptedResult = Result {
        try LoadedPlugin(["scripted_reader.c", "scripted_bench.c", "scripted_card.c"])
    }
    private static let hostileResult = Result { try LoadedPlugin(["hostile_reader.c"]) }

    /// The reader of a script.
    static var scripted: LoadedPlugin { get throws { try scriptedResult.get() } }
    /// The one that keeps to nothing.
    static var hostile: LoadedPlugin { get throws { try hostileResult.get() } }
}

/// A device of the scripted reader that nobody else uses, and a station of its own.
final class PluginBench {
    private static let devices = Atomic<Int>(0)

    let station = Station(.real)
    let device: String
    private let loaded: LoadedPlugin

    init() throws {
        loaded = try LoadedPlugin.scripted
        device = "device \(Self.devices.add(1, ordering: .relaxed).newValue)"
    }

    /// Opens it.
    func open(as name: String = "plugin:scripted") throws -> PluginReader { try loaded.plugin.open(device, name: name, on: station) }

    /// Why it cannot be opened; `nil` where it can.
    func refusal() -> TransportError? {
        do { try open().close() } catch { return error as? TransportError }
        return nil
    }

    /// Does something at the device; what comes of it has been posted afterwards.
    func act(_ words: String) throws {
        guard acting(words) else { throw BenchError("the scripted reader cannot '\(words)'") }
    }

    /// The same, for other threads: the plugin locks.
    var acting: @Sendable (_ words: String) -> Bool {
        typealias Act = @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
        let act = try? loaded.function("scripted_reader_do", as: Act.self)
        return { [device] words in act?(device, words) == 0 }
    }

    /// What the plugin was called with since the last time, one line each.
    func log() throws -> [String] {
        typealias Log = @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<UInt8>, Int) -> Int
        var text = [UInt8](repeating: 0, count: 8_192)
        let count = try loaded.function("scripted_reader_log", as: Log.self)(device, &text, text.count)
        return String(decoding: text[..<count], as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    /// How many handles of readers and cards the host has.
    func handles() throws -> Int {
        typealias Handles = @convention(c) (UnsafePointer<CChar>) -> Int
        return try loaded.function("scripted_reader_handles", as: Handles.self)(device)
    }

    /// A deadline that a busy machine keeps too.
    var later: Instant { station.now + .seconds(60) }

    /// Whether the event of a prompt comes.
    func ends(_ prompt: PromptID, of reader: any Reader) -> Bool {
        if case .event = station.next(from: reader.source, token: prompt.rawValue, until: later) { true } else { false }
    }

    /// Waits for a presence other than `known`.
    func presence(_ reader: any Reader, after known: CardPresence = CardPresence(isPresent: false, changes: 0)) throws -> CardPresence {
        let watch = reader.watchPresence(slot: 0, known: known)
        guard case .event = station.next(from: reader.source, token: watch.rawValue, until: later) else { throw BenchError("no presence") }
        return try reader.presence(watch)
    }
}

extension CardChannel {
    /// The answer to a command.
    func answer(_ command: [UInt8], until deadline: Instant) throws(ReaderError) -> [UInt8] {
        var response: [UInt8] = []
        try transmit(command.span, into: &response, until: deadline)
        return response
    }
}

/// Why `body` failed; `nil` where it did not.
func reason(_ body: () throws(ReaderError) -> Void) -> ReaderError.Reason? {
    do throws(ReaderError) { try body() } catch { return error.reason }
    return nil
}
