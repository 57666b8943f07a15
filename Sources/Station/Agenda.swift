/// The events of a station that are still to come, earliest first; those due at one moment keep the order of their insertion.
///
/// A binary heap over one array, which keeps its capacity: scheduling does not allocate once it has grown.
struct Agenda {
    private struct Entry {
        let due: Instant
        let sequence: UInt64
        let event: Event

        func isBefore(_ other: Entry) -> Bool {
            (due, sequence) < (other.due, other.sequence)
        }
    }

    private var heap: [Entry] = []
    private var nextSequence: UInt64 = 0

    /// When the earliest event is due.
    var nextDue: Instant? { heap.first?.due }

    /// Adds an event; the number returned identifies it for `remove`.
    mutating func insert(_ event: Event, due: Instant) -> UInt64 {
        let sequence = nextSequence
        nextSequence += 1
        heap.append(Entry(due: due, sequence: sequence, event: event))
        siftUp(from: heap.count - 1)
        return sequence
    }

    /// Removes and returns the earliest event.
    mutating func popFirst() -> Event? {
        guard let first = heap.first else { return nil }
        removeEntry(at: 0)
        return first.event
    }

    /// Removes the event with this number; `false` when it has already come.
    mutating func remove(_ sequence: UInt64) -> Bool {
        guard let index = heap.firstIndex(where: { $0.sequence == sequence }) else { return false }
        removeEntry(at: index)
        return true
    }

    private mutating func removeEntry(at index: Int) {
        let last = heap.removeLast()
        guard index < heap.count else { return }
        heap[index] = last
        siftDown(from: index)
        siftUp(from: index)
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        let entry = heap[child]
        while child > 0, entry.isBefore(heap[(child - 1) / 2]) {
            heap[child] = heap[(child - 1) / 2]
            child = (child - 1) / 2
        }
        if child != start { heap[child] = entry }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in (2 * parent + 1)...(2 * parent + 2) where child < heap.count && heap[child].isBefore(heap[smallest]) {
                smallest = child
            }
            if smallest == parent { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
