import CReaderPlugin
import Diagnosis
import ReaderKit
import ReaderTransport
import Station

/// A reader that a plugin drives: the functions of its tables as those of `Reader`, what it posts as events of the station.
///
/// Every function is called on the station's thread, with the time that is left. One that comes back later than its deadline has failed: that is
/// the plugin's fault, and the error says so.
public final class PluginReader: EventReceiver {
    /// The longest response APDU, and answer to an escape: 65,536 bytes of data and two of status (ISO/IEC 7816-3 clause 12.1).
    static let longestAnswer = 65_538
    /// How long the staff's functions may take that have no deadline of their own.
    static let patience = Duration.seconds(10)
    /// How long the plugin may take to post what has ended, beside half as long again as that should last.
    static let postPatience = Duration.seconds(2)
    /// How long after its deadline a function may give up without a word about it, in milliseconds.
    static let mostLate = 1_000
    /// How many complaints are kept.
    static let mostComplaints = 100

    /// The name that selectors are matched against.
    public let name: String
    /// How many slots it has.
    public let slotCount: UInt8
    /// The source of its events.
    public let source: SourceID
    /// How long the reader shows a screen that nobody touches, as the plugin says.
    public var screenTimeout: Duration { device.screenTimeout }
    /// How long its camera looks, as the plugin says.
    public var cameraTimeout: Duration { device.cameraTimeout }
    /// What was asked.
    public let prompts: PromptBook<FacetQuestion, FacetAnswer>
    /// What the plugin posted against the header, for its author; the first hundred.
    public private(set) var complaints: [String] = []

    let device: PluginDevice
    let station: Station
    private let port: PluginPort
    private let cancellation: PluginCancellation
    private let handler: UInt64
    private var failure: ReaderError?
    private var slots: PluginSlots
    // What the screen shows, until it has ended.
    private var shown: PromptID?
    // The cards that have power, by the number of their channel.
    private var cards: [UInt64: OpaquePointer] = [:]
    private var buffer = [UInt8](repeating: 0, count: PluginReader.longestAnswer)

    init(_ device: PluginDevice, _ port: PluginPort, name: String, on station: Station) {
        self.device = device
        self.port = port
        self.name = name
        self.station = station
        slotCount = device.slotCount
        source = port.source
        prompts = PromptBook(source: port.source, on: station)
        slots = PluginSlots(count: Int(device.slotCount), source: port.source, on: station)
        let cancellation = PluginCancellation(device.handle, device.functions.reader.cancel)
        self.cancellation = cancellation
        handler = station.inbox.onCancel { cancellation.cancel() }
        station.attach(self, to: port.source)
    }

    // MARK: What the plugin posts

    /// Called by the station.
    public func receive(_ event: Event) -> Bool {
        guard event.source == source else { return false }
        guard event.token == port.token else {
            giveUp(PromptID(rawValue: event.token))
            return false
        }
        if failure == nil { hear() }
        return true
    }

    /// A prompt that is still open when its event comes has lasted too long. Nobody waits for it any more, so it is taken back: a PIN that
    /// is typed now must not go to a card.
    private func giveUp(_ prompt: PromptID) {
        guard failure == nil, prompts.open.contains(prompt), let number = prompts.number(of: prompt) else { return }
        device.functions.reader.withdraw?(device.handle, number)
    }

    private func hear() {
        guard let events = port.mailbox.take() else {
            return lose(ReaderError(.inputOutput, cause: "the plugin posts more than anybody can read"))
        }
        for event in events {
            switch event {
            case .card(let slot, let isPresent):
                if !slots.hear(slot, isPresent: isPresent) { complain("a card in slot \(slot), which there is not") }
            case .answer(let number, let answer): end(number, answer)
            case .touched: prompts.postpone()
            case .gone: lose(ReaderError(.readerGone))
            case .fault(let words): complain(words)
            }
        }
    }

    /// An answer to what is not open is left alone: it may have been on its way when the prompt was withdrawn.
    private func end(_ number: UInt32, _ answer: PluginAnswer) {
        guard let prompt = prompts.prompt(number: number), let question = prompts.question(of: prompt) else { return }
        let meaning = answer.meaning(for: question)
        if case .failure(let error) = meaning, error.reason == .inputOutput, let cause = error.cause { complain(cause) }
        prompts.end(prompt, meaning)
        // Nobody stands there any more.
        if case .success(.verdict(let verdict)) = meaning, verdict == .ended || verdict == .timedOut { forgetCameraScreen() }
    }

    /// The camera's screen is over with the comparison, without an answer of its own.
    private func forgetCameraScreen() {
        guard let shown, prompts.question(of: shown) == .screen(.lookIntoCamera) else { return }
        prompts.forget(shown)
    }

    private func complain(_ words: String) {
        if complaints.count < Self.mostComplaints { complaints.append(words) }
    }

    private func lose(_ error: ReaderError) {
        guard failure == nil else { return }
        failure = error
        slots.fail(error)
        prompts.endAll(error)
    }

    /// What is shown from now on is `prompt`; what was shown before is withdrawn by that.
    func takeScreen(for prompt: PromptID) {
        if let shown { prompts.forget(shown) }
        shown = prompt
    }

    // MARK: Calling the plugin

    /// Throws where nothing can be called any more.
    func check() throws(ReaderError) {
        if let failure { throw failure }
    }

    /// Calls a function that may take time and gives it what is left until `deadline`.
    func call(until deadline: Instant, _ body: (_ timeout: Int64) -> Int32) throws(ReaderError) {
        try check()
        if station.isCancelled { throw ReaderError(.cancelled) }
        let began = station.now
        let timeout =
            deadline == .distantFuture ? Int64.max : deadline.nanoseconds.subtractingReportingOverflow(began.nanoseconds).partialValue
        guard deadline > began, timeout > 0 else { throw ReaderError(.timedOut, cause: "there was no time left") }
        let error = error(of: body(timeout))
        let late = deadline < station.now ? Int((station.now - deadline).milliseconds) : -1
        if error == nil, late >= 0 { throw ReaderError(.timedOut, cause: "the plugin was done \(late) ms after the deadline") }
        guard let error else { return }
        guard error.reason == .timedOut, late > Self.mostLate else { throw error }
        throw ReaderError(.timedOut, cause: "the plugin gave up \(late) ms after the deadline")
    }

    /// Calls a function that returns at once.
    func call(_ body: () -> Int32) throws(ReaderError) {
        try check()
        if let error = error(of: body()) { throw error }
    }

    /// Lends the buffer that answers are written to; `body` returns the status and says how much was written. Appends that to `answer`.
    func receive(
        into answer: inout [UInt8], least: Int, until deadline: Instant,
        _ body: (_ buffer: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int, _ timeout: Int64) -> Int32
    ) throws(ReaderError) {
        answer.removeAll(keepingCapacity: true)
        var count = 0
        try call(until: deadline) { timeout in buffer.withUnsafeMutableBufferPointer { body($0, &count, timeout) } }
        guard (least...buffer.count).contains(count) else {
            throw ReaderError(.answerMalformed, cause: "the plugin says that the answer has \(UInt(bitPattern: count)) bytes")
        }
        answer.append(contentsOf: buffer[..<count])
    }

    private func error(of status: Int32) -> ReaderError? {
        guard status != KAZASU_OK else { return nil }
        return PluginStatus.error(status, device.functions.reader.failure?(device.handle))
    }
}

extension PluginReader: Reader {
    /// Asks for an event as soon as the presence of a card in `slot` differs from `known`.
    public func watchPresence(slot: UInt8, known: CardPresence) -> TransferID { slots.watch(slot, known: known, failure: failure) }

    /// The presence that was awaited.
    public func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence { try slots.take(watch) }

    /// Takes a watch back.
    public func abandon(_ watch: TransferID) { slots.abandon(watch) }

    /// Gives the card in `slot` power.
    public func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        guard slot < slotCount else { throw ReaderError(.readerUnusable, cause: "there is no slot \(slot)") }
        var granted: OpaquePointer?
        var answerToReset: [UInt8] = []
        do throws(ReaderError) {
            try receiveAnswerToReset(into: &answerToReset, until: deadline) { bytes, count, timeout in
                var card: OpaquePointer?
                let status = device.functions.reader.connect?(device.handle, UInt32(slot), timeout, &card, bytes, &count)
                if status == KAZASU_OK { granted = card }
                return status ?? KAZASU_NOT_SUPPORTED
            }
            guard let card = granted else { throw ReaderError(.inputOutput, cause: "the plugin connects without a card") }
            let number = station.makeToken()
            cards[number] = card
            return PluginChannel(self, number, slot: slot, answerToReset: answerToReset)
        } catch {
            // It has got its power all the same, as when that was too late.
            if let granted { device.functions.reader.disconnect?(granted) }
            throw error
        }
    }

    /// Takes back what is still asked and the power from every card, then ends the use of the reader.
    public func close() {
        guard failure != Self.closed else { return }
        for prompt in prompts.open { withdraw(prompt) }
        for number in cards.keys.sorted() { disconnect(number) }
        let closed = Self.closed
        slots.fail(closed)
        failure = closed
        station.detach(self)
        station.inbox.removeCancellationHandler(handler)
        cancellation.end()
        device.functions.reader.close?(device.handle)
        // Only now: what is posted during close has a mailbox to go to.
        port.end()
    }

    private static let closed = ReaderError(.cancelled, cause: "the reader was closed")

    /// An answer to reset has 2 to 33 bytes: TS and T0 at least (ISO/IEC 7816-3 clause 8.2).
    func receiveAnswerToReset(
        into answer: inout [UInt8], until deadline: Instant,
        _ body: (_ bytes: UnsafeMutablePointer<UInt8>?, _ count: inout Int, _ timeout: Int64) -> Int32
    ) throws(ReaderError) {
        try receive(into: &answer, least: 0, until: deadline) { body($0.baseAddress, &$1, $2) }
        guard (2...33).contains(answer.count) else {
            throw ReaderError(.cardMute, cause: "an answer to reset of \(answer.count) bytes")
        }
    }

    /// The card of a channel; `nil` once that has been closed.
    func card(_ channel: UInt64) -> OpaquePointer? { cards[channel] }

    /// Takes the power from the card of a channel.
    func disconnect(_ channel: UInt64) {
        guard let card = cards.removeValue(forKey: channel) else { return }
        device.functions.reader.disconnect?(card)
    }
}
