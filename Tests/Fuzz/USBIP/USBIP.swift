import CCIDDevice
import SimulationKit
import Station
import USBDevice
import USBIP

/// A kernel that sends anything to a simulated reader: the session, the device and its messages survive it, and the reader works
/// afterwards for the next one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzUSBIP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let (device, reader) = CCIDReaderModel.genericExtended.makeDevice(timing: CCIDTiming(link: .contact))
    reader.place(EchoingCard(), at: .zero)
    let session = USBIPSession(device, isAttached: true, isFree: { true })
    session.receive(submit(endpoint: 0, setup: [0x00, 0x09, 1, 0, 0, 0, 0, 0]), at: .zero)
    session.receive(bytes, at: .zero)
    var replies = 0
    device.advance(to: .zero + .seconds(60)) { id, status, bytes in replies += session.complete(id, status, bytes) ? 1 : 0 }
    precondition(session.output.count <= 48 * (replies + count / 48) + replies << 18)
    session.end(at: .zero + .seconds(60))

    device.unplug(at: .zero + .seconds(61))
    device.plug(at: .zero + .seconds(61))
    let next = USBIPSession(device, isAttached: true, isFree: { true })
    next.receive(submit(endpoint: 0, setup: [0x80, 0x08, 0, 0, 0, 0, 1, 0], isInput: true, length: 1), at: .zero + .seconds(61))
    device.advance(to: .zero + .seconds(120)) { id, status, bytes in next.complete(id, status, bytes) }
    precondition(next.output.count == 49 && next.output.last == 0)
    return 0
}

private func submit(endpoint: UInt8, setup: [UInt8], isInput: Bool = false, length: UInt8 = 0) -> [UInt8] {
    [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 2, 0, 0, 0, isInput ? 1 : 0, 0, 0, 0, endpoint, 0, 0, 0, 0, 0, 0, 0, length]
        + [UInt8](repeating: 0, count: 12) + setup
}

/// Answers with what it was sent, so that long answers come too.
private final class EchoingCard: SimulatedCard {
    let answerToReset: [UInt8] = [0x3B, 0x80, 0x80, 0x01, 0x01]
    func powerOn(at now: Instant) {}
    func powerOff() {}
    func warmReset(at now: Instant) {}
    func process(_ command: Span<UInt8>, into response: inout [UInt8], at now: Instant) -> Duration? {
        response = command.indices.map { command[$0] } + [0x90, 0x00]
        return .zero
    }
}
