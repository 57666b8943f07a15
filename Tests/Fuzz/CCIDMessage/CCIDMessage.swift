import CCID
import Glibc

/// What a reader sends: its class descriptor, an answer, a notification. The first byte says which.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCCIDMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    switch kind % 3 {
    case 0: descriptor(bytes)
    case 1: response(bytes)
    default: interrupt(bytes, slots: Int(kind) + 1)
    }
    return 0
}

private func descriptor(_ bytes: [UInt8]) {
    guard let read = try? ClassDescriptor(bytes.span) else { return }
    guard bytes.count == 54, (1...256).contains(read.slotCount), !read.powerSelections.isEmpty else { abort() }
    guard (11...65_554).contains(read.messageCapacity), (271...65_554).contains(read.answerCapacity) else { abort() }
}

private func response(_ bytes: [UInt8]) {
    guard let read = try? ResponseMessage(bytes.span) else { return }
    // Every byte of data is accounted for, and the header says what was read.
    guard read.data == 10..<bytes.count, read.kind.rawValue == bytes[0], read.slot == bytes[5], read.sequence == bytes[6] else { abort() }
    switch read.outcome {
    case .processed: guard bytes[7] >> 6 == 0 else { abort() }
    case .failed(let error): guard bytes[7] >> 6 == 1, error.rawValue == bytes[8] else { abort() }
    case .needsTime(let count): guard bytes[7] >> 6 == 2, count == bytes[8] else { abort() }
    }
}

private func interrupt(_ bytes: [UInt8], slots: Int) {
    switch try? InterruptMessage(bytes.span, slots: slots) {
    case .slotChange: guard bytes[0] == 0x50, (bytes.count - 1) * 4 >= slots else { abort() }
    // Bytes behind the message are passed over.
    case .hardwareError(let slot, let sequence, let code): guard bytes.starts(with: [0x51, slot, sequence, code]) else { abort() }
    case nil: break
    }
}
