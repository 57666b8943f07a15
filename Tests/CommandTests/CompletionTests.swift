import Diagnosis
import Glibc
import TestSupport
import Testing

@testable import Commands
@testable import SampleProgram

@Suite struct CompletionTests {
    /// What bash offers for `line` with the cursor at its end, the words cut as readline cuts them.
    private func offers(_ line: String, cut words: [String], breaks: String = " =:", in folder: TemporaryFolder) throws -> [String] {
        let quoted = words.map(\.shellQuoted).joined(separator: " ")
        let script = """
            cd \(folder.path)
            PATH="$PWD:$PATH"
            source ./script
            COMP_WORDBREAKS='\(breaks)' COMP_LINE=\(line.shellQuoted) COMP_POINT=\(line.utf8.count)
            COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1)
            _sample
            [[ ${#COMPREPLY[@]} == 0 ]] || printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try runProgram(["bash", "--norc", "-c", script])
        #expect(result.error == "")
        return result.output.split(separator: "\n").map(String.init)
    }

    private func folder() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        try folder.write("script", Shell.bash.script(for: Sample.program, language: .english))
        // Stands for the program, whose hidden command lists the slots.
        try folder.write("sample", "#!/bin/sh\n[ \"$1\" = slots ] && printf 'left\\nright $(touch planted)\\n'\n", mode: 0o755)
        try folder.write("trace one.jsonl", "")
        try folder.write("trace-two.jsonl", "")
        return folder
    }

    @Test func commandsAndOptionsInBash() throws {
        let folder = try folder()
        #expect(try offers("sample ", cut: ["sample", ""], in: folder) == ["visit", "trace", "fail", "completion", "help"])
        #expect(try offers("sample t", cut: ["sample", "t"], in: folder) == ["trace"])
        #expect(try offers("sample trace ", cut: ["sample", "trace", ""], in: folder) == ["show", "check"])
        #expect(try offers("sample help tr", cut: ["sample", "help", "tr"], in: folder) == ["trace"])
        #expect(try offers("sample help trace c", cut: ["sample", "help", "trace", "c"], in: folder) == ["check"])
        #expect(try offers("sample trace show --j", cut: ["sample", "trace", "show", "--j"], in: folder) == ["--json"])
        #expect(try offers("sample visit --no", cut: ["sample", "visit", "--no"], in: folder) == ["--no-beep"])
        // `trace` is the value of an option here and not the command.
        #expect(try offers("sample visit --save trace s", cut: ["sample", "visit", "--save", "trace", "s"], in: folder) == ["slow"])
        #expect(try offers("sample --language visit tr", cut: ["sample", "--language", "visit", "tr"], in: folder) == ["trace"])
        #expect(try offers("sample visit -- --j", cut: ["sample", "visit", "--", "--j"], in: folder) == [])
    }

    @Test func valuesInBash() throws {
        let folder = try folder()
        #expect(try offers("sample visit --colour ", cut: ["sample", "visit", "--colour", ""], in: folder) == ["red", "green", "blue"])
        #expect(try offers("sample visit --colour=g", cut: ["sample", "visit", "--colour", "=", "g"], in: folder) == ["green"])
        let whole = try offers("sample visit --colour=g", cut: ["sample", "visit", "--colour=g"], breaks: " ", in: folder)
        #expect(whole == ["--colour=green"])
        // bash replaces only what follows the colon.
        #expect(try offers("sample visit -r sim:c", cut: ["sample", "visit", "-r", "sim", ":", "c"], in: folder) == ["card"])
        #expect(try offers("sample visit -r sim:c", cut: ["sample", "visit", "-r", "sim:c"], breaks: " ", in: folder) == ["sim:card"])
        #expect(try offers("sample visit f", cut: ["sample", "visit", "f"], in: folder) == ["fast"])
        #expect(try offers("sample visit fast ", cut: ["sample", "visit", "fast", ""], in: folder) == [])
        #expect(try offers("sample completion ", cut: ["sample", "completion", ""], in: folder) == ["bash", "zsh", "fish"])
    }

    @Test func filesInBash() throws {
        let folder = try folder()
        let files = ["trace one.jsonl", "trace-two.jsonl"]
        #expect(try offers("sample trace show tr", cut: ["sample", "trace", "show", "tr"], in: folder).sorted() == files)
        #expect(try offers("sample trace show x tr", cut: ["sample", "trace", "show", "x", "tr"], in: folder).sorted() == files)
        #expect(
            try offers("sample trace show \"trace o", cut: ["sample", "trace", "show", "\"trace o"], in: folder) == ["trace one.jsonl"])
        #expect(try offers("sample visit --folder ", cut: ["sample", "visit", "--folder", ""], in: folder) == [])
    }

    /// A reader may have any name; the shell must not run it.
    @Test func printedWordsAreNotExpanded() throws {
        let folder = try folder()
        let words = try offers("sample visit --slot ", cut: ["sample", "visit", "--slot", ""], in: folder)
        #expect(words == ["left", "right\\ \\$\\(touch\\ planted\\)"])
        #expect(!folder.has("planted"))
    }

    @Test(arguments: [("/bin/bash", "-n", Shell.bash), ("/usr/bin/zsh", "-n", .zsh), ("/usr/bin/fish", "--no-execute", .fish)])
    func syntax(_ path: String, _ option: String, _ shell: Shell) throws {
        guard access(path, X_OK) == 0 else { return print("\(path) is not installed: the syntax of its completion script was not checked") }
        let folder = TemporaryFolder()
        for language in Language.allCases {
            try folder.write("script", shell.script(for: Sample.program, language: language))
            let result = try runProgram([path, option, "\(folder.path)/script"])
            #expect(result.status == 0)
            #expect(result.error == "")
        }
    }

    /// fish can be asked what it would offer.
    @Test func offersOfFish() throws {
        let fish = "/usr/bin/fish"
        guard access(fish, X_OK) == 0 else { return print("\(fish) is not installed: its completion script was not tried") }
        let folder = try folder()
        try folder.write("script.fish", Shell.fish.script(for: Sample.program, language: .english))
        func offers(_ line: String) throws -> [String] {
            let script = "cd \(folder.path); set -x PATH $PWD $PATH; source script.fish; complete -C \(line.shellQuoted)"
            let result = try runProgram([fish, "--no-config", "-c", script], environment: ["HOME=\(folder.path)", "PATH=/usr/bin:/bin"])
            #expect(result.error == "")
            return result.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }.sorted()
        }
        #expect(try offers("sample ") == ["completion", "fail", "help", "trace", "visit"])
        #expect(try offers("sample trace ") == ["check", "show"])
        #expect(try offers("sample help trace s") == ["show"])
        #expect(try offers("sample visit --colour ") == ["blue", "green", "red"])
        #expect(try offers("sample visit --colour=g") == ["--colour=green"])
        #expect(try offers("sample visit --slot ") == ["left", "right $(touch planted)"])
        #expect(try offers("sample visit --save trace s") == ["slow"])
        #expect(try offers("sample --language visit tr") == ["trace"])
        #expect(try offers("sample trace show tr") == ["trace one.jsonl", "trace-two.jsonl"])
        #expect(try offers("sample trace show --js") == ["--json"])
    }
}
