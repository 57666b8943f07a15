import Station

/// What the hot-plug callbacks use, kept until none can run any more.
///
/// A callback that is being taken back may still be running on the thread of the events, and only there; when that thread has come round it is
/// over, and no other begins.
final class USBFollowers<Follower: AnyObject & Sendable>: Sendable {
    private struct Kept: Sendable {
        var following: [Follower] = []
        // Their callbacks have been taken back.
        var leaving: [Follower] = []
    }

    private let kept = Locked(Kept())

    /// Keeps one, before its callback is registered.
    func keep(_ follower: Follower) { kept.withLock { $0.following.append(follower) } }

    /// Its callback has been taken back: it goes when the thread has come round.
    func letGo(_ follower: Follower) {
        kept.withLock {
            guard let index = $0.following.firstIndex(where: { $0 === follower }) else { return }
            $0.leaving.append($0.following.remove(at: index))
        }
    }

    /// Drops those that leave. On the thread of the events, between two looks.
    func cameRound() {
        // They are freed outside of the lock.
        _ = kept.withLock { kept in
            defer { kept.leaving = [] }
            return kept.leaving
        }
    }
}
