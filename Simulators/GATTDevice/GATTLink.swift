import ReaderTransport
import SimulationKit
import Station

/// The Bluetooth side of a simulated reader: values that a host writes arrive with the next connection event, and what the reader notifies goes
/// out in pieces with one. A passive part of a device: calls come in the order of time.
public final class GATTLink {
    /// The only lane of the device.
    public let lane: Lane
    /// Whether the host can hear the device.
    public private(set) var isInRange = true
    /// What hosts did that is against the book, oldest first, at most 1,000; no byte of a value is in it.
    public private(set) var complaints: [String] = []

    private let timing: GATTTiming
    private var pending = PendingCompletions()
    private var writes: [(id: TransferID, value: [UInt8], due: Instant)] = []
    private var notifications: [(value: [UInt8], due: Instant)] = []
    private var reads: [TransferID] = []
    private var up = Direction()
    private var down = Direction()

    /// The connection event that was last used in a direction, and how often.
    private struct Direction {
        var event: Int64 = -1
        var used = 0
    }

    /// Values that wait for a host that does not read; then there is no room for more.
    private static let mostWaiting = 8_192

    /// A link with one service, whose UUID has these 16 bytes.
    public init(service: [UInt8], timing: GATTTiming) {
        self.timing = timing
        lane = Lane(id: LaneID(rawValue: 0), kind: .gatt, slots: 1, descriptor: service, packetSize: timing.valueSize)
    }

    // MARK: The host

    /// Accepts a transfer.
    public func submit(_ transfer: Transfer, id: TransferID, sending bytes: Span<UInt8>, at now: Instant) {
        guard isInRange else { return pending.add(id, .unplugged, [], due: now) }
        switch transfer.operation {
        case .write where transfer.lane == lane.id && bytes.count <= timing.valueSize:
            writes.append((id, bytes.withUnsafeBufferPointer { Array($0) }, next(&up, after: now)))
        case .read(let limit) where transfer.lane == lane.id && limit >= timing.valueSize:
            // What nobody reads is of an earlier connection.
            notifications.removeAll { $0.due + timing.unread < now }
            reads.append(id)
            serve(at: now)
        default:
            complain("a value that does not fit, or what is no write and no notification")
            pending.add(id, .failed(0), [], due: now)
        }
    }

    /// Gives a transfer up. What has not gone out does not.
    public func abort(_ transfer: TransferID) {
        pending.remove(transfer)
        writes.removeAll { $0.id == transfer }
        reads.removeAll { $0 == transfer }
    }

    /// Moves the device out of the host's hearing, or back: everything under way is lost.
    public func move(isInRange: Bool, at now: Instant) {
        guard isInRange != self.isInRange else { return }
        self.isInRange = isInRange
        for id in writes.map(\.id) + reads { pending.add(id, .unplugged, [], due: now) }
        (writes, reads, notifications) = ([], [], [])
    }

    // MARK: The device

    /// Notifies `bytes`, in pieces.
    public func notify(_ bytes: [UInt8], at now: Instant) {
        guard isInRange else { return }
        for start in stride(from: 0, to: bytes.count, by: timing.valueSize) {
            guard notifications.count < Self.mostWaiting else { return complain("\(Self.mostWaiting) notifications wait") }
            notifications.append((Array(bytes[start..<min(start + timing.valueSize, bytes.count)]), next(&down, after: now)))
        }
    }

    /// The event in which a value goes over.
    private func next(_ direction: inout Direction, after now: Instant) -> Instant {
        let interval = max(1, timing.interval.wholeNanoseconds)
        let soonest = now.nanoseconds / interval + 1
        if soonest > direction.event { direction = Direction(event: soonest, used: 0) }
        if direction.used >= timing.valuesPerEvent { direction = Direction(event: direction.event + 1, used: 0) }
        direction.used += 1
        return Instant(nanoseconds: direction.event * interval)
    }

    // MARK: Time

    /// When a completion is due that the host has to be told of.
    public var nextCompletion: Instant? { pending.nextDue }

    /// When a value goes over.
    public var nextDue: Instant? { Instant.earliest(writes.first?.due, reads.isEmpty ? nil : notifications.first?.due) }

    /// Lets values go over up to `now`; those that the host wrote, in order.
    public func advance(to now: Instant) -> [[UInt8]] {
        var arrived: [[UInt8]] = []
        while let write = writes.first, write.due <= now {
            writes.removeFirst()
            pending.add(write.id, .completed, [], due: write.due)
            arrived.append(write.value)
        }
        serve(at: now)
        return arrived
    }

    /// Hands over what has completed.
    public func takeDue(at now: Instant, _ complete: (TransferID, TransferStatus, [UInt8]) -> Void) { pending.takeDue(at: now, complete) }

    private func serve(at now: Instant) {
        while let notification = notifications.first, notification.due <= now, !reads.isEmpty {
            notifications.removeFirst()
            pending.add(reads.removeFirst(), .completed, notification.value, due: now)
        }
    }

    private func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }
}

/// A device that is reached by Bluetooth and can be carried away.
public protocol GATTDevice: PassiveDevice {
    /// Whether the host can hear it.
    var isInRange: Bool { get }
    /// Has somebody carry it away at a moment, or back.
    func move(isInRange: Bool, at moment: Instant)
}
