import ReaderKit
import ReaderTransport
import Station

/// The slot of a reader behind one line: whether a card lies there, who waits to hear of it, and the one card command under way.
///
/// A card without an IC is no card here: it can be given no power, and its way (the camera) is not this reader's.
final class CardSlot {
    /// Whether a card with an IC lies there.
    private(set) var presence = CardPresence(isPresent: false, changes: 0)
    /// Whether anything is awaited of the device.
    var isAwaiting: Bool { !watches.isEmpty || operation != nil }

    private let source: SourceID
    private let station: Station
    private var isKnown = false
    private var failure: ReaderError?
    private var watches: [(id: TransferID, known: CardPresence)] = []
    private var due: [TransferID: Result<Void, ReaderError>] = [:]
    private var operation: Operation?

    /// POWER or EXCHANGE. One that was given up stays until the device has answered it: its answer must not be taken for that of the next.
    private struct Operation {
        let isPower: Bool
        var token: UInt64
        var isAwaited = true
        var received: [UInt8] = []
        var isTooLong = false
        var end: Result<[UInt8], ReaderError>?
    }

    init(source: SourceID, on station: Station) {
        self.source = source
        self.station = station
    }

    // MARK: Presence

    func watch(known: CardPresence) -> TransferID {
        let id = TransferID(rawValue: station.makeToken())
        watches.append((id, known))
        tell()
        return id
    }

    func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence {
        guard let end = due.removeValue(forKey: watch) else { throw ReaderError(.cancelled, cause: "the watch has not ended") }
        try end.get()
        return presence
    }

    func abandon(_ watch: TransferID) {
        watches.removeAll { $0.id == watch }
        due[watch] = nil
    }

    func end(_ watch: TransferID, _ error: ReaderError) {
        watches.removeAll { $0.id == watch }
        ring(watch, .failure(error))
    }

    /// Takes note of what the device says of its slot. It says so at every change, so a card after a card is another one.
    func hear(isPresent: Bool) {
        if !isKnown {
            presence = CardPresence(isPresent: isPresent, changes: isPresent ? 1 : 0)
        } else if isPresent != presence.isPresent {
            presence = CardPresence(isPresent: isPresent, changes: presence.changes &+ 1)
        } else if isPresent {
            presence = CardPresence(isPresent: true, changes: presence.changes &+ 2)
        }
        isKnown = true
        tell()
    }

    /// Ends everything: nothing more will be heard.
    func lose(_ error: ReaderError) {
        failure = error
        tell()
        finish(.failure(error))
    }

    private func tell() {
        for watch in watches {
            if let failure {
                end(watch.id, failure)
            } else if isKnown, presence != watch.known {
                watches.removeAll { $0.id == watch.id }
                ring(watch.id, .success(()))
            }
        }
    }

    private func ring(_ watch: TransferID, _ end: Result<Void, ReaderError>) {
        due[watch] = end
        station.schedule(Event(source: source, token: watch.rawValue), at: station.now)
    }

    // MARK: Card commands

    /// Begins a command by `send` and waits for what the device answers. Throws `.readerBusy` while an earlier one has no answer.
    func perform(isPower: Bool, until deadline: Instant, _ send: () -> Void) throws(ReaderError) -> [UInt8] {
        if station.isCancelled { throw ReaderError(.cancelled) }
        // What is due already comes in first: the card may have left.
        _ = station.next(from: source, token: 0, until: station.now)
        if let failure { throw failure }
        if operation != nil {
            operation?.token = station.makeToken()
            operation?.isAwaited = true
            do throws(ReaderError) { _ = try wait(until: deadline) } catch {
                throw error.reason == .timedOut ? ReaderError(.readerBusy, cause: "it has not answered a command that was given up") : error
            }
        }
        operation = Operation(isPower: isPower, token: station.makeToken())
        send()
        return try wait(until: deadline).get()
    }

    /// What POWER brought.
    func powered(_ result: Result<[UInt8], ReaderError>) {
        if operation?.isPower == true { finish(result) }
    }

    /// A part of what EXCHANGE brought.
    func received(_ part: Result<ArraySlice<UInt8>, ReaderError>, isLast: Bool) {
        guard operation?.isPower == false else { return }
        switch part {
        case .failure(let error): finish(.failure(error))
        case .success(let bytes):
            let count = operation?.received.count ?? 0
            if count + bytes.count > SlotChannel.longestResponse { operation?.isTooLong = true } else { operation?.received += bytes }
            guard isLast, let operation else { return }
            finish(
                operation.isTooLong
                    ? .failure(ReaderError(.answerMalformed, cause: "a response APDU of more than \(SlotChannel.longestResponse) bytes"))
                    : .success(operation.received))
        }
    }

    private func wait(until deadline: Instant) throws(ReaderError) -> Result<[UInt8], ReaderError> {
        guard let token = operation?.token else { throw ReaderError(.inputOutput, cause: "no card command") }
        let wake = station.next(from: source, token: token, until: deadline)
        if case .event = wake {
            defer { operation = nil }
            return operation?.end ?? .failure(ReaderError(.inputOutput, cause: "no answer"))
        }
        // Answered at the last moment, or not at all.
        if operation?.end != nil { operation = nil } else { operation?.isAwaited = false }
        if case .cancelled = wake { throw ReaderError(.cancelled) }
        throw ReaderError(.timedOut)
    }

    private func finish(_ result: Result<[UInt8], ReaderError>) {
        guard let over = operation, over.end == nil else { return }
        guard over.isAwaited else { return operation = nil }
        operation?.end = result
        station.schedule(Event(source: source, token: over.token), at: station.now)
    }
}
