import Glibc
import Synchronization

/// Threads that share a list of work.
enum Workers {
    /// The results in the order of the items, whoever made them. Where the system gives no thread, this one does all.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], workers: Int, _ body: @escaping @Sendable (Item) -> Result
    ) -> [Result] {
        let work = Work(items.count) { [items] index, work in work.keep(body(items[index]), at: index) }
        var threads: [pthread_t] = []
        for _ in 1..<max(1, min(workers, items.count)) {
            var thread = pthread_t()
            let context = Unmanaged.passRetained(Turn { work.takeTurns() }).toOpaque()
            if pthread_create(&thread, nil, runTurn, context) == 0 {
                threads.append(thread)
            } else {
                Unmanaged<Turn>.fromOpaque(context).release()
            }
        }
        work.takeTurns()
        for thread in threads { pthread_join(thread, nil) }
        return work.results
    }

    /// The items that are left, and the results so far.
    private final class Work<Result: Sendable>: Sendable {
        private let count: Int
        private let next = Atomic(0)
        private let kept = Mutex<[(index: Int, result: Result)]>([])
        private let perform: @Sendable (Int, Work<Result>) -> Void

        init(_ count: Int, _ perform: @escaping @Sendable (Int, Work<Result>) -> Void) {
            self.count = count
            self.perform = perform
        }

        func takeTurns() {
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                perform(index, self)
            }
        }

        func keep(_ result: Result, at index: Int) { kept.withLock { $0.append((index, result)) } }

        var results: [Result] { kept.withLock { $0.sorted { $0.index < $1.index }.map(\.result) } }
    }
}

private final class Turn: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runTurn(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<Turn>.fromOpaque(context).takeRetainedValue().body() }
    return nil
}
