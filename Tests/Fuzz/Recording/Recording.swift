import Glibc
import ReaderTransport
import Recordings
import Station

/// A recording: a value, or an error that names a line. What can be replayed is replayed to a program that gives everything up.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecording(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let (recording, error) = RecordingFile.read(bytes)
    if let error, !(1...count + 1).contains(error.line) || error.reason.isEmpty { abort() }
    guard let recording else { return 0 }
    let station = Station(.virtual, startUnixTime: recording.startUnixTime)
    guard let replay = try? Replay(recording, on: station) else { return 0 }
    play(recording, replay, on: station)
    let isOver: Void? = try? replay.finish()
    // Whoever does all that was recorded differs nowhere.
    if isOver == nil, replay.difference == nil { abort() }
    return 0
}

/// Does what the recording says, whatever becomes of it.
private func play(_ recording: Recording, _ replay: Replay, on station: Station) {
    var attachments: [any Attachment] = []
    var transfers: [[Int: TransferID]] = []
    for record in recording.records {
        switch record.event {
        case .open:
            attachments.append(replay.open())
            transfers.append([:])
        case .submit(let device, let number, let transfer, let payload):
            let bytes = payload.bytes ?? []
            transfers[device][number] = attachments[device].submit(transfer, sending: bytes.span)
        case .complete(let device, let number, _, _):
            guard let id = transfers[device][number] else { continue }
            _ = station.next(from: attachments[device].source, token: id.rawValue, until: record.at + .seconds(1))
            var buffer: [UInt8] = []
            _ = attachments[device].collect(id, into: &buffer)
        case .abort(let device, let number): if let id = transfers[device][number] { attachments[device].abort(id) }
        case .close(let device): attachments[device].close()
        case .post, .cancel: _ = station.next(until: record.at)
        }
    }
}
