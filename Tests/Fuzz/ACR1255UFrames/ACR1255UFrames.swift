import ACR1255U
import Glibc

/// Notifications of an ACR1255U: each is as long as the byte before it says. However a stream is cut, the same payloads come of it, none is
/// longer than what has come, and nothing is kept that could not become a frame.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzACR1255UFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var rest = UnsafeBufferPointer(start: start, count: count)[...]
    var receiver = FrameReceiver()
    var bytewise = FrameReceiver()
    while let length = rest.popFirst() {
        let value = Array(rest.prefix(Int(length)))
        rest = rest.dropFirst(value.count)
        let items = receiver.take(value)
        guard payloads(items).allSatisfy({ $0.count <= count }) else { abort() }
        if items.contains(.broken) {
            // What comes after depends on where the reader falls silent.
            receiver.reset()
            bytewise.reset()
            continue
        }
        guard payloads(value.flatMap { bytewise.take([$0]) }) == payloads(items) else { abort() }
        guard receiver.isInside == bytewise.isInside else { abort() }
    }
    return 0
}

private func payloads(_ items: [FrameReceiver.Item]) -> [[UInt8]] {
    items.compactMap { if case .payload(let payload) = $0 { payload } else { nil } }
}
