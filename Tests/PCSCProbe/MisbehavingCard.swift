import Cards
import Glibc
import Station

/// A My Number Card in vpcd that fails as told and writes down what it is sent.
///
/// Orders: `insert`, `remove`, `atr HEX` (or `-`: none), `at N EFFECT` (the Nth command from now: `mute`, `zero`, `one`, `die`),
/// `trace` (what was sent since the last one), `status`.
final class MisbehavingCard {
    private let card = VirtualCard(.myNumberCard, holder: .hanako, interface: .contact)
    private let station = Station(.real)
    private var dialogue = Dialogue()
    private var socket: Int32 = -1
    private var otherAnswerToReset: [UInt8]?
    private var fault: (after: Int, effect: String)?
    private var isMute = false
    private var isPowered = false
    // How many commands came while there was no power.
    private var unpowered = 0
    private var commands = 0
    // How often the answer to reset was asked for since the card was inserted.
    private var asked = 0
    private var trace: [String] = []
    private var message = [UInt8](repeating: 0, count: 70_000)
    private var response: [UInt8] = []

    func run() {
        insert()
        dialogue.answer("ready")
        while true {
            var entries = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0), pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&entries, socket >= 0 ? 2 : 1, -1) > 0 else { continue }
            if entries[0].revents != 0 {
                guard dialogue.receive() else { return }
                while let order = dialogue.nextReceived() { obey(order) }
            } else if entries[1].revents != 0 {
                serve()
            }
        }
    }

    private func obey(_ order: [String]) {
        switch (order.first ?? "", order.count) {
        case ("insert", 1): insert()
        case ("remove", 1): remove()
        case ("atr", 2): otherAnswerToReset = order[1] == "usual" ? nil : bytes(order[1])
        case ("at", 3): fault = (Int(order[1]) ?? 1, order[2])
        case ("trace", 1):
            dialogue.answer("trace", texts: [("sent", trace.joined(separator: " "))])
            trace = []
            return
        case ("status", 1): break
        default: return dialogue.answer("unknown")
        }
        dialogue.answer(
            order[0],
            [
                ("commands", commands), ("tries", card.triesLeft(of: .authenticationPIN) ?? -1), ("mute", isMute ? 1 : 0), ("asked", asked),
                ("unpowered", unpowered),
            ])
    }

    private func insert() {
        guard socket < 0 else { return }
        asked = 0
        socket = VPCDConnection.open() ?? -1
    }

    private func remove() {
        if socket >= 0 { close(socket) }
        socket = -1
        isMute = false
        isPowered = false
        card.powerOff()
    }

    private func serve() {
        guard let count = VPCDConnection.receive(socket, into: &message) else {
            remove()
            // Only pcscd can have gone: the card stays where it is.
            return insert()
        }
        guard count != 1 else { return control(message[0]) }
        commands += 1
        let command = Array(message[..<count])
        trace.append(hexadecimal(command))
        // It cannot answer, and vpcd would wait for its answer for good.
        guard isPowered else {
            unpowered += 1
            remove()
            return insert()
        }
        if let (after, effect) = fault {
            fault = after > 1 ? (after - 1, effect) : nil
            if after <= 1 { return fail(effect) }
        }
        _ = card.process(command.span, into: &response, at: station.now)
        VPCDConnection.send(socket, response)
    }

    private func control(_ code: UInt8) {
        switch code {
        case 0:
            trace.append("OFF")
            isPowered = false
            card.powerOff()
        case 1:
            trace.append("ON")
            isPowered = true
            card.powerOn(at: station.now)
        case 2:
            trace.append("RESET")
            card.warmReset(at: station.now)
        default:
            asked += 1
            VPCDConnection.send(socket, otherAnswerToReset ?? card.answerToReset)
        }
    }

    private func fail(_ effect: String) {
        switch effect {
        case "zero": VPCDConnection.send(socket, [])
        case "one": VPCDConnection.send(socket, [0x90])
        case "die": remove()
        default: isMute = true
        }
    }
}
