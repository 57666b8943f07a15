import FaceTerminal
import Station

// What each message of the host does.

extension AlmexCPS100WSimulator {
    /// The largest photograph that is taken.
    private static let largestPhotograph = 1 << 20
    /// How many digits a PIN can have.
    private static let digits = UInt8(1)...12

    /// Carries out a message; why not, where it cannot.
    func carryOut(_ code: UInt8, _ body: [UInt8], at now: Instant) -> LineStatus? {
        switch code {
        case UInt8(ascii: "S"): show(body, at: now)
        case UInt8(ascii: "W"): withdraw(body, at: now)
        case UInt8(ascii: "P"): power(body, at: now)
        case UInt8(ascii: "X"): exchange(body, at: now)
        case UInt8(ascii: "V"): verify(body, at: now)
        case UInt8(ascii: "O"): readCardFace(body, at: now)
        case UInt8(ascii: "M"): match(body, at: now)
        case UInt8(ascii: "I"): issue(body)
        case UInt8(ascii: "B"): boot(body, at: now)
        default: .parameterWrong
        }
    }

    private func issue(_ body: [UInt8]) -> LineStatus? {
        guard body.isEmpty else { return .parameterWrong }
        guard terminal.firmware.hasStaffButton else { return .notOnThisFirmware }
        terminal.issuePasscode()
        return nil
    }

    private func boot(_ body: [UInt8], at now: Instant) -> LineStatus? {
        guard body.isEmpty else { return .parameterWrong }
        restart(from: now)
        return nil
    }

    /// A prompt of the host's choice, never 0.
    private func prompt(_ body: [UInt8]) -> UInt32? {
        guard body.count >= 2, body[0] | body[1] != 0 else { return nil }
        return UInt32(body[0]) << 8 | UInt32(body[1])
    }

    private func show(_ body: [UInt8], at now: Instant) -> LineStatus? {
        guard let prompt = prompt(body), body.count >= 3, let screen = screen(body[2], Array(body[3...])) else { return .parameterWrong }
        if screen.kind == .passcode, !terminal.firmware.hasStaffButton { return .notOnThisFirmware }
        if screen.kind == .visualCheck, !terminal.firmware.hasVisualCheck { return .notOnThisFirmware }
        // What is replaced is withdrawn, the keypad too.
        forgetKeypad()
        terminal.show(screen, prompt: prompt, at: now)
        return nil
    }

    /// Nobody is asked for a PIN any more; one that the card is asked about already is.
    private func forgetKeypad() {
        if verification?.isAsked == false { verification = nil }
    }

    private func screen(_ code: UInt8, _ rest: [UInt8]) -> PanelScreen? {
        switch (code, rest.count) {
        case (UInt8(ascii: "1"), 0): return .placeCard
        case (UInt8(ascii: "2"), 1) where (1...3).contains(rest[0]): return .chooseMethod(face: rest[0] & 1 != 0, pin: rest[0] & 2 != 0)
        case (UInt8(ascii: "3"), 0): return .camera
        case (UInt8(ascii: "5"), 0): return .chooseConsent
        case (UInt8(ascii: "6"), 1) where (1...5).contains(rest[0]): return .consent(group: rest[0])
        case (UInt8(ascii: "7"), 0): return .done(name: nil)
        case (UInt8(ascii: "7"), ...120): return String(validating: rest, as: UTF8.self).map { .done(name: $0) }
        case (UInt8(ascii: "8"), 0): return .removeCard
        case (UInt8(ascii: "9"), _):
            let parts = rest.split(separator: 0, omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.count <= 400 }), let japanese = String(validating: parts[0], as: UTF8.self),
                let english = String(validating: parts[1], as: UTF8.self)
            else { return nil }
            return .message(japanese, english)
        case (UInt8(ascii: "A"), 0): return .passcode
        case (UInt8(ascii: "B"), 0): return .visualCheck
        default: return nil
        }
    }

    private func withdraw(_ body: [UInt8], at now: Instant) -> LineStatus? {
        guard let prompt = prompt(body), body.count == 2 else { return .parameterWrong }
        if verification?.prompt == prompt { forgetKeypad() }
        if photograph?.prompt == prompt { photograph = nil }
        terminal.withdraw(prompt, at: now)
        return nil
    }

    private func readCardFace(_ body: [UInt8], at now: Instant) -> LineStatus? {
        guard let prompt = prompt(body), body.count == 2 else { return .parameterWrong }
        guard !terminal.isReading else { return .notNow }
        terminal.readCardFace(prompt: prompt, at: now)
        return nil
    }

    /// A part of the photograph; one for another prompt begins anew.
    private func match(_ body: [UInt8], at now: Instant) -> LineStatus? {
        guard let prompt = prompt(body), body.count >= 3, body[2] <= 1 else { return .parameterWrong }
        guard !terminal.isMatching else { return .notNow }
        if photograph?.prompt != prompt { photograph = (prompt, []) }
        photograph?.bytes += body[3...]
        guard let coming = photograph, coming.bytes.count <= Self.largestPhotograph else {
            photograph = nil
            return .parameterWrong
        }
        if body[2] == 0 {
            photograph = nil
            terminal.match(coming.bytes, prompt: prompt, at: now)
        }
        return nil
    }

    /// The keypad, for a VERIFY (ISO/IEC 7816-4, VERIFY command) to the card: a PIN in any other command could be written to a file and read back.
    private func verify(_ body: [UInt8], at now: Instant) -> LineStatus? {
        guard let prompt = prompt(body), body.count == 7, body[3] == 0x20, Self.digits.contains(body[6]) else { return .parameterWrong }
        guard tray.operation == nil else { return .notNow }
        guard tray.chip != nil else {
            tell(message("v", prompt, [UInt8(ascii: "3")]))
            return nil
        }
        guard tray.isPowered else { return .notNow }
        verification = nil
        terminal.show(.keypad(triesLeft: nil), prompt: prompt, at: now)
        verification = Verification(prompt: prompt, header: Array(body[2..<6]))
        terminal.askDigits(Int(body[6]), at: now)
        return nil
    }

    /// Code, prompt and the rest of a message to the host.
    func message(_ code: UInt8.ASCII, _ prompt: UInt32, _ rest: [UInt8]) -> [UInt8] {
        [code.value, UInt8(truncatingIfNeeded: prompt >> 8), UInt8(truncatingIfNeeded: prompt)] + rest
    }
}

extension UInt8 {
    /// A byte that is written as its letter.
    struct ASCII: ExpressibleByUnicodeScalarLiteral {
        let value: UInt8
        init(unicodeScalarLiteral scalar: Unicode.Scalar) { value = UInt8(ascii: scalar) }
    }
}
