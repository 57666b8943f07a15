import Commands
import Diagnosis
import Glibc
import Scenarios
import ScenarioRunner

/// A scenario that was read, and where it lies.
struct ScenarioFile: Sendable {
    let path: String
    let scenario: Scenario

    /// Every scenario of these files and folders, in the order of the names. Throws `FileError`, and `ScenarioError` with what is wrong in
    /// all of the files.
    static func all(at paths: [String]) throws -> [ScenarioFile] {
        var files: [ScenarioFile] = []
        var wrong: [ScenarioError] = []
        for path in try paths.flatMap(Self.files(at:)) {
            let bytes = try readFile(path, limit: Scenario.longestFile)
            do throws(ScenarioError) {
                files.append(ScenarioFile(path: path, scenario: try Scenario(bytes, path: path, vocabulary: .standard)))
            } catch { wrong.append(error) }
        }
        guard wrong.isEmpty else { throw WrongScenarios(errors: wrong) }
        return files
    }

    /// The files below a folder that end in `.yaml`, by name; a file is itself.
    private static func files(at path: String) throws(FileError) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        guard let folder = opendir(path) else { throw FileError(path: path, reason: .unreadable(errno)) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        var found: [String] = []
        for name in names.sorted() {
            let inner = prefix + name
            var status = stat()
            // A link is not followed: it may lead back to here.
            guard lstat(inner, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: found += try files(at: inner)
            case S_IFREG where name.hasSuffix(".yaml"): found.append(inner)
            default: break
            }
        }
        return found
    }
}

/// Files that are wrong, one or more.
struct WrongScenarios: ListedError {
    let errors: [ScenarioError]

    var code: String { "scenario-malformed" }
    var items: [Sentence] { errors.flatMap(\.lines) }
    var cause: String? { nil }
    var category: FailureCategory { .badData }
}
