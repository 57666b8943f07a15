import TestSupport
import Testing

@testable import Commands
@testable import kazasu

@Suite struct ConfigurationTests {
    @Test func theFirstFileOfTheOrderCounts() throws {
        let folder = TemporaryFolder()
        let home = folder / "home"
        let system = folder / "system"
        let environment = Environment(["HOME": home, "XDG_CONFIG_DIRS": system, "XDG_CONFIG_HOME": "relative/is/ignored"])
        #expect(try Configuration(environment: environment).path == "\(home)/.config/kazasu/config.yaml")

        let table = ["HOME": home, "XDG_CONFIG_DIRS": "relative:\(system)"]
        let none = try Configuration(environment: Environment(table))
        #expect(none.path == "\(home)/.config/kazasu/config.yaml")
        #expect(!none.exists)
        #expect(none[.reader] == nil)

        try makeFolders(system + "/kazasu")
        try folder.write("system/kazasu/config.yaml", "reader: 'pcsc:*'\ntrust: anchors\n")
        let found = try Configuration(environment: Environment(table))
        #expect(found.exists)
        #expect(found[.reader] == "pcsc:*")
        #expect(found[.trust] == "\(system)/kazasu/anchors")

        let named = try folder.write("other.yaml", "centre: /var/lib/centre.db\nreader: ~\n")
        let given = try Configuration(environment: Environment(table.merging([Configuration.variable: named]) { $1 }))
        #expect(given[.centre] == "/var/lib/centre.db")
        #expect(given[.reader] == nil)
    }

    @Test func aFileThatIsNamedMustBeThere() {
        let environment = Environment([Configuration.variable: "/nowhere/config.yaml"])
        #expect(throws: FileError.self) { try Configuration(environment: environment) }
    }

    @Test(arguments: [
        ("raeder: x\n", "1:1", "none of: reader"), ("- reader\n", "1:1", "keys"), ("reader: [x]\n", "1:9", "'reader' wants a text"),
        ("reader: a\n\nreader: b\n", "3:1", "twice"), ("reader: \"\n", "2:1", "end of stream"), ("reader: ''\n", "1:9", "wants"),
    ])
    func tellsWhereItIsWrong(_ text: String, _ place: String, _ reason: String) {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.parse(Array(text.utf8), path: "/etc/c.yaml") }
        #expect(error?.place.description == place)
        #expect(error?.cause?.contains("/etc/c.yaml:\(place): ") == true)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    private func makeFolders(_ path: String) throws { _ = try runProgram(["mkdir", "-p", path]).checked() }
}
