import ISO7816
import ReaderKit

// The words in which cases are written.

extension ContractStep {
    static func place(_ card: ContractCard, after delay: Duration = .zero) -> ContractStep { .bench(.place(card), after: delay) }
    static func remove(after delay: Duration = .seconds(1)) -> ContractStep { .bench(.remove, after: delay) }
    static func press(_ button: ContractButton, after delay: Duration = .seconds(2)) -> ContractStep {
        .bench(.press(button), after: delay)
    }

    static let open = host(.open)
    static let close = host(.close)
    static func presence(_ isPresent: Bool, changes: UInt32? = nil, within limit: Duration = .seconds(10)) -> ContractStep {
        .host(.presence(isPresent, changes: changes, within: limit))
    }
    static let connect = host(.connect())
    static func connectFails(_ reasons: ReaderError.Reason...) -> ContractStep {
        .host(.connect(ContractOutcome(mayWork: false, reasons: Set(reasons))))
    }
    static func transmit(_ command: [UInt8], _ response: ContractResponse, within limit: Duration = .seconds(30)) -> ContractStep {
        .host(.transmit(command, within: limit, response))
    }
    static func transmitFails(_ reasons: ReaderError.Reason..., within limit: Duration = .seconds(30)) -> ContractStep {
        .host(.transmit(CardCommand.select, within: limit, .fails(ContractOutcome(mayWork: false, reasons: Set(reasons)))))
    }
    static func show(_ screen: Screen, as name: String = "screen") -> ContractStep { .host(.ask(.screen(screen), as: name)) }
    static func ask(_ question: ContractQuestion, as name: String) -> ContractStep { .host(.ask(question, as: name)) }
    static func answers(_ answer: ScreenAnswer, _ name: String = "screen", within limit: Duration = .seconds(30)) -> ContractStep {
        .host(.end(of: name, .screen(answer), within: limit))
    }
    static func ends(_ end: ContractEnd, _ name: String, within limit: Duration = .seconds(30)) -> ContractStep {
        .host(.end(of: name, end, within: limit))
    }
    /// After the minute of a screen (assumed), less what a clock of another may be wrong by.
    static func timesOut(_ end: ContractEnd = .screen(.timedOut), _ name: String = "screen") -> ContractStep {
        .host(.end(of: name, end, within: .seconds(75), notBefore: .seconds(55)))
    }
    static func withdraw(_ name: String = "screen") -> ContractStep { .host(.withdraw(name)) }
    static func quiet(_ time: Duration) -> ContractStep { .host(.quiet(for: time)) }

    /// A card of the person with power.
    static let cardWithPower: [ContractStep] = [.place(.person), .open, .presence(true), .connect]
    /// The same, with the PIN's file selected (個人番号カード: JPKI application, user authentication).
    static let cardForPIN =
        cardWithPower + [
            .transmit(CardCommand.select, .status(0x9000)), .transmit(CardCommand.selectPIN, .status(0x9000)),
        ]
}

extension ContractQuestion {
    /// The PIN of the user authentication key.
    static let pin = ContractQuestion.pin(CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x80), digits: 4)
}

/// Commands to a My Number Card that change nothing (ISO/IEC 7816-4 clauses 11.2 and 11.3).
enum CardCommand {
    /// SELECT of the JPKI application.
    static let select: [UInt8] = [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01]
    /// SELECT of the file of the PIN.
    static let selectPIN: [UInt8] = [0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x18]
    /// SELECT of the certificate for user authentication.
    static let selectCertificate: [UInt8] = [0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A]
    /// READ BINARY of 256 bytes.
    static let read: [UInt8] = [0x00, 0xB0, 0x00, 0x00, 0x00]
    /// READ BINARY of 1,024 bytes.
    static let readMore: [UInt8] = [0x00, 0xB0, 0x00, 0x00, 0x00, 0x04, 0x00]

    /// SELECT of an application that no card has, by a name of so many bytes.
    static func selectNothing(_ count: Int) -> [UInt8] {
        [0x00, 0xA4, 0x04, 0x0C, 0x00, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
            + [UInt8](repeating: 0xF0, count: count)
    }
}
