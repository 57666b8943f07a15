import CentreSimulator
import Centre
import Testing

@Suite struct DefaultPathTests {
    @Test(arguments: [
        (["XDG_DATA_HOME": "/data", "HOME": "/home/x"], "/data/kazasu/centre.sqlite3"),
        (["HOME": "/home/x"], "/home/x/.local/share/kazasu/centre.sqlite3"),
        (["XDG_DATA_HOME": "", "HOME": "/home/x"], "/home/x/.local/share/kazasu/centre.sqlite3"),
        (["XDG_DATA_HOME": "data", "HOME": "/home/x"], "/home/x/.local/share/kazasu/centre.sqlite3"),
    ])
    func theXDGDataFolder(environment: [String: String], path: String) throws {
        #expect(try CentreDatabase.defaultPath(environment: environment) == path)
    }

    @Test(arguments: [[:], ["HOME": ""], ["HOME": "x", "XDG_DATA_HOME": "y"]]) func noFolderAtAll(environment: [String: String]) {
        let error = #expect(throws: CentreError.self) { try CentreDatabase.defaultPath(environment: environment) }
        #expect(error?.code == "centre-no-home")
        #expect(error?.category == .usage)
    }
}
