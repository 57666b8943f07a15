import FaceTerminal
import PanelCards
import ReaderTransport
import Staging
import Station
import USBDevice

/// Interface 1: a bulk pair of the vendor's class that carries frames.
final class ControlLane: USBFunction {
    let terminal: FaceTerminal
    let cards: PanelCards
    let orders: PanelOrders
    let serialNumber: String
    let equipment: CaoraEquipment
    let timing: CaoraTiming
    /// The device that it is part of; set once that is made.
    weak var device: USBDevice?
    var facilityName: String?
    private(set) var complaints: [String] = []

    private let output = USBEndpoint(.bulk, isInput: false)
    private let input = USBEndpoint(.bulk, isInput: true)
    let interface: USBInterface
    private var received: [UInt8] = []
    private var receivedCount = 0
    /// The last command's number and the response that it got.
    private var last: (number: UInt8, response: [UInt8])?
    private var busyUntil = Instant.zero
    private var events: UInt8 = 0

    private static let longestFrame = ControlFrame.longestPayload + ControlFrame.overhead
    /// What is kept for a host that does not read: then no more commands are taken, and events are lost.
    private static let mostUnread = 64

    init(_ terminal: FaceTerminal, cards: PanelCards, serialNumber: String, equipment: CaoraEquipment, timing: CaoraTiming) {
        self.terminal = terminal
        self.cards = cards
        orders = PanelOrders(to: terminal)
        self.serialNumber = serialNumber
        self.equipment = equipment
        self.timing = timing
        interface = USBInterface(classCode: 0xFF, output: output, input: input)
        terminal.tell = { [unowned self] event, now in happened(event, at: now) }
    }

    var laneKind: Lane.Kind { .bulk }
    var slots: UInt8 { 0 }
    var takesOutput: Bool { input.unread < Self.mostUnread }
    var nextDue: Instant? { terminal.nextDue }
    func advance(to now: Instant) { terminal.advance(to: now) }
    func answer(_ setup: SetupPacket, data: [UInt8], at now: Instant) -> [UInt8]? { nil }

    func start(at now: Instant) {}

    /// The host has let go, or power is gone, which is a restart.
    func stop(at now: Instant) {
        received = []
        receivedCount = 0
        last = nil
        busyUntil = .zero
        events = 0
        if device?.isPlugged == false { orders.start() } else { orders.forget() }
    }

    // MARK: Frames

    /// Collects a message; nothing beyond the longest frame is kept.
    func receive(_ bytes: [UInt8], endsTransfer: Bool, at now: Instant) {
        received.append(contentsOf: bytes.prefix(max(0, Self.longestFrame + 1 - received.count)))
        receivedCount += bytes.count
        guard endsTransfer else { return }
        let (message, count) = (received, receivedCount)
        received = []
        receivedCount = 0
        do throws(ControlFrame.Flaw) {
            handle(try ControlFrame(message, count: count), at: now)
        } catch {
            complain(error.reason)
            send(
                ControlFrame(kind: ControlFrame.response, number: 0, payload: Elements.element(0x02, [Status.frameWrong.rawValue])), at: now
            )
        }
    }

    private func handle(_ frame: ControlFrame, at now: Instant) {
        let elements = Elements(frame.payload)
        // HELLO begins anew: it is carried out whatever its number, so that a second host gets no answer of the first.
        let isHello = elements?.byte(0x01) == Command.hello.rawValue
        if let last, last.number == frame.number, !isHello { return input.send(last.response, due: max(now + timing.command, busyUntil)) }
        if let last, !isHello, frame.number != last.number &+ 1 { complain("command \(frame.number) follows command \(last.number)") }
        guard now >= busyUntil else {
            complain("command \(frame.number) before the response to the one before")
            return send(response(frame.number, .notNow, []), at: now)
        }
        busyUntil = now + timing.command
        let (status, results) = carryOut(elements, at: now)
        if status == .parameterWrong || status == .unknownCommand {
            complain("command \(frame.number) is wrong (status \(status.rawValue))")
        }
        let answer = response(frame.number, status, results)
        last = (frame.number, answer.bytes)
        send(answer, at: now)
    }

    private func response(_ number: UInt8, _ status: Status, _ results: [UInt8]) -> ControlFrame {
        ControlFrame(kind: ControlFrame.response, number: number, payload: Elements.element(0x02, [status.rawValue]) + results)
    }

    private func send(_ frame: ControlFrame, at now: Instant) { input.send(frame.bytes, due: now + timing.command) }

    /// Sends an event; `event` and results, after the prompt.
    func tell(_ event: UInt8, prompt: UInt32, _ results: [UInt8] = [], at now: Instant) {
        // Without a configuration nobody listens.
        guard device?.configuration != 0, device?.isPlugged == true else { return }
        guard input.unread < Self.mostUnread else { return complain("event \(event) is lost: nobody reads") }
        let payload = Elements.element(0x03, [event]) + Elements.prompt(prompt) + results
        // Not before the response to the command that it follows.
        input.send(ControlFrame(kind: ControlFrame.event, number: events, payload: payload).bytes, due: max(now, busyUntil))
        events &+= 1
    }

    func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }
}

/// The status of a response.
enum Status: UInt8 {
    case done = 0
    case frameWrong = 1
    case unknownCommand = 2
    case parameterWrong = 3
    case notNow = 4
    case notOnThisFirmware = 5

    /// What came of an order.
    init(_ status: PanelStatus) {
        self =
            switch status {
            case .done: .done
            case .parameterWrong: .parameterWrong
            case .notNow: .notNow
            case .notOnThisFirmware: .notOnThisFirmware
            }
    }
}

/// The commands.
enum Command: UInt8 {
    case hello = 1
    case show = 2
    case withdraw = 3
    case readFace = 4
    case match = 5
    case staff = 6
    case restart = 7
    case facility = 8
}
