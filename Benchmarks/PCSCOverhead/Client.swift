import CAllocationCount
import Diagnosis
import Glibc
import PCSC
import ReaderKit
import ReaderTransport
import Station

/// Our way through a reader, a station and the watchdog to SCardTransmit, measured as Benchmarks/PCSCOverhead/compare asks.
///
/// usage: PCSCOverhead READER; "COUNT SIZE" a line is answered by the median in nanoseconds and the number of allocations.
@main
enum Client {
    static func main() { exit(runClient()) }
}

private func runClient() -> Int32 {
    guard let name = CommandLine.arguments.dropFirst().first else { return 64 }
    do {
        let station = Station(.real)
        let description = AttachmentDescription(name: name, product: name)
        let reader = try CardLaneDriver().open(PCSCSource().open(description, on: station), name: name, on: station)
        while let line = readLine() {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 2, numbers[0] > 0 else { return 65 }
            let (median, allocations) = try measure(reader, on: station, count: numbers[0], size: numbers[1])
            print(median, allocations)
            fflush(nil)
        }
        return 0
    } catch {
        print(error)
        return 1
    }
}

/// The median of `count` exchanges, in nanoseconds, and how often one of them has asked for memory.
private func measure(_ reader: any Reader, on station: Station, count: Int, size: Int) throws -> (Int64, UInt64) {
    let command: [UInt8] = size == 2 ? [0x00, 0x20, 0x00, 0x80] : [0x00, 0xB0, 0x00, 0x00, 0x00]
    let channel = try reader.connect(slot: 0, until: station.now + .seconds(10))
    defer { channel.close() }
    var response: [UInt8] = []
    for _ in 0..<20 { try channel.transmit(command.span, into: &response, until: station.now + .seconds(10)) }
    var times = [Int64](repeating: 0, count: count)
    let before = allocation_count()
    for index in 0..<count {
        let began = monotonicNanoseconds()
        try channel.transmit(command.span, into: &response, until: station.now + .seconds(10))
        times[index] = monotonicNanoseconds() - began
        guard response.count == size else { throw ReaderError(.answerMalformed) }
    }
    let allocations = allocation_count() - before
    times.sort()
    return (times[count / 2], allocations)
}
