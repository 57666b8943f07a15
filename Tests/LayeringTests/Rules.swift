/// The rules of CONTRIBUTING.md that a machine can hold. Each names what breaks it, with file and line.
enum Rules {
    /// A file imports only what the picture allows its target.
    static func imports(of file: SourceFile) -> [String] {
        guard let allowed = Layers.modules(for: file.folder) else {
            return [file.violation(line: 0, "\(file.folder) has no line in Tests/LayeringTests/Layers.swift")]
        }
        let known = allowed.union(Layers.systemModules(of: file.folder))
        return file.lines.enumerated().compactMap { number, line in
            guard let module = SourceFile.importedModule(line), !known.contains(module) else { return nil }
            return file.violation(line: number, "\(file.folder) may not import \(module)")
        }
    }

    /// A file holds one idea.
    static func length(of file: SourceFile) -> [String] {
        let limit = 400
        return file.lines.count - 1 > limit ? [file.violation(line: limit, "longer than \(limit) lines")] : []
    }

    /// What can end the program or race is explained where it stands: on the same line or the one before.
    static func explanations(in file: SourceFile) -> [String] {
        let words = ["try!", "fatalError(", "as!", "@unchecked Sendable", "nonisolated(unsafe)"]
        return file.lines.enumerated().flatMap { number, line -> [String] in
            let isExplained = line.contains("//") || (number > 0 && isComment(file.lines[number - 1]))
            guard !isExplained else { return [] }
            return words.filter { line.contains($0) }.map {
                file.violation(line: number, "\($0) without a comment that says why it is safe")
            }
        }
    }

    /// A driver cannot ask what it talks to.
    static func innocence(of file: SourceFile) -> [String] {
        guard file.folder.hasPrefix("Drivers/") else { return [] }
        let words = ["isSimulated", "getenv", "ProcessInfo"]
        return file.lines.enumerated().flatMap { number, line in
            words.filter { !isComment(line) && line.contains($0) }.map { file.violation(line: number, "\($0) in a driver") }
        }
    }

    private static func isComment(_ line: String) -> Bool {
        line.drop { $0 == " " || $0 == "\t" }.hasPrefix("//")
    }
}
