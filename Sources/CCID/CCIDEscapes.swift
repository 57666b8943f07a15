import ReaderKit
import ReaderTransport
import Station

// Escapes, and such that nobody waits for: a panel behind a card reader is spoken to while people and cards take their time (USB CCID 1.1 clause 6.1.8).

extension CCIDReader: EscapeLane {
    /// Sends a command of the maker's own by the first slot, and waits. It needs no card: that none is there is never why it failed.
    public func escape(_ bytes: [UInt8], until deadline: Instant) throws(ReaderError) -> [UInt8] {
        var answer: [UInt8] = []
        do { try escape(bytes.span, slot: 0, into: &answer, until: deadline) } catch {
            throw error.reason == .noCard ? ReaderError(.inputOutput, cause: error.cause) : error
        }
        return answer
    }

    /// Begins to send what the maker defines, and does not wait. Its end is an event of the reader's source whose token is the one returned;
    /// `nil` while the slot's interface is in use, as by a card: try again later. A command for the card waits until it has ended.
    ///
    /// Throws `.readerGone`, `.commandTooLong` for more than goes into a message, and `.cancelled` once the reader was closed.
    public func beginEscape(_ bytes: Span<UInt8>, slot: UInt8) throws(ReaderError) -> TransferID? {
        guard let place = place(of: slot) else { throw Self.noSlot(slot) }
        let lane = lanes[place.lane]
        if lane.isGone { throw ReaderError(.readerGone) }
        if lane.isStopped { throw CCIDLane.closed }
        guard bytes.count <= lane.mostData else { throw ReaderError(.commandTooLong, cause: "an escape of \(bytes.count) bytes") }
        let id = TransferID(rawValue: station.makeToken())
        return lane.beginEscape(id, slot: place.slot, data: bytes) ? id : nil
    }

    /// Asks for the status of a slot, which ends what an earlier program left there unfinished. Throws what the reader says.
    public func checkSlot(_ slot: UInt8, until deadline: Instant) throws(ReaderError) {
        guard let place = place(of: slot) else { throw Self.noSlot(slot) }
        _ = try perform(.getSlotStatus, on: lanes[place.lane], place.slot, data: [UInt8]().span, until: deadline)
    }

    /// Ends what was given up in a slot, where something was: until then no escape begins there. What the reader says to it is for nobody.
    public func endAbandoned(slot: UInt8) {
        guard let place = place(of: slot), state(of: place).owed != nil else { return }
        station.shielded { try? checkSlot(slot, until: station.now + Self.powerOffPatience) }
    }

    /// What came back, once the event of `escape` has come; once. Throws what went wrong otherwise.
    public func answer(toEscape escape: TransferID) throws(ReaderError) -> [UInt8] {
        guard let end = escapes.removeValue(forKey: escape) else { throw ReaderError(.cancelled, cause: "the escape is over") }
        return try end.get()
    }

    /// Gives an escape up. It is for commands that end by themselves in the reader: nothing is aborted there.
    public func dropEscape(_ escape: TransferID) {
        escapes[escape] = nil
        for lane in lanes { lane.dropEscape(escape) }
    }
}

extension CCIDLane {
    /// Begins an escape without waiting; `false` while the lane is in use. How it ended is for `takeEscape`.
    func beginEscape(_ id: TransferID, slot: Int, data: Span<UInt8>) -> Bool {
        guard isFree(slot) else { return false }
        begin(.escape, slot: slot, sequence: slots[slot].nextSequence(), data: data, purpose: .escape(id))
        return true
    }

    /// Gives an escape up, if it is the one under way. Nothing goes on with it in the reader, so nothing is owed.
    func dropEscape(_ id: TransferID) {
        guard exchange?.purpose == .escape(id) else { return }
        giveUp()
        endedEscape = nil
        // A read that brought nothing when an answer was due may never bring anything.
        if let read { attachment.abort(read) }
        read = nil
        // Whoever waits for the lane waits no more.
        if let awaited { station.schedule(Event(source: attachment.source, token: awaited.rawValue), at: station.now) }
    }

    /// The escape that has ended, told once.
    func takeEscape() -> (id: TransferID, end: Result<[UInt8], ReaderError>)? {
        defer { endedEscape = nil }
        return endedEscape
    }
}
