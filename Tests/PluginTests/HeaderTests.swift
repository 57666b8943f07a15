import TestSupport
import Testing

/// The header as vendors' compilers see it.
@Suite struct HeaderTests {
    @Test(arguments: [
        ["gcc", "-std=c99"], ["gcc", "-std=c11"], ["gcc", "-std=c17"], ["g++", "-std=c++11", "-x", "c++"],
        ["g++", "-std=c++20", "-x", "c++"],
        ["clang", "-std=c99"], ["clang++", "-std=c++17", "-x", "c++"],
    ])
    func everyCompilerTakesIt(_ words: [String]) throws {
        let folder = TemporaryFolder()
        try folder.write("twice.c", "#include \"kazasu_reader.h\"\n#include \"kazasu_reader.h\"\nint unused;\n")
        #expect(try Compiler.run(words[0], words.dropFirst() + ["-fsyntax-only", folder / "twice.c"]) == "")
    }

    @Test(arguments: [["gcc", "-std=c11"], ["g++", "-std=c++11", "-x", "c++"]])
    func theLayoutIsThatOfVersion1(_ words: [String]) throws {
        #expect(try Compiler.run(words[0], words.dropFirst() + ["-fsyntax-only", "layout.c"]) == "")
    }

    @Test(arguments: [
        ("uint32_t slot;", "uint32_t inserted, slot;"),
        ("#define KAZASU_ANSWER_TIMED_OUT 9", "#define KAZASU_ANSWER_TIMED_OUT 10"),
    ])
    func anotherLayoutWouldBeSeen(_ words: String, _ others: String) throws {
        let folder = TemporaryFolder()
        let header = String(decoding: try readFile(Compiler.root + "/Sources/CReaderPlugin/include/kazasu_reader.h"), as: UTF8.self)
        guard let place = header.firstRange(of: words) else { throw BenchError("the header has no '\(words)'") }
        try folder.write("other.h", String(header[..<place.lowerBound] + others + header[place.upperBound...]))
        let said = try Compiler.run("gcc", ["-std=c11", "-fsyntax-only", "-include", folder / "other.h", "layout.c"])
        #expect(said.contains("static assertion failed"))
    }

    /// In C++ the tables are filled by the same names, and the one symbol is a C one.
    @Test func aPluginMayBeOfCPlusPlus() throws {
        let folder = TemporaryFolder()
        try folder.write(
            "plugin.cpp",
            """
            #include "kazasu_reader.h"
            static int32_t refuse(const kazasu_host *, uint64_t, const char *, int64_t, kazasu_opening *) {
                return KAZASU_READER_NOT_FOUND;
            }
            const kazasu_plugin *kazasu_reader_plugin() {
                static const kazasu_plugin plugin = {sizeof(kazasu_plugin), KAZASU_READER_VERSION, "C++", refuse};
                return &plugin;
            }
            """)
        let options = ["-std=c++11", "-fvisibility=hidden", "-shared", "-fPIC"]
        #expect(try Compiler.run("g++", options + ["-o", folder / "plugin.so", folder / "plugin.cpp"]) == "")
        let symbols = try runProgram(["nm", "-D", "--defined-only", folder / "plugin.so"]).checked().output
        #expect(symbols.contains(" T kazasu_reader_plugin\n"))
    }
}
