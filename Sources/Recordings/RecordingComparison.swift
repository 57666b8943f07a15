import ReaderTransport
import Traces

/// Where two recordings differ in what crossed the cables: lanes, transfers in the order of their beginnings, bytes, and how each ended.
///
/// Moments, names and deadlines do not count. Where one of both has bytes that were withheld, only lengths count.
public struct RecordingComparison: Sendable {
    /// The differences in the order of the recordings, as indices of their steps; empty where they agree.
    public let differences: [TraceComparison.Difference]
    /// The first byte, counted from 0, in which the transfers of the first difference disagree that are alike but for their bytes.
    public let firstByte: Int?
    /// Of how many transfers and posts, those of the recording that has more of them, only lengths were compared; 0 where bytes were.
    public let uncompared: Int

    /// Compares two recordings.
    public init(_ first: Recording, _ second: Recording) {
        let countsOnly = first.isWithheld || second.isWithheld
        uncompared = countsOnly ? max(first.steps.count(where: \.hasBytes), second.steps.count(where: \.hasBytes)) : 0
        let steps = [first.steps, second.steps].map { $0.map { Compared($0, countsOnly: countsOnly) } }
        differences = TraceComparison(steps: steps[0], steps[1]).differences
        guard case .removed(let old)? = differences.first,
            let new = differences.lazy.compactMap({ if case .added(let index) = $0 { index } else { nil } }).first
        else {
            firstByte = nil
            return
        }
        firstByte = steps[0][old].firstByte(unlike: steps[1][new])
    }

    /// What of a step two recordings must have alike.
    private struct Compared: Hashable {
        let event: String
        var lane: LaneID?
        var slot: UInt8?
        var bytes: [Recording.Payload] = []

        init(_ step: SessionStep, countsOnly: Bool) {
            switch step {
            case .open(_, _, let device, _, let lanes):
                event = "open \(device) " + lanes.map { "\($0.id.rawValue) \($0.kind.text) \($0.slots)" }.joined(separator: ", ")
            case .transfer(let transfer):
                let end = transfer.end.map { $0.status?.text ?? "given up" } ?? "no end"
                event = "\(transfer.device) \(transfer.transfer.operation.text) \(end)"
                lane = transfer.transfer.lane
                slot = transfer.transfer.slot
                bytes = [transfer.sent, transfer.end?.received ?? Recording.Payload([])]
            case .close(_, _, let device): event = "close \(device)"
            case .post(_, _, let name, let payload):
                event = "post \(name)"
                bytes = [payload]
            case .cancel: event = "cancel"
            }
            if countsOnly { bytes = bytes.map { Recording.Payload(withheld: $0.count) } }
        }

        /// The first byte that differs where nothing else does.
        func firstByte(unlike other: Compared) -> Int? {
            guard (event, lane, slot, bytes.count) == (other.event, other.lane, other.slot, other.bytes.count) else { return nil }
            for (own, others) in zip(bytes, other.bytes) where own != others {
                guard let own = own.bytes, let others = others.bytes else { return nil }
                return zip(own, others).prefix { $0 == $1 }.count
            }
            return nil
        }
    }
}

extension SessionStep {
    /// Whether bytes crossed the cable, be they known or withheld.
    fileprivate var hasBytes: Bool {
        switch self {
        case .transfer(let transfer): transfer.sent.count + (transfer.end?.received.count ?? 0) > 0
        case .post(_, _, _, let payload): payload.count > 0
        case .open, .close, .cancel: false
        }
    }
}
