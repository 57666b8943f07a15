// Encodes a command and takes a response apart, in buffers that are used again: what one exchange costs the host beside the wire.
// usage: ExchangeCodec [--json] [--check]
//   --check ends with 1 when an exchange allocates, or when allocations are not counted; never because of time.
let report = measureAll()
let arguments = CommandLine.arguments.dropFirst()
if arguments.contains("--json") {
    print("[" + report.map(\.json).joined(separator: ",") + "]")
} else {
    for line in report { print(line.text) }
}
if arguments.contains("--check"), !allocationsAreCounted() || report.contains(where: { $0.allocations != 0 }) { exitWithFailure() }
