import Diagnosis
import ReaderKit
import ReaderTransport
import Station
import TestSupport
import Testing

@testable import PluginReader

/// What is said of a library that is no plugin, or of one that does not open. Serialized: the hostile plugin has one changing table.
@Suite(.serialized) struct LoadTests {
    private func failure(_ body: () throws(TransportError) -> Void) -> TransportError? {
        do throws(TransportError) { try body() } catch { return error }
        return nil
    }

    private func failure(toLoad path: String) -> TransportError? {
        failure { () throws(TransportError) in _ = try ReaderPlugin(path: path) }
    }

    private func failure(toOpen device: String) throws -> TransportError? {
        let plugin = try LoadedPlugin.hostile.plugin
        return failure { () throws(TransportError) in _ = try plugin.open(device, name: "plugin:x", on: Station(.real)) }
    }

    @Test func whatIsNotThereIsNotLookedForElsewhere() {
        #expect(failure(toLoad: "/nowhere/reader.so")?.code == "plugin-not-found")
        // dlopen alone would find this one.
        #expect(failure(toLoad: "libc.so.6")?.code == "plugin-not-found")
        #expect(failure(toLoad: "")?.code == "plugin-not-found")
    }

    @Test func whatIsNoLibraryIsNotLoaded() throws {
        let folder = TemporaryFolder()
        try folder.write("text.so", "no library")
        let error = try #require(failure(toLoad: folder / "text.so"))
        #expect(error.code == "plugin-not-loadable" && error.category == .badData)
        #expect(failure(toLoad: folder.path)?.code == "plugin-not-loadable")
    }

    @Test(arguments: [
        ([], "plugin-invalid", "it has no kazasu_reader_plugin"), (["-DRETURNS_NULL"], "plugin-invalid", "returns NULL"),
        (["-DPLUGIN_SIZE=16"], "plugin-invalid", "too small"), (["-DPLUGIN_VERSION=2"], "plugin-version", "version 2"),
        (["-DPLUGIN_VERSION=0"], "plugin-version", "version 0"),
    ])
    func aLibraryThatIsNoneOfOursIsNamed(_ options: [String], _ code: String, _ cause: String) throws {
        let folder = TemporaryFolder()
        try folder.write("other.c", "extern int other; int other;\n")
        try Compiler.library(folder / "reader.so", [options.isEmpty ? folder / "other.c" : "hostile_reader.c"], options)
        let error = try #require(failure(toLoad: folder / "reader.so"))
        #expect(error.code == code)
        #expect(error.cause?.contains(cause) == true, "\(error)")
    }

    @Test func aPluginKeepsToTheTimeOfTheWorld() throws {
        let plugin = try LoadedPlugin.hostile.plugin
        let error = failure { () throws(TransportError) in _ = try plugin.open(name: "plugin:x", on: Station(.virtual)) }
        #expect(error?.code == "plugin-needs-real-time" && error?.category == .usage)
    }

    @Test(arguments: [
        ("no-functions", "no reader, or no functions"), ("no-reader", "no reader, or no functions"), ("slots-0", "0 slots"),
        ("slots-300", "300 slots"), ("timeout-negative", "a time-out of -1 ns"), ("timeout-never", "a time-out of"),
        ("small-table", "too small"), ("empty-table", "too small"), ("no-transmit", "transmit"), ("no-close", "close"),
        ("no-withdraw", "withdrawn"), ("half-camera", "kazasu_face_camera"),
    ])
    func whatAPluginOpensIsLookedAt(_ device: String, _ cause: String) throws {
        let error = try #require(try failure(toOpen: device))
        #expect(error.code == "plugin-invalid")
        #expect(error.cause?.contains(cause) == true, "\(error)")
    }

    @Test func whatThePluginSaysIsPassedOn() throws {
        let busy = try #require(try failure(toOpen: "refuses"))
        #expect(busy.code == "reader-busy" && busy.category == .temporary)
        // Its words, without what drives a terminal, and whatever its bytes are.
        #expect(busy.cause?.hasSuffix(": the SDK says [2J -17 \u{FFFD}") == true, "\(busy)")
        let odd = try #require(try failure(toOpen: "refuses-oddly"))
        #expect(odd.code == "reader-failed")
        #expect(odd.cause?.contains("status -1, which is not one") == true, "\(odd)")
    }

    @Test func anOlderTableLacksWhatCameLater() throws {
        let reader = try LoadedPlugin.hostile.plugin.open("old", name: "plugin:old", on: Station(.real))
        defer { reader.close() }
        #expect(reader.patientScreen == nil && reader.face == nil && reader.pinPad == nil && reader.staffPanel == nil)
        #expect(reader.escape == nil && reader.offered == [])
        #expect(reason { () throws(ReaderError) in _ = try reader.show(.placeCard) } == .notSupported)
        #expect(reason { () throws(ReaderError) in _ = try reader.readCardFace() } == .notSupported)
        #expect(reason { () throws(ReaderError) in _ = try reader.restart() } == .notSupported)
        #expect(reason { () throws(ReaderError) in _ = try reader.askPasscode() } == .notSupported)
        #expect(reason { () throws(ReaderError) in _ = try reader.escape([], until: .distantFuture) } == .notSupported)
        let card = try reader.connect(slot: 0, until: .distantFuture)
        #expect(try card.answer(hex("00A40000"), until: .distantFuture) == hex("9000"))
    }

    @Test(arguments: ["new", "huge-table"])
    func aNewerTableIsReadAsFarAsItIsKnown(_ device: String) throws {
        let reader = try LoadedPlugin.hostile.plugin.open(device, name: "plugin:new", on: Station(.real))
        defer { reader.close() }
        #expect(reader.patientScreen != nil && reader.escape != nil && reader.slotCount == 7)
        let card = try reader.connect(slot: 0, until: .distantFuture)
        #expect(try card.answer(hex("00A40000"), until: .distantFuture) == hex("9000"))
    }

    @Test func aSelectorNamesFileAndDevice() throws {
        let folder = TemporaryFolder()
        try Compiler.library(folder / "a#b.so", ["hostile_reader.c"])
        // No file "a", and no guess.
        let pattern = folder / "a#b.so"
        #expect(failure { () throws(TransportError) in _ = try ReaderPlugin.open(pattern, on: Station(.real)) }?.code == "plugin-not-found")
        let reader = try ReaderPlugin.open(pattern + "#unit", on: Station(.real))
        #expect(reader.name == "plugin:\(pattern)#unit")
        reader.close()
        let refused = failure { () throws(TransportError) in _ = try ReaderPlugin.open(pattern + "#refuses", on: Station(.real)) }
        #expect(refused?.code == "reader-busy")
    }
}
