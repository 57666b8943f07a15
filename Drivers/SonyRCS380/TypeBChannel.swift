import Diagnosis
import ISODEP
import ReaderKit
import ReaderTransport
import Station

/// The way to a type B card: activation (ISO/IEC 14443-3 clause 7), then the block protocol (ISO/IEC 14443-4).
final class TypeBChannel: CardChannel {
    /// How often a card is asked for its ATQB, and for the answer to ATTRIB.
    private static let mostRequests = 3
    /// The longest timeout of the device, in units of 0.1 ms.
    private static let longestTimeout: Int64 = 65_535

    let slot: UInt8 = 0
    /// Blocks carry APDUs of any length.
    let carriesExtendedLength: Bool? = true
    private(set) var answerToReset: [UInt8] = []
    private let reader: RCS380Reader
    private var card = ReaderProtocol(frameSize: 16)
    private var waitingTime: Int64 = 0
    private var changes: UInt32 = 0
    // Whether the card has begun to speak the block protocol.
    private var isActive = false
    // Why the card cannot be spoken to before it is activated anew.
    private var ended: ReaderError?

    init(_ reader: RCS380Reader) { self.reader = reader }

    var readerName: String { reader.name }

    /// How the card is asked whether it is there; `nil` while it does not speak the block protocol.
    var presenceQuestion: [UInt8]? { isActive ? card.presenceQuestion : nil }

    /// The card is somebody else's, or gone.
    func lose() {
        isActive = false
        card.wipe()
    }

    // MARK: Power

    /// Takes the field away and brings it back, and activates the card that is there.
    func connect(until deadline: Instant) throws(ReaderError) {
        reader.isConnecting = true
        defer { reader.isConnecting = false }
        try cycleField(until: deadline)
        guard let answer = try request(until: deadline) else { throw ReaderError(.noCard) }
        waitingTime = answer.frameWaitingTime
        let timeout = timeout(times: 1)
        let index = try ask(answer.attribute, timeout: timeout, until: deadline) { TypeBRequestAnswer.bufferLengthIndex($0) }
        guard let index else { throw ReaderError(.cardMute, cause: "no answer to ATTRIB") }
        card = ReaderProtocol(frameSize: answer.frameSize)
        answerToReset = answer.answerToReset(bufferLengthIndex: index)
        reader.found(answer.identifier)
        changes = reader.presence.changes
        (isActive, ended) = (true, nil)
    }

    /// There is no reset without loss of the field: what was verified is gone too.
    func warmReset(until deadline: Instant) throws(ReaderError) {
        try checkCard()
        let before = changes
        lose()
        try connect(until: deadline)
        if changes != before { throw ReaderError(.cardRemoved, cause: "another card came during the reset") }
    }

    func close() {
        let until = reader.station.now + RCS380Reader.powerOffPatience
        let wasActive = isActive
        // It has ended, or another has taken its place.
        guard reader.user === self else { return }
        reader.leave()
        reader.isConnecting = true
        defer { reader.isConnecting = false }
        reader.station.shielded {
            // The card takes its end as told by the field as well.
            if wasActive { _ = try? exchange(ReaderProtocol.deselect, timeout: RCS380Reader.requestTimeout, until: until) }
            _ = try? reader.link.perform(.switchRF(on: false), until: until)
        }
        reader.fieldIs(on: false)
    }

    private func switchField(on: Bool, until deadline: Instant) throws(ReaderError) {
        let answer = try reader.link.perform(.switchRF(on: on), until: deadline)
        guard answer == [0x00] else { throw ReaderError(.inputOutput, cause: "SwitchRF ends with status \(answer.first ?? 0xFF)") }
        reader.fieldIs(on: on)
    }

    private func pause(_ duration: Duration, until deadline: Instant) throws(ReaderError) {
        let end = min(reader.station.now + duration, deadline)
        // Nothing has this token: nothing but time ends it.
        if case .cancelled = reader.station.next(from: reader.source, token: reader.station.makeToken(), until: end) {
            throw ReaderError(.cancelled)
        }
    }

    /// Asks until what comes makes sense; `nil` where it never does.
    private func ask<Answer>(
        _ bytes: [UInt8], timeout: UInt16, until deadline: Instant, _ read: ([UInt8]) -> Answer?
    ) throws(ReaderError) -> Answer? {
        for _ in 0..<Self.mostRequests {
            if let came = try exchange(bytes, timeout: timeout, until: deadline), let answer = read(came) { return answer }
        }
        return nil
    }

    // MARK: APDUs

    func transmit(_ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant) throws(ReaderError) {
        response.removeAll(keepingCapacity: true)
        try checkCard()
        var step = card.begin(command.withUnsafeBufferPointer { Array($0) })
        defer { card.wipe() }
        while case .send(var block, let times) = step {
            // Nobody else has it then, so that what is wiped is not a copy.
            step = .done([])
            defer { block.wipe() }
            do throws(ReaderError) {
                step = card.receive(try exchange(block, timeout: timeout(times: times), until: deadline))
            } catch {
                // The card may still be at it, and would answer this command instead of the next.
                ended = ReaderError(.readerBusy, cause: "a command was given up")
                throw error
            }
        }
        switch step {
        case .done(let answer):
            guard answer.count >= 2 else {
                throw ReaderError(.answerMalformed, cause: "a response APDU of \(answer.count) bytes; two status bytes are the least")
            }
            response.append(contentsOf: answer)
        case .failed(let failure): throw failed(failure, until: deadline)
        case .send: break
        }
    }

    private func failed(_ failure: ReaderProtocol.Failure, until deadline: Instant) -> ReaderError {
        let error: ReaderError
        switch failure {
        case .mute: error = silent(until: deadline)
        case .protocolError: error = ReaderError(.answerMalformed, cause: "a block that nobody asked for")
        case .tooLong: error = ReaderError(.answerMalformed, cause: "a response APDU of more than 65538 bytes")
        }
        ended = error
        return error
    }

    /// Why a card says nothing any more. One that came in its place answers WUPB; the card itself only once its field was gone, and then it is
    /// there and mute.
    private func silent(until deadline: Instant) -> ReaderError {
        let removed = ReaderError(.cardRemoved, cause: "it does not answer any more")
        reader.isConnecting = true
        defer { reader.isConnecting = false }
        do throws(ReaderError) {
            if let other = try request(until: deadline) {
                reader.isGone()
                reader.found(other.identifier)
                return removed
            }
            try cycleField(until: deadline)
            guard let same = try request(until: deadline) else {
                reader.isGone()
                return removed
            }
            reader.found(same.identifier)
            // Its field was gone: it waits to be activated.
            isActive = false
            return ReaderError(.cardMute, cause: "no block that can be read")
        } catch { return error }
    }

    private func request(until deadline: Instant) throws(ReaderError) -> TypeBRequestAnswer? {
        try ask(TypeBRequestAnswer.request(wakes: true), timeout: RCS380Reader.requestTimeout, until: deadline) { TypeBRequestAnswer($0) }
    }

    /// Takes the field away and brings it back.
    private func cycleField(until deadline: Instant) throws(ReaderError) {
        try switchField(on: false, until: deadline)
        try pause(RCS380Reader.fieldOff, until: deadline)
        try switchField(on: true, until: deadline)
        try pause(RCS380Reader.guardTime, until: deadline)
    }

    private func checkCard() throws(ReaderError) {
        // What is due already comes in first: the card may have left.
        _ = reader.station.next(from: reader.source, token: 0, until: reader.station.now)
        if let failure = reader.link.failure { throw failure }
        let isThere = reader.presence.isPresent && reader.presence.changes == changes
        if let ended, isThere { throw ended }
        guard isActive, isThere else {
            throw ReaderError(.cardRemoved, cause: "the card was taken away")
        }
    }

    /// So many frame waiting times and a tenth, in units of 0.1 ms.
    private func timeout(times: UInt8) -> UInt16 {
        UInt16(clamping: min(Self.longestTimeout, waitingTime * Int64(times) * 11 / 1_000_000 + 1))
    }

    /// What the card said; `nil` for nothing that can be read.
    private func exchange(_ bytes: [UInt8], timeout: UInt16, until deadline: Instant) throws(ReaderError) -> [UInt8]? {
        let data: [UInt8]
        do {
            data = try reader.link.perform(.communicate(Secret(bytes), timeout: timeout), until: deadline)
        } catch {
            // The answer was lost on the way from the reader, not from the card: its protocol asks for it.
            guard error.reason == .inputOutput, reader.link.failure == nil else { throw error }
            return nil
        }
        if case .bytes(let bytes) = CardAnswer(data) { return bytes }
        return nil
    }
}
