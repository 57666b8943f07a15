import ISO7816

/// T=0 at the level of TPDUs: the device does the procedure bytes, the host maps the cases (ISO/IEC 7816-3 clauses 10.3 and 12.2).
///
/// Without a line: whoever has it sends `tpdu`, and tells what came back.
public struct CommandTPDUs: Sendable {
    /// What comes next.
    public enum Step: Sendable, Hashable {
        /// `tpdu` is to be sent.
        case send
        /// `response` is complete.
        case finished
        /// There is no answer.
        case failed(Failure)
    }

    /// Why there is no answer.
    public enum Failure: Error, Sendable, Hashable {
        /// The bytes are no command APDU.
        case notACommand(APDUError)
        /// More than 255 bytes of data, for a card that does not say that it takes extended length.
        case tooLong
        /// No status word, or more data than P3 allows.
        case malformed(count: Int)
        /// The card breaks the rules of `61xx` and `6Cxx`.
        case endless(ResponseContinuation.Fault)
    }

    /// The bytes for the device: CLA, INS, P1, P2, P3, and data.
    public private(set) var tpdu: [UInt8] = []
    /// The response APDU, whole after `.finished`.
    public private(set) var response: [UInt8] = []

    private let takesEnvelopes: Bool
    private var command: [UInt8] = []
    private var header = CommandHeader(cla: 0, ins: 0, p1: 0, p2: 0)
    private var expected = 0
    // What has gone out in envelopes; nil where the command goes as it is.
    private var enveloped: Int?
    private var continuation = ResponseContinuation(expected: 0)
    // Whether data is asked for that the card has not announced.
    private var isGuess = false
    // How much data may come to this TPDU.
    private var awaited = 0

    /// The protocol after a reset. `takesEnvelopes`: the card declares extended length (ISO/IEC 7816-4 clause 8.1.1.2.7).
    public init(takesEnvelopes: Bool) {
        self.takesEnvelopes = takesEnvelopes
        tpdu.reserveCapacity(5 + APDULimits.shortData)
    }

    /// Begins with a command APDU.
    public mutating func begin(_ command: Span<UInt8>) -> Step {
        interrupt()
        response.removeAll(keepingCapacity: true)
        let layout: CommandLayout
        do throws(APDUError) { layout = try CommandLayout(command) } catch { return .failed(.notACommand(error)) }
        let isLong = layout.data.count > APDULimits.shortData
        guard !isLong || takesEnvelopes else { return .failed(.tooLong) }
        (header, expected, enveloped, isGuess) = (layout.header, layout.expected, isLong ? 0 : nil, false)
        continuation = ResponseContinuation(expected: expected)
        let kept = isLong ? command : command.extracting(layout.data)
        kept.withUnsafeBufferPointer { self.command.append(contentsOf: $0) }
        return isLong ? sendEnvelope() : sendCommand(expected: layout.expected)
    }

    /// Ends what is under way, and overwrites it.
    public mutating func interrupt() {
        command.forget()
        tpdu.forget()
    }

    // MARK: Sending

    /// Cases 1 to 4: P3 is Lc where there is data, else Le, else 0 (clause 12.2).
    private mutating func sendCommand(expected: Int) -> Step {
        awaited = command.isEmpty ? min(expected, APDULimits.shortExpected) : 0
        let third = command.isEmpty ? awaited : command.count
        return send(header, third, command.indices)
    }

    /// The command in pieces (ISO/IEC 7816-4 clause 7.6.2).
    private mutating func sendEnvelope() -> Step {
        let sent = enveloped ?? 0
        let part = sent..<min(sent + APDULimits.shortData, command.count)
        enveloped = part.upperBound
        awaited = 0
        return send(CommandHeader(cla: header.cla, ins: 0xC2, p1: 0, p2: 0), part.count, part)
    }

    private mutating func sendGetResponse(_ length: Int) -> Step {
        awaited = length
        return send(.getResponse(following: header.cla), length, 0..<0)
    }

    private mutating func send(_ header: CommandHeader, _ third: Int, _ data: Range<Int>) -> Step {
        tpdu.forget()
        for byte in [header.cla, header.ins, header.p1, header.p2, UInt8(truncatingIfNeeded: third)] { tpdu.append(byte) }
        tpdu.append(contentsOf: command[data])
        return .send
    }

    // MARK: Receiving

    /// What came back after `tpdu`: data and status bytes; it may be anything.
    public mutating func receive(_ bytes: Span<UInt8>) -> Step {
        let count = bytes.count - 2
        guard count >= 0, count <= awaited else { return fail(.malformed(count: bytes.count)) }
        let status = StatusWord(sw1: bytes[count], sw2: bytes[count + 1])
        if let enveloped, enveloped < command.count {
            // Any other answer is the end (ISO/IEC 7816-3 clause 12.2.4).
            return status.isSuccess ? sendEnvelope() : finish(status)
        }
        bytes.extracting(0..<count).withUnsafeBufferPointer { response.append(contentsOf: $0) }
        guard expected > 0 else { return finish(status) }
        if isGuess, count == 0, !status.isSuccess, status.bytesAvailable == nil, status.correctLength == nil {
            // The card has carried the command out and has nothing to say to it.
            return finish(.success)
        }
        switch continuation.next(after: status, dataCount: count) {
        case .getResponse(let length):
            let wanted = min(length, expected - response.count)
            return wanted > 0 ? sendGetResponse(wanted) : finish(status)
        // What the card has is more than was asked for, or it is no matter of P3: for whoever asked.
        case .resend(let length):
            return length <= expected && command.isEmpty ? sendCommand(expected: length) : finish(status)
        case .failed(let fault): return fail(.endless(fault))
        case .done:
            guard status.isSuccess, response.isEmpty, !command.isEmpty, !isGuess else { return finish(status) }
            // Case 4S.2: the card does not say that it has data (clause 12.2.2).
            isGuess = true
            let announcement: [UInt8] = [0x61, 0x00]
            return receive(announcement.span)
        }
    }

    private mutating func finish(_ status: StatusWord) -> Step {
        response.append(status.sw1)
        response.append(status.sw2)
        interrupt()
        return .finished
    }

    private mutating func fail(_ failure: Failure) -> Step {
        response.removeAll(keepingCapacity: true)
        interrupt()
        return .failed(failure)
    }
}
