import Diagnosis
import ReaderTransport
import SimulationKit
import Staging
import Station
import TestSupport

/// A host without a station: it hands transfers to a device, lets time pass as far as it says and keeps what completes.
final class Bench {
    struct Completion: Equatable {
        let status: TransferStatus
        let bytes: [UInt8]
        let at: Instant
    }

    let device: any PassiveDevice
    private(set) var now = Instant.zero
    private var completions: [TransferID: Completion] = [:]
    private var last: UInt64 = 0

    init(_ device: any PassiveDevice) { self.device = device }

    func submit(_ operation: Transfer.Operation, lane: UInt8 = 0, _ bytes: [UInt8] = []) -> TransferID {
        last += 1
        let id = TransferID(rawValue: last)
        device.submit(Transfer(lane: LaneID(rawValue: lane), slot: 0, operation: operation), id: id, sending: bytes.span, at: now)
        return id
    }

    /// Lets time pass until the transfer completes; `nil` where it does not within `limit`, and it is given up then.
    func wait(_ id: TransferID, atMost limit: Duration = .seconds(100)) -> Completion? {
        let end = now + limit
        while completions[id] == nil, let due = device.nextDue, due <= end { advance(to: due) }
        if completions[id] == nil {
            advance(to: end)
            device.abort(id, at: now)
        }
        return completions.removeValue(forKey: id)
    }

    func pass(_ duration: Duration) {
        let end = now + duration
        while let due = device.nextDue, due <= end { advance(to: due) }
        advance(to: end)
    }

    func write(_ bytes: [UInt8], lane: UInt8 = 0) -> TransferStatus? { wait(submit(.write, lane: lane, bytes))?.status }

    func read(_ limit: Int = 70_000, lane: UInt8 = 0, atMost duration: Duration = .seconds(100)) -> [UInt8]? {
        guard let completion = wait(submit(.read(atMost: limit), lane: lane), atMost: duration) else { return nil }
        return completion.status == .completed ? completion.bytes : nil
    }

    private func advance(to moment: Instant) {
        now = max(now, moment)
        device.advance(to: now) { id, status, bytes in completions[id] = Completion(status: status, bytes: bytes, at: now) }
    }
}

/// Hexadecimal digits without the spaces that make them readable.
func digits(_ text: String) -> String { text.filter { $0 != " " } }

func secret(_ text: String) -> Secret { Secret(Array(text.utf8)) }

/// A card that answers every command with 9000.
func chip(after computing: Duration = .milliseconds(1), _ answer: [UInt8] = [0x90, 0x00]) -> ScriptedCard {
    ScriptedCard(answerToReset: hex("3B E0 00 FF 81 31 FE 45 14"), computing: computing) { _, _ in answer }
}

/// 照合番号B of nobody.
let code = "02050520354271"

/// The beginning of a JPEG 2000 file.
let photograph = hex("0000000C 6A502020 0D0A870A 00000014")
