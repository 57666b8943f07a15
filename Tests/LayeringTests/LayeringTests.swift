import Testing

@Suite struct LayeringTests {
    private static let folders = ["Sources", "Drivers", "Simulators", "Benchmarks"]

    /// Fails with the place of everything that breaks the rule.
    private func check(_ folders: [String], _ rule: (SourceFile) -> [String]) throws {
        let files = try Repository.swiftFiles(below: folders)
        #expect(!files.isEmpty)
        let violations = files.flatMap(rule)
        #expect(violations.isEmpty, "\n\(violations.joined(separator: "\n"))")
    }

    @Test func everyImportIsInThePicture() throws {
        try check(Self.folders, Rules.imports)
    }

    @Test func everyLineOfThePictureHasItsFolder() throws {
        let folders = Set(try Repository.swiftFiles(below: Self.folders).map(\.folder))
        #expect(Set(Layers.lines.keys).subtracting(folders) == [])
    }

    @Test func filesAreShort() throws {
        try check(["Sources", "Drivers", "Simulators"], Rules.length)
    }

    @Test func dangerIsExplained() throws {
        try check(Self.folders, Rules.explanations)
    }

    @Test func driversDoNotAskWhatTheyTalkTo() throws {
        try check(["Drivers"], Rules.innocence)
    }

    // The rules themselves, on files that are not there.

    @Test(arguments: [
        ("Drivers/PCSC/A.swift", "SimulationKit"), ("Drivers/PCSC/A.swift", "Cards"), ("Drivers/PCSC/A.swift", "DualInterfaceSimulator"),
        ("Simulators/DualInterface/A.swift", "ReaderKit"), ("Simulators/DualInterface/A.swift", "ISO7816"),
        ("Simulators/Cards/A.swift", "MyNumberCard"), ("Simulators/Cards/A.swift", "PCSC"), ("Sources/ISO7816/A.swift", "Glibc"),
        ("Sources/ISO7816/A.swift", "Diagnosis"), ("Sources/Certificates/A.swift", "ReaderKit"), ("Sources/Commands/A.swift", "Foundation"),
        ("Sources/Commands/A.swift", "FoundationEssentials"), ("Sources/kazasu/A.swift", "Foundation"),
        ("Sources/Station/A.swift", "Testing"),
        ("Sources/Eligibility/A.swift", "CentreSimulator"), ("Sources/MyNumberCard/A.swift", "SimulationKit"),
    ])
    func aForbiddenImportIsFound(_ path: String, _ module: String) {
        for statement in [module, "struct \(module).Thing", "\(module).Part"] {
            let file = SourceFile(path: path, text: "// first\n@preconcurrency public import \(statement)  // why\n")
            #expect(Rules.imports(of: file) == ["\(path):2: \(file.folder) may not import \(module)"])
        }
    }

    @Test func anAllowedImportIsNotFound() {
        let text = "import Glibc\nimport CPCSC\nimport ReaderTransport\n// import Foundation\nlet important = 1\n"
        #expect(Rules.imports(of: SourceFile(path: "Drivers/PCSC/A.swift", text: text)) == [])
        #expect(Rules.imports(of: SourceFile(path: "Sources/kazasu/A.swift", text: "import FoundationEssentials\n")) == [])
    }

    @Test func aNewModelIsAllowedWhatModelsNeed() {
        let driver = SourceFile(path: "Drivers/New/A.swift", text: "import CCID\nimport ReaderKit\nimport Staging\n")
        #expect(Rules.imports(of: driver) == ["Drivers/New/A.swift:3: Drivers/New may not import Staging"])
        let twin = SourceFile(path: "Simulators/New/A.swift", text: "import FaceTerminal\nimport ReaderKit\n")
        #expect(Rules.imports(of: twin) == ["Simulators/New/A.swift:2: Simulators/New may not import ReaderKit"])
    }

    @Test func anUnknownFolderIsFound() {
        let file = SourceFile(path: "Sources/New/A.swift", text: "")
        #expect(Rules.imports(of: file) == ["Sources/New/A.swift:1: Sources/New has no line in Tests/LayeringTests/Layers.swift"])
    }

    @Test func aLongFileIsFound() {
        func file(_ lines: Int) -> SourceFile {
            SourceFile(path: "Sources/Station/A.swift", text: String(repeating: "x\n", count: lines))
        }
        #expect(Rules.length(of: file(400)) == [])
        #expect(Rules.length(of: file(401)) == ["Sources/Station/A.swift:401: longer than 400 lines"])
    }

    @Test(arguments: [
        "try! f()", "fatalError(\"x\")", "let a = b as! C", "final class A: @unchecked Sendable {}", "nonisolated(unsafe) let a = 1",
    ])
    func unexplainedDangerIsFound(_ line: String) {
        func found(_ text: String) -> Int { Rules.explanations(in: SourceFile(path: "Sources/Station/A.swift", text: text)).count }
        #expect(found("let a = 1\n\(line)\n") == 1)
        #expect(found("// Safe because it is so.\n\(line)\n") == 0)
        #expect(found("\(line)  // Safe because it is so.\n") == 0)
        #expect(found("// Far away.\n\n\(line)\n") == 1)
    }

    @Test func aDriverThatAsksIsFound() {
        let text = "// getenv is forbidden\nif reader.isSimulated {}\n_ = getenv(\"X\")\nProcessInfo.processInfo\n"
        let file = SourceFile(path: "Drivers/PCSC/A.swift", text: text)
        #expect(
            Rules.innocence(of: file).map { $0.prefix { $0 != " " } } == [
                "Drivers/PCSC/A.swift:2:", "Drivers/PCSC/A.swift:3:", "Drivers/PCSC/A.swift:4:",
            ])
        #expect(Rules.innocence(of: SourceFile(path: "Sources/Station/A.swift", text: text)) == [])
    }
}
