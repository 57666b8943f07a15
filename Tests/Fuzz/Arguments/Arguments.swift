import Commands
import Diagnosis
import Glibc

/// A command line as bytes, its words separated by line feeds: whatever is typed is either done or wrong use, and says so.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArguments(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let words = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let status = program.run(words, environment: Environment([:]), streams: nowhere)
    guard status == 0 || status == FailureCategory.usage.exitStatus else { abort() }
    return 0
}

private let nowhere: StandardStreams = {
    let descriptor = open("/dev/null", O_WRONLY)
    return StandardStreams(output: descriptor, error: descriptor)
}()

private let nothing = Sentence(ja: "無", en: "nothing")
private let seed = DefaultedOption<UInt16>("seed", short: "s", placeholder: "NUMBER", default: 7, nothing)
private let colour = ValueOption("colour", placeholder: "COLOUR", kind: .choices(["red", "green"]), nothing) {
    $0.hasSuffix("e") ? nil : $0
}
private let send = ListOption("send", placeholder: "HEX", nothing)
private let beep = Flag("beep", isNegatable: true, nothing)
private let file = Operand("FILE", .one, kind: .file, nothing)
private let more = Operand("MORE", .any, kind: .choices(["a", "b"]), nothing)

private let program = Program(
    name: "fuzz", version: "0", summary: nothing,
    commands: [
        Command(
            "group", nothing,
            subcommands: [
                Command("act", nothing, options: [seed, colour, send, beep], operands: [file, more]) { invocation in
                    // What the parser let through keeps what the table promises.
                    guard invocation[file].count == 1, invocation[more].allSatisfy({ $0 == "a" || $0 == "b" }) else { return 70 }
                    guard invocation.isGiven(seed) || invocation[seed] == 7 else { return 70 }
                    guard invocation[send].count + invocation[more].count <= 4096 else { return 70 }
                    return invocation.isGiven(colour) && invocation[colour] == nil ? 70 : 0
                }
            ])
    ])
