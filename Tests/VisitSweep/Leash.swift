import ReaderTransport
import Station

/// Ends what would never end: after too many transfers, or too long, it cancels the station.
final class Leash: CableObserver, TimeDriven {
    /// The transfers so far.
    private(set) var transfers: [Transfer] = []
    /// Whether it had to end it.
    private(set) var isTaut = false
    private let station: Station
    private let end: Instant

    // Every question, message and reminder of a visit as long as its patience lasts, and every command as long as its deadline.
    private static let longest = Duration.seconds(1_800)
    private static let most = 20_000

    init(on station: Station) {
        self.station = station
        end = station.now + Self.longest
        station.attach(self)
    }

    var nextDue: Instant? { isTaut ? nil : end }

    func advance(to now: Instant) { if now >= end { pull() } }

    /// Watches no more.
    func untie() { station.detach(self) }

    private func pull() {
        isTaut = true
        station.inbox.cancel()
    }

    func submits(_ number: Int, _ transfer: Transfer, sending bytes: Span<UInt8>, at moment: Instant) {
        transfers.append(transfer)
        if number > Self.most { pull() }
    }

    func completed(_ number: Int, _ status: TransferStatus, receiving bytes: Span<UInt8>, at moment: Instant) {}
    func aborts(_ number: Int, at moment: Instant) {}
    func closes(at moment: Instant) {}
}
