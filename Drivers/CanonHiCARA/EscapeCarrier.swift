import CCID
import FaceReaderKit
import ReaderKit
import ReaderTransport
import Station

/// Carries commands in escapes over the interface of the cards, and asks for events while somebody waits for some (PROTOCOL.md, assumed).
final class EscapeCarrier: ControlCarrier, EventReceiver {
    /// How often the device is asked whether something has happened.
    static let pollInterval = Duration.milliseconds(100)
    /// How long it is waited for an interface that is busy with the card.
    static let busyInterval = Duration.milliseconds(20)
    /// How often in a row the reader may say itself that the slot is busy.
    static let mostRefusals = 50

    /// Whether somebody waits for something that the panel may tell.
    var isAwaiting: () -> Bool = { false }
    /// Is told again and again while the panel has to wait for the card.
    var isHeldUp: () -> Void = {}
    let mostPhotograph = EscapeCodec.mostPhotograph

    private let cards: CCIDReader
    private let station: Station
    private weak var dialogue: ControlDialogue?
    private var number: UInt8 = 0
    // The command, whether it has still to go out, and the escape that carries it.
    private var message: [UInt8] = []
    private var isUnsent = false
    private var underWay: TransferID?
    private var refusals = 0
    private var hasGoneAgain = false
    private var retry: Alarm
    private var poll: Alarm

    init(over cards: CCIDReader, on station: Station) {
        self.cards = cards
        self.station = station
        let source = station.makeSource()
        retry = Alarm(source: source)
        poll = Alarm(source: source)
        station.attach(self, to: source)
        station.attach(self, to: cards.source)
    }

    func start(for dialogue: ControlDialogue) { self.dialogue = dialogue }

    // MARK: Commands

    func send(_ command: FaceCommand, number: UInt8) {
        finish()
        self.number = number
        message = EscapeCodec.command(command, number: number)
        (isUnsent, refusals, hasGoneAgain) = (true, 0, false)
        sendNow()
        if !poll.isSet { poll.set(for: station.now + Self.pollInterval, on: station) }
    }

    /// While the interface is busy with the card the panel waits, and so does whoever waits for it.
    private func sendNow() {
        guard isUnsent else { return }
        do throws(ReaderError) {
            underWay = try cards.beginEscape(message.span, slot: 0)
            guard underWay != nil else {
                isHeldUp()
                return retry.set(for: station.now + Self.busyInterval, on: station)
            }
            isUnsent = false
            dialogue?.hasSent()
        } catch { dialogue?.giveUp(error) }
    }

    func finish() {
        if let underWay { cards.dropEscape(underWay) }
        (underWay, isUnsent) = (nil, false)
        retry.clear(on: station)
    }

    /// The next send takes the place of what has brought nothing.
    func missResponse() {}

    func stop() {
        finish()
        poll.clear(on: station)
        station.detach(self)
    }

    // MARK: What comes

    func receive(_ event: Event) -> Bool {
        if retry.rings(by: event) {
            sendNow()
        } else if poll.rings(by: event) {
            pollWhereAwaited()
        } else if event.source == cards.source, let escape = underWay, event.token == escape.rawValue {
            underWay = nil
            take(escape)
        } else {
            return false
        }
        return true
    }

    private func take(_ escape: TransferID) {
        var response: [UInt8]
        do throws(ReaderError) { response = try cards.answer(toEscape: escape) } catch { return missed(error) }
        // Digits may have been in it.
        defer { for index in response.indices { response[index] = 0 } }
        guard case .response(let number, let outcome)? = EscapeCodec.response(response.span) else {
            dialogue?.failed(ReaderError(.inputOutput, cause: "a response that the protocol does not know"))
            return
        }
        if case .unreadable = outcome {
        } else if number != self.number {
            dialogue?.failed(ReaderError(.inputOutput, cause: "a response to another command"))
            return
        }
        dialogue?.take(.response(number: number, outcome))
    }

    private func missed(_ error: ReaderError) {
        switch error.reason {
        case .readerGone: dialogue?.giveUp(error)
        // Something that was given up, or came twice, goes on there: this one has not been looked at.
        case .readerBusy where refusals < Self.mostRefusals:
            refusals += 1
            isUnsent = true
            retry.set(for: station.now + Self.busyInterval, on: station)
        // A command that was cut off has halted the endpoint, which only the next one finds; that is known by its number where it was taken.
        case .inputOutput where !hasGoneAgain:
            hasGoneAgain = true
            isUnsent = true
            sendNow()
        default: dialogue?.failed(error)
        }
    }

    // MARK: Events

    private func pollWhereAwaited() {
        guard let dialogue, dialogue.failure == nil, isAwaiting() else { return }
        poll.set(for: station.now + Self.pollInterval, on: station)
        // Whatever goes on comes first; this is asked again soon.
        guard dialogue.isIdle else { return }
        dialogue.send(.poll) { [weak self, weak dialogue] response in
            guard case .success(let results) = response, !results.isEmpty else { return }
            dialogue?.take(.event(FaceEvent(results)))
            // There may be more.
            self?.pollWhereAwaited()
        }
    }
}
