import SimulatorCatalog
import TestSupport
import Testing

@testable import kazasu

/// A visit where everything is there, and where one part is not: it goes on without, or says what is missing.
@Suite struct ExhibitCommandTests {
    let folder = TemporaryFolder()

    private func kazasu(_ words: [String]) throws -> ProgramResult {
        let surroundings = ChildProcess.searchPath + ["LC_ALL=C", "HOME=\(folder.path)"]
        return try ChildProcess([builtProgram("kazasu")] + words, environment: surroundings).result()
    }

    private func visit(_ identity: String, _ words: [String] = []) throws -> ProgramResult {
        try kazasu(["visit", "--reader", "sim:exhibit", "--identity", identity, "--json"] + words)
    }

    @Test(arguments: ["face", "pin", "visual"])
    func everyWayToIdentifyAPersonIsThere(_ identity: String) throws {
        let result = try visit(identity)
        #expect(result.status == 0 && result.output.contains("\"outcome\":\"confirmed\""), "\(result.error)")
        #expect(try visit(identity).output == result.output)
    }

    @Test(arguments: [
        ("camera", "face", 69, "[identity-not-offered]"), ("camera", "visual", 69, "[identity-not-offered]"), ("camera", "pin", 0, ""),
        ("staff-panel", "visual", 69, "[identity-not-offered]"), ("staff-panel", "face", 0, ""),
        ("screen", "face", 64, "sim:exhibit has no screen; name another"), ("screen", "pin", 0, ""), ("keypad", "pin", 0, ""),
        ("escapes", "face", 0, ""), ("facility-name", "face", 0, ""), ("contact-slot", "face", 0, ""), ("serial-number", "visual", 0, ""),
        ("extended-length", "face", 0, ""),
    ])
    func withoutAPart(_ part: String, _ identity: String, _ status: Int32, _ message: String) throws {
        let result = try visit(identity, ["--without", part])
        #expect(result.status == status && result.error.contains(message), "\(result.error)")
        #expect(result.output.contains("\"outcome\":\"confirmed\"") == (status == 0))
    }

    @Test func withoutAKeypadThePINIsTypedAtTheProgram() throws {
        // The keypad verifies in the reader: the VERIFY is then none of the program's APDUs.
        let (with, without) = (try visit("pin"), try visit("pin", ["--without", "keypad"]))
        #expect(with.output.contains("\"apdus\":4") && without.output.contains("\"apdus\":5"))
    }

    @Test func partsAreLeftOutOfNothingElse() throws {
        let other = try kazasu(["visit", "--reader", "sim:card", "--without", "camera"])
        #expect(other.status == 64 && other.error.contains("[part-not-removable]"))
        #expect(try visit("pin", ["--without", "engine"]).status == 64)
        let shown = try kazasu(["simulate", "reader", "generic-ccid", "--without", "camera", "--vhci"])
        #expect(shown.status == 64 && shown.error.contains("--without is for exhibit only"))
        let neither = try visit("face", ["--without", "screen", "--without", "camera"])
        #expect(neither.status == 64 && neither.error.contains("sim:exhibit has no screen and no camera;"), "\(neither.error)")
        let beside = try kazasu(["visit", "--reader", "sim:exhibit#contact", "--identity", "face", "--without", "screen"])
        #expect(beside.status == 64 && beside.error.contains("sim:exhibit#contact has no screen and no camera;"), "\(beside.error)")
        // A part that is left out is not offered.
        let slot = try kazasu(["simulate", "reader", "exhibit#contact", "--without", "contact-slot", "--vhci"])
        #expect(slot.status == 64 && slot.error.contains("must be one of contactless."), "\(slot.error)")
        let unknown = try kazasu(["simulate", "reader", "acme-x1", "--vhci"])
        #expect(unknown.status == 64 && unknown.error.contains("MODEL must be one of generic-ccid, "))
    }

    @Test func aVisitAtItIsRecordedAndReplayed() throws {
        let path = folder / "visit.rec"
        let words = ["visit", "--reader", "sim:exhibit#contact", "--json"]
        let recorded = try kazasu(["record", path, "--"] + words)
        #expect(recorded.status == 0, "\(recorded.error)")
        #expect(try kazasu(["replay", path]).status == 0)
    }

    /// Whatever can be shown has its line in the help, with the way to show it.
    @Test func theHelpHasEveryModelThatCanBeShown() throws {
        let help = try kazasu(["help", "simulate", "reader"]).output
        let models = help.split(separator: "\n").map { $0.drop { $0 == " " } }
        for model in SimulatorModel.all where model.isShowable {
            #expect(models.contains { $0.hasPrefix("\(model.name) ") }, "\(model.name)")
        }
        #expect(help.contains("kazasu simulate reader acr1255u --bluetooth hci1"))
        #expect(try kazasu(["help", "visit"]).output.contains("(sim:card only)"))
    }
}
