import CAllocationCount
import Glibc
import ISO7816

/// One kind of exchange and what it costs.
struct Measurement {
    let name: String
    /// Nanoseconds an exchange, one value a batch, sorted.
    let nanoseconds: [Double]
    let exchanges: Int
    let allocations: UInt64

    var minimum: Double { nanoseconds[0] }
    var median: Double { nanoseconds[nanoseconds.count / 2] }
    var worst: Double { nanoseconds[nanoseconds.count * 99 / 100] }
    var allocationsPerExchange: Double { Double(allocations) / Double(exchanges) }

    var text: String {
        "\(name): min \(rounded(minimum)) p50 \(rounded(median)) p99 \(rounded(worst)) ns, "
            + "\(rounded(allocationsPerExchange)) allocations an exchange (\(exchanges) exchanges)"
    }

    var json: String {
        "{\"name\":\"\(name)\",\"minimumNanoseconds\":\(rounded(minimum)),\"medianNanoseconds\":\(rounded(median)),"
            + "\"p99Nanoseconds\":\(rounded(worst)),\"samples\":\(nanoseconds.count),\"exchanges\":\(exchanges),"
            + "\"allocations\":\(allocations)}"
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

/// A command with what it expects.
struct Exchange {
    let name: String
    let header: CommandHeader
    let data: [UInt8]
    let expected: Int
    let form: APDUForm
}

/// Synthetic exchanges of the kinds that a visit has.
let exchanges = [
    Exchange(
        name: "select", header: CommandHeader(cla: 0x00, ins: 0xA4, p1: 0x04, p2: 0x0C),
        data: [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01], expected: 0, form: .short),
    Exchange(
        name: "verify", header: CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x98), data: [0x30, 0x30, 0x30, 0x30], expected: 0,
        form: .short),
    Exchange(name: "read", header: CommandHeader(cla: 0x00, ins: 0xB0, p1: 0x8A, p2: 0x00), data: [], expected: 65536, form: .extended),
    Exchange(
        name: "sign", header: CommandHeader(cla: 0x80, ins: 0x2A, p1: 0x00, p2: 0x97), data: [UInt8](repeating: 0x5A, count: 51),
        expected: 256, form: .automatic),
]

func measureAll() -> [Measurement] { exchanges.map { measure($0) } }

func exitWithFailure() -> Never { exit(1) }

/// Whether the counter stands before the allocator: encoding into a new array must be seen.
func allocationsAreCounted() -> Bool {
    let before = allocation_count()
    let encoded = try? CommandAPDU(exchanges[0].header, data: exchanges[0].data).encoded()
    return encoded != nil && allocation_count() > before
}

/// Batches of about a millisecond; the first ones find the size of a batch and warm up.
func measure(_ exchange: Exchange) -> Measurement {
    var command = [UInt8](repeating: 0, count: 300)
    let response = [UInt8](repeating: 0x11, count: 40) + [0x90, 0x00]
    let clock = ContinuousClock()
    var batch = 1000
    while clock.measure({ run(exchange, times: batch, command: &command, response: response) }) < .milliseconds(1) { batch *= 2 }

    let samples = 50
    var nanoseconds = [Double](repeating: 0, count: samples)
    var allocations: UInt64 = 0
    for sample in 0..<samples {
        let start = clock.now
        let before = allocation_count()
        run(exchange, times: batch, command: &command, response: response)
        allocations += allocation_count() - before
        nanoseconds[sample] = (clock.now - start) / .nanoseconds(1) / Double(batch)
    }
    return Measurement(name: exchange.name, nanoseconds: nanoseconds.sorted(), exchanges: samples * batch, allocations: allocations)
}

/// Encodes and takes apart `times` times; the sum keeps the optimizer from leaving anything out.
@inline(never)
func run(_ exchange: Exchange, times: Int, command: inout [UInt8], response: [UInt8]) {
    let (header, data, expected, form) = (exchange.header, exchange.data, exchange.expected, exchange.form)
    var sum = 0
    for _ in 0..<times { sum &+= once(header, data.span, expected, form, &command, response.span) }
    precondition(sum > 0)
}

/// One exchange. It is not inlined, so that nothing is computed once for all rounds.
@inline(never)
func once(
    _ header: CommandHeader, _ data: Span<UInt8>, _ expected: Int, _ form: APDUForm, _ command: inout [UInt8], _ response: Span<UInt8>
) -> Int {
    var buffer = command.mutableSpan
    guard let count = try? header.encode(data: data, expected: expected, form: form, into: &buffer),
        let layout = try? ResponseLayout(response), layout.status.isSuccess
    else { return 0 }
    return count &+ layout.data.count
}
