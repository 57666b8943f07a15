import ReaderKit
import ReaderTransport
import Station

/// One CCID interface: sends commands and matches the answers to them (USB CCID 1.1 clause 6).
///
/// One command is under way at a time. A command that is given up leaves its slot owing: before the next one the reader is told to abort it
/// on both pipes (clause 5.3.1). A read is never taken back, so no part of an answer gets lost; a late answer is known by `bSeq` and dropped.
final class CCIDLane {
    /// How many messages that answer nothing are dropped during one command.
    static let mostStrays = 64
    /// How many requests for time of a command that was given up are heard out until the next one has ended.
    static let mostLate = 4_096

    let lane: LaneID
    let descriptor: ClassDescriptor
    var slots: [SlotState]
    /// The last answer; its fields are where the `ResponseMessage` says.
    private(set) var message: [UInt8] = []
    /// Whether the device has left.
    private(set) var isGone = false
    /// Whether the use of the reader has ended.
    private(set) var isStopped = false
    /// How much data a message carries, in bytes.
    var mostData: Int { descriptor.messageCapacity - ClassDescriptor.headerCount }
    /// When the question was asked that nobody waits for; `nil` while there is none under way.
    var pollBegan: Instant? { exchange.flatMap { $0.purpose == .poll ? $0.began : nil } }

    let attachment: any Attachment
    let station: Station
    private var command: [UInt8] = []
    var read: TransferID?
    // Requests for time of a given-up command since the last one began; messages between commands that nobody was owed.
    private var late = 0
    private var lateStrays = 0
    var exchange: Exchange?
    private var result: Result<ResponseMessage, ReaderError>?
    private var pollFailure: ReaderError?
    private var ended: (question: PromptID, end: Result<SecureAnswer, ReaderError>)?
    var endedEscape: (id: TransferID, end: Result<[UInt8], ReaderError>)?
    // The transfer whose event somebody waits for.
    var awaited: TransferID?

    init(_ lane: LaneID, _ descriptor: ClassDescriptor, of attachment: any Attachment, on station: Station) {
        self.lane = lane
        self.descriptor = descriptor
        self.attachment = attachment
        self.station = station
        slots = Array(repeating: SlotState(), count: descriptor.slotCount)
    }

    // MARK: Commands

    /// Sends a command and waits for its answer, whose data is in `message` until the next one. What the answer says went wrong is in it.
    func carryOut(_ command: CommandMessage, slot: Int, data: Span<UInt8>, until deadline: Instant) throws(ReaderError) -> ResponseMessage {
        if station.isCancelled { throw ReaderError(.cancelled) }
        if isStopped { throw Self.closed }
        lookAround()
        // Nobody is asked for the PIN of a card without power.
        if command == .iccPowerOff, case .question(let prompt) = exchange?.purpose { dropQuestion(prompt) }
        try makeReady(slot, until: deadline)
        begin(command, slot: slot, sequence: slots[slot].nextSequence(), data: data, purpose: .call)
        return try finish(until: deadline).get()
    }

    /// Sends a command that waits for a person; how it ended is for `takeQuestion`.
    func ask(_ command: CommandMessage, for prompt: PromptID, slot: Int, data: Span<UInt8>, until deadline: Instant) throws(ReaderError) {
        if station.isCancelled { throw ReaderError(.cancelled) }
        if isStopped { throw Self.closed }
        try makeReady(slot, until: deadline)
        begin(command, slot: slot, sequence: slots[slot].nextSequence(), data: data, purpose: .question(prompt))
    }

    /// Gives a question up, if it is the one under way, and ends it at the reader before the next command.
    func dropQuestion(_ prompt: PromptID) {
        if exchange?.purpose == .question(prompt) { giveUp() }
    }

    /// The question that has ended, told once.
    func takeQuestion() -> (question: PromptID, end: Result<SecureAnswer, ReaderError>)? {
        defer { ended = nil }
        return ended
    }

    /// Whether a command can begin that nobody waits for. While an abort is announced there is none yet, and the next is PC_to_RDR_Abort.
    func isFree(_ slot: Int) -> Bool { exchange == nil && awaited == nil && !isGone && !isStopped && slots[slot].owed == nil }

    /// Waits until `slot` takes a command.
    private func makeReady(_ slot: Int, until deadline: Instant) throws(ReaderError) {
        if case .question = exchange?.purpose { throw ReaderError(.readerBusy, cause: "somebody is asked for a PIN") }
        // A poll, or an escape, comes to its end first.
        if exchange != nil { _ = try finish(until: deadline) }
        if isGone { throw ReaderError(.readerGone) }
        try settle(slot, until: deadline)
    }

    /// Asks whether a card is there without waiting, unless the lane is in use; what is learnt is in `slots` later.
    func poll(_ slot: Int) {
        guard isFree(slot) else { return }
        pollFailure = nil
        begin(.getSlotStatus, slot: slot, sequence: slots[slot].nextSequence(), data: [UInt8]().span, purpose: .poll)
    }

    /// Why the reader could not tell whether a card is there; told once.
    func takePollFailure() -> ReaderError? {
        defer { pollFailure = nil }
        return pollFailure
    }

    /// Lets what is due already come in: a card may have left before the next command is sent.
    func lookAround() { _ = station.next(from: attachment.source, token: 0, until: station.now) }

    /// Takes note that the device has left.
    func left() { isGone = true }

    /// Ends what is under way; nothing is told to the reader any more.
    func stop() {
        if exchange != nil { giveUp() }
        if let read { attachment.abort(read) }
        read = nil
        isStopped = true
    }

    static let closed = ReaderError(.cancelled, cause: "the reader was closed")

    // MARK: Aborting

    /// Ends a command that was given up, if the slot has one (clause 5.3.1).
    func settle(_ slot: Int, until deadline: Instant) throws(ReaderError) {
        guard let owed = slots[slot].owed, !isStopped else { return }
        let sequence = slots[slot].nextSequence()
        let value = UInt16(sequence) << 8 | UInt16(truncatingIfNeeded: slot)
        let request = ControlRequest(requestType: 0x21, request: 0x01, value: value, length: 0)
        switch try wait(for: submit(.control(request), slot: slot, until: deadline), until: deadline) {
        case .completed:
            begin(.abort, slot: slot, sequence: sequence, data: [UInt8]().span, purpose: .call)
        case .unplugged:
            isGone = true
            throw ReaderError(.readerGone)
        case _ where !owed.isWritten:
            // There is no answer to what did not arrive.
            slots[slot].owed = nil
            return
        default:
            // A reader that knows no abort: its answer to the old command is all that can be waited for.
            exchange = Exchange(
                command: owed.command, slot: slot, sequence: owed.sequence, purpose: .call, began: station.now, phase: .reading)
            listen()
        }
        do throws(ReaderError) { _ = try finish(until: deadline).get() } catch {
            throw error.reason == .timedOut ? ReaderError(.readerBusy, cause: "it does not end a command that was given up") : error
        }
        // Whatever the answer says, the slot is free again.
        slots[slot].owed = nil
    }

    /// Waits for the completion of one transfer that belongs to no command.
    private func wait(for id: TransferID, until deadline: Instant) throws(ReaderError) -> TransferStatus {
        awaited = id
        defer { awaited = nil }
        var nothing: [UInt8] = []
        switch station.next(from: attachment.source, token: id.rawValue, until: deadline) {
        case .event: return attachment.collect(id, into: &nothing)
        case .deadline:
            attachment.abort(id)
            throw ReaderError(.timedOut, cause: "the reader does not take an abort")
        case .cancelled:
            attachment.abort(id)
            throw ReaderError(.cancelled)
        }
    }

    // MARK: One exchange

    func begin(_ command: CommandMessage, slot: Int, sequence: UInt8, data: Span<UInt8>, purpose: Exchange.Purpose) {
        command.encode(slot: UInt8(truncatingIfNeeded: slot), sequence: sequence, data: data, into: &self.command)
        let id = submit(.write, slot: slot, sending: self.command.span)
        result = nil
        (late, lateStrays) = (0, 0)
        exchange = Exchange(
            command: command, slot: slot, sequence: sequence, purpose: purpose, began: station.now, phase: .writing(id))
        // Its room may be full of what it asked for before.
        readOnWhereOwed()
    }

    /// Waits until the exchange under way has ended.
    private func finish(until deadline: Instant) throws(ReaderError) -> Result<ResponseMessage, ReaderError> {
        while let next = nextTransfer {
            awaited = next
            let wake = station.next(from: attachment.source, token: next.rawValue, until: deadline)
            awaited = nil
            switch wake {
            case .event: _ = step(next)
            case .deadline:
                giveUp()
                throw ReaderError(.timedOut)
            case .cancelled:
                giveUp()
                throw ReaderError(.cancelled)
            }
        }
        return result ?? .failure(ReaderError(.inputOutput, cause: "no answer"))
    }

    private var nextTransfer: TransferID? {
        switch exchange?.phase {
        case .writing(let id), .clearing(let id, _): id
        case .reading: read
        case nil: nil
        }
    }

    func giveUp() {
        guard let given = exchange else { return }
        if case .writing(let id) = given.phase { attachment.abort(id) }
        if case .clearing(let id, _) = given.phase { attachment.abort(id) }
        end(.failure(ReaderError(.readerBusy)), leavesBusy: true)
    }

    private func end(_ result: Result<ResponseMessage, ReaderError>, leavesBusy: Bool) {
        guard let over = exchange else { return }
        exchange = nil
        command.wipe()
        self.result = result
        if leavesBusy, !over.purpose.isEscape || isAborted(result) {
            slots[over.slot].owed = (over.command, over.sequence, over.isWritten, station.now)
        }
        switch over.purpose {
        case .call: break
        case .poll: if case .failure(let error) = result { pollFailure = error }
        case .question(let prompt): ended = (prompt, result.map { SecureAnswer($0, data: Array(message[$0.data])) })
        case .escape(let id): endedEscape = (id, result.flatMap { $0.escaped(message) })
        }
        readOnWhereOwed()
    }

    /// Whether the reader refused it because an abort was begun and not ended.
    private func isAborted(_ result: Result<ResponseMessage, ReaderError>) -> Bool {
        if case .success(let answer) = result { answer.outcome == .failed(.aborted) } else { false }
    }

    /// Receives an event of the attachment; `false` where it is not about this lane, or somebody waits for it.
    func receive(_ id: TransferID) -> Bool { id == awaited ? false : step(id) }

    private func step(_ id: TransferID) -> Bool {
        if id == read {
            read = nil
            readEnded(attachment.collect(id, into: &message))
            return true
        }
        switch exchange?.phase {
        case .writing(id):
            // Nothing comes back with what was written, and the last answer may still be in use.
            wrote(collectNothing(id))
        case .clearing(id, let error):
            _ = collectNothing(id)
            if let error { end(.failure(error), leavesBusy: true) } else { goOn() }
        default: return false
        }
        return true
    }

    private func collectNothing(_ id: TransferID) -> TransferStatus {
        var nothing: [UInt8] = []
        return attachment.collect(id, into: &nothing)
    }

    private func wrote(_ status: TransferStatus) {
        if status == .completed {
            exchange?.isWritten = true
            // It may hold a PIN, and is not sent again.
            command.wipe()
            exchange?.phase = .reading
            return listen()
        }
        fail(status, retries: exchange?.command.isRepeatable ?? false)
    }

    /// Does again what ended by a halt that is cleared now: a command is sent, or an answer read.
    private func goOn() {
        guard let current = exchange, !current.isWritten else { return listen() }
        exchange?.phase = .writing(submit(.write, slot: current.slot, sending: command.span))
    }

    private func listen() {
        // What comes before the command has gone out is an answer to an earlier one.
        if case .writing = exchange?.phase {} else { exchange?.phase = .reading }
        keepReading()
    }

    private func keepReading() {
        if read == nil { read = submit(.read(atMost: descriptor.answerCapacity), slot: 0) }
    }

    private func readEnded(_ status: TransferStatus) {
        if status == .unplugged { isGone = true }
        guard exchange != nil else {
            // The late answer of a command that was given up, or what became of its endpoint.
            if status == .completed { readLate() }
            return
        }
        guard status == .completed else { return fail(status, retries: true) }
        // An empty packet ends a message that was a multiple of the packet size (USB 2.0 clause 5.8.3).
        if message.isEmpty { return passOver() }
        do throws(MessageFault) { take(try ResponseMessage(message.span)) } catch {
            end(.failure(ReaderError(.inputOutput, cause: "not a CCID message: \(error)")), leavesBusy: true)
        }
    }

    private func take(_ answer: ResponseMessage) {
        guard let current = exchange else { return }
        guard Int(answer.slot) == current.slot, answer.sequence == current.sequence else {
            if Int(answer.slot) == current.slot, current.command.goesOn {
                // The reader has carried out a part of the APDU twice, and a block of it is not where it belongs.
                return end(.failure(ReaderError(.inputOutput, cause: "two answers to one block of an APDU")), leavesBusy: true)
            }
            let isLate = asksForTime(answer) && late < Self.mostLate
            late += 1
            drop(answer)
            return isLate ? listen() : passOver()
        }
        slots[current.slot].learn(answer.card, from: current.command)
        switch answer.outcome {
        case .needsTime: listen()
        // An abort that was begun on one pipe and not ended on the other refuses every command until it is (clause 5.3.1).
        case .failed(.aborted) where current.command != .abort: end(.success(answer), leavesBusy: true)
        // A command that a reader does not know may be refused by a message of another kind.
        case .failed: end(.success(answer), leavesBusy: false)
        case .processed where answer.kind == current.command.answer: end(.success(answer), leavesBusy: false)
        case .processed:
            end(.failure(ReaderError(.inputOutput, cause: "\(answer.kind) answers \(current.command)")), leavesBusy: true)
        }
    }

    /// Takes what comes while nothing is under way. A reader whose messages nobody fetches takes no more commands, and one that asks for
    /// time for a command that was given up is full soon.
    private func readLate() {
        let answer = try? ResponseMessage(message.span)
        if answer.map(asksForTime) == true { late += 1 } else { lateStrays += 1 }
        if let answer { drop(answer) }
        readOnWhereOwed()
    }

    private func readOnWhereOwed() {
        if !isGone, late < Self.mostLate, lateStrays < Self.mostStrays, slots.contains(where: { $0.owed != nil }) { keepReading() }
    }

    /// Whether the reader asks for time for a command that was given up.
    private func asksForTime(_ answer: ResponseMessage) -> Bool {
        guard case .needsTime = answer.outcome, Int(answer.slot) < slots.count else { return false }
        return slots[Int(answer.slot)].owed?.sequence == answer.sequence
    }

    /// A message that answers nothing that is awaited; it may be what a slot was owed.
    private func drop(_ answer: ResponseMessage) {
        guard Int(answer.slot) < slots.count, let owed = slots[Int(answer.slot)].owed, owed.sequence == answer.sequence else { return }
        if case .needsTime = answer.outcome { return }
        slots[Int(answer.slot)].owed = nil
        slots[Int(answer.slot)].learn(answer.card, from: owed.command)
    }

    private func passOver() {
        exchange?.strays += 1
        if exchange?.strays ?? 0 < Self.mostStrays { return listen() }
        end(.failure(ReaderError(.inputOutput, cause: "\(Self.mostStrays) messages that answer nothing")), leavesBusy: true)
    }

    /// Ends the exchange by the failure of a transfer. A halted endpoint is set free; a read is then tried again, once, and so
    /// is a write where it does no harm.
    private func fail(_ status: TransferStatus, retries: Bool) {
        let error = ReaderError(ending: status)
        if status == .unplugged { isGone = true }
        guard status == .stalled, let current = exchange else { return end(.failure(error), leavesBusy: status != .unplugged) }
        let goesOn = retries && !current.hasCleared
        exchange?.hasCleared = true
        exchange?.phase = .clearing(submit(.clearHalt, slot: current.slot), then: goesOn ? nil : error)
    }

    private func submit(_ operation: Transfer.Operation, slot: Int, until deadline: Instant = .distantFuture) -> TransferID {
        submit(operation, slot: slot, sending: [UInt8]().span, until: deadline)
    }

    private func submit(
        _ operation: Transfer.Operation, slot: Int, sending bytes: Span<UInt8>, until deadline: Instant = .distantFuture
    ) -> TransferID {
        let transfer = Transfer(lane: lane, slot: UInt8(truncatingIfNeeded: slot), operation: operation, deadline: deadline)
        return attachment.submit(transfer, sending: bytes)
    }
}
