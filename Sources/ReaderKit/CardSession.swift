import ISO7816
import ReaderTransport
import Station

/// What was exchanged with a card, counted where the APDUs cross the reader.
public struct ExchangeTally: Sendable, Hashable {
    /// How many command APDUs were sent.
    public internal(set) var apdus = 0
    /// The bytes of all command APDUs.
    public internal(set) var bytesSent = 0
    /// The bytes of all response APDUs, status words included.
    public internal(set) var bytesReceived = 0

    /// Nothing exchanged yet.
    public init() {}
}

/// What is told of every exchange, as it happens. Whoever observes must hide what is secret.
public protocol ExchangeObserver: AnyObject {
    /// A card has power.
    func connected(_ channel: any CardChannel, at moment: Instant)
    /// An exchange ended; `response` is empty where `error` says why there is none.
    func exchanged(
        _ command: Span<UInt8>, _ response: Span<UInt8>, error: ReaderError?, on channel: any CardChannel, from began: Instant,
        to ended: Instant)
}

/// Commands to one card: encodes them, chains them, fetches what is left, and remembers whether extended length works.
///
/// One buffer each way is reused, so an exchange does not allocate once they have grown. A command is sent again only where the card
/// asked for another Le (`6Cxx`), never by itself.
public final class CardSession {
    /// The way to the card.
    public let channel: any CardChannel
    /// What was exchanged so far.
    public private(set) var tally = ExchangeTally()
    /// The data of the last answer, without the status word.
    public private(set) var answer: [UInt8] = []

    private let station: Station
    private let memory: SharedLengthMemory
    private let observer: (any ExchangeObserver)?
    private var command = [UInt8](repeating: 0, count: 512)
    private var received: [UInt8] = []

    /// A session over `channel`; `memory` is shared by all sessions of a program.
    public init(_ channel: any CardChannel, on station: Station, memory: SharedLengthMemory, observer: (any ExchangeObserver)? = nil) {
        self.channel = channel
        self.station = station
        self.memory = memory
        self.observer = observer
        observer?.connected(channel, at: station.now)
    }

    /// Sends a command whose data is in an array.
    public func send(
        _ header: CommandHeader, _ data: [UInt8] = [], expected: Int = 0, form: APDUForm = .automatic, until deadline: Instant
    ) throws(ReaderError) -> StatusWord {
        try send(header, data: data.span, expected: expected, form: form, until: deadline)
    }

    /// Sends a command, fetches the whole answer into `answer` and returns the last status word.
    ///
    /// - Parameters:
    ///   - header: CLA, INS, P1 and P2.
    ///   - data: the command data; more than 255 bytes in short form are sent as a chain (ISO/IEC 7816-4 clause 5.3.3).
    ///   - expected: how many bytes may come back (Ne), 0 to 65536.
    ///   - form: how the length fields are written.
    ///   - deadline: when to give up; what the card does afterwards is unknown.
    /// - Returns: the status word that ended the command.
    /// - Throws: `ReaderError`; nothing is known then about what the card has done.
    public func send(
        _ header: CommandHeader, data: Span<UInt8>, expected: Int, form: APDUForm, until deadline: Instant
    ) throws(ReaderError) -> StatusWord {
        answer.removeAll(keepingCapacity: true)
        guard form == .short && data.count > APDULimits.shortData else {
            return try sendWhole(header, data: data, expected: expected, form: form, until: deadline)
        }
        var status = StatusWord.success
        for block in try encodable({ () throws(APDUError) in try CommandChain(cla: header.cla, dataCount: data.count) }) {
            var link = header
            link.cla = block.cla
            let part = data.extracting(block.data)
            if block.isLast { return try sendWhole(link, data: part, expected: expected, form: .short, until: deadline) }
            status = try exchange(link, data: part, expected: 0, form: .short, until: deadline)
            // A link that the card refuses ends the chain.
            if !status.isSuccess { break }
        }
        return status
    }

    /// Overwrites what the last command left in the buffer. To be called after a command that carried a secret.
    public func wipe() {
        for index in command.indices { command[index] = 0 }
    }

    // MARK: Extended length

    /// Which length fields to begin with, from what card and reader say and what was seen with both.
    public var lengthPlan: LengthPlan {
        let declaration = (try? AnswerToReset(bytes: channel.answerToReset))?.extendedLengthDeclaration ?? .notDeclared
        return memory.value.plan(
            reader: channel.readerName, card: channel.answerToReset, readerCarriesExtended: channel.carriesExtendedLength,
            declaration: declaration)
    }

    /// Remembers what an extended command showed.
    public func remember(_ finding: LengthMemory.Finding) {
        memory.value.remember(finding, reader: channel.readerName, card: channel.answerToReset)
    }

    // MARK: One exchange

    /// Sends one command, or the last one of a chain, and fetches the whole answer.
    private func sendWhole(
        _ header: CommandHeader, data: Span<UInt8>, expected: Int, form: APDUForm, until deadline: Instant
    ) throws(ReaderError) -> StatusWord {
        var status = try exchange(header, data: data, expected: expected, form: form, until: deadline)
        var continuation = ResponseContinuation(expected: expected)
        var step = continuation.next(after: status, dataCount: answer.count)
        while step != .done {
            let before = answer.count
            switch step {
            case .done: break
            case .getResponse(let length):
                let fetch = CommandHeader.getResponse(following: header.cla)
                status = try exchange(fetch, data: [UInt8]().span, expected: length, form: .automatic, until: deadline)
            case .resend(let length):
                status = try exchange(header, data: data, expected: length, form: form, until: deadline)
            case .failed(let fault):
                throw ReaderError(.answerMalformed, cause: "\(fault)")
            }
            step = continuation.next(after: status, dataCount: answer.count - before)
        }
        return status
    }

    private func exchange(
        _ header: CommandHeader, data: Span<UInt8>, expected: Int, form: APDUForm, until deadline: Instant
    ) throws(ReaderError) -> StatusWord {
        // What the channel would not send is neither counted nor told.
        if station.isCancelled { throw ReaderError(.cancelled) }
        let count = try encode(header, data: data, expected: expected, form: form)
        let began = station.now
        let result = transmit(count, until: deadline)
        tally.apdus += 1
        tally.bytesSent += count
        tally.bytesReceived += received.count
        observer?.exchanged(
            command.span.extracting(0..<count), received.span, error: result.failure, on: channel, from: began, to: station.now)
        let layout = try result.get()
        answer.append(contentsOf: received[layout.data])
        return layout.status
    }

    /// Sends the first bytes of the buffer. Where no response APDU came back, `received` is empty.
    private func transmit(_ count: Int, until deadline: Instant) -> Result<ResponseLayout, ReaderError> {
        do throws(ReaderError) {
            try channel.transmit(command.span.extracting(0..<count), into: &received, until: deadline)
            do { return .success(try ResponseLayout(received.span)) } catch {
                throw ReaderError(.answerMalformed, cause: "a response APDU of \(received.count) bytes")
            }
        } catch {
            received.removeAll(keepingCapacity: true)
            return .failure(error)
        }
    }

    private func encode(_ header: CommandHeader, data: Span<UInt8>, expected: Int, form: APDUForm) throws(ReaderError) -> Int {
        let most = data.count + 10
        if command.count < most { command.append(contentsOf: repeatElement(0, count: most - command.count)) }
        // Taken out and put back, since the compiler does not let a span of a stored array live across a throwing call.
        var buffer: [UInt8] = []
        swap(&buffer, &command)
        defer { swap(&buffer, &command) }
        var bytes = buffer.mutableSpan
        do { return try header.encode(data: data, expected: expected, form: form, into: &bytes) } catch {
            throw ReaderError(.commandTooLong, cause: "\(error)")
        }
    }

    private func encodable<Result>(_ body: () throws(APDUError) -> Result) throws(ReaderError) -> Result {
        do { return try body() } catch { throw ReaderError(.commandTooLong, cause: "\(error)") }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}

/// The length memory of a program: what was learnt with one reader and card serves the next session with them.
public final class SharedLengthMemory {
    /// What was learnt.
    public var value = LengthMemory()

    /// Nothing learnt yet.
    public init() {}
}
