import FaceTerminal
import PanelCards
import ReaderTransport
import Station
import USBDevice

/// Interface 1: reports of 64 bytes, in which the messages of the control lane go.
final class ReportLane: USBFunction {
    let terminal: FaceTerminal
    let cards: PanelCards
    let orders: PanelOrders
    let serialNumber: String
    let timing: XCSTFR2Timing
    /// The device that it is part of; set once that is made.
    weak var device: USBDevice?
    private(set) var complaints: [String] = []

    private let output = USBEndpoint(.interrupt(every: 1), isInput: false)
    private let input = USBEndpoint(.interrupt(every: 1), isInput: true)
    let interface: USBInterface
    private var assembly = CommandAssembly()
    /// The last command's number and the response that it got.
    private var last: (number: UInt8, response: [UInt8])?
    private var busyUntil = Instant.zero
    private var events: UInt8 = 0

    /// What is kept for a host that does not read: then no more commands are taken, and events are lost.
    private static let mostUnread = 64

    /// As in the document.
    static let reports = HIDReports(
        reportDescriptor: [
            0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01,  // usage page FF00, an application
            0x85, 0x01, 0x09, 0x02, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x3F, 0x91, 0x02,  // report 1 out: 63 bytes
            0x85, 0x02, 0x09, 0x03, 0x81, 0x02,  // report 2 in
            0x85, 0x03, 0x09, 0x04, 0x81, 0x02,  // report 3 in
            0xC0,
        ], inputs: [Report.response, Report.event], outputs: [Report.command], length: Report.length)

    init(_ terminal: FaceTerminal, cards: PanelCards, serialNumber: String, timing: XCSTFR2Timing) {
        self.terminal = terminal
        self.cards = cards
        self.serialNumber = serialNumber
        self.timing = timing
        orders = PanelOrders(to: terminal)
        interface = USBInterface(classCode: 0x03, classDescriptor: Self.reports.descriptor, output: output, input: input)
        terminal.tell = { [unowned self] event, now in happened(event, at: now) }
    }

    var laneKind: Lane.Kind { .hid }
    var slots: UInt8 { 0 }
    var takesOutput: Bool { input.unread < Self.mostUnread }
    var nextDue: Instant? { terminal.nextDue }
    func advance(to now: Instant) { terminal.advance(to: now) }

    func start(at now: Instant) {}

    /// The host has let go, or power is gone, which is a restart.
    func stop(at now: Instant) {
        assembly = CommandAssembly()
        last = nil
        busyUntil = .zero
        events = 0
        if device?.isPlugged == false { orders.start() } else { orders.forget() }
    }

    func answer(_ setup: SetupPacket, data: [UInt8], at now: Instant) -> [UInt8]? {
        switch Self.reports.answer(setup, data: data) {
        case .bytes(let bytes): return bytes
        case .report(let report):
            receive(report, endsTransfer: true, at: now)
            return []
        case nil:
            complain("request \(setup.requestType) \(setup.request) is not supported")
            return nil
        }
    }

    // MARK: Messages

    /// Takes a report: what arrives at once is one.
    func receive(_ bytes: [UInt8], endsTransfer: Bool, at now: Instant) {
        switch assembly.take(bytes) {
        case .nothing: break
        case .flaw(let reason): complain(reason)
        case .unreadable(let reason):
            complain(reason)
            respond(0, Status.unreadable, at: now)
        case .command(let number, let body): handle(number, body, at: now)
        }
    }

    private func handle(_ number: UInt8, _ body: [UInt8], at now: Instant) {
        // HELLO begins anew: it is carried out whatever its number, so that a second host gets no answer of the first.
        let isHello = body.first == Command.hello.rawValue
        if let last, last.number == number, !isHello { return input.send(last.response, due: max(now + timing.command, busyUntil)) }
        if let last, !isHello, number != last.number &+ 1 { complain("command \(number) follows command \(last.number)") }
        guard now >= busyUntil else {
            complain("command \(number) before the response to the one before")
            respond(number, .notNow, at: now)
            return
        }
        busyUntil = now + timing.command
        let (status, results) = carryOut(body, at: now)
        if status == .parameterWrong || status == .unknownCommand { complain("command \(number) is wrong (status \(status.rawValue))") }
        last = (number, respond(number, status, results, at: now))
    }

    /// Sends a response and tells what it was.
    @discardableResult private func respond(_ number: UInt8, _ status: Status, _ results: [UInt8] = [], at now: Instant) -> [UInt8] {
        let report = Report.message(Report.response, number, [status.rawValue] + results)
        input.send(report, due: now + timing.command)
        return report
    }

    /// Sends an event.
    func tell(_ event: UInt8, prompt: UInt32, _ results: [UInt8] = [], at now: Instant) {
        // Without a configuration nobody listens.
        guard device?.configuration != 0, device?.isPlugged == true else { return }
        guard input.unread < Self.mostUnread else { return complain("event \(event) is lost: nobody reads") }
        // Not before the response to the command that it follows.
        input.send(Report.message(Report.event, events, [event] + Report.number(prompt) + results), due: max(now, busyUntil))
        events &+= 1
    }

    func complain(_ reason: String) {
        if complaints.count < 1_000 { complaints.append(reason) }
    }
}
