import CaptureFile
import Glibc
import ReaderTransport
import Station
import USBCapture

/// A capture: packets, or an error with its place. What was read can be written and is read again; every reader in it can be recorded.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCapture(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let (packets, error) = read(bytes)
    if let error, error.offset > UInt64(count) { abort() }
    check(packets)
    var survey = CaptureSurvey()
    let frames = packets.compactMap { packet in USBFrame(packet).map { (frame: $0, time: packet.time) } }
    for (frame, _) in frames { survey.take(frame) }
    for reader in survey.readers { record(reader, frames) }
    return 0
}

private func read(_ bytes: [UInt8]) -> (packets: [CapturedPacket], error: CaptureError?) {
    var reader = CaptureReader()
    var packets: [CapturedPacket] = []
    do throws(CaptureError) {
        // In two pieces, which must make no difference.
        for piece in [bytes.prefix(bytes.count / 2), bytes.dropFirst(bytes.count / 2)] {
            reader.append(piece)
            while let packet = try reader.next() { packets.append(packet) }
        }
        try reader.finish()
        return (packets, nil)
    } catch { return (packets, error) }
}

private func check(_ packets: [CapturedPacket]) {
    var writer = CaptureWriter(linkType: USBFrame.linkType, name: "n", application: "a", comments: ["c"])
    for packet in packets { writer.add(packet.bytes, originalCount: packet.originalCount, time: packet.time) }
    let (again, error) = read(writer.bytes)
    guard error == nil, again.count == packets.count else { abort() }
    for (old, new) in zip(packets, again)
    where (old.bytes, old.time) != (new.bytes, new.time) || old.originalCount != new.originalCount { abort() }
}

private func record(_ reader: CapturedDevice, _ frames: [(frame: USBFrame, time: Int64)]) {
    let station = Station(.virtual, startUnixTime: (frames.first?.time ?? 0) / 1_000_000_000)
    guard let recorder = try? Recorder(path: "/dev/null", program: "fuzz", on: station) else { return }
    let capture = CaptureImport(reader, name: "fuzz", into: recorder, on: station)
    for (frame, time) in frames {
        do throws(CaptureLimit) { try capture.take(frame, time: time) } catch { break }
    }
    capture.finish()
    guard (try? recorder.end(outcome: "over")) != nil else { abort() }
}
